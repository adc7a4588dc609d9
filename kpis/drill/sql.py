"""The SQL of the rows behind numbers: which rows there are, and conditions on them.

The queries, in `kpis/sql/drill.sql`, still have the places `{only}` and `{where}`.
"""

from kpis.metrics.sql import FRAGMENTS, is_standing, query
from kpis.queries.drop_off import STEPS_OF_LEADS


def _rows(name: str, **more: str) -> str:
    return query("drill", name, only="{only}", where="{where}", **more)


LEAD_ROWS = _rows("leads")
EVENT_ROWS = _rows("events")
COHORT_EVENT_ROWS = _rows("cohort_events")
BOOKING_ROWS = _rows("bookings")
ENDED_STAGE_PERIOD_ROWS = _rows("ended_stage_periods")
OPEN_STAGE_PERIOD_ROWS = _rows("open_stage_periods")
EXPECTED_ON = query("drill", "expected_on")
OPEN_OPPORTUNITIES = {
    "expected_on": EXPECTED_ON,
    "before": query("drill", "before_opportunity"),
    "open_opportunities": _rows("open_opportunities", expected_on=EXPECTED_ON),
}
OPPORTUNITY_ROWS = _rows(
    "opportunities",
    cents="opportunity.expected_value_cents::bigint",
    running="NULL AS so_far",
    **OPEN_OPPORTUNITIES,
)
# The sum is rounded once: row by row it is what a row adds to the rounded sum so far.
WEIGHTED_ROWS = _rows(
    "opportunities",
    cents="(round(so_far) - round(so_far - weighted))::bigint",
    running=_rows("weighted", **OPEN_OPPORTUNITIES),
    **OPEN_OPPORTUNITIES,
)
STEP_ROWS = _rows("steps", steps_of_leads=STEPS_OF_LEADS)

# Conditions, each of which may follow the others.
IS_FIRST_SINCE = query(
    "drill", "is_first", since="AND earlier.occurred_at >= %(since)s"
)
# The first payment ever stands for the new customer.
IS_FIRST_EVER = query("drill", "is_first", since="")
AND_HAS_CLOCK = "AND " + FRAGMENTS["has_clock"]
IS_ATTRIBUTED = "AND lead.campaign_id IS NOT NULL"
AND_IS_UNDATED = f"AND {FRAGMENTS['is_undated']} AND {is_standing('event')}"
IS_HELD = FRAGMENTS["is_held"]
IS_IN_TIME = "AND activity.created_at <= lead.created_at + " + FRAGMENTS["answer_goal"]
IS_BY_PERSON = "AND " + FRAGMENTS["by_person"]
HAS_NO_TAG = "AND NOT " + query("drill", "has_tag", only="")
HAS_NO_PROCEDURE = "AND NOT " + query("drill", "has_procedure", only="")
HAS_THE_PROCEDURE = "AND " + query(
    "drill", "has_procedure", only="AND opportunity.procedure_code = %(key)s"
)
HAS_THE_TAG = "AND " + query("drill", "has_tag", only="AND tagged.tag_id = %(key)s")


def did(which: str) -> str:
    """The lead has such an event up to `as_of`; `which` is a fragment's name."""
    return query("drill", "did", which=FRAGMENTS[which])


def touched(only: str = "") -> str:
    return query("drill", "touched", only=only)
