"""Draft, approved, locked, paid; what comes late goes to the next open month."""

import pytest
from django.db import IntegrityError, connection, transaction

from commissions import closing
from commissions.late import changes_of, fresh_lines
from commissions.models import Credit, Dispute, Provider, Statement, StatementLine
from commissions.snapshot import earned_lines
from commissions.statements import RunRefused, run_month
from medspa.actors import acting
from medspa.clinic_time import clinic_today
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    amounts,
    hire,
    pay,
    refund,
    statement_of,
)
from tests.factories import ProviderFactory, UserFactory
from tests.rules import constraint_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Provider:
    return hire("Ana RN")


def close(month, manager: User) -> None:
    run_month(month)
    assert not closing.approve(month, manager).refused
    assert not closing.lock(month, manager).refused


def test_a_run_writes_a_statement_for_everybody(ana: Provider) -> None:
    idle = hire()
    agree(ana, TEN_PERCENT)
    pay(ana, 45_005)
    report = run_month(MARCH)
    assert (report.written, report.unchanged) == (2, 0)
    assert amounts(statement_of(ana)) == [4_501]
    assert statement_of(ana).lines.get().exact == "9001/2"
    assert statement_of(idle).payable_cents == 0


def test_running_twice_changes_nothing(ana: Provider) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 45_005)
    run_month(MARCH)
    before = list(Statement.objects.values()), list(StatementLine.objects.values())
    report = run_month(MARCH)
    assert (report.written, report.unchanged) == (0, 1)
    after = list(Statement.objects.values()), list(StatementLine.objects.values())
    assert after == before
    assert statement_of(ana).history.count() == 1


def test_a_rerun_keeps_the_ids_of_lines_and_so_their_disputes(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    first = pay(ana, 10_000)
    gone = pay(ana, 20_000, day=11)
    run_month(MARCH)
    statement = statement_of(ana)
    lines = {line.event_id: line for line in statement.lines.all()}
    for line in lines.values():
        Dispute.objects.create(
            statement=statement, line=line, reason="who", raised_by=manager
        )
    gone.delete()
    pay(ana, 5_000, day=1)
    run_month(MARCH)
    assert statement.lines.get(event=first).pk == lines[first.pk].pk
    kept = set(statement.disputes.values_list("line", flat=True))
    assert kept == {lines[first.pk].pk, None}


def test_a_month_that_has_not_begun_is_refused() -> None:
    with pytest.raises(RunRefused, match="has not begun"):
        run_month(clinic_today().replace(year=2099, day=1))


def test_payments_without_credit_are_counted(ana: Provider) -> None:
    agree(ana, TEN_PERCENT)
    nobody = pay(None, 10_000)
    half = pay(ana, 10_000, share=5_000)
    pay(ana, 10_000)
    assert set(run_month(MARCH).uncredited) == {nobody.pk, half.pk}


def test_the_whole_life(ana: Provider, manager: User) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 100_000)
    close(MARCH, manager)
    march = statement_of(ana)
    assert march.status == "locked"
    assert march.approved_by == march.locked_by == manager
    late = pay(ana, 50_000, MARCH, day=20)
    refund(sale, 100_000, APRIL)
    sale_in_april = pay(ana, 30_000, APRIL)
    run_month(MARCH)
    assert statement_of(ana).lines_cents == 10_000
    run_month(APRIL)
    april = statement_of(ana, APRIL)
    assert april.lines_cents == 3_000 - 10_000
    assert april.adjustments_cents == 5_000
    assert (april.payable_cents, april.closing_cents) == (0, -2_000)
    correction = april.lines.corrections().get()
    assert correction.corrects_statement == march
    assert correction.event_id == late.pk
    assert closing.mark_paid(MARCH, manager).done == [march]
    sale_in_april.delete()
    run_month(APRIL)
    assert statement_of(ana, APRIL).closing_cents == -5_000


def test_a_voided_payment_is_taken_back_on_the_line_it_had(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 100_000)
    close(MARCH, manager)
    sale.delete()
    run_month(APRIL)
    correction = statement_of(ana, APRIL).lines.corrections().get()
    assert correction.amount_cents == -10_000
    assert correction.corrects == statement_of(ana).lines.get()


def test_a_credit_given_to_somebody_else_moves_the_money(
    ana: Provider, manager: User
) -> None:
    bea = hire()
    agree(None, TEN_PERCENT, role="injector")
    sale = pay(ana, 100_000)
    close(MARCH, manager)
    Credit.objects.filter(kpi_event=sale).update(provider=bea)
    run_month(APRIL)
    assert statement_of(ana, APRIL).closing_cents == -10_000
    assert statement_of(bea, APRIL).payable_cents == 10_000


def test_corrections_are_posted_once_and_taken_back_when_undone(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 100_000)
    close(MARCH, manager)
    late = pay(ana, 50_000)
    close(APRIL, manager)
    run_month(MAY)
    assert statement_of(ana, MAY).adjustments_cents == 0
    late.delete()
    run_month(MAY)
    assert statement_of(ana, MAY).adjustments_cents == -5_000


def test_what_changed_compares_the_snapshot_with_a_fresh_run(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 100_000)
    close(MARCH, manager)
    march = statement_of(ana)
    assert earned_lines(march.snapshot_json) == [
        line.as_engine for line in march.lines.all()
    ]
    assert changes_of(march, fresh_lines(MARCH)[ana.pk]) == []
    pay(ana, 50_000)
    (change,) = changes_of(march, fresh_lines(MARCH)[ana.pk])
    assert change.correction.amount_cents == 5_000


def test_a_recoverable_draw_is_topped_up_and_recovered(ana: Provider) -> None:
    agree(ana, TEN_PERCENT)
    draw = agree(ana, {"type": "draw", "amount_cents": 300_000, "recoverable": True})
    pay(ana, 2_200_000)
    pay(ana, 3_500_000, APRIL)
    run_month(MARCH)
    run_month(APRIL)
    march, april = statement_of(ana), statement_of(ana, APRIL)
    assert (march.payable_cents, march.draw_balance_cents) == (300_000, 80_000)
    assert march.draw_rule == draw
    assert (april.payable_cents, april.draw_balance_cents) == (300_000, 30_000)
    assert april.adjustments_cents == -50_000


# Signatures -----------------------------------------------------------------


def test_nobody_approves_their_own_statement(ana: Provider, manager: User) -> None:
    ana.user = manager
    ana.save()
    run_month(MARCH)
    (sentence,) = closing.approve(MARCH, manager).refused
    assert "nobody approves their own" in sentence
    assert statement_of(ana).status == "draft"


def test_the_author_of_a_rule_does_not_approve_what_it_pays(
    ana: Provider, manager: User, administrator: User
) -> None:
    with acting(user=administrator):
        agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    (sentence,) = closing.approve(MARCH, administrator).refused
    assert "somebody else must approve" in sentence
    assert closing.approve(MARCH, manager).done == [statement_of(ana)]


def test_what_changed_since_one_looked_is_not_approved(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    run_month(MARCH)
    pay(ana, 10_000)
    (sentence,) = closing.approve(MARCH, manager).refused
    assert "something changed meanwhile" in sentence
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
