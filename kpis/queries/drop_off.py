"""Where people get lost: how far the leads of a window got, and how long it took."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kpis.metrics.figures import Ratio, ratio
from kpis.period import Window
from kpis.queries.database import rows
from leads.choices import Outcome

STEPS = {"leads": "Lead → booked", "booked": "Booked → shown", "shown": "Shown → paid"}
ALL_STEPS = "all"
# The first moment of each step up to now, and that of the first later one.
PEOPLE = """
SELECT lead.id, lead.created_at, step.name AS step, step.at, step.later_at,
    stage.outcome, opportunity.expected_value_cents
FROM leads_lead lead
CROSS JOIN LATERAL (
    SELECT min(occurred_at) FILTER (WHERE kind = 'consult_booked') AS booked_at,
        min(occurred_at) FILTER (WHERE kind = 'consult_show') AS shown_at,
        min(occurred_at) FILTER (WHERE kind = 'invoice_paid') AS paid_at
    FROM kpis_kpievent event
    WHERE event.lead_id = lead.id AND event.deleted_at IS NULL
        AND event.occurred_at <= %(as_of)s
) happened
CROSS JOIN LATERAL (VALUES
    ('leads', lead.created_at, least(booked_at, shown_at, paid_at)),
    ('booked', booked_at, least(shown_at, paid_at)),
    ('shown', shown_at, paid_at)
) step (name, at, later_at)
LEFT JOIN leads_leadstage stay ON stay.lead_id = lead.id AND stay.left_at IS NULL
LEFT JOIN leads_pipelinestage stage ON stage.id = stay.stage_id
LEFT JOIN leads_opportunity opportunity
    ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
WHERE lead.deleted_at IS NULL AND step.at IS NOT NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
"""
# All of them at once: the database chooses whether to look at each lead's events or to
# read them in one go.
AT_ONCE = """
WITH lead AS (
    SELECT id, created_at FROM leads_lead
    WHERE deleted_at IS NULL AND created_at >= %(start)s AND created_at < %(end)s
),
happened AS (
    SELECT event.lead_id,
        min(occurred_at) FILTER (WHERE kind = 'consult_booked') AS booked_at,
        min(occurred_at) FILTER (WHERE kind = 'consult_show') AS shown_at,
        min(occurred_at) FILTER (WHERE kind = 'invoice_paid') AS paid_at
    FROM kpis_kpievent event JOIN lead ON lead.id = event.lead_id
    WHERE kind IN ('consult_booked', 'consult_show', 'invoice_paid')
        AND event.deleted_at IS NULL AND event.occurred_at <= %(as_of)s
    GROUP BY event.lead_id
)
SELECT {columns}
FROM lead
LEFT JOIN happened ON happened.lead_id = lead.id
{joined}
"""
# Joined only for the measures that need them.
JOINED = {
    "given_up": """
LEFT JOIN leads_leadstage stay ON stay.lead_id = lead.id AND stay.left_at IS NULL
LEFT JOIN leads_pipelinestage stage ON stage.id = stay.stage_id
""",
    "lost_cents": """
LEFT JOIN leads_opportunity opportunity
    ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
""",
}
# The moment of each step, and that of the first later one.
MOMENTS = {
    "leads": ("lead.created_at", "least(booked_at, shown_at, paid_at)"),
    "booked": ("booked_at", "least(shown_at, paid_at)"),
    "shown": ("shown_at", "paid_at"),
}
_MEDIAN = "percentile_cont(0.5) WITHIN GROUP (ORDER BY {length})"
# Who did things in another order waited for no time at all.
MEASURES = {
    "reached": "count({at})",
    "went_on": "count({later}) FILTER (WHERE {at} IS NOT NULL)",
    "given_up": "count({at}) FILTER (WHERE {later} IS NULL"
    " AND stage.outcome = %(lost)s)",
    "lost_cents": "coalesce(sum(expected_value_cents) FILTER ("
    "WHERE {at} IS NOT NULL AND {later} IS NULL), 0)::bigint",
    "median_seconds": _MEDIAN.format(
        length="greatest(date_part('epoch', {later} - {at}), 0)"
    )
    + " FILTER (WHERE {at} IS NOT NULL AND {later} IS NOT NULL)",
    "lost_median_seconds": _MEDIAN.format(length="date_part('epoch', %(as_of)s - {at})")
    + " FILTER (WHERE {at} IS NOT NULL AND {later} IS NULL)",
}
COUNTED = ("reached", "went_on")
# What the figures of a leak that are no measures are made of.
MADE_OF = {"lost": COUNTED, "lost_rate": COUNTED}


@dataclass(frozen=True)
class Leak:
    """One step: who got there, who went on, and who got no further so far."""

    step: str
    reached: int = 0
    went_on: int = 0
    given_up: int = 0
    lost_cents: int = 0
    median_seconds: float | None = None
    lost_median_seconds: float | None = None

    @property
    def lost(self) -> int:
        return self.reached - self.went_on

    @property
    def lost_rate(self) -> Ratio | None:
        return ratio(self.lost, self.reached)


def leaks(window: Window, measures: Collection[str] = tuple(MEASURES)) -> list[Leak]:
    """The steps in their order. Everybody who never paid is lost at exactly one.

    Only `measures` are asked for; the others stay as if there were nobody.
    """
    row = rows(_sql(measures), window, lost=Outcome.LOST)[0]
    return [
        Leak(step, **{name: _measured(row[f"{step}_{name}"]) for name in measures})
        for step in STEPS
    ]


def measures_of(figure: str) -> Collection[str]:
    """What has to be asked to know one figure of every step and of all together."""
    return {*COUNTED, *MADE_OF.get(figure, (figure,))}


def _sql(measures: Collection[str]) -> str:
    columns = [
        f"{MEASURES[name].format(at=at, later=later)} AS {step}_{name}"
        for step, (at, later) in MOMENTS.items()
        for name in measures
    ]
    joined = "".join(sql for name, sql in JOINED.items() if name in measures)
    return AT_ONCE.format(columns=", ".join(columns), joined=joined)


def _measured(value: Any) -> Any:
    """Seconds to the microsecond; counts and cents as they are."""
    return round(value, 6) if isinstance(value, float) else value
