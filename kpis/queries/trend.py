"""Leads, bookings and net revenue along a window: by day, week or month."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from kpis.metrics.sql import query
from kpis.period import Period, Window
from kpis.queries.database import rows
from kpis.rollups import reading
from medspa.months import month_of

DAILY_UP_TO = 45
WEEKLY_UP_TO = 400


@dataclass(frozen=True)
class TrendBar:
    """One bar of the trend: the figures of the days of `period`."""

    period: Period
    leads: int = 0
    booked_leads: int = 0
    net_revenue_cents: int = 0


def step_name(period: Period) -> str:
    if period.days <= DAILY_UP_TO:
        return "day"
    return "week" if period.days <= WEEKLY_UP_TO else "month"


def trend(window: Window, freshness: reading.Freshness | None = None) -> list[TrendBar]:
    """Every day, week (from Monday) or month of the window, empty ones too."""
    if (freshness or reading.freshness(window)).for_period:
        return trend_from_rollups(window)
    return trend_from_rows(window)


def trend_from_rollups(window: Window) -> list[TrendBar]:
    """From the rollups, which have to be fresh."""
    by_month = step_name(window.period) == "month"
    return _steps(reading.trend_rows(window.period, by_month=by_month), window)


def trend_from_rows(window: Window) -> list[TrendBar]:
    """Counted from leads and events themselves."""
    return _steps(rows(query("people", "trend"), window), window)


def _steps(answer: list[dict[str, Any]], window: Window) -> list[TrendBar]:
    steps = _empty_steps(window.period)
    for row in answer:
        first = _step_start(row["day"], window.period)
        step = steps[first]
        steps[first] = replace(
            step,
            leads=step.leads + row["leads"],
            booked_leads=step.booked_leads + row["booked_leads"],
            net_revenue_cents=step.net_revenue_cents + row["net_revenue_cents"],
        )
    return list(steps.values())


def totals(steps: Sequence[TrendBar]) -> dict[str, int]:
    return {
        name: sum(getattr(step, name) for step in steps)
        for name in ("leads", "booked_leads", "net_revenue_cents")
    }


def _step_start(day: date, period: Period) -> date:
    """The first day of the step that holds `day`, cut off at the window's start."""
    match step_name(period):
        case "week":
            day -= timedelta(days=day.weekday())
        case "month":
            day = month_of(day)
    return max(day, period.first)


def _empty_steps(period: Period) -> dict[date, TrendBar]:
    starts = sorted(
        {
            _step_start(period.first + timedelta(days=offset), period)
            for offset in range(period.days)
        }
    )
    following = [*starts[1:], period.last + timedelta(days=1)]
    return {
        start: TrendBar(Period(start, after - timedelta(days=1)))
        for start, after in zip(starts, following, strict=True)
    }
