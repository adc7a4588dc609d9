"""Checking that rollups are what a rebuild would store, and answer as the rows do."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Max, Min

from kpis.extension_points import Read, comparisons
from kpis.metrics.definitions import Basis
from kpis.models import KpiEvent
from kpis.period import Period, Window, whole_month
from kpis.queries import (
    assigned,
    cohorts,
    counts,
    drop_off,
    durations,
    forecast,
    leads_by_hour,
    past_stages,
    tags,
    trend,
)
from kpis.rollups import comparing, reading
from kpis.rollups.medians import ValuesChanged
from kpis.rollups.rebuild import portions_of_leads
from kpis.rollups.sums import ADDITIONS
from leads.models import Lead
from medspa.clinic_time import clinic_zone, local_date
from medspa.clock import CLOCK_SKEW
from medspa.postgres.sessions import two_sessions
from medspa.refusals import Refused

ATTEMPTS = 20
# For so many months the questions of the KPI page are asked of the rows, too.
RECENT_MONTHS = 2
SOME_DAY = date(2000, 1, 1)
Comparisons = tuple[tuple[str, Read, Read], ...]
Answer = TypeVar("Answer")


def _on_both_bases(
    ask: Callable[[Window, Basis], object],
) -> Read:
    return lambda window: [ask(window, basis) for basis in (Basis.PERIOD, Basis.COHORT)]


# What is compared: its name, and how it is read either way.
COMPARED: Comparisons = (
    (
        "period",
        counts.period_slices_from_rollups,
        counts.period_slices_from_rows,
    ),
    (
        "cohort",
        counts.cohort_slices_from_rollups,
        counts.cohort_slices_from_rows,
    ),
    (
        "speed to lead",
        durations.speeds_from_rollups,
        durations.speeds_from_rows,
    ),
    (
        "consults",
        durations.consults_from_rollups,
        durations.consults_from_rows,
    ),
    ("trend", trend.trend_from_rollups, trend.trend_from_rows),
    (
        "cohorts by month",
        cohorts.cohorts_from_rollups,
        cohorts.cohorts_from_rows,
    ),
    (
        "arrivals",
        leads_by_hour.arrivals_from_rollups,
        leads_by_hour.arrivals_from_rows,
    ),
    (
        "tags",
        _on_both_bases(tags.BY_TAG.from_rollups),
        _on_both_bases(tags.BY_TAG.from_rows),
    ),
    (
        "by person",
        _on_both_bases(assigned.BY_ASSIGNED.from_rollups),
        _on_both_bases(assigned.BY_ASSIGNED.from_rows),
    ),
    (
        "speed by person",
        durations.speed_by_assigned_from_rollups,
        durations.speed_by_assigned_from_rows,
    ),
    ("drop-off", drop_off.steps_from_rollups, drop_off.steps_from_rows),
    ("time in stage", durations.ended_from_rollups, durations.ended_from_rows),
    ("past boards", past_stages.stages_from_rollups, past_stages.stages_from_rows),
)
# These don't depend on the range, so they are compared once.
COMPARED_ONCE: Comparisons = (
    ("ageing", durations.open_from_rollups, durations.open_from_rows),
    ("forecast", forecast.forecast_from_rollups, forecast.forecast_from_rows),
)


class NoRollups(Refused):
    """There are no rollups to be checked."""

    code = "no_rollups"


@dataclass(frozen=True)
class Check:
    """One range: what is stored wrong, and the questions with different answers."""

    period: Period
    wrong: list[str]


def check_stored() -> Iterator[Check]:
    """Every month: all its facts and sums, and the last months' questions.

    Raises NoRollups. What is stored is compared in snapshots in which nothing is dirty,
    so others may write meanwhile.
    """
    whole = _lifetime()
    if whole is None:
        return
    _require_rollups()
    months = list(_whole_months(whole))
    with two_sessions() as start:
        stored = [
            (
                f"stored {name.replace('_', ' ')}",
                start(partial(_in_one_snapshot, compare)),
            )
            for name, compare in _stored()
        ]
        *recent, last = months[-RECENT_MONTHS:]
        asked = [start(partial(_check, month)) for month in recent]
        asked.append(start(partial(_check, last, (*COMPARED, *COMPARED_ONCE))))
        wrong: dict[Period, list[str]] = defaultdict(list)
        for name, wait in stored:
            for day in wait():
                wrong[whole_month(day)].append(name)
        for wait_for_check in asked:
            answered = wait_for_check()
            wrong[answered.period] += answered.wrong
    for month in sorted({*months, *wrong}, key=lambda period: period.first):
        yield Check(month, wrong[month])


def _stored() -> Iterator[tuple[str, Callable[[], set[date]]]]:
    """Those that take longest begin first."""
    zone = clinic_zone().key
    for bounds, _ in portions_of_leads():
        yield "facts", partial(comparing.wrong_facts, zone, bounds)
    for name, addition in ADDITIONS.items():
        yield name, partial(comparing.wrong_sums, addition)
    yield "clicks", partial(comparing.wrong_facts, zone, None)


def check() -> Iterator[Check]:
    """The questions of every month in which anything happened, and of all together.

    Raises NoRollups. Each range is compared in a snapshot in which nothing is dirty, so
    others may write meanwhile.
    """
    whole = _lifetime()
    if whole is None:
        return
    # A small clinic's rollups are built here, once: not by each session.
    _require_rollups()
    with two_sessions() as start:
        # All of it takes longest, so it begins first.
        of_all = start(partial(_check, whole, (*COMPARED, *COMPARED_ONCE)))
        months = [start(partial(_check, month)) for month in _whole_months(whole)]
        for wait in (*months, of_all):
            yield wait()


def _check(period: Period, compared: Comparisons = COMPARED) -> Check:
    wrong = _in_one_snapshot(partial(_differences, period, compared))
    return Check(period, wrong)


def _lifetime() -> Period | None:
    moments = [
        *Lead.objects.aggregate(Min("created_at"), Max("created_at")).values(),
        *KpiEvent.objects.aggregate(Min("occurred_at"), Max("occurred_at")).values(),
    ]
    days = [local_date(moment, clinic_zone()) for moment in moments if moment]
    return Period(min(days), max(days)) if days else None


def _whole_months(period: Period) -> Iterator[Period]:
    for part in period.by_month():
        yield whole_month(part.first)


def _in_one_snapshot(compare: Callable[[], Answer]) -> Answer:
    for _ in range(ATTEMPTS):
        window = _require_rollups()
        is_outermost = not connection.in_atomic_block
        with transaction.atomic(), connection.cursor() as cursor:
            if is_outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            if not reading.is_behind(window):
                return compare()
    raise NoRollups("Too many changes at once to compare.")


def _require_rollups() -> Window:
    if not reading.is_fresh(window := _window(Period(SOME_DAY, SOME_DAY))):
        raise NoRollups("There are no totals for the clinic's time zone.")
    return window


def _window(period: Period) -> Window:
    """Seen from after everything that happened: clocks differ by up to a minute."""
    return Window(period, clinic_zone(), datetime.now(UTC) + 2 * CLOCK_SKEW)


def _differences(period: Period, compared: Comparisons = COMPARED) -> list[str]:
    window = _window(period)
    return [
        name
        for name, from_rollups, from_rows in (*compared, *comparisons)
        if _differs(from_rollups, from_rows, window)
    ]


def _differs(from_rollups: Read, from_rows: Read, window: Window) -> bool:
    try:
        return from_rollups(window) != from_rows(window)
    except ValuesChanged:  # the sums count values that there aren't
        return True
