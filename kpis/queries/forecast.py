"""What the open opportunities may bring, by the month they are expected in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpis.period import Window
from kpis.queries.database import rows
from kpis.queries.durations import open_stages
from medspa.money import round_half_away

FORECAST = """
SELECT date_trunc('month', expected_date::timestamp)::date AS month,
    count(*) AS count, sum(expected_value_cents)::bigint AS cents,
    sum(expected_value_cents::numeric * win_probability_bps)::bigint AS weighted,
    count(*) FILTER (WHERE expected_date < %(today)s) AS overdue
FROM leads_leadstage stay
JOIN leads_pipelinestage stage ON stage.id = stay.stage_id
JOIN leads_opportunity opportunity
    ON opportunity.lead_id = stay.lead_id AND opportunity.deleted_at IS NULL
WHERE stay.left_at IS NULL AND stay.stage_id = ANY(%(stages)s)
    AND NOT EXISTS (
        SELECT FROM leads_lead lead
        WHERE lead.id = stay.lead_id AND lead.deleted_at IS NOT NULL
    )
GROUP BY 1 ORDER BY 1 NULLS LAST
"""


@dataclass(frozen=True)
class Expected:
    """The open opportunities of one month; `month` is its first day or None."""

    month: date | None
    count: int
    value_cents: int
    weighted_exact: Fraction
    overdue: int

    @property
    def weighted_cents(self) -> int:
        return round_half_away(self.weighted_exact)


def forecast(window: Window) -> list[Expected]:
    """Expected value times the stage's chance, by month; undated ones last."""
    months = rows(FORECAST, window, stages=open_stages())
    return [
        Expected(
            row["month"],
            row["count"],
            int(row["cents"]),
            Fraction(int(row["weighted"]), 10_000),
            row["overdue"],
        )
        for row in months
    ]


def all_months(months: Sequence[Expected]) -> Expected:
    """The whole pipeline, its exact weighted value rounded once."""
    return Expected(
        None,
        sum(month.count for month in months),
        sum(month.value_cents for month in months),
        sum((month.weighted_exact for month in months), Fraction(0)),
        sum(month.overdue for month in months),
    )
