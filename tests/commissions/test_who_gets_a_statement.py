"""Who gets a statement, and what it begins with."""

from datetime import date, datetime
from typing import Any

import pytest

from commissions.models import Provider, Statement
from commissions.refusals import RunRefused
from commissions.statements import closing
from commissions.statements.calculate import (
    garbage_collection_off,
    openings_before,
    run_month,
)
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.models import User
from medspa.months import next_month, previous_month, read_month
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    refund,
    statement_of,
)

pytestmark = pytest.mark.django_db


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clinic_zone())


# Who ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "left", "is_due"),
    [
        ("2026-03-31T23:59:59", None, True),
        ("2026-04-01T00:00:00", None, False),
        ("2026-01-01T00:00:00", "2026-02-28T23:59:59", False),
        ("2026-01-01T00:00:00", "2026-03-01T00:00:00", True),
    ],
)
def test_who_is_here_on_one_day_of_the_month_gets_a_statement(
    came: str, left: str | None, is_due: bool
) -> None:
    ana = hire(created_at=local(came))
    Provider.objects.filter(pk=ana.pk).update(deleted_at=left and local(left))
    assert run_month(MARCH).written == is_due
    assert Statement.objects.filter(provider=ana).exists() == is_due


def test_who_left_gets_one_while_there_is_anything_for_them(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000)
    close(MARCH, manager)
    left = local("2026-03-31T12:00:00")
    Provider.objects.filter(pk=ana.pk).update(deleted_at=left)
    assert run_month(APRIL).written == 0
    refund(sale, 4_000, APRIL)
    run_month(APRIL)
    assert statement_of(ana, APRIL).closing_cents == -400
    run_month(MAY)
    assert statement_of(ana, MAY).opening_cents == -400


def test_who_left_gets_one_for_a_late_change_alone(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    left = local("2026-03-31T12:00:00")
    Provider.objects.filter(pk=ana.pk).update(deleted_at=left)
    pay(ana, 10_000)
    run_month(APRIL)
    assert statement_of(ana, APRIL).payable_cents == 1_000


def test_who_left_gets_one_while_a_draw_of_theirs_is_open(ana: Provider) -> None:
    draw = {"type": "draw", "amount_cents": 500, "recoverable": True}
    agree(ana, draw, effective_to=MARCH)
    left = local("2026-03-31T12:00:00")
    Provider.objects.filter(pk=ana.pk).update(deleted_at=left)
    run_month(MARCH)
    run_month(APRIL)
    assert statement_of(ana, APRIL).draw_balance_cents == 500


def test_a_draft_of_who_left_follows_when_there_is_nothing_for_them_any_more(
    ana: Provider,
) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000)
    left = local("2026-02-20T12:00:00")
    Provider.objects.filter(pk=ana.pk).update(deleted_at=left)
    run_month(MARCH)
    assert statement_of(ana).payable_cents == 1_000
    sale.delete()
    assert run_month(MARCH).written == 1
    assert statement_of(ana).payable_cents == 0


def test_one_provider_s_month_alone_is_worked_out(ana: Provider) -> None:
    bea = hire("Bea RN")
    assert run_month(MARCH, provider=bea.pk).written == 1
    assert Statement.objects.get().provider == bea


def test_closed_statements_are_counted_and_stay(ana: Provider, manager: User) -> None:
    close(MARCH, manager)
    hire("Bea RN")
    report = run_month(MARCH)
    assert (report.written, report.unchanged, report.closed) == (1, 0, 1)


def test_who_is_missing_in_a_closed_month_is_said_until_it_is_calculated(
    ana: Provider, manager: User
) -> None:
    """And not of the month that is being calculated, whoever is new there."""
    close(MARCH, manager)
    close(APRIL, manager)
    newcomer = hire(created_at=local("2026-06-01T12:00:00"))
    agree(newcomer, TEN_PERCENT)
    for month in (MARCH, APRIL):
        pay(newcomer, 10_000, month)
    for _ in range(2):
        assert run_month(MAY).missing == [(MARCH, newcomer.pk), (APRIL, newcomer.pk)]
    assert run_month(MARCH).missing == []
    assert run_month(MAY).missing == [(APRIL, newcomer.pk)]


def test_this_month_can_be_worked_out_and_the_next_not() -> None:
    today = clinic_today()
    run_month(today.replace(day=1))
    with pytest.raises(RunRefused, match="hasn't started"):
        run_month(next_month(today.replace(day=1)))


@pytest.mark.parametrize(("payments", "events"), [(1, "1 event"), (2, "2 events")])
def test_a_run_says_where_it_is(ana: Provider, payments: int, events: str) -> None:
    agree(ana, TEN_PERCENT)
    for _ in range(payments):
        pay(ana, 10_000)
    said: list[str] = []
    run_month(MARCH, progress=said.append)
    assert said == [
        "Loading payments, credits and rules",
        f"Calculating {events}",
        "Comparing closed months",
        "1 written, 0 unchanged",
    ]


def test_garbage_is_looked_for_again_afterwards() -> None:
    import gc

    with garbage_collection_off():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with garbage_collection_off():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


# What it begins with --------------------------------------------------------


def test_a_month_begins_with_the_last_one_before_it(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    draw = {"type": "draw", "amount_cents": 500, "recoverable": True}
    agree(ana, draw, effective_to=MARCH)
    run_month(MARCH)
    before = openings_before(APRIL)[ana.pk]
    assert (before.balance_cents, before.draw_cents) == (0, 500)
    assert openings_before(MARCH) == {}
    assert openings_before(MAY) == {ana.pk: before}
    assert set(openings_before(MAY)) == {ana.pk}


def test_a_draft_follows_what_it_begins_with(ana: Provider, manager: User) -> None:
    """Though nothing else on it changes."""
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000, date(2026, 2, 1))
    close(date(2026, 2, 1), manager)
    run_month(MARCH)
    run_month(APRIL)
    refund(sale, 10_000, MARCH)
    run_month(MARCH)
    assert run_month(APRIL).written == 1
    april = statement_of(ana, APRIL)
    assert (april.opening_cents, april.closing_cents) == (-1_000, -1_000)


def test_a_replaced_revision_is_nobody_s_beginning(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000, date(2026, 2, 1))
    refund(sale, 10_000, MARCH)
    close(MARCH, manager)
    assert openings_before(APRIL)[ana.pk].balance_cents == -1_000
    sale.lead.delete()
    closing.unlock(statement_of(ana), manager)
    assert openings_before(APRIL)[ana.pk].balance_cents == 0


# Months ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-03", MARCH),
        ("2000-01", date(2000, 1, 1)),
        ("2100-12", date(2100, 12, 1)),
        ("1999-12", None),
        ("2101-01", None),
        ("2026-00", None),
        ("2026-13", None),
        ("2026-3", None),
        ("2026-03-01", None),
        ("x2026-03", None),
        ("", None),
    ],
)
def test_a_month_is_read_between_2000_and_2100(text: str, month: Any) -> None:
    assert read_month(text) == month


def test_months_follow_each_other_over_years_and_leap_days() -> None:
    assert next_month(date(2028, 1, 1)) == date(2028, 2, 1)
    assert next_month(date(2028, 2, 1)) == date(2028, 3, 1)
    assert next_month(date(2099, 12, 1)) == date(2100, 1, 1)
    assert previous_month(date(2028, 3, 1)) == date(2028, 2, 1)
    assert previous_month(date(2000, 1, 1)) == date(1999, 12, 1)
