"""A large undo: in parts, interrupted and continued, by one person at a time."""

import pytest

from connections.models import IntakeBatch, ItemOutcome
from connections.undoing import run as undoing
from connections.undoing.of_leads import NotUndone
from connections.undoing.report import preview
from connections.undoing.scope import UndoScope
from connections.watching.forgetting import forget_person
from leads.models import ImportFile, Lead
from medspa.jobs.models import JobRun
from medspa.jobs.progress import JobCanceled, NullProgress
from medspa.jobs.registry import cancel
from medspa.models import User
from tests.connections.test_gohighlevel_backfill import Steps
from tests.connections.test_undo_of_leads import ANA, BEA
from tests.connections.undoing import import_leads, undo_batch

pytestmark = pytest.mark.usefixtures("clinic")


@pytest.fixture
def batch(clinic: None, manager: User, monkeypatch: pytest.MonkeyPatch) -> IntakeBatch:
    """Five new leads, which are more than a request undoes, two at a time."""
    monkeypatch.setattr(undoing, "MOST_LEADS_IN_REQUEST", 4)
    monkeypatch.setattr("connections.undoing.report.MOST_LEADS_IN_REQUEST", 4)
    monkeypatch.setattr(undoing, "LEADS_AT_ONCE", 2)
    rows = [
        BEA.replace("bbc", f"bb{letter}").replace("bea@", f"bea.{letter}@")
        for letter in "abcde"
    ]
    return import_leads(manager, *rows)


def test_many_leads_are_undone_by_a_worker(batch: IntakeBatch, manager: User) -> None:
    report = preview(UndoScope(batch=batch), manager)
    assert report.is_estimate and report.deleted == 5
    run = undo_batch(batch, manager)
    assert run.work and run.work.is_active and not run.ended_at
    assert Lead.objects.count() == 5
    with pytest.raises(NotUndone, match="right now"):
        undo_batch(batch, manager)


def test_an_interrupted_undo_goes_on_and_doubles_nothing(
    batch: IntakeBatch, manager: User
) -> None:
    run = undo_batch(batch, manager)
    with pytest.raises(JobCanceled):
        undoing.carry_out(run.pk, manager, Steps(cancel_after=2))
    assert (Lead.objects.count(), run.items.count()) == (3, 2)
    steps = Steps()
    undoing.carry_out(run.pk, manager, steps)
    assert (steps.total, steps.done) == (5, 3)
    before = Lead.history.count()
    undoing.carry_out(run.pk, manager, NullProgress())
    assert Lead.history.count() == before
    assert not Lead.objects.exists()
    assert run.items.exclude(undone_at=None).count() == 5


def test_a_part_that_fails_halfway_changes_nothing(
    batch: IntakeBatch, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = undo_batch(batch, manager)
    delete = Lead.delete

    def delete_or_die(lead: Lead) -> object:
        if Lead.objects.count() == 4:
            raise MemoryError
        return delete(lead)

    monkeypatch.setattr(Lead, "delete", delete_or_die)
    with pytest.raises(MemoryError):
        undoing.carry_out(run.pk, manager, NullProgress())
    assert (Lead.objects.count(), run.items.count()) == (5, 0)


def test_a_canceled_undo_is_continued(batch: IntakeBatch, manager: User) -> None:
    run = undo_batch(batch, manager)
    first = run.work
    assert first
    cancel(first)
    second = undoing.go_on(run, manager).work
    assert second and second != first and second.is_active


def test_an_import_that_still_runs_is_refused(manager: User, clinic: None) -> None:
    batch = import_leads(manager, ANA)
    work = JobRun.objects.create(kind="leads.import", title="Import")
    ImportFile.objects.create(pk=batch.pk, work=work, rows=1, content="{}")
    with pytest.raises(NotUndone, match="still running"):
        undo_batch(batch, manager)


def test_the_ledger_of_an_erased_person_is_cleared(manager: User, clinic: None) -> None:
    import_leads(manager, ANA)
    [item] = ItemOutcome.objects.all()
    assert item.lead_id
    item.object_id = "pi_1"
    item.save()
    forget_person([item.lead_id], [])
    item.refresh_from_db()
    assert (item.object_id, item.before, item.after) == ("", None, None)
