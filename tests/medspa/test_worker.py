"""The worker as a process: killed, cut off from its database, told to stop."""

import os
import select
from pathlib import Path

import pytest

import tests.medspa.sample.jobs  # noqa: F401 (registers the work)
from leads.models import Tag
from medspa.jobs.registry import cancel, start_job, status_sentence
from medspa.models import JobRun, RunState
from tests.job_runs import (
    carry_out,
    end_other_connections,
    forked_worker,
    silence_workers,
)
from tests.medspa.sample.jobs import Names

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    os.mkfifo(path.with_suffix(".answer"))
    return path


def let_go_on(pipe: Path) -> None:
    pipe.with_suffix(".answer").write_text("go on")


def said(pipe: Path) -> str:
    """What the work says; a worker that never does so fails the test."""
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert select.select([reading], [], [], 30)[0]
        return os.read(reading, 100).decode()
    finally:
        os.close(reading)


def make_tags(pipe: Path) -> JobRun:
    names = ["one", "two", "three"]
    return start_job(
        "tests.make_tags", Names(names=names, pipe=str(pipe)), title="Making tags"
    )


def test_work_of_a_killed_worker_is_taken_over(pipe: Path) -> None:
    run = make_tags(pipe)
    with forked_worker() as killed:
        assert said(pipe) == "here"
        run.refresh_from_db()
        assert (run.state, status_sentence(run)) == (RunState.RUNNING, "Running.")
        killed.kill()
    pipe.unlink()
    silence_workers()
    assert status_sentence(run).startswith("Waiting: no worker is running.")
    run = carry_out(run)
    assert (run.state, run.attempt, run.done) == (RunState.DONE, 2, 3)
    assert Tag.objects.count() == Tag.history.count() == 3


def test_work_that_nobody_has_is_cancelled_at_once(pipe: Path) -> None:
    run = make_tags(pipe)
    with forked_worker():
        said(pipe)
    silence_workers()
    run.refresh_from_db()
    cancel(run)
    run = carry_out(run)
    assert (run.state, run.attempt) == (RunState.CANCELED, 1)
    assert Tag.objects.count() == 1


@pytest.mark.slow
def test_the_worker_outlives_its_connections_and_ends_when_told(pipe: Path) -> None:
    run = make_tags(pipe)
    with forked_worker() as process:
        assert said(pipe) == "here"
        end_other_connections()
        silence_workers()
        let_go_on(pipe)
        assert said(pipe) == "here"
        let_go_on(pipe)
        process.terminate()
        process.join(30)
        assert process.exitcode == 0
    run = carry_out(run)
    assert (run.state, run.done) == (RunState.DONE, 3)
    assert Tag.objects.count() == 3
