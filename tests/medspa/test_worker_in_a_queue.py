"""A job that waits for a lock: it can be canceled, and its worker can be stopped."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

import tests.medspa.sample.jobs  # noqa: F401 (registers the work)
from medspa.jobs.registry import start_job
from medspa.jobs.worker import work_until_stopped
from medspa.models import JobRun, RunState
from tests.factories import TagFactory
from tests.job_runs import carry_out, until
from tests.locks import held
from tests.medspa.sample.jobs import Names


@pytest.fixture
def run(committed: None) -> Iterator[JobRun]:
    """Its tag is locked by somebody else."""
    tag = TagFactory(name="held")
    with held(tag):
        yield start_job("tests.lock_tag", Names(names=["held"]), title="Locking")


def is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND application_name LIKE 'medspa job %'"
            " AND datname = current_database()"
        )
        return cursor.fetchone() is not None


def test_a_canceled_run_stops_while_it_waits_for_a_lock(run: JobRun) -> None:
    JobRun.objects.update(cancel_asked_at=timezone.now() - timedelta(minutes=1))
    run = carry_out(run)
    # The worker also does what is scheduled, which takes its own time.
    assert run.started_at and run.finished_at
    assert run.finished_at - run.started_at < timedelta(seconds=5)
    assert (run.state, run.attempt, run.failure) == (RunState.CANCELED, 1, "")


def test_a_worker_that_is_told_to_stop_ends_while_its_job_waits_for_a_lock(
    run: JobRun,
) -> None:
    told_at = 0.0

    def tell_it_to_stop() -> None:
        nonlocal told_at
        try:
            until(is_waiting)
        finally:
            told_at = time.monotonic()
            os.kill(os.getpid(), signal.SIGTERM)
            connection.close()

    telling = threading.Thread(target=tell_it_to_stop)
    telling.start()
    asyncio.run(work_until_stopped())
    telling.join()
    assert time.monotonic() - told_at < 10
    run.refresh_from_db()
    assert (run.state, run.finished_at) == (RunState.WAITING, None)
