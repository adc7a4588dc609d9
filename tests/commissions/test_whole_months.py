"""What a month as a whole makes: bonuses, pools, caps, minimums."""

from datetime import date
from fractions import Fraction

import pytest

from commissions.engine import CommissionLine, LineKind, LineSource
from commissions.engine.monthly import bonus_lines, cap_lines
from tests.commissions.small_month import (
    APRIL,
    BONUS,
    FLAT,
    HALF,
    MARCH,
    POOL,
    TENTH,
    TIERS,
    back,
    cents,
    lines,
    paid,
    people,
    rule,
    run,
)

LEFT_IN_FEBRUARY = date(2026, 2, 28)

# Bonuses --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "amounts"), [(199_999_999, []), (200_000_000, [700]), (10**13, [700])]
)
def test_a_bonus_is_earned_at_exactly_its_threshold(base: int, amounts: list) -> None:
    row = rule("R", BONUS)
    found = bonus_lines(row, row.terms, base)
    assert [line.amount_cents for line in found] == amounts


def test_a_bonus_is_one_line_of_its_own() -> None:
    (line,) = lines([rule("R", BONUS)], [paid("e1", 20_000)])
    assert line == CommissionLine(
        "R",
        None,
        LineKind.BONUS,
        20_000,
        700,
        1,
        700,
        sources=(LineSource("e1", 10_000, 20_000),),
    )


def test_a_bonus_is_each_one_s_own() -> None:
    events = [paid("e1", 20_000, by="P1"), paid("e2", 19_999, by="P2")]
    assert cents([rule("R", BONUS)], events) == {"P1": [700]}


def test_who_is_not_there_any_more_gets_nothing_for_the_month() -> None:
    events = [paid("e1", 90_000, by="P9")]
    assert cents([rule("R", BONUS), rule("T", TIERS), rule("X", TENTH)], events) == {}


# Pools ----------------------------------------------------------------------


def test_a_pool_takes_what_anybody_or_nobody_is_credited_with() -> None:
    events = [
        paid("e1", 10_000, by="P3"),
        paid("e2", 10_000, by={}),
        paid("e3", 10_000, by={"P1": HALF}),
    ]
    assert cents([rule("R", POOL)], events) == {"P1": [1_500], "P2": [1_500]}


def test_refunds_come_out_of_the_pool_by_what_they_took_back() -> None:
    events = [
        paid("e1", 10_000, by="P3"),
        back("r1", "e1", 4_000),
        back("r2", "e1", 90_000, "2026-04-02"),
    ]
    assert cents([rule("R", POOL)], events, MARCH, APRIL) == {
        "P1": [300, -300],
        "P2": [300, -300],
    }


def test_consults_are_no_money_for_a_pool() -> None:
    shown = paid("e1", 10_000, kind="consult_show")
    assert cents([rule("R", POOL)], [shown]) == {}


def test_cents_that_do_not_divide_go_to_the_largest_remainder_then_by_id() -> None:
    weights = {"P2": 1, "P1": 1, "P3": 1}
    pool = rule("R", {**POOL, "members": weights})
    assert cents([pool], [paid("e1", 1_000)]) == {"P1": [34], "P2": [33], "P3": [33]}
    pool = rule("R", {**POOL, "members": {"P1": 1, "P2": 3}})
    assert cents([pool], [paid("e1", 50)]) == {"P1": [1], "P2": [4]}


def test_a_pool_s_line_says_the_pool_the_part_and_the_rate() -> None:
    pool = rule("R", {**POOL, "members": {"P1": 1, "P2": 2}})
    first, second = lines([pool], [paid("e1", 1_004)])
    assert first == CommissionLine(
        "R",
        None,
        LineKind.POOL,
        1_004,
        100,
        3,
        33,
        rate_bps=1000,
        detail=100,
        sources=(LineSource("e1", 10_000, 1_004),),
    )
    assert (second.amount_cents, second.exact) == (67, Fraction(200, 3))


@pytest.mark.parametrize(
    ("left_on", "parts"),
    [
        (LEFT_IN_FEBRUARY, {"P1": [1_000]}),
        (MARCH, {"P1": [500], "P2": [500]}),
        (date(2026, 3, 31), {"P1": [500], "P2": [500]}),
    ],
)
def test_who_left_before_the_month_has_no_part_of_its_pool(
    left_on: date, parts: dict
) -> None:
    who = people(P2=left_on)
    assert cents([rule("R", POOL)], [paid("e1", 10_000)], who=who) == parts


def test_a_pool_of_people_who_all_left_is_paid_to_nobody() -> None:
    who = people(P1=LEFT_IN_FEBRUARY, P2=LEFT_IN_FEBRUARY)
    assert cents([rule("R", POOL)], [paid("e1", 10_000)], who=who) == {}


def test_who_left_still_earns_by_each_event() -> None:
    who = people(P1=LEFT_IN_FEBRUARY)
    rules = [rule("R", TENTH), rule("S", POOL)]
    assert cents(rules, [paid("e1", 10_000)], who=who) == {"P1": [1_000], "P2": [1_000]}


def test_a_pool_within_a_group_takes_only_what_no_other_rule_of_it_won() -> None:
    pool = rule("R", {**POOL, "group": "a"})
    retail = rule(
        "S", {**TENTH, "group": "a", "match": {"categories": ["retail"]}}, priority=1
    )
    events = [
        paid("e1", 10_000, by="P3"),
        paid("e2", 50_000, by="P3", category="retail"),
        paid("e3", 10_000, by={}),
        paid("e4", 10_000, by={"P3": HALF}),
    ]
    assert cents([pool, retail], events) == {
        "P1": [1_500],
        "P2": [1_500],
        "P3": [5_000],
    }


def test_a_pool_within_a_group_is_the_same_for_one_provider_alone() -> None:
    pool = rule("R", {**POOL, "group": "a"})
    events = [
        paid("e1", 10_000, by="P3", lead="L3"),
        paid("e2", 30_000, by="P2", lead="L2"),
        paid("e3", 20_000, by="P1", lead="L1"),
    ]
    everybody = run([pool], events)
    alone = run([pool], events, only="P1")
    assert alone.statements[0] == everybody.statements[0]
    assert alone.statements[0].earned_cents == 3_000


def test_a_pool_of_one_month_is_not_in_the_next() -> None:
    events = [paid("e1", 10_000), paid("e2", 20_000, "2026-04-10")]
    assert cents([rule("R", POOL)], events, APRIL) == {"P1": [1_000], "P2": [1_000]}


def test_a_pool_of_nothing_has_no_lines() -> None:
    events = [paid("e1", 10_000), back("r1", "e1", 10_000)]
    assert cents([rule("R", POOL)], events) == {}


def test_a_pool_and_the_bases_are_rounded_half_away_from_zero() -> None:
    found = lines([rule("R", POOL)], [paid("e1", 10_005)])
    assert [line.detail for line in found] == [1_001, 1_001]
    assert sum(line.amount_cents for line in found) == 1_001
    halves = [paid("e1", 30_001, by={"P1": HALF})]
    pool, bonus = rule("A", {**POOL, "group": "a"}), rule("B", BONUS)
    found = lines([pool], halves)
    assert [line.base_cents for line in found] == [30_001, 30_001]
    (line,) = lines([bonus], [paid("e1", 40_001, by={"P1": HALF})])
    assert line.base_cents == 20_001


# Caps -----------------------------------------------------------------------


def capped(cap: int, *amounts: int) -> list[int]:
    row = rule("R", {**TENTH, "cap_cents": cap})
    sales = [
        CommissionLine("R", f"e{n}", LineKind.SALE, 0, amount, 1, amount)
        for n, amount in enumerate(amounts)
    ]
    return [line.amount_cents for line in cap_lines(row, sales)]


def test_a_cap_takes_what_is_above_it_and_nothing_when_exactly_reached() -> None:
    assert capped(1_000, 600, 400) == []
    assert capped(1_000, 600, 401) == [-1]
    assert capped(1_000, 600, 399) == []
    assert capped(0, 5) == [-5]
    assert capped(0) == []
    assert capped(1_000, 1_500, -500) == []
    assert capped(1_000, 2_000, -500) == [-500]


def test_a_cap_s_line_says_the_cap() -> None:
    *_, cap = lines([rule("R", {**TENTH, "cap_cents": 700})], [paid("e1", 10_000)])
    assert cap == CommissionLine(
        "R",
        None,
        LineKind.CAP,
        0,
        -300,
        1,
        -300,
        detail=700,
        sources=(LineSource("e1", 10_000, 10_000),),
    )


@pytest.mark.parametrize("sale", [10_000, 10_001])
def test_a_cap_reached_to_the_cent_leaves_no_line(sale: int) -> None:
    row = rule("R", {**TENTH, "cap_cents": 1_000})
    assert cents([row], [paid("e1", sale)]) == {"P1": [1_000]}


def test_each_rule_has_its_own_cap_and_each_provider_too() -> None:
    first = rule("R1", {**TENTH, "cap_cents": 600})
    second = rule("R2", {**FLAT, "cap_cents": 4_000})
    third = rule("R3", {**TIERS, "cap_cents": 500})
    events = [paid("e1", 10_000, by={"P1": HALF, "P2": HALF})]
    of_each = [500, 2_500, 500]
    assert cents([first, second, third], events) == {"P1": of_each, "P2": of_each}
    twice = [*events, paid("e2", 10_000)]
    assert cents([first, second, third], twice)["P1"] == [
        *(500, 1_000, -900),
        *(2_500, 5_000, -3_500),
        *(1_000, 1_000, -1_500),
    ]


# Minimums and the order of lines --------------------------------------------


def test_a_minimum_is_reached_by_shares_to_the_basis_point() -> None:
    row = rule("R", {**TENTH, "min_period_base_cents": 5_000})
    assert cents([row], [paid("e1", 10_000, by={"P1": HALF})]) == {"P1": [500]}
    (line,) = lines([row], [paid("e1", 10_000, by={"P1": HALF - 1})])
    assert (line.base_cents, line.exact, line.note) == (4_999, 0, "below minimum")


def test_a_minimum_is_each_month_s_and_each_one_s_own() -> None:
    row = rule("R", {**TENTH, "min_period_base_cents": 10_000})
    events = [
        paid("e1", 9_000, "2026-03-10"),
        paid("e2", 10_000, "2026-04-10"),
        paid("e3", 9_000, "2026-04-10", by="P2"),
    ]
    assert cents([row], events, MARCH, APRIL) == {"P1": [0, 1_000], "P2": [0]}


def test_lines_come_by_rule_those_of_events_before_the_month_s_own() -> None:
    rules = [rule("R2", {**TENTH, "cap_cents": 5}), rule("R1", BONUS), rule("R3", FLAT)]
    found = lines(rules, [paid("b", 20_000, "2026-03-09"), paid("a", 20_000)])
    assert [(line.rule, line.event) for line in found] == [
        ("R1", None),
        ("R2", "b"),
        ("R2", "a"),
        ("R2", None),
        ("R3", "b"),
        ("R3", "a"),
    ]
