"""Leads, bookings and net revenue along a window: by day, week or month."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from kpis.period import Period, Window
from kpis.queries.database import rows
from kpis.rollups import reading

DAILY_UP_TO = 45
WEEKLY_UP_TO = 400

# A lead that books twice is counted once, on its first day, so that the days add
# up to the card.
TREND = """
SELECT day, sum(leads)::bigint AS leads, sum(booked)::bigint AS booked_leads,
    sum(cents)::bigint AS net_revenue_cents
FROM (
    SELECT (created_at AT TIME ZONE %(zone)s)::date AS day,
        count(*) AS leads, 0 AS booked, 0 AS cents
    FROM leads_lead
    WHERE deleted_at IS NULL
        AND created_at >= %(start)s AND created_at < %(end)s
    GROUP BY 1
    UNION ALL
    SELECT (booked_at AT TIME ZONE %(zone)s)::date, 0, count(*), 0
    FROM (
        SELECT event.lead_id, min(event.occurred_at) AS booked_at
        FROM kpis_kpievent event
        JOIN leads_lead lead ON lead.id = event.lead_id AND lead.deleted_at IS NULL
        WHERE event.kind = 'consult_booked' AND event.deleted_at IS NULL
            AND event.occurred_at >= %(start)s AND event.occurred_at < %(end)s
        GROUP BY event.lead_id
    ) first_bookings
    GROUP BY 1
    UNION ALL
    SELECT (occurred_at AT TIME ZONE %(zone)s)::date, 0, 0,
        sum(CASE kind WHEN 'invoice_paid' THEN value_cents ELSE -value_cents END)
    FROM kpis_kpievent event
    LEFT JOIN leads_lead lead ON lead.id = event.lead_id
    WHERE event.kind IN ('invoice_paid', 'invoice_refunded')
        AND event.deleted_at IS NULL AND lead.deleted_at IS NULL
        AND event.occurred_at >= %(start)s AND event.occurred_at < %(end)s
    GROUP BY 1
) parts
GROUP BY day
ORDER BY day
"""


@dataclass(frozen=True)
class Step:
    """One bar: the figures of the days of `period`."""

    period: Period
    leads: int = 0
    booked_leads: int = 0
    net_revenue_cents: int = 0


def step_name(period: Period) -> str:
    if period.days <= DAILY_UP_TO:
        return "day"
    return "week" if period.days <= WEEKLY_UP_TO else "month"


def trend(window: Window, trust: reading.Trust | None = None) -> list[Step]:
    """Every day, week (from Monday) or month of the window, empty ones too."""
    if (trust or reading.trusted(window)).is_kept:
        return kept_trend(window)
    return counted_trend(window)


def kept_trend(window: Window) -> list[Step]:
    """From the sums, which have to be kept."""
    by_month = step_name(window.period) == "month"
    return _steps(reading.trend_rows(window.period, by_month=by_month), window)


def counted_trend(window: Window) -> list[Step]:
    """Counted from the rows themselves."""
    return _steps(rows(TREND, window), window)


def _steps(answer: list[dict[str, Any]], window: Window) -> list[Step]:
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


def totals(steps: Sequence[Step]) -> dict[str, int]:
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
            day = day.replace(day=1)
    return max(day, period.first)


def _empty_steps(period: Period) -> dict[date, Step]:
    starts = sorted(
        {
            _step_start(period.first + timedelta(days=offset), period)
            for offset in range(period.days)
        }
    )
    following = [*starts[1:], period.last + timedelta(days=1)]
    return {
        start: Step(Period(start, after - timedelta(days=1)))
        for start, after in zip(starts, following, strict=True)
    }
