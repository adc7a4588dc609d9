"""What one subject adds to the rollups, worked out from its rows.

The columns are explained at the model, `kpis.models.rollup.Fact`.
"""

from functools import cache

from kpis.extension_points import credited_parts
from kpis.metrics.sql import AGE_LIMITS, is_held, query
from kpis.metrics.steps import FIRST_MOMENTS, LAST_STEP, LAST_STEP_AT, STEP_WAITS

FACT_COLUMNS = (
    "subject",
    "campaign",
    "source",
    "procedure",
    "assigned_to",
    "created_day",
    "created_hour",
    "is_backfilled",
    "any_wait",
    "human_wait",
    "kinds",
    "campaigns",
    "days",
    "earlier",
    "counts",
    "cents",
    "matured_cents",
    "tags",
    "stage",
    "outcome",
    "stage_since",
    "value_cents",
    "expected_on",
    "leads_wait",
    "booked_wait",
    "shown_wait",
    "last_step",
    "last_step_at",
    "left_stages",
    "left_days",
    "left_lengths",
    "entered_days",
    "credited_to",
    "credited_days",
    "credited_cents",
)
# Kinds of entries that are no events: consults planned for a day, and those held.
DUE, HELD = "due", "held"
# Those whose ids are bound.
THESE_SUBJECTS = "SELECT unnest(%(subjects)s::text[]) AS id"


def facts_of(subjects: str, within: str = "") -> str:
    """SQL: WITH and common table expressions, the last of them `fact`.

    `subjects` reads their ids; `within` is what their rows in other tables fulfill, so
    that only those are read.
    """
    return query("rollups", "facts_of", subjects=subjects, facts=_facts(within))


@cache
def _facts(within: str) -> str:
    """Made when it is needed: apps above say who is credited with money."""
    (parts,) = credited_parts
    return query(
        "rollups",
        "facts",
        within=within,
        credited_parts=parts,
        due=DUE,
        held=HELD,
        is_held_happened=is_held("happened"),
        matured_cents=", ".join(
            f"sum(cents) FILTER (WHERE age < {limit})" for limit in AGE_LIMITS.values()
        ),
        first_moments=FIRST_MOMENTS,
        step_waits=STEP_WAITS,
        last_step=LAST_STEP,
        last_step_at=LAST_STEP_AT,
    )
