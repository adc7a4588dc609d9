"""Draft, approved, locked, paid; what comes late goes to the next open month."""

from datetime import date

import pytest

from commissions.models import Credit, Dispute, Provider, Statement, StatementLine
from commissions.refusals import RunRefused
from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.corrections import corrections_of, recalculated_lines
from commissions.statements.snapshot import earned_lines
from medspa.audit.actors import acting
from medspa.clinic_time import clinic_today
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    amounts,
    close,
    hire,
    pay,
    refund,
    statement_of,
)

pytestmark = pytest.mark.django_db


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


def test_a_line_of_the_whole_month_keeps_its_dispute_when_its_amount_changes(
    ana: Provider, manager: User
) -> None:
    pool = {"type": "pool", "event": "invoice_paid", "rate_bps": 100}
    agree(None, {**pool, "members": {ana.pk: 1}})
    pay(ana, 10_000)
    run_month(MARCH)
    line = statement_of(ana).lines.get()
    Dispute.objects.create(
        statement=line.statement, line=line, reason="amount", raised_by=manager
    )
    pay(ana, 20_000)
    run_month(MARCH)
    changed = statement_of(ana).lines.get()
    assert (changed.pk, changed.amount_cents) == (line.pk, 300)
    assert Dispute.objects.get().line == changed


def test_a_line_and_its_corrections_of_earlier_months_keep_their_ids(
    ana: Provider, manager: User
) -> None:
    """All are about the same rule and no event."""
    bonus = {"type": "bonus", "event": "invoice_paid", "threshold_cents": 10_000}
    agree(ana, {**bonus, "amount_cents": 700})
    close(MARCH, manager)
    close(APRIL, manager)
    for month in (MARCH, APRIL, MAY):
        pay(ana, 10_000, month)
    run_month(MAY)

    def ids() -> dict[date | None, str]:
        lines = statement_of(ana, MAY).lines
        return dict(lines.values_list("corrects_statement__month", "pk"))

    before = ids()
    assert set(before) == {None, MARCH, APRIL}
    pay(ana, 5_000, MAY)
    assert run_month(MAY).written == 1
    assert ids() == before


def test_a_rewritten_draft_has_a_row_in_its_history_that_says_who(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    run_month(MARCH)
    pay(ana, 10_000)
    with acting(user=manager):
        run_month(MARCH)
    rows = statement_of(ana).history.order_by("history_id")
    columns = "history_type", "history_user", "lines_cents"
    assert list(rows.values_list(*columns)) == [
        ("+", None, 0),
        ("~", manager.pk, 1_000),
    ]


def test_a_month_that_has_not_begun_is_refused() -> None:
    with pytest.raises(RunRefused, match="hasn't started"):
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
        line.engine_line for line in march.lines.all()
    ]
    assert corrections_of(march, recalculated_lines(MARCH)[ana.pk]) == []
    pay(ana, 50_000)
    (change,) = corrections_of(march, recalculated_lines(MARCH)[ana.pk])
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


def test_a_draft_names_the_draw_in_force_also_where_no_figure_changes(
    ana: Provider,
) -> None:
    terms = {"type": "draw", "amount_cents": 300_000, "recoverable": True}
    first = agree(ana, terms)
    run_month(MARCH)
    assert statement_of(ana).draw_rule == first
    first.effective_to = date(2026, 2, 28)
    first.save()
    second = agree(ana, terms)
    run_month(MARCH)
    assert statement_of(ana).draw_rule == second


def test_a_draft_says_from_what_it_was_worked_out(ana: Provider) -> None:
    agree(ana, TEN_PERCENT)
    digests = []
    for _ in range(2):
        pay(ana, 100_000)
        run_month(MARCH)
        digests.append(statement_of(ana).inputs_digest)
    assert len(set(digests)) == 2


def test_a_draft_with_the_same_result_says_so_without_a_line_in_its_history(
    ana: Provider,
) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 100_000)
    run_month(MARCH)
    before = statement_of(ana).inputs_digest
    pay(None, 50_000)
    assert run_month(MARCH).unchanged == 1
    assert statement_of(ana).inputs_digest != before
    assert statement_of(ana).history.count() == 1
