"""Ends the statement of a task that must stop and does not come to its next step.

A task that waits for a lock, or for a long statement, sees neither that its worker is
to end nor that its run was canceled. Its statement is canceled in the database; the
task fails there, and `medspa.tasks` decides what that means.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from procrastinate import App, JobContext
from psycopg import Error as DatabaseError

from medspa.clinic.current import clinic_scope

log = logging.getLogger(__name__)
CANCEL_CHECK_SECONDS = 0.5
# Most tasks come to their next step sooner.
SECONDS_OF_PATIENCE = 2

# Over the worker's own asynchronous connection, in 0.2 ms.
CANCELED_RUNS = """
    SELECT id FROM medspa_jobrun
    WHERE id = ANY(%(ids)s) AND state = 'running'
        AND cancel_asked_at < clock_timestamp() - make_interval(secs => %(patience)s)
"""


class Interrupter:
    """Knows the database connections of the tasks that run in this worker."""

    def __init__(self, stop: asyncio.Event) -> None:
        self.stop = stop
        self._stop_seen_at: float | None = None
        self._running: dict[int, tuple[JobContext, Any]] = {}

    def around_task(
        self, call_next: Callable[[], Any], context: JobContext, worker: Any
    ) -> Any:
        """As procrastinate's `task_middleware`; runs in the task's thread."""
        with self._known(context), clinic_scope():
            return call_next()

    @contextmanager
    def _known(self, context: JobContext) -> Iterator[None]:
        key = id(context)
        self._running[key] = (context, connections["default"])
        try:
            yield
        finally:
            del self._running[key]

    async def keep_looking(self, connected: App) -> None:
        while True:
            await asyncio.sleep(CANCEL_CHECK_SECONDS)
            await self.look(connected)

    async def look(self, connected: App) -> None:
        """Interrupt every task that ought to have stopped by now."""
        running = list(self._running.values())
        if not running:
            return
        canceled = [] if self._is_time_up() else await _canceled(connected, running)
        for context, connection in running:
            run_id = context.job.task_kwargs.get("run_id")
            if self._is_time_up() or run_id in canceled:
                await asyncio.to_thread(_interrupt, connection)

    def _is_time_up(self) -> bool:
        if not self.stop.is_set():
            return False
        now = time.monotonic()
        self._stop_seen_at = self._stop_seen_at or now
        return now - self._stop_seen_at >= SECONDS_OF_PATIENCE


async def _canceled(connected: App, running: list[tuple[JobContext, Any]]) -> list[str]:
    ids = [context.job.task_kwargs.get("run_id") for context, _ in running]
    rows = await connected.connector.execute_query_all_async(
        CANCELED_RUNS,
        ids=[run_id for run_id in ids if run_id],
        patience=SECONDS_OF_PATIENCE,
    )
    return [row["id"] for row in rows]


def _interrupt(connection: Any) -> None:
    raw = connection.connection
    if raw is None or raw.closed:
        return
    try:
        raw.cancel_safe(timeout=5)
    except DatabaseError as error:
        log.warning("A statement could not be canceled: %s", type(error).__name__)
