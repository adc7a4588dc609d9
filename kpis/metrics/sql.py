"""What each measure counts, in SQL: one fragment each, and every query formats it.

The queries stand by name in `kpis/sql/*.sql`, with the names of fragments in braces:
`count(*) FILTER (WHERE {is_booked})`. So raw, rollup, drill and trend queries count
the same events. The kinds of events are `kpis.choices.Kind`; what a touch is, and how
soon a lead should get one, says `leads.touches`.
"""

from typing import Any

from kpis.choices import MONEY_KINDS, ONCE_PER_LEAD, Kind
from kpis.metrics.definitions import MATURITIES
from leads.choices import Outcome
from leads.touches import ANSWER_GOAL_SECONDS, ANSWER_GOAL_SQL, BY_PERSON_SQL, TOUCH_SQL
from medspa.postgres.sql_files import sql


def _one_of(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


# Conditions on an event, or on an entry of a fact: both name their column `kind`.
CONDITIONS = {
    "is_click": f"kind = '{Kind.AD_CLICK}'",
    "is_no_click": f"kind <> '{Kind.AD_CLICK}'",
    "is_booked": f"kind = '{Kind.CONSULT_BOOKED}'",
    "is_shown": f"kind = '{Kind.CONSULT_SHOW}'",
    "is_paid": f"kind = '{Kind.INVOICE_PAID}'",
    "is_refund": f"kind = '{Kind.INVOICE_REFUNDED}'",
    "is_money": f"kind IN ({_one_of(MONEY_KINDS)})",
    "is_once_per_lead": f"kind IN ({_one_of(ONCE_PER_LEAD)})",
}
# Payments add to net revenue and refunds take from it.
NET_CENTS = (
    f"CASE kind WHEN '{Kind.INVOICE_REFUNDED}' THEN -value_cents ELSE value_cents END"
)


def lead_totals(count: str, cents: str) -> str:
    """What one lead's events add up to.

    `count` and `cents` are aggregates: of events, or of the entries of a fact.
    """
    return """{count} FILTER (WHERE {is_booked}) AS booked,
    {count} FILTER (WHERE {is_shown}) AS shown,
    {count} FILTER (WHERE {is_paid}) AS paid,
    {cents} FILTER (WHERE {is_paid}) AS gross,
    {cents} FILTER (WHERE {is_refund}) AS refunds""".format(
        count=count, cents=cents, **CONDITIONS
    )


# What the `lead_totals` of several leads add up to. Rows without a lead are no leads.
PEOPLE_MEASURES = """coalesce(sum(booked), 0)::bigint AS booked_events,
    count(lead.id) FILTER (WHERE booked > 0) AS booked_leads,
    coalesce(sum(shown), 0)::bigint AS show_events,
    count(lead.id) FILTER (WHERE shown > 0) AS shown_leads,
    coalesce(sum(paid), 0)::bigint AS paid_invoices,
    count(lead.id) FILTER (WHERE paid > 0) AS paying_leads,
    coalesce(sum(gross), 0)::bigint AS gross_collected_cents,
    coalesce(sum(refunds), 0)::bigint AS refunds_cents"""
# A new customer pays for the first time: nothing was paid `{before}`.
HAS_PAID = """EXISTS (
        SELECT FROM kpis_kpievent earlier
        WHERE earlier.lead_id = lead.id AND {is_paid}
            AND earlier.deleted_at IS NULL AND {before}
    )"""
# Hours, not days: a day of the calendar may have 23 or 25 of them.
AGE_LIMITS = {days: f"interval '{days * 24} hours'" for days in MATURITIES}
# When a consult is planned for; the text begins with the date, in any zone. A text that
# is no moment is none: one bad row must not fail a page.
PLANNED_TEXT = "metadata_json ->> 'scheduled_for'"
PLANNED_AT = (
    f"CASE WHEN leads_is_moment({PLANNED_TEXT}) THEN ({PLANNED_TEXT})::timestamptz END"
)
IS_UNDATED = f"leads_is_moment({PLANNED_TEXT}) IS NOT TRUE"


def is_held(events: str = "kpis_kpievent") -> str:
    """A booked consult was held if a shown one names it."""
    return """EXISTS (
    SELECT FROM {events} show
    WHERE show.lead_id = booking.lead_id AND {is_shown}
        AND show.deleted_at IS NULL AND show.metadata_json ->> 'booking' = booking.id
)""".format(events=events, **CONDITIONS)


def is_standing(booking: str = "booking") -> str:
    """A canceled consult is neither due nor a no-show; its booking still counts."""
    return f"""NOT EXISTS (
    SELECT FROM kpis_consultdetails details
    WHERE details.booking_id = {booking}.id AND details.canceled_at IS NOT NULL
)"""


def forecast_measures(count: str, cents: str, expected_on: str) -> str:
    """What open opportunities add up to; `weighted` is in hundredths of a percent."""
    return f"""{count}::bigint AS count, sum({cents})::bigint AS cents,
    sum({cents}::numeric * win_probability_bps)::bigint AS weighted,
    coalesce({count} FILTER (WHERE {expected_on} < %(today)s), 0)::bigint AS overdue"""


# Touches before the lead's creation are ignored.
IS_TOUCH = f"{TOUCH_SQL} AND activity.created_at >= lead.created_at"
# Leads that start no clock stay out of the figures of waits.
HAS_CLOCK = "NOT lead.is_backfilled"
# A consult booked or shown and a payment answer a lead: see `leads.answered`.
ANSWERING_EVENTS = """EXISTS (
    SELECT FROM kpis_kpievent answer
    WHERE answer.lead_id = lead.id AND answer.deleted_at IS NULL
        AND answer.{is_once_per_lead}
)""".format(**CONDITIONS)

FRAGMENTS = {
    **CONDITIONS,
    "click": f"'{Kind.AD_CLICK}'",
    "net_cents": NET_CENTS,
    "lead_totals": lead_totals("count(*)", "sum(value_cents)"),
    "people_measures": PEOPLE_MEASURES,
    "paid_before_range": HAS_PAID.format(
        before="earlier.occurred_at < %(start)s", **CONDITIONS
    ),
    "planned_text": PLANNED_TEXT,
    "planned_at": PLANNED_AT,
    "is_undated": IS_UNDATED,
    "is_held": is_held(),
    "is_standing": is_standing(),
    "is_open": f"outcome = '{Outcome.OPEN}'",
    "is_lost": f"outcome = '{Outcome.LOST}'",
    "is_touch": IS_TOUCH,
    "has_clock": HAS_CLOCK,
    "by_person": BY_PERSON_SQL,
    "answer_goal": ANSWER_GOAL_SQL,
    "answer_goal_seconds": str(ANSWER_GOAL_SECONDS),
    "opportunity_of_lead": sql("kpis", "fragments", "opportunity_of_lead"),
    "stage_of_lead": sql("kpis", "fragments", "stage_of_lead"),
}


def query(file: str, name: str, **more: Any) -> str:
    """The SQL `name` of `kpis/sql/<file>.sql`, with the fragments and `more` put in."""
    return sql("kpis", file, name).format(**FRAGMENTS, **more)
