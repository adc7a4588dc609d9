"""How far a long run is, told so that everybody sees it at once."""

import time
from collections.abc import Callable
from typing import Any, Protocol

from django.db import connection

# A page asks once a second; more often would only cost.
SECONDS_BETWEEN_WRITES = 0.3

TELL = """
    UPDATE medspa_longrun
    SET done = %s, total = %s, heartbeat_at = clock_timestamp()
    WHERE id = %s AND attempt = %s AND state = 'running'
    RETURNING cancel_asked_at IS NOT NULL
"""


class Cancelled(Exception):
    """Somebody asked to stop, or another worker has the run by now."""


class ShuttingDown(Exception):
    """The worker ends; the next one goes on with the run."""


class Steps(Protocol):
    """What work is given to tell its progress: counts in any one unit."""

    def of(self, total: int, done: int = 0) -> None: ...

    def step(self, count: int = 1) -> None: ...


class Untold:
    """For work that is done within a request: nobody watches."""

    def of(self, total: int, done: int = 0) -> None:
        pass

    def step(self, count: int = 1) -> None:
        pass


class Progress:
    """Tells one attempt's progress on a connection of its own.

    So it is seen while the work's own transaction is open, and taken back by none.
    """

    def __init__(
        self, run_id: str, attempt: int, must_end: Callable[[], bool] = lambda: False
    ) -> None:
        self.run_id, self.attempt, self.must_end = run_id, attempt, must_end
        self.total = self.done = 0
        self.told_at = 0.0
        self.connection: Any = connection.copy()

    def of(self, total: int, done: int = 0) -> None:
        """There are `total` steps, of which an earlier attempt did `done`."""
        self.total, self.done = total, done
        self._tell()

    def step(self, count: int = 1) -> None:
        """`count` more are done. Raises Cancelled or ShuttingDown when to stop."""
        self.done += count
        if self.must_end():
            self._tell()
            raise ShuttingDown
        if time.monotonic() - self.told_at >= SECONDS_BETWEEN_WRITES:
            self._tell()

    def close(self) -> None:
        """Tell the last steps, if the run is still this attempt's; raises nothing."""
        try:
            self._tell()
        except Cancelled:
            pass
        finally:
            self.connection.close()

    def _tell(self) -> None:
        self.told_at = time.monotonic()
        total = max(self.total, self.done) if self.total else 0
        with self.connection.cursor() as cursor:
            cursor.execute(TELL, [self.done, total, self.run_id, self.attempt])
            answer = cursor.fetchone()
        if answer is None or answer[0]:
            raise Cancelled
