"""How the system is: what an administrator looks at when something seems wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.models import Session

from medspa import clock
from medspa.clock import DATABASE_CLOCK, LEAST_SKEW
from medspa.encryption import key_checks
from medspa.extension_points import health_lines
from medspa.jobs.models import JobRun
from medspa.jobs.registry import is_any_worker_alive
from medspa.readiness import pending_migrations


@dataclass(frozen=True)
class HealthLine:
    """One thing, what is known of it, and whether that is well."""

    name: str
    words: str
    is_well: bool = True


def read_health() -> list[HealthLine]:
    return [*_own_lines(), *(line() for line in health_lines)]


def _own_lines() -> Iterator[HealthLine]:
    yield clock_line(DATABASE_CLOCK.skew())
    waiting = JobRun.objects.active().count()
    if is_any_worker_alive():
        yield HealthLine("Worker", f"Running. Jobs waiting or running: {waiting}.")
    else:
        words = f"Not running. Start `manage.py worker`. Jobs waiting: {waiting}."
        yield HealthLine("Worker", words, is_well=False)
    pending = pending_migrations()
    yield HealthLine(
        "Tables",
        f"Run `manage.py migrate` for {', '.join(pending)}."
        if pending
        else "Up to date.",
        is_well=not pending,
    )
    wrong = list(key_checks.problems())
    yield HealthLine(
        "Keys",
        ". ".join(wrong) + "." if wrong else "They match the database.",
        is_well=not wrong,
    )
    sessions = Session.objects.filter(expire_date__gt=clock.now()).count()
    yield HealthLine("Sessions", f"{sessions} are open.")


def clock_line(skew: timedelta) -> HealthLine:
    """`skew`: how far the database's clock is ahead of this computer's."""
    seconds = abs(skew).total_seconds()
    if abs(skew) <= LEAST_SKEW:
        return HealthLine(
            "Clock", f"In sync with the database, within {seconds:.1f} s."
        )
    way = "behind" if skew > timedelta() else "ahead of"
    return HealthLine(
        "Clock",
        f"This computer's clock is {seconds:,.0f} s {way} the database's. Times are "
        "taken from the database's; set this one right.",
        is_well=False,
    )
