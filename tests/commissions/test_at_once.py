"""Two at once and killed half-way: real connections, real processes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections

from commissions.models import Provider, Statement, StatementLine
from commissions.statements import closing
from commissions.statements.calculate import CLOSING_LOCK_KEY, run_month
from medspa.ids import new_id
from medspa.models import User
from tests.commissions.clinic import MARCH, TEN_PERCENT, agree, hire, pay, statement_of
from tests.committed import committed, database_url
from tests.factories import CreditFactory, UserFactory
from tests.forked import forked
from tests.locks import wait_until_somebody_waits
from tests.rules import empty_history

__all__ = ["committed"]
WAIT = 30


@pytest.fixture
def ana(committed: None) -> Provider:
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    for day in range(1, 21):
        pay(ana, 10_000 + day, day=day)
    return ana


@pytest.fixture
def people(committed: None) -> Iterator[tuple[User, User]]:
    pair = UserFactory(), UserFactory()
    yield pair
    connection.cursor().execute("TRUNCATE commissions_statement CASCADE")
    empty_history(Statement)
    for user in pair:
        user.delete()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """The results of `acts`, each on a thread and connection of its own."""

    def act(one: Callable[[], Any]) -> Any:
        try:
            return one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_a_month_worked_out_twice_at_once_is_there_once(ana: Provider) -> None:
    reports = at_once(*[lambda: run_month(MARCH)] * 4)
    assert sorted(report.written for report in reports) == [0, 0, 0, 1]
    assert statement_of(ana).lines.count() == 20


def test_of_two_who_lock_at_once_one_does(
    ana: Provider, people: tuple[User, User]
) -> None:
    run_month(MARCH)
    closing.approve(MARCH, people[0])
    signed = at_once(*[lambda who=who: closing.lock(MARCH, who) for who in people])
    assert sorted(len(each.done) for each in signed) == [0, 1]
    assert statement_of(ana).locked_by in people
    assert statement_of(ana).history.filter(status="locked").count() == 1


@contextmanager
def held_lock() -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [CLOSING_LOCK_KEY])
        yield other


def test_a_run_that_is_killed_leaves_nothing_and_a_rerun_completes(
    ana: Provider,
) -> None:
    """Held when its statements are written and their lines are not."""
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE commissions_statementline IN SHARE MODE")
        with forked(call_command, "commissions", "--period", "2026-03"):
            wait_until_somebody_waits("commissions_statementline")
    assert not Statement.objects.exists()
    assert not StatementLine.objects.exists()
    assert run_month(MARCH).written == 1
    assert statement_of(ana).lines.count() == 20


def test_a_second_run_waits_for_the_first(ana: Provider) -> None:
    with held_lock() as other, ThreadPoolExecutor(1) as pool:

        def act() -> int:
            try:
                return run_month(MARCH).written
            finally:
                connections.close_all()

        future = pool.submit(act)
        wait_until_somebody_waits()
        assert not future.done()
        assert not Statement.objects.exists()
        other.execute("SELECT pg_advisory_unlock(%s)", [CLOSING_LOCK_KEY])
        assert future.result(WAIT) == 1


def test_of_two_who_credit_one_payment_at_once_the_second_sees_the_first(
    ana: Provider,
) -> None:
    payment, bea = pay(None, 10_000), hire("Bea RN")
    with psycopg.connect(database_url()) as other, ThreadPoolExecutor(1) as pool:
        other.execute(
            "INSERT INTO commissions_credit (id, kpi_event_id, provider_id, share_bps) "
            "VALUES (%s, %s, %s, 6000)",
            [new_id(), payment.pk, ana.pk],
        )

        def act() -> None:
            try:
                CreditFactory(kpi_event=payment, provider=bea, share_bps=5_000)
            finally:
                connections.close_all()

        future = pool.submit(act)
        wait_until_somebody_waits()
        other.commit()
        with pytest.raises(IntegrityError, match="can not exceed the whole"):
            future.result(WAIT)
    assert payment.credits.get().provider == ana
