"""The worker, its queue, what went wrong lately."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum

from medspa import clock
from medspa.accounts.session_rows import PersonSession
from medspa.formats.plurals import counted
from medspa.health.lines import HealthLine, Severity
from medspa.health.version import VERSION
from medspa.jobs.models import JobRun
from medspa.jobs.registry import is_any_worker_alive
from medspa.request_counts.models import RequestMinute

LONGEST_JOB_WAIT = timedelta(minutes=5)
# The share of errors is that of so many minutes.
ERROR_WINDOW = timedelta(minutes=10)
MOST_ERRORS_PERCENT = 1

OLDEST_WAITING = """
    SELECT clock_timestamp() - min(greatest(job.scheduled_at, queued.at))
    FROM procrastinate_jobs job
    JOIN LATERAL (
        SELECT max(at) AS at FROM procrastinate_events event
        WHERE event.job_id = job.id AND type IN ('deferred', 'deferred_for_retry')
    ) queued ON true
    WHERE job.status = 'todo'
        AND (job.scheduled_at IS NULL OR job.scheduled_at <= clock_timestamp())
"""


def version_line() -> HealthLine:
    return HealthLine("Version", f"{VERSION}.")


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


def oldest_wait() -> timedelta:
    """How long the oldest job that could be done now has waited; zero without any."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_WAITING)
        waited: timedelta | None = cursor.fetchone()[0]
    return waited or timedelta()


def queue_line(waited: timedelta | None = None) -> HealthLine:
    waited = oldest_wait() if waited is None else waited
    if not waited:
        return HealthLine("Queue", "Empty.")
    words = f"The oldest waiting job has waited for {duration_words(waited)}."
    if waited <= LONGEST_JOB_WAIT:
        return HealthLine("Queue", words)
    return HealthLine(
        "Queue",
        words,
        Severity.WARNING,
        "See in the log what the worker does. Start another worker, or a first one.",
    )


def recent_requests(now: datetime | None = None) -> tuple[int, int]:
    """Of the last ten minutes: all, and those that failed."""
    since = (now or clock.now()) - ERROR_WINDOW
    rows = RequestMinute.objects.filter(minute__gte=since)
    sums: dict[str, Any] = rows.aggregate(all=Sum("requests"), bad=Sum("errors"))
    return sums["all"] or 0, sums["bad"] or 0


def errors_line(now: datetime | None = None) -> HealthLine:
    requests, errors = recent_requests(now)
    words = f"{errors} of {requests} in the last 10 minutes."
    if errors * 100 <= requests * MOST_ERRORS_PERCENT:
        return HealthLine("Requests that failed", words)
    return HealthLine(
        "Requests that failed",
        words,
        Severity.WARNING,
        "Look for ERROR in the web server's log; each answer's X-Request-ID is there.",
    )


def sessions_line() -> HealthLine:
    sessions = PersonSession.objects.filter(expire_date__gt=clock.now()).count()
    return HealthLine(
        "Sessions", f"{counted(sessions, 'session is', 'sessions are')} open."
    )


def duration_words(duration: timedelta) -> str:
    """`45 s`, `12 min`, `3 h`, `2 days`: the largest unit that is at least two."""
    seconds = int(duration.total_seconds())
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
