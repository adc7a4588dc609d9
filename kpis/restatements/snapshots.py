"""Keeping each evening what the numbers of the last months are."""

from datetime import UTC, date, datetime, timedelta

from kpis.metrics.display import as_integer
from kpis.models import MonthSnapshot
from kpis.models.snapshot import MEASURES
from kpis.period import Period, Window
from kpis.queries.numbers import Numbers
from medspa.clinic_time import clinic_zone, local_date

MONTHS = 14  # the running one and the thirteen before it


def take_snapshots() -> int:
    """Keep the figures of the last months as they are now; how many rows are new.

    A second time on the same day of the clinic keeps nothing.
    """
    # Before anything is read: what is recorded meanwhile counts as recorded later.
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
    """The month of the window as it is seen at its `as_of`; not saved."""
    figures = Numbers(window).figures
    return MonthSnapshot(
        month=window.period.first,
        taken_on=window.today,
        taken_at=window.as_of,
        zone=window.zone.key,
        **{key: as_integer(figures[key]) for key in MEASURES},
    )


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - timedelta(days=1))


def _last_months(today: date) -> list[Period]:
    """The month of today first."""
    months = [month_of(today)]
    while len(months) < MONTHS:
        months.append(month_of(months[-1].first - timedelta(days=1)))
    return months
