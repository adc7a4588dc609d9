"""Bulk acts done by a worker: as one person, once, also when the worker is killed."""

import pytest
from django.db import connection, transaction

from leads.bulk import BULK_CHUNK, BulkOrder, store_run
from leads.jobs import BULK, UNDO_BULK, BulkArguments
from leads.models import BulkAction, BulkChunk, BulkRun, Lead, LeadTag
from medspa.jobs.registry import start_job
from medspa.models import JobRun, RunState, User
from tests import factories
from tests.job_runs import carry_out, forked_worker, silence_workers, until
from tests.leads.many import many_leads, tag_rows

pytestmark = pytest.mark.slow


@pytest.fixture
def person(committed: None) -> User:
    return factories.UserFactory(is_superuser=True)


def tagging(count: int, person: User) -> tuple[BulkRun, JobRun]:
    tag = factories.TagFactory()
    run = store_run(BulkOrder(BulkAction.TAG, tag.pk, str(tag)), many_leads(count))
    return run, start_job(BULK, BulkArguments(run=run.pk), title="Tagging", by=person)


def test_a_worker_does_it_and_another_takes_it_back(person: User) -> None:
    run, work = tagging(BULK_CHUNK + 1, person)
    work = carry_out(work)
    assert (work.state, work.done, work.total) == (RunState.DONE, 501, 501)
    assert work.outcome.startswith("501 leads tagged")
    assert set(LeadTag.history.values_list("history_user", flat=True)) == {person.pk}
    back = carry_out(
        start_job(UNDO_BULK, BulkArguments(run=run.pk), title="Undo", by=person)
    )
    assert (back.state, back.outcome) == (RunState.DONE, "Undone.")
    assert not LeadTag.objects.exists()


def until_done(chunks: int) -> None:
    until(lambda: BulkChunk.objects.filter(done_at__isnull=False).count() >= chunks)


def test_after_a_kill_the_next_worker_does_the_rest_and_no_lead_twice(
    person: User,
) -> None:
    run, work = tagging(3 * BULK_CHUNK, person)
    held = run.chunks.get(number=1).lead_ids[BULK_CHUNK // 2]
    with forked_worker() as killed:
        with transaction.atomic():
            Lead.objects.select_for_update().get(pk=held)
            until_done(1)
            killed.kill()
            killed.join()
        # What the dead worker's connection was waiting for comes too late.
        assert run.chunks.filter(done_at__isnull=False).count() == 1
    work.refresh_from_db()
    assert work.state == RunState.RUNNING
    silence_workers()
    work = carry_out(work)
    assert (work.state, work.attempt, work.done) == (RunState.DONE, 2, 1500)
    run.refresh_from_db()
    assert (run.changed, run.skipped, run.failed) == (1500, 0, 0)
    assert set(tag_rows()) == {1500}


@pytest.mark.django_db
def test_the_tests_have_a_database_of_their_own() -> None:
    assert connection.settings_dict["NAME"].startswith("test_")
