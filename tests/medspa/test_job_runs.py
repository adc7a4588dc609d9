"""Job runs: started with the data, done once, reported, stopped on request."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, connection, transaction

import tests.medspa.sample.jobs  # noqa: F401 (registers the work)
from leads.models import Tag
from medspa import tasks
from medspa.extension_points import job_kinds
from medspa.jobs.progress import JobProgress, RunProgress, ShuttingDown
from medspa.jobs.registry import JobKind, cancel, start_job, status_sentence
from medspa.json_columns import Schema
from medspa.models import JobRun, RunState, User
from tests import factories
from tests.job_runs import carry_out
from tests.medspa.sample.jobs import Names

TWO = Names(names=["one", "two"])


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return cursor.fetchone()[0]


class Other(Schema):
    month: str


@pytest.fixture
def ana(committed: None) -> User:
    return factories.UserFactory()


@pytest.mark.django_db
def test_work_is_begun_with_the_data_or_not_at_all() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        start_job("tests.make_tags", TWO, title="Making tags")
        assert jobs() == JobRun.objects.count() == 1
        raise ZeroDivisionError
    assert jobs() == JobRun.objects.count() == 0


@pytest.mark.django_db
def test_the_same_work_is_begun_once_at_a_time() -> None:
    first = start_job("tests.make_tags", TWO, title="Making tags", key="2026-10")
    assert start_job("tests.make_tags", TWO, title="Again", key="2026-10") == first
    assert start_job("tests.make_tags", TWO, title="Other", key="2026-11") != first
    assert jobs() == 2
    cancel(first)
    assert start_job("tests.make_tags", TWO, title="Anew", key="2026-10") != first


@pytest.mark.django_db
def test_arguments_of_another_shape_begin_nothing() -> None:
    with pytest.raises(ValidationError):
        start_job("tests.make_tags", Other(month="2026-10"), title="Making tags")
    assert jobs() == 0


def test_a_worker_does_the_work_as_the_person_who_asked(ana: User) -> None:
    run = start_job("tests.make_tags", TWO, title="Making tags", by=ana)
    assert status_sentence(run).startswith("Waiting: no worker is running.")
    run = carry_out(run)
    assert (run.state, run.done, run.total) == (RunState.DONE, 2, 2)
    assert run.outcome == "2 tags are there."
    assert {row.history_user for row in Tag.history.all()} == {ana}
    assert jobs() == 0


def test_nothing_is_done_for_somebody_who_was_shut_out(ana: User) -> None:
    run = start_job("tests.make_tags", TWO, title="Making tags", by=ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    run = carry_out(run)
    assert (run.state, run.done) == (RunState.FAILED, 0)
    assert "can no longer sign in" in run.failure
    assert not Tag.objects.exists()


@pytest.mark.usefixtures("committed")
def test_work_that_refuses_says_why_and_keeps_its_progress() -> None:
    run = carry_out(start_job("tests.refuse", TWO, title="Refusing"))
    assert (run.state, run.failure) == (RunState.FAILED, "The file names no leads.")
    assert run.done == 2
    assert not Tag.objects.exists()


@pytest.mark.usefixtures("committed")
def test_an_error_of_ours_is_told_without_what_it_was_about() -> None:
    run = carry_out(start_job("tests.break", TWO, title="Breaking"))
    assert run.state == RunState.FAILED
    assert "log" in run.failure
    assert "ana" not in run.failure


@pytest.mark.usefixtures("committed")
def test_running_work_stops_at_its_next_step() -> None:
    run = carry_out(start_job("tests.be_cancelled", TWO, title="Stopping"))
    assert (run.state, run.done) == (RunState.CANCELED, 1)
    assert Tag.objects.get().name == "kept"


@pytest.mark.usefixtures("committed")
def test_work_cancelled_while_it_waits_is_never_begun() -> None:
    run = start_job("tests.make_tags", TWO, title="Making tags")
    cancel(run)
    run = carry_out(run)
    assert (run.state, run.attempt) == (RunState.CANCELED, 0)
    assert not Tag.objects.exists()


@pytest.mark.usefixtures("committed")
def test_a_step_ends_work_of_a_worker_that_has_to_go() -> None:
    run = start_job("tests.make_tags", TWO, title="Making tags")
    progress = RunProgress(run.pk, run.attempt, must_end=lambda: True)
    JobRun.objects.update(state=RunState.RUNNING, started_at=run.created_at)
    with pytest.raises(ShuttingDown):
        progress.step()
    progress.close()


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("error", [OperationalError, InterfaceError, ShuttingDown])
def test_interrupted_work_waits_for_its_next_attempt(error: type[Exception]) -> None:
    def work(arguments: Names, progress: JobProgress) -> None:
        raise error

    with job_kinds.extended("tests.interrupted", JobKind(work, Names, lambda _: "")):
        run = start_job("tests.interrupted", TWO, title="Making tags")
        with pytest.raises(error):
            tasks.carry_out.func(SimpleNamespace(should_abort=lambda: False), run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt, run.finished_at) == (RunState.WAITING, 1, None)
