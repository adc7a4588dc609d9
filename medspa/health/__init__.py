"""How the system is: what an administrator looks at when something seems wrong.

Apps add lines by `medspa.extension_points.health_lines`.
"""

from collections.abc import Iterator
from datetime import timedelta

from medspa import clock
from medspa.accounts.session_rows import PersonSession
from medspa.clock import DATABASE_CLOCK, LEAST_SKEW
from medspa.encryption import key_checks
from medspa.extension_points import health_lines
from medspa.health.lines import HealthGroup, HealthLine, Severity
from medspa.jobs.models import JobRun
from medspa.jobs.registry import is_any_worker_alive
from medspa.readiness import pending_migrations

__all__ = ["HealthGroup", "HealthLine", "Severity", "read_health"]


def read_health() -> list[HealthLine]:
    return [*_own_lines(), *(line() for line in health_lines)]


def _own_lines() -> Iterator[HealthLine]:
    yield clock_line(DATABASE_CLOCK.skew())
    yield worker_line()
    yield tables_line(pending_migrations())
    yield keys_line(list(key_checks.problems()))
    sessions = PersonSession.objects.filter(expire_date__gt=clock.now()).count()
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
        "taken from the database's.",
        Severity.WARNING,
        "Set this computer's clock right, by NTP.",
    )


def worker_line() -> HealthLine:
    waiting = JobRun.objects.active().count()
    if is_any_worker_alive():
        return HealthLine("Worker", f"Running. Jobs waiting or running: {waiting}.")
    return HealthLine(
        "Worker",
        f"Not running. Jobs waiting: {waiting}.",
        Severity.ERROR,
        "Start `manage.py worker`.",
    )


def tables_line(pending: list[str]) -> HealthLine:
    if not pending:
        return HealthLine("Tables", "Up to date.", group=HealthGroup.DATABASE)
    return HealthLine(
        "Tables",
        f"Older than the code. Missing: {', '.join(pending)}.",
        Severity.ERROR,
        "Run `manage.py migrate`.",
        HealthGroup.DATABASE,
    )


def keys_line(problems: list[str]) -> HealthLine:
    if not problems:
        return HealthLine(
            "Keys", "They match the database.", group=HealthGroup.SECURITY
        )
    return HealthLine(
        "Keys",
        ". ".join(problems) + ".",
        Severity.ERROR,
        "Put the right keys into the environment and restart.",
        HealthGroup.SECURITY,
    )
