"""Storing the numbers of the last months every evening."""

from datetime import UTC, date, datetime

from kpis.metrics.display import as_integer
from kpis.models import MonthSnapshot
from kpis.models.snapshot import MEASURES
from kpis.period import Period, Window, whole_month
from kpis.queries.numbers import KpiData
from medspa.clinic_time import clinic_zone, local_date
from medspa.months import previous_month

KEPT_MONTHS = 14  # the running one and the thirteen before it


def take_snapshots() -> int:
    """Store the figures of the last months as they are now; return how many are new.

    A second time on the same day of the clinic stores nothing.
    """
    # Taken before anything is read, so that what is recorded meanwhile counts as later.
    taken_at = datetime.now(UTC)
    zone = clinic_zone()
    today = local_date(taken_at, zone)
    known = set(
        MonthSnapshot.objects.filter(taken_on=today).values_list("month", flat=True)
    )
    rows = [
        snapshot_of(Window(period, zone, taken_at))
        for period in _last_months(today)
        if period.first not in known
    ]
    MonthSnapshot.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def snapshot_of(window: Window) -> MonthSnapshot:
    """The window's month at the moment `as_of`; not saved."""
    figures = KpiData(window).figures
    return MonthSnapshot(
        month=window.period.first,
        taken_on=window.today,
        taken_at=window.as_of,
        zone=window.zone.key,
        **{key: as_integer(figures[key]) for key in MEASURES},
    )


def _last_months(today: date) -> list[Period]:
    """The current month first."""
    months = [whole_month(today)]
    while len(months) < KEPT_MONTHS:
        months.append(whole_month(previous_month(months[-1].first)))
    return months
