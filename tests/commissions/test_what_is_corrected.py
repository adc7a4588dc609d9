"""Which line of which closed month a correction names, and what needs none."""

from datetime import UTC, date, datetime

import pytest

from commissions.models import Provider, StatementLine
from commissions.statements.calculate import run_month
from commissions.statements.corrections import LOOK_BACK_MONTHS, find_corrections
from medspa.models import User
from medspa.months import previous_month
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


def test_a_correction_names_its_own_line(ana: Provider, manager: User) -> None:
    """Among several of one event, one rule and one kind."""
    tenth, twentieth = (
        agree(ana, {**TEN_PERCENT, "rate_bps": rate}) for rate in (1_000, 500)
    )
    first, second = pay(ana, 10_000, day=10), pay(ana, 20_000, day=11)
    close(MARCH, manager)
    closed = statement_of(ana)
    refund(first, 1, APRIL)
    second.credits.update(share_bps=5_000)
    run_month(APRIL)
    corrections = statement_of(ana, APRIL).lines.corrections()
    found = {
        (line.corrects.rule_id, line.corrects.event_id, line.amount_cents)
        for line in corrections
    }
    assert found == {(tenth.pk, second.pk, -1_000), (twentieth.pk, second.pk, -500)}
    assert {line.corrects.statement for line in corrections} == {closed}
    assert {line.corrects_statement for line in corrections} == {closed}


def test_a_correction_s_base_is_a_difference_too(ana: Provider, manager: User) -> None:
    agree(ana, TEN_PERCENT)
    gone, less = pay(ana, 10_000, day=10), pay(ana, 20_000, day=11)
    close(MARCH, manager)
    gone.delete()
    less.credits.update(share_bps=7_500)
    run_month(APRIL)
    lines = statement_of(ana, APRIL).lines.order_by("amount_cents")
    found = lines.values_list("event", "base_cents", "exact", "amount_cents")
    assert list(found) == [
        (gone.pk, -10_000, "-1000", -1_000),
        (less.pk, -5_000, "-500", -500),
    ]


def test_a_tier_s_correction_names_its_bracket(ana: Provider, manager: User) -> None:
    brackets = [
        {"up_to_cents": 10_000, "rate_bps": 1_000},
        {"up_to_cents": None, "rate_bps": 2_000},
    ]
    agree(ana, {"type": "tiered", "event": "invoice_paid", "brackets": brackets})
    pay(ana, 20_000)
    close(MARCH, manager)
    pay(ana, 5_000)
    run_month(APRIL)
    correction = statement_of(ana, APRIL).lines.corrections().get()
    assert (correction.amount_cents, correction.corrects.detail) == (1_000, 2)


def test_something_new_corrects_a_statement_and_no_line(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    close(MARCH, manager)
    pay(ana, 20_000)
    run_month(APRIL)
    correction = statement_of(ana, APRIL).lines.corrections().get()
    assert (correction.corrects, correction.corrects_statement) == (
        None,
        statement_of(ana),
    )


@pytest.mark.parametrize("cents", [1, 4])
def test_what_comes_to_no_cent_is_no_correction(
    cents: int, ana: Provider, manager: User
) -> None:
    """Ten percent of less than five cents: a line of nothing."""
    agree(ana, TEN_PERCENT)
    gone = pay(ana, 3)
    close(MARCH, manager)
    assert statement_of(ana).lines.get().amount_cents == 0
    pay(ana, cents)
    gone.delete()
    run_month(APRIL)
    assert not statement_of(ana, APRIL).lines.exists()
    assert find_corrections(APRIL).by_provider == {}


def test_corrections_come_to_whom_they_concern_and_name_their_month(
    ana: Provider, manager: User
) -> None:
    bea = hire("Bea RN")
    agree(None, TEN_PERCENT)
    close(MARCH, manager)
    close(APRIL, manager)
    pay(ana, 10_000, MARCH)
    pay(bea, 30_000, APRIL)
    run_month(MAY)
    rows = StatementLine.objects.corrections().values_list(
        "statement__provider", "corrects_statement__month", "amount_cents"
    )
    assert set(rows) == {(ana.pk, MARCH, 1_000), (bea.pk, APRIL, 3_000)}


def test_corrections_stand_in_the_order_of_their_months(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    close(APRIL, manager)
    pay(ana, 30_000, APRIL)
    pay(ana, 10_000, MARCH)
    run_month(MAY)
    lines = statement_of(ana, MAY).lines.order_by("position")
    assert list(lines.values_list("position", "corrects_statement__month")) == [
        (1, MARCH),
        (2, APRIL),
    ]


@pytest.mark.parametrize(("back", "found"), [(0, True), (1, False)])
def test_months_are_looked_back_at_for_two_years(
    back: int, found: bool, manager: User
) -> None:
    ana = hire(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    agree(ana, TEN_PERCENT, effective_from=date(2020, 1, 1))
    month = APRIL
    for _ in range(LOOK_BACK_MONTHS + back):
        month = previous_month(month)
    close(month, manager)
    pay(ana, 10_000, month)
    assert bool(find_corrections(APRIL).by_provider) == found
    assert LOOK_BACK_MONTHS == 24
