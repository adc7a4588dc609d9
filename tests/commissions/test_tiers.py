"""Tiers: each bracket to its last cent, the whole month at one rate."""

from fractions import Fraction

import pytest

from commissions.engine import CommissionLine, LineKind
from commissions.engine.monthly import tier_lines
from tests.commissions.small_month import TIERS, lines, paid, rule

BASE_SCALE = 10_000
TEN_MILLION = 10**9  # dollars, in cents


def tiers(base_cents: int, **terms: object) -> list[tuple[str, int, int]]:
    row = rule("R", {**TIERS, **terms})
    found = tier_lines(row, row.terms, base_cents * BASE_SCALE)
    return [(line.note, line.base_cents, line.amount_cents) for line in found]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (0, []),
        (1, [("bracket 1", 1, 0)]),
        (10_000, [("bracket 1", 10_000, 1_000)]),
        (10_001, [("bracket 1", 10_000, 1_000), ("bracket 2", 1, 0)]),
        (30_000, [("bracket 1", 10_000, 1_000), ("bracket 2", 20_000, 4_000)]),
        (
            30_005,
            [
                ("bracket 1", 10_000, 1_000),
                ("bracket 2", 20_000, 4_000),
                ("bracket 3", 5, 3),
            ],
        ),
        (
            TEN_MILLION,
            [
                ("bracket 1", 10_000, 1_000),
                ("bracket 2", 20_000, 4_000),
                ("bracket 3", 999_970_000, 499_985_000),
            ],
        ),
    ],
)
def test_each_bracket_pays_the_part_within_it(base: int, expected: list) -> None:
    assert tiers(base) == expected


@pytest.mark.parametrize(
    ("base", "number", "amount"),
    [
        (1, 1, 0),
        (10_000, 1, 1_000),
        (10_001, 2, 2_000),
        (30_000, 2, 6_000),
        (30_001, 3, 15_001),
    ],
)
def test_a_whole_month_is_paid_at_the_rate_of_the_bracket_it_reaches(
    base: int, number: int, amount: int
) -> None:
    note = f"bracket {number} on whole base"
    assert tiers(base, mode="whole") == [(note, base, amount)]


@pytest.mark.parametrize(
    ("mode", "note"), [("marginal", "bracket 1"), ("whole", "bracket 1 on whole base")]
)
def test_tiers_with_a_minimum_pay_from_exactly_that(mode: str, note: str) -> None:
    gated = rule("R", {**TIERS, "mode": mode, "min_period_base_cents": 5_000})

    def found(cents: int) -> list[tuple[str, int, int]]:
        return [
            (line.note, line.base_cents, line.amount_cents)
            for line in lines([gated], [paid("e1", cents)])
        ]

    assert found(4_999) == [("below minimum", 4_999, 0)]
    assert found(5_000) == [(note, 5_000, 500)]


@pytest.mark.parametrize(("mode", "numbers"), [("marginal", [1, 2]), ("whole", [2])])
def test_below_the_minimum_each_line_keeps_the_number_of_its_bracket(
    mode: str, numbers: list[int]
) -> None:
    gated = rule("R", {**TIERS, "mode": mode, "min_period_base_cents": 30_000})
    found = lines([gated], [paid("e1", 20_000)])
    assert [(line.kind, line.detail) for line in found] == [
        (LineKind.BELOW, number) for number in numbers
    ]


def test_a_tier_line_is_exact_and_says_its_rate() -> None:
    row = rule("R", TIERS)
    assert tier_lines(row, row.terms, 12_345) == [
        CommissionLine(
            rule="R",
            event=None,
            kind=LineKind.BRACKET,
            base_cents=1,
            numerator=12_345 * 1000,
            denominator=10**8,
            amount_cents=0,
            share_bps=10_000,
            rate_bps=1000,
            detail=1,
        )
    ]


def test_shares_that_make_no_whole_cents_add_up_in_the_base() -> None:
    thirds = [paid(f"e{n}", 1, by={"P1": 3_333}) for n in range(3)]
    (line,) = lines([rule("R", TIERS)], thirds)
    assert (line.base_cents, line.exact) == (1, Fraction(9_999 * 1000, 10**8))


def test_a_month_that_comes_to_nothing_has_no_line() -> None:
    assert tiers(0, mode="whole") == []
    assert lines([rule("R", TIERS)], [paid("e1", 0)]) == []
