"""Canceling a job run, its status sentence and its progress."""

import time
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from medspa.jobs.progress import JobCanceled, RunProgress, ShuttingDown
from medspa.jobs.registry import (
    cancel,
    has_live_worker,
    is_any_worker_alive,
    status_sentence,
)
from medspa.models import JobRun, RunState, User
from tests.factories import JobRunFactory

pytestmark = pytest.mark.django_db


def running(attempt: int = 1, **columns: Any) -> JobRun:
    now = timezone.now()
    return JobRunFactory(state="running", attempt=attempt, started_at=now, **columns)


def give_to_worker(run: JobRun, silent_for: int) -> None:
    """A worker has the run's job; it showed life `silent_for` seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_for],
        )
        (worker,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, worker_id, status)"
            " VALUES ('default', 'medspa.carry_out', %s, 'doing') RETURNING id",
            [worker],
        )
        (run.job,) = cursor.fetchone()
    run.save(update_fields=["job"])


def test_a_waiting_run_is_stopped_at_once() -> None:
    run = JobRunFactory()
    cancel(run)
    run.refresh_from_db()
    assert run.state == RunState.CANCELED
    assert run.cancel_asked_at == run.finished_at is not None


def test_a_run_with_a_living_worker_is_asked_to_stop_once() -> None:
    run = running()
    give_to_worker(run, silent_for=5)
    cancel(run)
    run.refresh_from_db()
    asked = run.cancel_asked_at
    assert (run.state, run.finished_at) == (RunState.RUNNING, None)
    assert isinstance(asked, datetime)
    assert status_sentence(run) == "Stopping after the current step."
    cancel(run)
    run.refresh_from_db()
    assert run.cancel_asked_at == asked


def test_a_run_whose_worker_is_dead_is_stopped_at_once() -> None:
    run = running()
    give_to_worker(run, silent_for=60)
    cancel(run)
    run.refresh_from_db()
    assert (run.state, run.finished_at is None) == (RunState.CANCELED, False)


def test_a_run_that_another_worker_took_meanwhile_is_asked_and_not_stopped() -> None:
    run = running()
    JobRun.objects.update(attempt=2)
    cancel(run)
    run.refresh_from_db()
    assert (run.state, run.cancel_asked_at is None) == (RunState.RUNNING, False)


def test_what_is_over_is_not_stopped() -> None:
    run = JobRunFactory(state="done", finished_at=timezone.now())
    cancel(run)
    run.refresh_from_db()
    assert (run.state, run.cancel_asked_at) == (RunState.DONE, None)


@pytest.mark.parametrize(("seconds", "lives"), [(14, True), (16, False)])
def test_a_worker_lives_that_was_heard_of_in_15_seconds(
    seconds: int, lives: bool
) -> None:
    run, other = running(), running()
    give_to_worker(run, silent_for=seconds)
    assert has_live_worker(run) == is_any_worker_alive() == lives
    assert not has_live_worker(other)


def test_a_run_says_how_it_stands() -> None:
    waiting, taken = JobRunFactory(), running()
    interrupted = JobRunFactory(attempt=1)
    no_worker = "Waiting: no worker is running. It continues as soon as one is started."
    assert {status_sentence(run) for run in (waiting, taken, interrupted)} == {
        no_worker
    }
    give_to_worker(taken, silent_for=1)
    assert status_sentence(taken) == "Running."
    assert status_sentence(waiting) == "In the queue."
    again = "Interrupted. Another worker will continue in a moment."
    assert status_sentence(interrupted) == again
    assert status_sentence(running()) == again


def test_one_sees_ones_own_runs_and_managers_all(
    front_desk: User, manager: User
) -> None:
    own, other = JobRunFactory(made_by=front_desk), JobRunFactory()
    assert set(JobRun.objects.visible_to(front_desk)) == {own}
    assert set(JobRun.objects.visible_to(manager)) == {own, other}


# Progress ----------------------------------------------------------------------


def progress_of(run: JobRun, **options: Any) -> RunProgress:
    """On this test's connection: another one would not see what is not committed."""
    progress = RunProgress(run.pk, run.attempt, **options)
    progress.connection.close()
    progress.connection = connection
    return progress


def told(run: JobRun) -> tuple[int, int]:
    run.refresh_from_db()
    return run.done, run.total


def test_progress_is_told_at_most_every_three_tenths_of_a_second() -> None:
    run = running()
    progress = progress_of(run)
    progress.of(10, done=2)
    assert told(run) == (2, 10)
    assert run.heartbeat_at
    progress.saved_at = time.monotonic() + 60
    progress.step(3)
    assert told(run) == (2, 10)
    progress.saved_at = time.monotonic() - 0.3
    progress.step()
    assert told(run) == (6, 10)
    assert time.monotonic() - progress.saved_at < 30


def test_more_steps_than_were_foreseen_and_an_unknown_total_are_no_error() -> None:
    run = running()
    progress = progress_of(run)
    progress.step(5)
    assert told(run) == (5, 0)
    progress.of(3, done=4)
    assert told(run) == (4, 4)


@pytest.mark.parametrize(
    "changes",
    [
        {"cancel_asked_at": timezone.now()},
        {"attempt": 2},
        {"state": "waiting"},
    ],
    ids=["canceled", "taken over", "waiting again"],
)
def test_work_is_told_to_stop(changes: dict[str, Any]) -> None:
    run = running()
    progress = progress_of(run)
    progress.of(3)
    JobRun.objects.filter(pk=run.pk).update(**changes)
    with pytest.raises(JobCanceled):
        progress.of(3, done=1)


def test_work_of_a_worker_that_ends_tells_its_last_step() -> None:
    run = running()
    progress = progress_of(run, must_end=lambda: True)
    progress.of(9)
    with pytest.raises(ShuttingDown):
        progress.step(2)
    assert told(run) == (2, 9)
