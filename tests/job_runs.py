"""A worker for tests: in this process, or one that can be killed."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

from django.core.management import call_command
from django.db import connection, connections

from medspa.jobs.worker import work_off
from medspa.models import JobRun
from tests.forked import forked


def carry_out(run: JobRun) -> JobRun:
    """Let a worker do everything that waits; the run as it is then."""
    asyncio.run(work_off())
    run.refresh_from_db()
    return run


@contextmanager
def work_meanwhile() -> Iterator[None]:
    """What waits is done during the block, beside the loop of a browser."""

    def work() -> None:
        asyncio.run(work_off())
        connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(work)
        yield
        done.result()


@contextmanager
def forked_worker() -> Iterator[BaseProcess]:
    """A worker on the test database, which is killed at the end; not in browser tests.

    It has all of this process's code loaded.
    """
    with forked(call_command, "worker") as process:
        yield process
    silence_workers()


def until(is_so: Callable[[], object], seconds: float = 30) -> None:
    """Ask now and then; asking all the time takes the time of who is waited for."""
    patience_ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < patience_ends, "waited for nothing"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")


def silence_workers() -> None:
    """As if every worker had shown no life for a minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 min'"
        )


def end_other_connections() -> None:
    """What a restart of the database does to everybody but this test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def live_worker() -> None:
    """As if a worker had just reported that it is alive."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
