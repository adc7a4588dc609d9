"""The worker process: procrastinate's worker, restarted whenever it fails.

It survives a restart of the database and takes over the jobs of a killed worker.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from threading import Event
from typing import Any

from django.db import close_old_connections
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout

from medspa.clinic.current import clinic_scope
from medspa.extension_points import minute_duties, waiting_work, worker_loops
from medspa.jobs.interrupting import Interrupter
from medspa.jobs.registry import DEAD_AFTER, HEARTBEAT
from medspa.process.call_frames import with_room

log = logging.getLogger(__name__)
# Jobs wait for the database more than they compute, and two at a time let a short job
# pass a long one.
CONCURRENCY = 2
SECONDS_TO_FINISH = 5
SECONDS_BEFORE_ANOTHER_TRY = 1
SECONDS_BETWEEN_DUTIES = 60
SECONDS_BEFORE_A_LOOP_AGAIN = 5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
WorkerLoop = Callable[[Callable[[], bool]], None]
CONNECTION_ERRORS = (ConnectorException, DatabaseError, PoolTimeout, OSError)


async def work_until_stopped() -> None:
    """Work until a stop signal comes; a running job stops at its next step."""
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set():
        try:
            await _work(stop)
        except CONNECTION_ERRORS as error:
            log.warning("The database isn't responding: %s", type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SECONDS_BEFORE_ANOTHER_TRY)


async def work_off() -> None:
    """Do what waits, the jobs of dead workers included, then return."""
    await asyncio.to_thread(_do_waiting_work)
    interrupter = Interrupter(asyncio.Event())
    async with _connected() as connected:
        await rescue(connected)
        looking = asyncio.create_task(interrupter.keep_looking(connected))
        try:
            await _run_worker(connected, interrupter, wait=False)
        finally:
            looking.cancel()


async def rescue(connected: App) -> None:
    """Put the jobs of dead workers back into the queue."""
    silent = await connected.job_manager.get_stalled_jobs(
        seconds_since_heartbeat=DEAD_AFTER.total_seconds()
    )
    for job in silent:
        log.warning("Job %s is taken over from a worker that has ended.", job.id)
        with suppress(ConnectorException):  # another worker was faster
            await connected.job_manager.retry_job(job)


async def _work(stop: asyncio.Event) -> None:
    interrupter = Interrupter(stop)
    ending = Event()
    async with _connected() as connected:
        # It has to go on until the last task has ended.
        looking = asyncio.create_task(interrupter.keep_looking(connected))
        parts = [
            asyncio.create_task(part)
            for part in (
                _run_worker(connected, interrupter, wait=True),
                _keep_rescuing(connected),
                _keep_watching(),
                *(_keep_up(loop, ending) for loop in worker_loops),
                stop.wait(),
            )
        ]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.set()
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        looking.cancel()
    for part in done:
        part.result()


@asynccontextmanager
async def _connected() -> AsyncIterator[App]:
    """The app on connections for a worker instead of the web server's."""
    connector = PsycopgConnector(min_size=1, kwargs=connector_params())
    with app.replace_connector(connector) as connected:
        async with connected.open_async():
            yield connected


def _run_worker(
    connected: App, interrupter: Interrupter, *, wait: bool
) -> Coroutine[Any, Any, None]:
    return connected.run_worker_async(
        wait=wait,
        concurrency=CONCURRENCY,
        install_signal_handlers=False,
        update_heartbeat_interval=HEARTBEAT.total_seconds(),
        stalled_worker_timeout=DEAD_AFTER.total_seconds(),
        shutdown_graceful_timeout=SECONDS_TO_FINISH,
        delete_jobs="successful",
        # The app's own close each task's database connection.
        task_middleware=[
            *(connected.worker_defaults.get("task_middleware") or ()),
            interrupter.around_task,
        ],
    )


async def _keep_rescuing(connected: App) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT.total_seconds())
        await rescue(connected)


async def _keep_watching() -> None:
    """Beside the jobs: they may take all the worker's places for an hour.

    A second worker, or the first one after a restart, loses a minute at most.
    """
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_DUTIES)
        await asyncio.to_thread(do_minute_duties)


async def _keep_up(loop: WorkerLoop, ending: Event) -> None:
    """A loop that fails is logged and begun again."""
    while not ending.is_set():
        try:
            await asyncio.to_thread(with_room(loop), ending.is_set)
        except Exception:  # whatever it is, the jobs go on
            log.exception("%s failed", loop.__name__)
        await asyncio.sleep(SECONDS_BEFORE_A_LOOP_AGAIN)


def _do_waiting_work() -> None:
    for work in waiting_work:
        with_room(work)()
    close_old_connections()


def do_minute_duties() -> None:
    """Each on its own; one that fails is logged, and tried again in a minute."""
    with clinic_scope():
        for duty in minute_duties:
            try:
                with_room(duty)()
            except Exception:  # whatever it is, the other duties are done
                log.exception("%s failed", duty.__name__)
    close_old_connections()
