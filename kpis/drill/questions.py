"""Which rows each number counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpis.choices import MONEY_KINDS, Kind
from kpis.drill.sql import (
    ATTRIBUTED,
    BOOKINGS,
    BY_PERSON,
    COHORT_EVENTS,
    ENDED_STAGE_PERIODS,
    EVENTS,
    FIRST_EVER,
    HELD,
    IN_TIME,
    LEADS,
    ONCE,
    OPEN_STAGE_PERIODS,
    OPPORTUNITIES,
    STEPS,
    answered,
    did,
)
from kpis.metrics.definitions import Basis
from kpis.metrics.sql import AGE_LIMITS
from kpis.queries.drop_off import ALL_STEPS


@dataclass(frozen=True)
class Question:
    """`moment` heads the column of times; money shows amounts, stage periods
    and waits their length."""

    sql: str = LEADS
    only: str = ""
    kinds: tuple[str, ...] = ()
    moment: str = "When"
    has_length: bool = False


def _events(*kinds: str, only: str = "") -> Question:
    return Question(EVENTS, only, kinds)


def _of_cohort(*kinds: str, only: str = "") -> Question:
    return Question(COHORT_EVENTS, only, kinds)


def _did(which: str, only: str = "") -> Question:
    return Question(only=did(which) + only)


BOOKED, SHOWN = Kind.CONSULT_BOOKED.value, Kind.CONSULT_SHOW.value
PAID, REFUNDED = MONEY_KINDS
PERIOD = {
    "leads": Question(),
    "leads_with_campaign": Question(only=ATTRIBUTED),
    "ad_clicks": _events(Kind.AD_CLICK.value),
    "booked_events": _events(BOOKED),
    "booked_leads": _events(BOOKED, only=ONCE),
    "show_events": _events(SHOWN),
    "shown_leads": _events(SHOWN, only=ONCE),
    "paid_invoices": _events(PAID),
    "paying_leads": _events(PAID, only=ONCE),
    "new_customers": _events(PAID, only=FIRST_EVER),
    "attributed_new_customers": _events(PAID, only=FIRST_EVER + ATTRIBUTED),
    "gross_collected_cents": _events(PAID),
    "refunds_cents": _events(REFUNDED),
    "net_revenue_cents": _events(PAID, REFUNDED),
    "attributed_net_revenue_cents": _events(PAID, REFUNDED, only=ATTRIBUTED),
}
COHORT = {
    "leads": Question(),
    "leads_with_campaign": Question(only=ATTRIBUTED),
    "booked_events": _of_cohort(BOOKED),
    "booked_leads": _did("is_booked"),
    "show_events": _of_cohort(SHOWN),
    "shown_leads": _did("is_shown"),
    "paid_invoices": _of_cohort(PAID),
    "paying_leads": _did("is_paid"),
    "new_customers": _did("is_paid"),
    "attributed_new_customers": _did("is_paid", ATTRIBUTED),
    "gross_collected_cents": _of_cohort(PAID),
    "refunds_cents": _of_cohort(REFUNDED),
    "net_revenue_cents": _of_cohort(PAID, REFUNDED),
    "attributed_net_revenue_cents": _of_cohort(PAID, REFUNDED, only=ATTRIBUTED),
}
BY_BASIS = {Basis.PERIOD: PERIOD, Basis.COHORT: COHORT}
_REVENUE = {
    f"revenue_{days}_cents": _of_cohort(
        PAID,
        REFUNDED,
        only=f"AND event.occurred_at < lead.created_at + {limit}",
    )
    for days, limit in AGE_LIMITS.items()
}


def _speed(only: str = "") -> dict[str, Question]:
    contacted = Question(only="AND " + answered(only))
    return {
        "leads": Question(),
        "contacted": contacted,
        "median_seconds": contacted,
        "uncontacted": Question(only="AND NOT " + answered(only)),
        "within_5min": Question(only="AND " + answered(f"{only} {IN_TIME}")),
    }


SPEED = {"any": _speed(), "human": _speed(BY_PERSON)}
_IN_HOUR = " AND to_char(lead.created_at AT TIME ZONE %(zone)s, 'ID-HH24') = %(key)s"
_LEFT = Question(ENDED_STAGE_PERIODS, moment="Left", has_length=True)
_STILL = Question(OPEN_STAGE_PERIODS, moment="Came", has_length=True)
_OPEN = Question(OPPORTUNITIES, moment="Expected")


def _step(only: str) -> Question:
    return Question(STEPS, only, moment="Since", has_length=True)


_LOST = _step("AND person.later_at IS NULL")
_WENT_ON = _step("AND person.later_at IS NOT NULL")
TABLES: Mapping[str, Mapping[str, Question]] = {
    "trend": PERIOD,
    "cohorts": {**COHORT, **_REVENUE},
    "consults": {
        "due": Question(BOOKINGS, moment="Planned for"),
        "held": Question(BOOKINGS, f"AND {HELD}", moment="Planned for"),
        "no_show": Question(BOOKINGS, f"AND NOT {HELD}", moment="Planned for"),
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
        "weighted_cents": _OPEN,
        "overdue_count": Question(
            OPPORTUNITIES,
            "AND opportunity.expected_date < %(today)s",
            moment="Expected",
        ),
    },
    "arrivals": {
        metric: Question(only=question.only + _IN_HOUR)
        for metric, question in SPEED["any"].items()
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
# From lead to payment: everybody has one first step and at most one at which to stop.
ALL_OF_THEM = {"reached": Question(), "went_on": _did("is_paid")}


def question(metric: str, by: str, key: str | None, basis: Basis) -> Question | None:
    """None for a number that opens no rows."""
    if by == "speed":
        return SPEED.get(key or "", {}).get(metric)
    if by == "leaks" and key == ALL_STEPS and metric in ALL_OF_THEM:
        return ALL_OF_THEM[metric]
    return TABLES.get(by, BY_BASIS.get(basis, PERIOD)).get(metric)
