"""Forecast: the value of open opportunities by the month they are expected in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpis.metrics.sql import query
from kpis.period import Window
from kpis.queries.database import rows
from kpis.queries.durations import open_stages
from medspa.money import round_half_away


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
    months = rows(query("people", "forecast"), window, stages=open_stages())
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
