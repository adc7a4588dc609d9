"""Workers at the same deliveries, and one that is killed: each counts once."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import transaction

from connections import arrivals
from connections.arrivals import work_off_all_arrivals, work_off_arrivals
from connections.models import ItemOutcome, ReceivedDelivery
from leads.models import Lead
from tests.commissions.test_at_once import at_once
from tests.committed import database_url
from tests.connections.doors import connected, send
from tests.connections.test_worked_off_together import NAMES, lead
from tests.factories import StageFactory
from tests.forked import forked
from tests.locks import wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def received() -> None:
    StageFactory()
    sender = connected()
    for name in NAMES:
        send(sender, lead(name), name)


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url()) as connection:
        yield connection


def assert_each_counts_once() -> None:
    assert sorted(Lead.objects.values_list("first_name", flat=True)) == sorted(NAMES)
    assert ItemOutcome.objects.filter(outcome="created").count() == len(NAMES)
    states = ReceivedDelivery.objects.values_list("state", flat=True)
    assert list(states) == ["done"] * len(NAMES)


def test_a_worker_that_is_killed_leaves_deliveries_as_they_were(
    other: psycopg.Connection,
) -> None:
    """Killed while it waits for the table that we hold, with leads written before."""
    other.execute("LOCK TABLE connections_itemoutcome")
    with forked(work_off_arrivals):
        wait_until_somebody_waits()
    other.rollback()
    assert not Lead.objects.exists()
    work_off_all_arrivals()
    assert_each_counts_once()


def test_of_two_workers_one_works_off_what_arrived() -> None:
    done = at_once(*[work_off_arrivals] * 2)
    assert sorted(done) == [0, len(NAMES)]
    assert_each_counts_once()


def test_nothing_is_taken_while_another_worker_is_at_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even what comes after it: a lead's later delivery waits for its earlier."""
    monkeypatch.setattr(arrivals, "DELIVERIES_AT_ONCE", 2)
    with transaction.atomic():
        assert work_off_arrivals() == 2
        assert at_once(work_off_arrivals) == [0]
        transaction.set_rollback(True)
    work_off_all_arrivals()
    assert_each_counts_once()
