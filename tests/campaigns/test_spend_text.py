"""Amounts and days as people and platforms write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.spend.text import (
    TextRefused,
    has_no_value,
    read_spend_cents,
    read_spend_days,
    read_whole_cents,
)
from medspa.formats import format_cents
from medspa.months import DayRange


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1,200.50", 120_050),
        ("$1,200", 120_000),
        ("US$ 1 200", 120_000),
        ("1.200,50", 120_050),
        ("1200,5", 120_050),
        ("1,234,567.89", 123_456_789),
        ("1.200.300", 120_030_000),
        ("0", 0),
        ("1'200.50", 120_050),
        ("10,000,000", 10**9),
    ],
)
def test_an_amount_is_read_to_the_cent(text: str, cents: int) -> None:
    assert read_whole_cents(text) == cents


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-5", "can't be negative"),
        ("(5.00)", "can't be negative"),
        ("−5", "can't be negative"),
        ("1e9", "Enter the amount"),
        ("", "Enter the amount"),
        ("nan", "Enter the amount"),
        ("1,2,3", "Enter the amount"),
        ("١٢", "Enter the amount"),
        ("10,000,000.01", r"more than \$10,000,000"),
        ("12.3456", "to the cent"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(TextRefused, match=sentence):
        read_whole_cents(text)


@given(st.integers(0, 10**9))
def test_what_we_print_we_read(cents: int) -> None:
    assert read_spend_cents(format_cents(cents, always_cents=True)) == cents


def days(first: str, last: str) -> DayRange:
    return DayRange(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03", "2026-03-01", "2026-03-31"),
        ("2026/03", "2026-03-01", "2026-03-31"),
        ("Mar 2026", "2026-03-01", "2026-03-31"),
        ("March 2026", "2026-03-01", "2026-03-31"),
        ("03/2026", "2026-03-01", "2026-03-31"),
        ("2026-03-31", "2026-03-31", "2026-03-31"),
        ("3/15/2026", "2026-03-15", "2026-03-15"),
        ("20260315", "2026-03-15", "2026-03-15"),
        ("Mar 15, 2026", "2026-03-15", "2026-03-15"),
        ("Sun, Mar 15, 2026", "2026-03-15", "2026-03-15"),
        ("2026-03-01 - 2026-03-31", "2026-03-01", "2026-03-31"),
        ("2026-03-01–2026-03-07", "2026-03-01", "2026-03-07"),
        ("2026-03-01 to 2026-03-07", "2026-03-01", "2026-03-07"),
        ("March 30, 2026-April 5, 2026", "2026-03-30", "2026-04-05"),
        ("1 March 2026 - 31 March 2026", "2026-03-01", "2026-03-31"),
        ("Jan 2026 – Mar 2026", "2026-01-01", "2026-03-31"),
        ("2028-01-01 - 2028-12-31", "2028-01-01", "2028-12-31"),
    ],
)
def test_days_are_read_from_what_names_them(text: str, first: str, last: str) -> None:
    assert read_spend_days(text) == days(first, last)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-13", "like 2026-03"),
        ("2026-00", "like 2026-03"),
        ("0026-03", "like 2026-03"),
        ("9999-03", "like 2026-03"),
        ("All time", "like 2026-03"),
        ("", "like 2026-03"),
        ("2026-03-01 - 2026-03-32", "like 2026-03"),
        ("2026-03-02 - 2026-03-01", "can't be before"),
        ("2027-01-01 - 2028-01-02", "at most a year"),
    ],
)
def test_what_are_no_days_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(TextRefused, match=sentence):
        read_spend_days(text)


@pytest.mark.parametrize("cell", ["", "-", "—", "N/A", "n/a", "None", "\u00a0-", "tbd"])
def test_a_placeholder_is_no_value(cell: str) -> None:
    assert has_no_value(cell)


@pytest.mark.parametrize("cell", ["0", "0.00", "0.0000000", "Spring"])
def test_a_zero_and_a_name_are_values(cell: str) -> None:
    assert not has_no_value(cell)
