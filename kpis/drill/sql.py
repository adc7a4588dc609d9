"""The SQL of the rows behind numbers: which rows there are, and conditions on them.

The queries, in `kpis/sql/drill.sql`, still have the places `{only}` and `{where}`.
"""

from kpis.metrics.sql import FRAGMENTS, query
from kpis.queries.drop_off import STEPS_OF_LEADS


def _rows(name: str, **more: str) -> str:
    return query("drill", name, only="{only}", where="{where}", **more)


LEADS = _rows("leads")
EVENTS = _rows("events")
COHORT_EVENTS = _rows("cohort_events")
BOOKINGS = _rows("bookings")
ENDED_STAGE_PERIODS = _rows("ended_stage_periods")
OPEN_STAGE_PERIODS = _rows("open_stage_periods")
OPPORTUNITIES = _rows("opportunities")
STEPS = _rows("steps", steps_of_leads=STEPS_OF_LEADS)

# Conditions, each of which may follow the others.
ONCE = query("drill", "is_first", since="AND earlier.occurred_at >= %(since)s")
# The first payment ever stands for the new customer.
FIRST_EVER = query("drill", "is_first", since="")
ATTRIBUTED = "AND lead.campaign_id IS NOT NULL"
HELD = FRAGMENTS["is_held"]
IN_TIME = "AND activity.created_at <= lead.created_at + " + FRAGMENTS["answer_goal"]
BY_PERSON = "AND " + FRAGMENTS["by_person"]
NO_TAG = "AND NOT " + query("drill", "has_tag", only="")
HAS_TAG = "AND " + query("drill", "has_tag", only="AND tagged.tag_id = %(key)s")


def did(which: str) -> str:
    """The lead has such an event up to `as_of`; `which` is a fragment's name."""
    return query("drill", "did", which=FRAGMENTS[which])


def answered(only: str = "") -> str:
    return query("drill", "answered", only=only)
