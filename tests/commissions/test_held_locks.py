"""Every act on statements waits for the closing lock, and leaves nothing half done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import Error, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commissions.models import Provider, Statement, StatementLine
from commissions.statements import closing
from commissions.statements.calculate import (
    CLOSING_LOCK_KEY,
    _try_lock,
    closing_lock,
    run_month,
)
from medspa.jobs.progress import NullProgress
from medspa.models import User
from tests.commissions.clinic import (
    MARCH,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    statement_of,
)
from tests.committed import database_url

pytestmark = pytest.mark.django_db
Act = Callable[[User], Any]


@pytest.fixture
def ana() -> Provider:
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    pay(ana, 100_000)
    return ana


def approve(user: User) -> Any:
    return closing.approve(MARCH, user)


def lock(user: User) -> Any:
    return closing.lock(MARCH, user)


def mark_paid(user: User) -> Any:
    return closing.mark_paid(MARCH, user)


def unlock(user: User) -> Any:
    row = Statement.objects.filter(month=MARCH).order_by("provider__name").first()
    return closing.unlock(row, user)


def unlock_any(user: User) -> Any:
    return closing.unlock(Statement(month=MARCH), user)


def calculate(user: User) -> Any:
    return run_month(MARCH)


def named(act: Act) -> str:
    return act.__name__


# Waiting --------------------------------------------------------------------


@contextmanager
def held_elsewhere() -> Iterator[None]:
    with psycopg.connect(database_url(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [CLOSING_LOCK_KEY])
        yield


@contextmanager
def refused_when_waiting() -> Iterator[None]:
    """The server says that the statement waited for the closing lock."""
    with (
        pytest.raises(OperationalError, match="lock timeout"),
        transaction.atomic(),
    ):
        connection.cursor().execute("SET LOCAL lock_timeout = 50")
        yield


@pytest.mark.parametrize(
    "act", [calculate, approve, lock, mark_paid, unlock_any], ids=named
)
def test_an_act_waits_for_the_lock_before_it_reads_any_statement(
    act: Act, manager: User
) -> None:
    with (
        held_elsewhere(),
        refused_when_waiting(),
        CaptureQueriesContext(connection) as queries,
    ):
        act(manager)
    *before, last = [
        query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]
    ]
    assert before == []
    assert "pg_advisory_xact_lock" in last


class Stopped(Exception):
    pass


class StopsAtOnce(NullProgress):
    def step(self, count: int = 1) -> None:
        raise Stopped


@pytest.mark.parametrize("act", [closing.approve, closing.lock], ids=named)
def test_whoever_is_watched_can_be_stopped_while_waiting(
    act: Any, manager: User
) -> None:
    with held_elsewhere(), pytest.raises(Stopped):
        act(MARCH, manager, steps=StopsAtOnce())
    with held_elsewhere(), pytest.raises(Stopped):
        run_month(MARCH, steps=StopsAtOnce())


def holds_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' "
            "AND granted AND pid = pg_backend_pid() AND objid = %s)",
            [CLOSING_LOCK_KEY],
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("steps", [None, NullProgress()], ids=["untold", "told"])
def test_the_lock_is_held_inside_and_ends_with_its_transaction(
    steps: NullProgress | None,
) -> None:
    with pytest.raises(Stopped), closing_lock(steps):
        assert holds_lock()
        raise Stopped
    assert not holds_lock()


# Failing in the middle ------------------------------------------------------


def standing() -> list[Any]:
    rows = Statement.objects.order_by("pk").values()
    return [*rows, *StatementLine.objects.order_by("pk").values()]


REFUSE = """
CREATE FUNCTION refuse_here() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'in the middle'; END $$;
CREATE TRIGGER refuse_here BEFORE INSERT ON {} FOR EACH ROW
WHEN ({}) EXECUTE FUNCTION refuse_here();
"""
HISTORY, LINES = "commissions_statementhistory", "commissions_statementline"


@pytest.mark.parametrize(
    ("act", "table", "condition"),
    [
        (calculate, LINES, "NEW.amount_cents = 10000"),
        (approve, HISTORY, "NEW.status = 'approved'"),
        (lock, HISTORY, "NEW.status = 'locked'"),
        (mark_paid, HISTORY, "NEW.status = 'paid'"),
        (unlock, LINES, "true"),
    ],
    ids=["work_out", "approve", "lock", "mark_paid", "unlock"],
)
def test_what_fails_in_the_middle_signs_and_writes_nothing(
    act: Act, table: str, condition: str, ana: Provider, manager: User
) -> None:
    """Each act has already written something when the server refuses the next row."""
    bea = hire("Bea RN")
    if act in (mark_paid, unlock):
        close(MARCH, manager)
    if act in (approve, lock):
        run_month(MARCH)
        if act is lock:
            closing.approve(MARCH, manager)
        # The same act works hers out again before it signs the other's.
        agree(bea, TEN_PERCENT)
        pay(bea, 70_000)
    before = standing()
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")
    connection.cursor().execute(REFUSE.format(table, condition))
    with pytest.raises((Error, psycopg.Error), match="in the middle"):
        act(manager)
    assert standing() == before


def test_after_a_failure_the_act_can_be_done(ana: Provider, manager: User) -> None:
    with pytest.raises(Stopped):
        closing.approve(MARCH, manager, steps=StopsAtOnce())
    run_month(MARCH)
    assert closing.approve(MARCH, manager).done == [statement_of(ana)]


@pytest.mark.parametrize("is_free", [True, False])
def test_only_who_finds_the_lock_taken_waits_before_asking_again(
    is_free: bool,
) -> None:
    with psycopg.connect(database_url()) as link:
        if not is_free:
            link.execute("SELECT pg_advisory_xact_lock(%s)", [CLOSING_LOCK_KEY])
        with CaptureQueriesContext(connection) as asked, connection.cursor() as cursor:
            assert _try_lock(cursor) is is_free
        assert any("pg_sleep" in one["sql"] for one in asked) is not is_free
