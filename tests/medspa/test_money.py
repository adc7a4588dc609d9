"""Cents: rounded once, split without losing one, written for people."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medspa.formats import format_cents
from medspa.money import amount_of, round_half_away, split_cents

cents = st.integers(-(10**14), 10**14)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(any)


@given(st.fractions())
def test_rounding_is_never_off_by_more_than_a_half(value: Fraction) -> None:
    assert abs(round_half_away(value) - value) <= Fraction(1, 2)


@given(st.fractions())
def test_a_refund_rounds_as_its_payment(value: Fraction) -> None:
    assert round_half_away(-value) == -round_half_away(value)


@given(st.integers(0, 10**12))
def test_a_half_goes_away_from_zero(whole: int) -> None:
    assert round_half_away(Fraction(2 * whole + 1, 2)) == whole + 1


@given(cents, weights)
def test_the_parts_of_a_split_sum_to_the_whole(total: int, shares: list[int]) -> None:
    assert sum(split_cents(total, shares)) == total


@given(cents, weights)
def test_no_part_is_a_cent_or_more_from_its_exact_share(
    total: int, shares: list[int]
) -> None:
    whole = sum(shares)
    for part, share in zip(split_cents(total, shares), shares, strict=True):
        assert abs(part - Fraction(total * share, whole)) < 1


@given(cents, weights)
def test_who_has_no_weight_gets_nothing(total: int, shares: list[int]) -> None:
    parts = split_cents(total, shares)
    assert not any(part for part, share in zip(parts, shares, strict=True) if not share)
    assert sum(parts) == (total if any(shares) else 0)


@given(cents, weights)
def test_a_refund_splits_as_its_payment(total: int, shares: list[int]) -> None:
    assert split_cents(-total, shares) == [-part for part in split_cents(total, shares)]


def test_left_over_cents_go_to_the_largest_remainder_then_to_the_first() -> None:
    assert split_cents(100, [1, 1, 1]) == [34, 33, 33]
    assert split_cents(5, [1, 3]) == [1, 4]
    assert split_cents(2, [1, 1, 1]) == [1, 1, 0]


@pytest.mark.parametrize("shares", [[], [0], [0, 0], [-1, 2]])
def test_a_split_needs_somebody_to_split_among(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="Weights must be"):
        split_cents(100, shares)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "$0"),
        (5, "$0.05"),
        (123_400, "$1,234"),
        (123_450, "$1,234.50"),
        (-123_450, "−$1,234.50"),
        (10**11, "$1,000,000,000"),
        (None, "–"),
    ],
)
def test_money_is_written_for_people(amount: int | None, written: str) -> None:
    assert format_cents(amount) == written


@given(cents)
def test_written_money_reads_back_as_the_same_cents(amount: int) -> None:
    written = format_cents(amount, always_cents=True)
    digits = written.replace("−", "-").replace("$", "").replace(",", "")
    assert Fraction(digits) * 100 == amount


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (123_450, "1234.50"),
        (10**9, "1" + "0" * 7 + ".00"),
    ],
)
def test_an_amount_in_a_file_has_both_cents_and_no_sign_of_a_currency(
    cents: int, written: str
) -> None:
    assert str(amount_of(cents)) == written
