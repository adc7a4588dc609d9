"""Every step in the life of a job run, within one transaction."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from django.utils import timezone

from medspa import tasks
from medspa.audit.actors import Actor, current_actor
from medspa.extension_points import job_kinds
from medspa.jobs.progress import JobCanceled, ShuttingDown
from medspa.jobs.registry import JobKind, JobRefused, failure_sentence, start_job
from medspa.json_columns import Schema
from medspa.models import JobRun, RunState
from medspa.roles import FRONT_DESK, MANAGER
from tests.factories import JobRunFactory, UserFactory

pytestmark = pytest.mark.django_db
Work = Callable[[], str | None]


class Nothing(Schema):
    pass


@pytest.fixture
def work() -> Iterator[Callable[[Work], None]]:
    """`work(function)`: what runs of the kind `tests.nothing` do."""

    work: list[Work] = [lambda: "Done."]
    kind = JobKind(lambda arguments, progress: work[-1](), Nothing, lambda _: "")
    with job_kinds.extended("tests.nothing", kind):
        yield work.append


def carry_out(run: JobRun) -> JobRun:
    tasks.carry_out.func(SimpleNamespace(should_abort=lambda: False), run_id=run.pk)
    run.refresh_from_db()
    return run


# Beginning ---------------------------------------------------------------------


@pytest.mark.usefixtures("work")
def test_a_run_keeps_what_was_asked_for_and_has_a_job_locked_by_it() -> None:
    ana = UserFactory()
    asked: dict[str, Any] = {"title": "Doing", "after": "/leads/", "total": 7}
    run = start_job("tests.nothing", Nothing(), by=ana, key="k", **asked)
    run.refresh_from_db()
    assert (run.title, run.after, run.total, run.key) == ("Doing", "/leads/", 7, "k")
    assert (run.made_by, run.state, run.attempt) == (ana, RunState.WAITING, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, lock, args::text FROM procrastinate_jobs WHERE id = %s",
            [run.job],
        )
        assert cursor.fetchone() == (
            "medspa.carry_out",
            run.pk,
            f'{{"run_id": "{run.pk}"}}',
        )


@pytest.mark.usefixtures("work")
def test_without_a_key_the_same_work_is_begun_as_often_as_asked() -> None:
    one, two = (start_job("tests.nothing", Nothing(), title="Doing") for _ in range(2))
    assert one != two


@pytest.mark.usefixtures("work")
def test_another_error_of_the_database_is_no_earlier_run() -> None:
    start_job("tests.nothing", Nothing(), title="Doing")
    with pytest.raises(IntegrityError):
        start_job("tests.nothing", Nothing(), title="")


# Carrying out -------------------------------------------------------------------


def test_a_run_that_is_over_is_not_taken_again(work: Any) -> None:
    work(lambda: pytest.fail("it was done again"))
    run = JobRunFactory(state="done", finished_at=timezone.now(), outcome="Before.")
    assert tasks.take(run.pk) is None
    assert carry_out(run).outcome == "Before."


def test_each_attempt_is_counted_and_the_first_start_is_kept() -> None:
    run = JobRunFactory()
    first = tasks.take(run.pk)
    assert first
    assert (first.state, first.attempt) == (RunState.RUNNING, 1)
    assert first.heartbeat_at
    JobRun.objects.update(heartbeat_at=None)
    second = tasks.take(run.pk)
    assert second
    assert (second.attempt, second.started_at) == (2, first.started_at)
    assert second.heartbeat_at


def test_an_attempt_that_was_overtaken_ends_nothing() -> None:
    run = JobRunFactory()
    first, second = tasks.take(run.pk), tasks.take(run.pk)
    assert first
    assert second
    tasks.end(first, outcome="Late.")
    run.refresh_from_db()
    assert (run.state, run.outcome) == (RunState.RUNNING, "")
    tasks.end(second, outcome="x" * 400)
    run.refresh_from_db()
    assert (run.state, run.outcome) == (RunState.DONE, "x" * 300)
    assert run.finished_at
    tasks.end(second, failure="Too late.")
    run.refresh_from_db()
    assert run.state == RunState.DONE


def test_a_failure_is_told_and_cut_to_its_column() -> None:
    run = JobRunFactory(state="running", attempt=1, started_at=timezone.now())
    tasks.end(run, failure="x" * 400)
    run.refresh_from_db()
    assert (run.state, run.failure) == (RunState.FAILED, "x" * 300)


def test_work_acts_as_its_person_or_by_its_title(work: Any) -> None:
    seen: list[Actor] = []
    work(lambda: seen.append(current_actor()))
    ana = UserFactory(first_name="Ana")
    assert carry_out(JobRunFactory(made_by=ana)).state == RunState.DONE
    carry_out(JobRunFactory(title="T" * 150))
    assert seen == [Actor("Ana", ana), Actor("T" * 100)]


@pytest.mark.parametrize(("before", "state"), [(9, "done"), (10, "failed")])
def test_the_eleventh_attempt_is_not_made(work: Any, before: int, state: str) -> None:
    run = carry_out(JobRunFactory(attempt=before))
    assert run.state == state
    assert run.failure == ("" if state == "done" else "It was interrupted 10 times.")


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_nothing_is_done_for_somebody_who_was_shut_out(work: Any, flag: str) -> None:
    work(lambda: pytest.fail("it was done"))
    run = carry_out(JobRunFactory(made_by=UserFactory(**{flag: False})))
    assert run.state == RunState.FAILED
    assert run.failure == f"{run.made_by} can no longer sign in."


def test_nothing_is_done_for_somebody_who_has_lost_the_right() -> None:
    kind = JobKind(lambda *_: "Done.", Nothing, lambda _: "leads.import_lead")
    with job_kinds.extended("tests.nothing", kind):
        for role, state in ((MANAGER, "done"), (FRONT_DESK, "failed")):
            run = carry_out(JobRunFactory(made_by=UserFactory(role=role)))
            assert run.state == state
        assert run.failure == f"{run.made_by} no longer has permission to do this."
        assert carry_out(JobRunFactory(made_by=None)).state == "done"


def raising(error: BaseException) -> Work:
    def function() -> None:
        raise error

    return function


def test_work_that_was_told_to_stop_is_cancelled(work: Any) -> None:
    work(raising(JobCanceled()))
    run = carry_out(JobRunFactory())
    assert (run.state, run.failure) == (RunState.CANCELED, "")
    assert run.finished_at


def test_only_interruptions_are_tried_again() -> None:
    strategy: Any = tasks.carry_out.retry_strategy
    assert set(strategy.retry_exceptions) == {
        OperationalError,
        InterfaceError,
        ShuttingDown,
    }
    assert (strategy.wait, strategy.max_attempts) == (1, None)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (JobRefused("The file names no leads."), "The file names no leads."),
        (ValidationError(["One.", "Two."]), "One. Two."),
        (
            KeyError("ana@example.com"),
            "Something went wrong on our side. The details are in the log.",
        ),
    ],
)
def test_an_error_ends_the_run_with_a_sentence(
    error: Exception, sentence: str, work: Any
) -> None:
    assert failure_sentence(error) == sentence
    work(raising(error))
    run = JobRunFactory()
    with pytest.raises(type(error)):
        carry_out(run)
    run.refresh_from_db()
    assert (run.state, run.failure) == (RunState.FAILED, sentence)


# Every night ---------------------------------------------------------------------


def test_runs_of_last_quarter_are_forgotten() -> None:
    now = timezone.now()
    for title, days in (("old", 91), ("young", 89)):
        ended = now - timedelta(days=days)
        JobRunFactory(title=title, state="done", finished_at=ended)
    JobRunFactory(title="waits", created_at=now - timedelta(days=200))
    async_to_sync(tasks.tidy.func)(timestamp=0)
    assert set(JobRun.objects.values_list("title", flat=True)) == {"young", "waits"}
