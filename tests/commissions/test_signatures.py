"""Approved by another person, locked in order, unlocked for a new revision."""

import pytest
from django.db import IntegrityError, connection, transaction

from commissions.models import Provider, Statement
from commissions.statements import closing
from commissions.statements.calculate import run_month
from medspa.audit.actors import acting
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    close,
    pay,
    statement_of,
)
from tests.factories import ProviderFactory, UserFactory
from tests.rules import constraint_of

pytestmark = pytest.mark.django_db


# Signatures -----------------------------------------------------------------


def test_nobody_approves_their_own_statement(ana: Provider, manager: User) -> None:
    ana.user = manager
    ana.save()
    run_month(MARCH)
    (sentence,) = closing.approve(MARCH, manager).refused
    assert "it's your own, so someone else must approve it" in sentence
    assert statement_of(ana).status == "draft"


def test_the_author_of_a_rule_does_not_approve_what_it_pays(
    ana: Provider, manager: User, administrator: User
) -> None:
    with acting(user=administrator):
        agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    (sentence,) = closing.approve(MARCH, administrator).refused
    assert "so someone else must approve" in sentence
    assert closing.approve(MARCH, manager).done == [statement_of(ana)]


def test_what_changed_since_one_looked_is_not_approved(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    run_month(MARCH)
    pay(ana, 10_000)
    (sentence,) = closing.approve(MARCH, manager).refused
    assert "something has changed" in sentence
    assert statement_of(ana).lines_cents == 1_000


def test_an_approval_falls_when_the_amounts_change(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    run_month(MARCH)
    closing.approve(MARCH, manager)
    pay(ana, 10_000)
    (sentence,) = closing.lock(MARCH, manager).refused
    assert "no longer approved" in sentence
    assert statement_of(ana).status == "draft"
    assert statement_of(ana).approved_by is None


def test_months_are_locked_in_their_order(ana: Provider, manager: User) -> None:
    agree(ana, TEN_PERCENT)
    for month in (MARCH, APRIL):
        run_month(month)
        closing.approve(month, manager)
    (sentence,) = closing.lock(APRIL, manager).refused
    assert "lock March 2026 first" in sentence


def test_unlocking_keeps_the_old_revision(ana: Provider, manager: User) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 100_000)
    close(MARCH, manager)
    old = statement_of(ana)
    pay(ana, 50_000)
    (new,) = closing.unlock(old, manager).done
    assert (new.revision, new.status, new.lines_cents) == (2, "draft", 15_000)
    old.refresh_from_db()
    assert (old.revision, old.status, old.lines_cents) == (1, "locked", 10_000)
    assert old.superseded_by == manager
    run_month(APRIL)
    assert statement_of(ana, APRIL).adjustments_cents == 0


def test_what_is_paid_or_carried_on_is_not_unlocked(
    ana: Provider, manager: User
) -> None:
    close(MARCH, manager)
    close(APRIL, manager)
    (sentence,) = closing.unlock(statement_of(ana), manager).refused
    assert "April 2026 is locked" in sentence
    closing.mark_paid(MARCH, manager)
    closing.mark_paid(APRIL, manager)
    (sentence,) = closing.unlock(statement_of(ana, APRIL), manager).refused
    assert "is paid, not locked" in sentence


# What the database keeps ----------------------------------------------------


def refused_by(sql: str, *values: object) -> str:
    with (
        pytest.raises(IntegrityError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return constraint_of(refusal.value)


@pytest.fixture
def locked(ana: Provider, manager: User) -> Statement:
    agree(ana, TEN_PERCENT)
    pay(ana, 100_000)
    close(MARCH, manager)
    return statement_of(ana)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE commissions_statement SET computed_at = now() WHERE id = %s",
        "UPDATE commissions_statement SET status = 'draft', approved_at = NULL, "
        "approved_by_id = NULL, locked_at = NULL, locked_by_id = NULL, "
        "snapshot_json = NULL WHERE id = %s",
        "DELETE FROM commissions_statement WHERE id = %s",
    ],
)
def test_a_locked_statement_never_changes(locked: Statement, sql: str) -> None:
    assert refused_by(sql, locked.pk) == "commissions_statement_stays_as_locked"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE commissions_statementline SET amount_cents = 1 WHERE statement_id = %s",
        "DELETE FROM commissions_statementline WHERE statement_id = %s",
    ],
)
def test_the_lines_of_a_locked_statement_never_change(
    locked: Statement, sql: str
) -> None:
    assert refused_by(sql, locked.pk) == "commissions_statementline_stays_as_signed"


def test_totals_are_what_the_lines_add_up_to(ana: Provider) -> None:
    run_month(MARCH)
    sql = (
        "UPDATE commissions_statement SET lines_cents = 5, payable_cents = 5 "
        "WHERE id = %s"
    )
    found = refused_by(sql, statement_of(ana).pk)
    assert found == "commissions_statement_lines_add_up"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE commissions_commissionrule SET priority = 3 WHERE id = %s",
        "DELETE FROM commissions_commissionrule WHERE id = %s",
    ],
)
def test_a_used_rule_never_changes(locked: Statement, sql: str) -> None:
    rule = locked.lines.get().rule_id
    assert refused_by(sql, rule) == "commissions_commissionrule_stays_as_used"


def test_a_provider_who_left_is_paid_what_they_earned(ana: Provider) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 100_000)
    ana.delete()
    run_month(MARCH)
    assert statement_of(ana).payable_cents == 10_000


def test_somebody_new_gets_a_draft_of_their_own_for_a_closed_month(
    locked: Statement, manager: User
) -> None:
    newcomer = ProviderFactory(user=UserFactory())
    agree(newcomer, TEN_PERCENT)
    pay(newcomer, 10_000)
    report = run_month(APRIL)
    assert report.missing == [(MARCH, newcomer.pk)]
    run_month(MARCH)
    assert statement_of(newcomer).payable_cents == 1_000
    assert statement_of(locked.provider).status == "locked"
