"""Which rows each metric counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpis.choices import MONEY_KINDS, Kind
from kpis.drill.sql import (
    AND_HAS_CLOCK,
    AND_IS_UNDATED,
    BOOKING_ROWS,
    COHORT_EVENT_ROWS,
    ENDED_STAGE_PERIOD_ROWS,
    EVENT_ROWS,
    EXPECTED_ON,
    IS_ATTRIBUTED,
    IS_BY_PERSON,
    IS_FIRST_EVER,
    IS_FIRST_SINCE,
    IS_HELD,
    IS_IN_TIME,
    LEAD_ROWS,
    OPEN_STAGE_PERIOD_ROWS,
    OPPORTUNITY_ROWS,
    STEP_ROWS,
    WEIGHTED_ROWS,
    did,
    touched,
)
from kpis.extension_points import person_tables
from kpis.metrics.definitions import Basis
from kpis.metrics.sql import AGE_LIMITS
from kpis.queries.drop_off import ALL_STEPS


@dataclass(frozen=True)
class RowQuestion:
    """`moment` heads the column of times; money shows amounts, stage periods
    and waits their length."""

    sql: str = LEAD_ROWS
    only: str = ""
    kinds: tuple[str, ...] = ()
    moment: str = "When"
    has_length: bool = False


def _events(*kinds: str, only: str = "") -> RowQuestion:
    return RowQuestion(EVENT_ROWS, only, kinds)


def _of_cohort(*kinds: str, only: str = "") -> RowQuestion:
    return RowQuestion(COHORT_EVENT_ROWS, only, kinds)


def _did(which: str, only: str = "") -> RowQuestion:
    return RowQuestion(only=did(which) + only)


BOOKED, SHOWN = Kind.CONSULT_BOOKED.value, Kind.CONSULT_SHOW.value
PAID, REFUNDED = MONEY_KINDS
PERIOD_QUESTIONS = {
    "leads": RowQuestion(),
    "leads_with_campaign": RowQuestion(only=IS_ATTRIBUTED),
    "ad_clicks": _events(Kind.AD_CLICK.value),
    "booked_events": _events(BOOKED),
    "booked_leads": _events(BOOKED, only=IS_FIRST_SINCE),
    "show_events": _events(SHOWN),
    "shown_leads": _events(SHOWN, only=IS_FIRST_SINCE),
    "paid_invoices": _events(PAID),
    "paying_leads": _events(PAID, only=IS_FIRST_SINCE),
    "new_customers": _events(PAID, only=IS_FIRST_EVER),
    "attributed_new_customers": _events(PAID, only=IS_FIRST_EVER + IS_ATTRIBUTED),
    "gross_collected_cents": _events(PAID),
    "refunds_cents": _events(REFUNDED),
    "net_revenue_cents": _events(PAID, REFUNDED),
    "attributed_net_revenue_cents": _events(PAID, REFUNDED, only=IS_ATTRIBUTED),
}
COHORT_QUESTIONS = {
    "leads": RowQuestion(),
    "leads_with_campaign": RowQuestion(only=IS_ATTRIBUTED),
    "booked_events": _of_cohort(BOOKED),
    "booked_leads": _did("is_booked"),
    "show_events": _of_cohort(SHOWN),
    "shown_leads": _did("is_shown"),
    "paid_invoices": _of_cohort(PAID),
    "paying_leads": _did("is_paid"),
    "new_customers": _did("is_paid"),
    "attributed_new_customers": _did("is_paid", IS_ATTRIBUTED),
    "gross_collected_cents": _of_cohort(PAID),
    "refunds_cents": _of_cohort(REFUNDED),
    "net_revenue_cents": _of_cohort(PAID, REFUNDED),
    "attributed_net_revenue_cents": _of_cohort(PAID, REFUNDED, only=IS_ATTRIBUTED),
}
QUESTIONS_BY_BASIS = {Basis.PERIOD: PERIOD_QUESTIONS, Basis.COHORT: COHORT_QUESTIONS}
_REVENUE = {
    f"revenue_{days}_cents": _of_cohort(
        PAID,
        REFUNDED,
        only=f"AND event.occurred_at < lead.created_at + {limit}",
    )
    for days, limit in AGE_LIMITS.items()
}


def _speed(only: str = "") -> dict[str, RowQuestion]:
    contacted = RowQuestion(only=f"{AND_HAS_CLOCK} AND {touched(only)}")
    in_time = touched(f"{only} {IS_IN_TIME}")
    return {
        "leads": RowQuestion(only=AND_HAS_CLOCK),
        "contacted": contacted,
        "median_seconds": contacted,
        "uncontacted": RowQuestion(only=f"{AND_HAS_CLOCK} AND NOT {touched(only)}"),
        "within_5min": RowQuestion(only=f"{AND_HAS_CLOCK} AND {in_time}"),
    }


SPEED_QUESTIONS = {"any": _speed(), "human": _speed(IS_BY_PERSON)}
_IN_HOUR = (
    " AND lead.created_time_known"
    " AND to_char(lead.created_at AT TIME ZONE %(zone)s, 'ID-HH24') = %(key)s"
)
_LEFT = RowQuestion(ENDED_STAGE_PERIOD_ROWS, moment="Left", has_length=True)
_STILL = RowQuestion(OPEN_STAGE_PERIOD_ROWS, moment="Came", has_length=True)
_OPEN = RowQuestion(OPPORTUNITY_ROWS, moment="Expected")


def _step(only: str) -> RowQuestion:
    return RowQuestion(STEP_ROWS, only, moment="Since", has_length=True)


_LOST = _step("AND person.later_at IS NULL")
_WENT_ON = _step("AND person.later_at IS NOT NULL")
TABLE_QUESTIONS: Mapping[str, Mapping[str, RowQuestion]] = {
    "trend": PERIOD_QUESTIONS,
    "cohorts": {**COHORT_QUESTIONS, **_REVENUE},
    "consults": {
        "due": RowQuestion(BOOKING_ROWS, moment="Planned for"),
        "held": RowQuestion(BOOKING_ROWS, f"AND {IS_HELD}", moment="Planned for"),
        "no_show": RowQuestion(
            BOOKING_ROWS, f"AND NOT {IS_HELD}", moment="Planned for"
        ),
        "undated": _events(BOOKED, only=AND_IS_UNDATED),
    },
    "stages": {
        "n": _LEFT,
        "mean_seconds": _LEFT,
        "median_seconds": _LEFT,
        "ageing": _STILL,
        "ageing_median_seconds": _STILL,
    },
    "forecast": {
        "open_count": _OPEN,
        "open_value_cents": _OPEN,
        "weighted_cents": RowQuestion(WEIGHTED_ROWS, moment="Expected"),
        "overdue_count": RowQuestion(
            OPPORTUNITY_ROWS,
            # The index has the second, which is true of those without a date as well.
            f"AND opportunity.expected_date < %(today)s AND {EXPECTED_ON} < %(today)s",
            moment="Expected",
        ),
    },
    "arrivals": {
        metric: RowQuestion(only=question.only + _IN_HOUR)
        for metric, question in (
            SPEED_QUESTIONS["any"] | {"leads": RowQuestion()}
        ).items()
    },
    "leaks": {
        "reached": _step(""),
        "went_on": _WENT_ON,
        "median_seconds": _WENT_ON,
        "lost": _LOST,
        "lost_median_seconds": _LOST,
        "given_up": _step("AND person.later_at IS NULL AND person.outcome = 'lost'"),
        "lost_cents": _step(
            "AND person.later_at IS NULL AND person.expected_value_cents IS NOT NULL"
        ),
    },
}
# All steps together, from lead to payment.
ALL_STEP_QUESTIONS = {"reached": RowQuestion(), "went_on": _did("is_paid")}


def question(metric: str, by: str, key: str | None, basis: Basis) -> RowQuestion | None:
    """None for a number that opens no rows."""
    if by == "speed":
        return SPEED_QUESTIONS.get(key or "", {}).get(metric)
    if by == "assigned_speed":
        return SPEED_QUESTIONS["human"].get(metric)
    if table := person_tables.get(by):
        return table.question(metric, basis)
    if by == "leaks" and key == ALL_STEPS and metric in ALL_STEP_QUESTIONS:
        return ALL_STEP_QUESTIONS[metric]
    return TABLE_QUESTIONS.get(by, QUESTIONS_BY_BASIS.get(basis, PERIOD_QUESTIONS)).get(
        metric
    )
