"""What the leads of each month brought in their first 7, 30, 60 and 90 days."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kpis.metrics.definitions import MATURITIES
from kpis.metrics.figures import SoFar
from kpis.metrics.sql import AGE_LIMITS, query
from kpis.period import Period, Window
from kpis.queries.database import rows
from kpis.rollups import reading
from medspa.months import month_of

REVENUE = ", ".join(
    f"coalesce(sum(net_{days}), 0)::bigint AS revenue_{days}_cents"
    for days in MATURITIES
)
NET = ", ".join(
    f"sum(cents) FILTER (WHERE age < {limit}) AS net_{days}"
    for days, limit in AGE_LIMITS.items()
)


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
        """Net cents of the first `days` days; `SoFar` while they aren't over.

        Of a month that is over without a lead nothing more can come.
        """
        cents = self.revenue[MATURITIES.index(days)]
        is_final = self.followed >= timedelta(0 if not self.leads else days)
        return cents if is_final else SoFar(cents)


def cohorts(window: Window, freshness: reading.Freshness | None = None) -> list[Cohort]:
    """Each month of the window, cut off at its ends, followed up to `as_of`."""
    if (freshness or reading.freshness(window)).for_cohort:
        return cohorts_from_rollups(window)
    return cohorts_from_rows(window)


def cohorts_from_rollups(window: Window) -> list[Cohort]:
    """From the rollups, which have to be fresh."""
    return _cohorts(reading.cohort_month_rows(window.period), window)


def cohorts_from_rows(window: Window) -> list[Cohort]:
    """The same, counted from leads and events themselves."""
    sql = query("people", "cohorts", revenue_columns=REVENUE, net_columns=NET)
    return _cohorts(rows(sql, window), window)


def _cohorts(answer: list[dict[str, Any]], window: Window) -> list[Cohort]:
    found = {row.pop("month"): row for row in answer}
    return [
        _cohort(part, window, found.get(month_of(part.first), {}))
        for part in window.period.by_month()
    ]


def _cohort(period: Period, window: Window, row: dict[str, Any]) -> Cohort:
    followed = window.as_of - period.utc_range(window.zone)[1]
    if not row:
        return Cohort(period, followed)
    revenue = tuple(row.pop(f"revenue_{days}_cents") for days in MATURITIES)
    return Cohort(period, followed, **row, revenue=revenue)
