"""Storing the numbers of the last months every evening."""

from datetime import date, timedelta

from kpis.metrics.display import as_integer
from kpis.models import MonthSnapshot
from kpis.models.snapshot import MEASURES
from kpis.period import Period, Window, whole_month
from kpis.queries.numbers import KpiData, read_at_once
from medspa import clock
from medspa.clinic_time import clinic_today, clinic_zone, local_date
from medspa.formats import clinic_formats
from medspa.health.lines import HealthLine, Severity
from medspa.months import previous_month

NOTED_DAYS = 14
KEPT_MONTHS = 14  # the running one and the thirteen before it


def take_snapshots(evening: date | None = None) -> int:
    """Store the figures of the last months as they are now; return how many are new.

    They are those of today's evening, or of an `evening` that was missed. A second time
    for the same evening stores nothing.
    """
    # Taken before anything is read, so that what is recorded meanwhile counts as later.
    taken_at = clock.now()
    zone = clinic_zone()
    evening = evening or local_date(taken_at, zone)
    known = set(
        MonthSnapshot.objects.filter(taken_on=evening).values_list("month", flat=True)
    )
    rows = [
        snapshot_of(Window(period, zone, taken_at), evening)
        for period in _last_months(evening)
        if period.first not in known
    ]
    MonthSnapshot.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def missed_evenings(today: date) -> list[date]:
    """The evenings before today, of the last two weeks, without snapshots.

    An evening before the very first snapshot was not missed.
    """
    since = today - timedelta(days=NOTED_DAYS)
    taken = set(
        MonthSnapshot.objects.filter(taken_on__gte=since)
        .values_list("taken_on", flat=True)
        .order_by()
        .distinct()
    )
    oldest = MonthSnapshot.objects.order_by("taken_on").values_list("taken_on").first()
    first = max(since, oldest[0]) if oldest else today
    days = (first + timedelta(days=number) for number in range((today - first).days))
    return [day for day in days if day not in taken]


def snapshot_line() -> HealthLine:
    """For the health page: evenings whose figures nobody kept.

    Only the last one can be made up for, so only that needs somebody.
    """
    today = clinic_today()
    missed = missed_evenings(today)
    if not missed:
        return HealthLine("Monthly figures", "Saved every evening.")
    days = ", ".join(clinic_formats().day_of_year(day) for day in missed)
    words = f"Not saved on the evening of {days}: no worker was running."
    if missed[-1] < today - timedelta(days=1):
        return HealthLine("Monthly figures", f"{words} Since then every evening.")
    return HealthLine(
        "Monthly figures",
        words,
        Severity.WARNING,
        "Keep a worker running: it makes up for yesterday.",
    )


def snapshot_of(window: Window, evening: date | None = None) -> MonthSnapshot:
    """The window's month at the moment `as_of`; not saved."""
    figures = read_at_once(KpiData(window), lambda numbers: numbers.figures)
    return MonthSnapshot(
        month=window.period.first,
        taken_on=evening or window.today,
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
