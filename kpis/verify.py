"""Proving that the sums are what the rows say, month by month and as a whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min

from kpis.metrics.definitions import Basis
from kpis.models import KpiEvent
from kpis.period import Period, Window
from kpis.queries import cohorts, tags, trend
from kpis.queries import counts as queries
from kpis.queries import durations as pace
from kpis.queries import leads_by_hour as arrivals
from kpis.rollups import reading
from leads.models import Lead
from medspa.clinic_time import clinic_zone, local_date
from medspa.clock import CLOCK_SKEW

ATTEMPTS = 20
FIRST = date(2000, 1, 1)


class NotKept(Exception):
    """There are no sums to be checked; the message says why."""


@dataclass(frozen=True)
class Check:
    """One range: which questions are answered otherwise than by the rows."""

    period: Period
    wrong: list[str]


def check() -> Iterator[Check]:
    """Every month in which anything happened, and all of them together.

    Raises NotKept. Each range is compared in a snapshot in which nothing waits to be
    folded, so others may write meanwhile.
    """
    whole = _lifetime()
    if whole is None:
        return
    for period in [*_months(whole), whole]:
        yield Check(period, _in_one_snapshot(lambda: _differences(period)))  # noqa: B023


def _lifetime() -> Period | None:
    moments = [
        *Lead.objects.aggregate(Min("created_at"), Max("created_at")).values(),
        *KpiEvent.objects.aggregate(Min("occurred_at"), Max("occurred_at")).values(),
    ]
    days = [local_date(moment, clinic_zone()) for moment in moments if moment]
    return Period(min(days), max(days)) if days else None


def _months(whole: Period) -> Iterator[Period]:
    first = whole.first.replace(day=1)
    while first <= whole.last:
        following = (first + timedelta(days=32)).replace(day=1)
        yield Period(first, following - timedelta(days=1))
        first = following


def _in_one_snapshot(compare: Callable[[], list[str]]) -> list[str]:
    for _ in range(ATTEMPTS):
        window = _window(Period(FIRST, FIRST))
        if not reading.is_kept(window):
            raise NotKept("There are no sums for the clinic's time zone.")
        is_outermost = not connection.in_atomic_block
        with transaction.atomic(), connection.cursor() as cursor:
            if is_outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            if not reading.is_behind(window):
                return compare()
    raise NotKept("Others write so fast that there was no moment to compare.")


def _window(period: Period) -> Window:
    """Seen from after everything that happened: clocks differ by up to a minute."""
    return Window(period, clinic_zone(), datetime.now(UTC) + 2 * CLOCK_SKEW)


def _differences(period: Period) -> list[str]:
    window = _window(period)
    return [
        name
        for name, kept, counted in (
            ("period", queries.kept_period_slices, queries.counted_period_slices),
            ("cohort", queries.kept_cohort_slices, queries.counted_cohort_slices),
            ("speed to lead", pace.kept_speeds, pace.counted_speeds),
            ("consults", pace.kept_consults, pace.counted_consults),
            ("trend", trend.kept_trend, trend.counted_trend),
            ("cohorts by month", cohorts.kept_cohorts, cohorts.counted_cohorts),
            ("arrivals", arrivals.kept_arrivals, arrivals.counted_arrivals),
            ("tags", _tags(tags.kept_by_tag), _tags(tags.counted_by_tag)),
        )
        if kept(window) != counted(window)
    ]


def _tags(ask: Callable[[Window, Basis], tags.Tagged]) -> Callable[[Window], object]:
    """On both bases at once."""
    return lambda window: [ask(window, basis) for basis in (Basis.PERIOD, Basis.COHORT)]
