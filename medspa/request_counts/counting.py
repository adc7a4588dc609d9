"""Counting in memory, and adding what was counted to the site's tables now and then.

One table for the whole site instead of a file for each process: any web server can
answer `/metrics` with the same figures, a restart loses none, and the worker sees the
share of errors.
"""

import time
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from django.db import DatabaseError, InterfaceError, connection, transaction

from medspa.request_counts.models import RequestMinute

# Upper bounds of the classes of time, in milliseconds; what took longer is the last.
BOUNDS_MS = (25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
SERVER_ERROR = 500
# Others that watch us are no visitors, and /health/ready says 503 by design.
PROBES = "probe"
MINUTES_KEPT = timedelta(days=7)

# A flush waits for nobody: its counts stay in memory until the next one.
SHORT_WAIT = "SET LOCAL lock_timeout = '200ms'"
ADD_TOTAL = """
    INSERT INTO medspa_requesttotal AS kept
        (view, status, requests, milliseconds, buckets)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (view, status) DO UPDATE SET
        requests = kept.requests + excluded.requests,
        milliseconds = kept.milliseconds + excluded.milliseconds,
        buckets = ARRAY(
            SELECT old + new FROM unnest(kept.buckets, excluded.buckets)
                WITH ORDINALITY AS pair (old, new, place) ORDER BY place
        )
"""
ADD_MINUTE = """
    INSERT INTO medspa_requestminute AS kept (minute, requests, errors)
    VALUES (%s, %s, %s)
    ON CONFLICT (minute) DO UPDATE SET
        requests = kept.requests + excluded.requests,
        errors = kept.errors + excluded.errors
"""


@dataclass
class Total:
    requests: int = 0
    milliseconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_MS) + 1))

    def add(self, milliseconds: float, requests: int = 1) -> None:
        self.requests += requests
        self.milliseconds += milliseconds
        self.buckets[bisect_left(BOUNDS_MS, milliseconds)] += requests


class Counted:
    """What a process has counted since it last told the database."""

    def __init__(self) -> None:
        self.totals: defaultdict[tuple[str, int], Total] = defaultdict(Total)
        self.requests: Counter[int] = Counter()
        self.errors: Counter[int] = Counter()

    def add(self, view: str, status: int, seconds: float, minute: int) -> None:
        self.totals[view, status].add(seconds * 1000)
        if view != PROBES:
            self.requests[minute] += 1
            self.errors[minute] += status >= SERVER_ERROR

    def merge(self, other: "Counted") -> None:
        for key, counted in other.totals.items():
            total = self.totals[key]
            total.requests += counted.requests
            total.milliseconds += counted.milliseconds
            total.buckets = [
                old + new
                for old, new in zip(total.buckets, counted.buckets, strict=True)
            ]
        self.requests.update(other.requests)
        self.errors.update(other.errors)


class RequestCounter:
    """Counts the requests of this process; any thread may call."""

    def __init__(self, seconds_between_flushes: float) -> None:
        self.seconds_between_flushes = seconds_between_flushes
        self._lock = Lock()
        self._counted = Counted()
        self._flushed_at = time.monotonic()

    def note(self, view: str, status: int, seconds: float) -> None:
        minute = int(time.time() // 60)
        with self._lock:
            self._counted.add(view, status, seconds, minute)

    def flush_if_due(self) -> None:
        """Tell the database, if the last time is long enough ago."""
        if time.monotonic() - self._flushed_at >= self.seconds_between_flushes:
            self.flush()

    def flush(self) -> None:
        with self._lock:
            counted, self._counted = self._counted, Counted()
            self._flushed_at = time.monotonic()
        if not counted.totals:
            return
        try:
            save(counted)
        except (DatabaseError, InterfaceError):
            with self._lock:
                self._counted.merge(counted)


def save(counted: Counted) -> None:
    """In the order of their keys, so that two processes don't wait for each other."""
    totals = [
        (view, status, total.requests, round(total.milliseconds), total.buckets)
        for (view, status), total in sorted(counted.totals.items())
    ]
    minutes = [
        (datetime.fromtimestamp(minute * 60, UTC), requests, counted.errors[minute])
        for minute, requests in sorted(counted.requests.items())
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SHORT_WAIT)
        cursor.executemany(ADD_TOTAL, totals)
        cursor.executemany(ADD_MINUTE, minutes)


def forget_old_minutes(now: datetime) -> None:
    RequestMinute.objects.filter(minute__lt=now - MINUTES_KEPT).delete()
