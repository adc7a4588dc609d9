"""How far a job is, written so that every page sees it at once."""

import time
from collections.abc import Callable
from typing import Any, Protocol

from django.db import connection

# A page asks once a second, so writing more often would be wasted.
SECONDS_BETWEEN_WRITES = 0.3

# Over a connection that the ORM does not know, in 0.2 ms.
SAVE_PROGRESS = """
    UPDATE medspa_jobrun
    SET done = %s, total = %s, heartbeat_at = clock_timestamp()
    WHERE id = %s AND attempt = %s AND state = 'running'
    RETURNING cancel_asked_at IS NOT NULL
"""


class JobCanceled(Exception):
    """Somebody canceled the run, or another worker has taken it over."""


class ShuttingDown(Exception):
    """This worker is about to end; another one continues the run."""


class JobProgress(Protocol):
    """What a job reports its progress to. It counts in any one unit, such as rows."""

    def of(self, total: int, done: int = 0) -> None: ...

    def step(self, count: int = 1) -> None: ...


class NullProgress:
    """For a job that runs within a request or a test, where nobody watches."""

    def of(self, total: int, done: int = 0) -> None:
        pass

    def step(self, count: int = 1) -> None:
        pass


class RunProgress:
    """Writes the progress of one attempt to its run, over a connection of its own.

    On the job's own connection nobody would see it before the job's transaction
    commits, and a rollback would undo it.
    """

    def __init__(
        self, run_id: str, attempt: int, must_end: Callable[[], bool] = lambda: False
    ) -> None:
        self.run_id, self.attempt, self.must_end = run_id, attempt, must_end
        self.total = self.done = 0
        self.saved_at = 0.0
        self.connection: Any = connection.copy()

    def of(self, total: int, done: int = 0) -> None:
        """There are `total` steps, of which an earlier attempt did `done`."""
        self.total, self.done = total, done
        self._save()

    def step(self, count: int = 1) -> None:
        """`count` more are done. Ends the job by `JobCanceled` or `ShuttingDown`."""
        self.done += count
        if self.must_end():
            self._save()
            raise ShuttingDown
        if time.monotonic() - self.saved_at >= SECONDS_BETWEEN_WRITES:
            self._save()

    def close(self) -> None:
        """Save the last steps unless another attempt has the run; raises nothing."""
        try:
            self._save()
        except JobCanceled:
            pass
        finally:
            self.connection.close()

    def _save(self) -> None:
        self.saved_at = time.monotonic()
        total = max(self.total, self.done) if self.total else 0
        with self.connection.cursor() as cursor:
            cursor.execute(SAVE_PROGRESS, [self.done, total, self.run_id, self.attempt])
            answer = cursor.fetchone()
        if answer is None or answer[0]:
            raise JobCanceled
