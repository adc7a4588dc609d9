"""What is paid and what is carried: balances, draws, and who they are for."""

from dataclasses import astuple
from datetime import date

import pytest

from commissions.engine import MonthTotals, OpeningBalance, calculate_totals
from commissions.engine.rule_language import parse_rule
from tests.commissions.small_month import (
    APRIL,
    DRAW,
    MARCH,
    TENTH,
    back,
    paid,
    people,
    rule,
    run,
)

RECOVERABLE = parse_rule({"v": 2, **DRAW})
GIVEN = parse_rule({"v": 2, **DRAW, "recoverable": False})


def test_without_a_draw_everything_earned_is_paid() -> None:
    assert calculate_totals(700, 0, OpeningBalance(), None) == MonthTotals(
        700, 0, 0, 700, 0
    )


def test_corrections_and_what_is_owed_count_with_the_month() -> None:
    assert calculate_totals(700, 50, OpeningBalance(-200), None) == MonthTotals(
        700, 50, -200, 550, 0
    )
    assert calculate_totals(700, -50, OpeningBalance(-200), None) == MonthTotals(
        700, -50, -200, 450, 0
    )


def test_what_is_less_than_nothing_is_carried() -> None:
    end = calculate_totals(100, -50, OpeningBalance(-200), None)
    assert (end.payable_cents, end.closing_cents) == (0, -150)
    assert end.closing == OpeningBalance(-150, 0)


def test_a_month_that_comes_to_nothing_pays_and_carries_nothing() -> None:
    end = calculate_totals(150, 50, OpeningBalance(-200), None)
    assert (end.payable_cents, end.closing_cents) == (0, 0)


def test_without_a_draw_in_force_an_open_one_stays_as_it_is() -> None:
    end = calculate_totals(9_000, 0, OpeningBalance(0, 500), None)
    assert (end.payable_cents, end.draw_recovered_cents) == (9_000, 0)
    assert (end.draw_opening_cents, end.draw_balance_cents) == (500, 500)
    assert end.closing == OpeningBalance(0, 500)


def test_a_draw_pays_the_difference_and_is_owed_when_it_can_be_recovered() -> None:
    end = calculate_totals(1_000, -100, OpeningBalance(-50, 500), RECOVERABLE)
    topup = 3_000 - 900
    assert astuple(end) == (
        1_000,
        topup - 100,
        -50,
        3_000,
        -50,
        topup,
        0,
        500,
        500 + topup,
    )


@pytest.mark.parametrize(
    ("earned", "closing", "payable", "recovered"),
    [
        (2_900, -300, 3_000, 0),
        (3_100, -200, 3_000, 0),
        (3_300, 0, 3_000, 0),
        (3_500, 0, 3_000, 200),
        (4_000, 0, 3_200, 500),
    ],
)
def test_what_exceeds_a_draw_pays_a_carried_balance_before_the_open_draw(
    earned: int, closing: int, payable: int, recovered: int
) -> None:
    end = calculate_totals(earned, 0, OpeningBalance(-300, 500), RECOVERABLE)
    assert (end.closing_cents, end.payable_cents) == (closing, payable)
    assert end.draw_recovered_cents == recovered
    assert earned + end.adjustments_cents - 300 == payable + closing


def test_a_given_draw_leaves_a_carried_balance_until_more_is_earned() -> None:
    below = calculate_totals(1_000, 0, OpeningBalance(-300), GIVEN)
    assert (below.payable_cents, below.closing_cents) == (3_000, -300)
    above = calculate_totals(3_200, 0, OpeningBalance(-300), GIVEN)
    assert (above.payable_cents, above.closing_cents) == (3_000, -100)


def test_a_given_draw_is_owed_by_nobody() -> None:
    end = calculate_totals(1_000, 0, OpeningBalance(0, 500), GIVEN)
    assert (end.draw_topup_cents, end.payable_cents) == (2_000, 3_000)
    assert end.draw_balance_cents == 500


def test_exactly_the_draw_neither_adds_nor_takes() -> None:
    end = calculate_totals(3_000, 0, OpeningBalance(0, 500), RECOVERABLE)
    assert astuple(end) == (3_000, 0, 0, 3_000, 0, 0, 0, 500, 500)


@pytest.mark.parametrize(
    ("earned", "recovered", "left"), [(3_001, 1, 499), (3_500, 500, 0), (9_000, 500, 0)]
)
def test_what_is_above_the_draw_pays_back_the_open_one_and_no_more(
    earned: int, recovered: int, left: int
) -> None:
    end = calculate_totals(earned, 0, OpeningBalance(0, 500), RECOVERABLE)
    assert (end.draw_recovered_cents, end.draw_balance_cents) == (recovered, left)
    assert end.adjustments_cents == -recovered
    assert end.payable_cents == earned - recovered


def test_a_given_draw_takes_nothing_for_an_open_one() -> None:
    end = calculate_totals(9_000, 0, OpeningBalance(0, 500), GIVEN)
    assert (end.payable_cents, end.draw_recovered_cents) == (9_000, 0)
    assert end.draw_balance_cents == 500


# Whose draw, in which month -------------------------------------------------


def draws(*rules: object, who: dict | None = None) -> dict[str, str | None]:
    found = run(list(rules), [], who=who).statements
    return {statement.provider: statement.draw_rule for statement in found}


@pytest.mark.parametrize(
    ("left_on", "paid_cents"),
    [
        (None, 3_000),
        (date(2026, 3, 1), 3_000),
        (date(2026, 3, 31), 3_000),
        (date(2026, 2, 28), 0),
    ],
)
def test_who_left_before_the_month_gets_no_draw(
    left_on: date | None, paid_cents: int
) -> None:
    who = people(P1=left_on)
    first = run([rule("D", DRAW, provider="P1")], [], who=who).statements[0]
    assert first.totals.payable_cents == paid_cents
    assert first.draw_rule == ("D" if paid_cents else None)
    assert (first.draw is not None) == bool(paid_cents)


def test_a_draw_is_for_those_whom_it_concerns() -> None:
    assert draws(rule("D", DRAW, provider="P2")) == {"P1": None, "P2": "D", "P3": None}
    assert draws(rule("D", DRAW, role="injector"))["P3"] == "D"
    assert draws(rule("D", DRAW, role="laser"))["P3"] is None


def test_of_two_draws_the_first_by_priority_then_by_id_pays() -> None:
    low, high = rule("A", DRAW), rule("B", DRAW, priority=1)
    assert draws(low, high)["P1"] == "B"
    assert draws(rule("B", DRAW), low)["P1"] == "A"


@pytest.mark.parametrize(
    ("first", "last", "pays"),
    [
        (MARCH, None, True),
        (date(2026, 3, 2), None, False),
        (date(2026, 1, 1), MARCH, True),
        (date(2026, 1, 1), date(2026, 2, 28), False),
    ],
)
def test_a_draw_is_that_of_the_month_s_first_day(
    first: date, last: date | None, pays: bool
) -> None:
    row = rule("D", DRAW, effective_from=first, effective_to=last)
    assert (draws(row)["P1"] == "D") == pays


def test_balances_are_carried_from_month_to_month_and_from_before() -> None:
    events = [
        paid("e1", 10_000, "2026-03-10"),
        back("r1", "e1", 10_000, "2026-04-02"),
    ]
    openings = {"P1": OpeningBalance(-300)}
    march, *_, april, _, _ = run(
        [rule("R", TENTH)], events, MARCH, APRIL, openings=openings
    ).statements
    assert (march.month, march.totals.payable_cents) == (MARCH, 700)
    assert (april.month, april.totals.closing_cents) == (APRIL, -1_000)
    assert april.totals.opening_cents == 0
    assert openings == {"P1": OpeningBalance(-300)}
