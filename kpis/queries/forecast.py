"""Forecast: the value of open opportunities by the month they are expected in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kpis.metrics.sql import forecast_measures, query
from kpis.period import Window
from kpis.queries.database import rows
from kpis.queries.durations import open_stages
from kpis.rollups import reading, stage_periods
from medspa.money import round_half_away

MEASURES_OF_OPPORTUNITIES = forecast_measures(
    "count(*)", "expected_value_cents", "expected_date"
)


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


def forecast(
    window: Window, freshness: reading.Freshness | None = None
) -> list[Expected]:
    """Expected value times the stage's chance, by month; undated ones last."""
    if (freshness or reading.freshness(window)).for_period:
        return forecast_from_rollups(window)
    return forecast_from_rows(window)


def forecast_from_rollups(window: Window) -> list[Expected]:
    """From the rollups, which have to be fresh."""
    return _forecast(stage_periods.forecast_rows(window))


def forecast_from_rows(window: Window) -> list[Expected]:
    """The same, counted from opportunities and stage periods themselves."""
    sql = query("people", "forecast", measures=MEASURES_OF_OPPORTUNITIES)
    return _forecast(rows(sql, window, stages=open_stages()))


def _forecast(months: list[dict[str, Any]]) -> list[Expected]:
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
