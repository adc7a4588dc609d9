"""The database's own clock: when rows were written, and what time it is now.

Several servers write into one database, and their clocks differ. Moments of what
happens now come from `now()`, which follows the database's clock; when the database's
own clock is set back, triggers let a row be recorded at its moment
(`leads_follow_the_clock` and its like).
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import psycopg
from django.db import connection, models
from django.db.models import F, Func, Q

# The clocks of the web server and the database may differ by this much.
CLOCK_SKEW = timedelta(minutes=1)
# Less than this is no skew but the time that a question takes.
LEAST_SKEW = timedelta(seconds=5)
SECONDS_BETWEEN_QUESTIONS = 60


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class DatabaseClock:
    """Asks the database for the time once a minute, and counts on by itself."""

    def __init__(
        self,
        wall: Callable[[], datetime] = _wall_clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wall, self.monotonic = wall, monotonic
        self._lock = Lock()
        self._asked_at: float | None = None
        self._answer = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The database's time; this computer's, while they agree within seconds."""
        theirs, ours = self._theirs(), self.wall()
        if theirs is None or -LEAST_SKEW <= theirs - ours <= LEAST_SKEW:
            return ours
        return theirs

    def skew(self) -> timedelta:
        """How far the database's clock is ahead of this computer's; negative: behind.

        Zero while nothing is known: before the first question, or without a connection.
        """
        theirs = self._theirs()
        return theirs - self.wall() if theirs else timedelta()

    def _theirs(self) -> datetime | None:
        """What the database's clock shows, if anything is known of it."""
        now = self.monotonic()
        if self._asked_at is None or now - self._asked_at > SECONDS_BETWEEN_QUESTIONS:
            self._ask()
            now = self.monotonic()
        if self._asked_at is None:
            return None
        return self._answer + timedelta(seconds=now - self._asked_at)

    def _ask(self) -> None:
        """On the connection that is open; a question alone is no reason to open one."""
        raw: Any = connection.connection
        if raw is None or raw.closed or _has_failed(raw):
            return
        with suppress(psycopg.Error):
            answer = raw.execute("SELECT clock_timestamp()").fetchone()[0]
            with self._lock:
                self._asked_at, self._answer = self.monotonic(), answer


def _has_failed(raw: Any) -> bool:
    return raw.info.transaction_status == psycopg.pq.TransactionStatus.INERROR


DATABASE_CLOCK = DatabaseClock()


def now() -> datetime:
    """What moments are taken from, in UTC."""
    return DATABASE_CLOCK.now()


class ClockTimestamp(Func):
    """`clock_timestamp()`: unlike `now()`, not the start of the transaction."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()
    arity = 0


class RecordedAtField(models.DateTimeField):
    """When the row was written, by the database's clock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"db_default": ClockTimestamp(), "editable": False}
        super().__init__(*args, **(defaults | kwargs))


def not_in_the_future(field: str) -> Q:
    """The moment in `field` is not after the row's own `recorded_at`."""
    return Q(**{f"{field}__lte": F("recorded_at") + CLOCK_SKEW})
