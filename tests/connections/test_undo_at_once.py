"""An undo that is killed in the middle, and two at once: each item is undone once."""

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from connections.models import IntakeBatch, ItemOutcome, UndoRun
from connections.undoing import run as undoing
from connections.undoing.of_leads import NotUndone
from connections.undoing.scope import UndoScope
from leads.models import Lead
from medspa.jobs.progress import NullProgress
from medspa.models import User
from tests.commissions.test_at_once import at_once
from tests.committed import database_url
from tests.connections.test_undo_of_leads import BEA
from tests.connections.undoing import import_leads, undo_batch
from tests.factories import StageFactory
from tests.forked import forked
from tests.locks import wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
LETTERS = "abcde"


@pytest.fixture
def batch(manager: User, monkeypatch: pytest.MonkeyPatch) -> IntakeBatch:
    """Five new leads, two at a time, by a worker."""
    monkeypatch.setattr(undoing, "MOST_LEADS_IN_REQUEST", 4)
    monkeypatch.setattr(undoing, "LEADS_AT_ONCE", 2)
    StageFactory()
    rows = [
        BEA.replace("bbc", f"bb{letter}").replace("bea@", f"bea.{letter}@")
        for letter in LETTERS
    ]
    return import_leads(manager, *rows)


def assert_each_is_undone_once(run: UndoRun) -> None:
    run.refresh_from_db()
    assert run.ended_at
    assert not Lead.objects.exists()
    items = ItemOutcome.objects.filter(undo=run, kept="").exclude(undone_at=None)
    assert items.count() == len(LETTERS)
    deletions = Lead.history.filter(deleted_at__isnull=False).values_list("id")
    assert set(Counter(deletions).values()) == {1}


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url()) as connection:
        yield connection


def test_an_undo_that_is_killed_goes_on_where_it_was(
    batch: IntakeBatch, manager: User, other: psycopg.Connection
) -> None:
    """Killed in its second part, which waits for the lead that we hold."""
    run = undo_batch(batch, manager)
    oldest = ItemOutcome.objects.order_by("number").values_list("lead", flat=True)
    other.execute("SELECT 1 FROM leads_lead WHERE id = %s FOR UPDATE", [oldest[1]])
    with forked(undoing.carry_out, run.pk, manager, NullProgress()):
        wait_until_somebody_waits()
    other.rollback()
    run.refresh_from_db()
    assert (Lead.objects.count(), run.items.count(), run.ended_at) == (3, 2, None)
    undoing.carry_out(run.pk, manager, NullProgress())
    assert_each_is_undone_once(run)


def test_two_workers_at_one_undo_do_each_item_once(
    batch: IntakeBatch, manager: User
) -> None:
    run = undo_batch(batch, manager)
    at_once(*[lambda: undoing.carry_out(run.pk, manager, NullProgress())] * 2)
    assert_each_is_undone_once(run)


def test_of_two_who_undo_the_same_at_once_one_does(
    batch: IntakeBatch, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "MOST_LEADS_IN_REQUEST", 9)

    def act() -> UndoRun | str:
        try:
            return undoing.start(UndoScope(batch=batch), manager)
        except NotUndone as refusal:
            return refusal.sentence

    done = at_once(act, act)
    [run] = [one for one in done if isinstance(one, UndoRun)]
    [told] = [one for one in done if isinstance(one, str)]
    assert told.startswith("This was already undone by")
    assert UndoRun.objects.count() == 1
    assert_each_is_undone_once(run)
