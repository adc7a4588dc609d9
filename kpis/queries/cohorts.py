"""What the leads of each month brought in their first 7, 30, 60 and 90 days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kpis.metrics.definitions import MATURITIES
from kpis.metrics.figures import SoFar
from kpis.period import Period, Window
from kpis.queries.database import rows
from kpis.rollups import reading

# Hours, not days: a day of the calendar may have 23 or 25 of them.
COHORTS = f"""
SELECT date_trunc('month', lead.created_at AT TIME ZONE %(zone)s)::date AS month,
    count(*) AS leads, count(*) FILTER (WHERE paid > 0) AS new_customers,
    coalesce(sum(net), 0)::bigint AS net_revenue_cents,
    {
    ", ".join(
        f"coalesce(sum(net_{days}), 0)::bigint AS revenue_{days}_cents"
        for days in MATURITIES
    )
}
FROM leads_lead lead
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE cents > 0) AS paid, sum(cents) AS net,
        {
    ", ".join(
        f"sum(cents) FILTER (WHERE age < interval '{days * 24} hours') AS net_{days}"
        for days in MATURITIES
    )
}
    FROM (
        SELECT CASE kind WHEN 'invoice_paid' THEN value_cents ELSE -value_cents END
            AS cents, occurred_at - lead.created_at AS age
        FROM kpis_kpievent
        WHERE lead_id = lead.id AND deleted_at IS NULL
            AND kind IN ('invoice_paid', 'invoice_refunded')
            AND occurred_at <= %(as_of)s
    ) money
) brought
WHERE lead.deleted_at IS NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
GROUP BY 1
"""  # noqa: S608  (no input)


@dataclass(frozen=True)
class Cohort:
    """The leads created on the days of `period`, which lie in one month.

    `revenue` is net cents by days after each lead's creation; `followed` how long ago
    the last of the days ended.
    """

    period: Period
    followed: timedelta
    leads: int = 0
    new_customers: int = 0
    net_revenue_cents: int = 0
    revenue: tuple[int, ...] = (0,) * len(MATURITIES)

    @property
    def mature_days(self) -> int:
        return max(self.followed, timedelta()) // timedelta(days=1)

    def after(self, days: int) -> int | SoFar:
        """Net cents of the first `days` days; `SoFar` while they aren't over."""
        cents = self.revenue[MATURITIES.index(days)]
        return cents if self.followed >= timedelta(days=days) else SoFar(cents)


def cohorts(window: Window, trust: reading.Trust | None = None) -> list[Cohort]:
    """Each month of the window, cut off at its ends, followed up to `as_of`."""
    if (trust or reading.trusted(window)).follows:
        return kept_cohorts(window)
    return counted_cohorts(window)


def kept_cohorts(window: Window) -> list[Cohort]:
    """From the sums, which have to be kept."""
    return _cohorts(reading.month_rows(window.period), window)


def counted_cohorts(window: Window) -> list[Cohort]:
    """The same, counted from the rows themselves."""
    return _cohorts(rows(COHORTS, window), window)


def _cohorts(answer: list[dict[str, Any]], window: Window) -> list[Cohort]:
    found = {row.pop("month"): row for row in answer}
    return [
        _cohort(period, window, found.get(month, {}))
        for month, period in _months(window.period)
    ]


def _months(period: Period) -> Iterator[tuple[date, Period]]:
    for month, _ in period.months():
        last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        part = period.within(month, last)
        if part:
            yield month, part


def _cohort(period: Period, window: Window, row: dict[str, Any]) -> Cohort:
    followed = window.as_of - period.utc_range(window.zone)[1]
    if not row:
        return Cohort(period, followed)
    revenue = tuple(row.pop(f"revenue_{days}_cents") for days in MATURITIES)
    return Cohort(period, followed, **row, revenue=revenue)
