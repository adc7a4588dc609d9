"""Where people get lost: how far the leads of a window got, and how long it took."""

from dataclasses import dataclass
from typing import Any

from kpis.database import rows
from kpis.figures import Ratio, ratio
from kpis.period import Window
from leads.vocabulary import Outcome

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
# Who did things in another order waited for no time at all.
LEAKS = f"""
SELECT step, count(*) AS reached, count(later_at) AS went_on,
    count(*) FILTER (WHERE later_at IS NULL AND outcome = %(lost)s) AS given_up,
    coalesce(sum(expected_value_cents) FILTER (WHERE later_at IS NULL), 0)::bigint
        AS lost_cents,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY greatest(extract(epoch FROM later_at - at), 0)::float8
    ) FILTER (WHERE later_at IS NOT NULL) AS median_seconds,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM %(as_of)s - at)::float8
    ) FILTER (WHERE later_at IS NULL) AS lost_median_seconds
FROM ({PEOPLE}) people
GROUP BY step
"""  # noqa: S608  (no input)


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


def leaks(window: Window) -> list[Leak]:
    """The steps in their order. Everybody who never paid is lost at exactly one."""
    found = {row["step"]: row for row in rows(LEAKS, window, lost=Outcome.LOST)}
    return [_leak(step, found.get(step)) for step in STEPS]


def _leak(step: str, row: dict[str, Any] | None) -> Leak:
    if row is None:
        return Leak(step)
    for name in ("median_seconds", "lost_median_seconds"):
        row[name] = None if row[name] is None else round(row[name], 6)
    return Leak(**row)
