"""Months by their first day, over the ends of years and leap days."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medspa.months import (
    days_in,
    first_whole_month,
    last_day,
    last_whole_month,
    month_of,
    months_between,
    months_earlier,
    next_month,
    previous_month,
    read_month,
    years_later,
)

DAYS = st.dates(date(1990, 1, 1), date(2110, 12, 31))


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-03", date(2026, 3, 1)),
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
def test_a_month_is_read_from_2000_to_2100(text: str, month: Any) -> None:
    assert read_month(text) == month


def test_months_follow_each_other_over_years_and_leap_days() -> None:
    assert next_month(date(2028, 1, 31)) == date(2028, 2, 1)
    assert next_month(date(2099, 12, 1)) == date(2100, 1, 1)
    assert previous_month(date(2028, 3, 31)) == date(2028, 2, 1)
    assert previous_month(date(2000, 1, 1)) == date(1999, 12, 1)
    assert last_day(date(2028, 2, 1)) == date(2028, 2, 29)
    assert last_day(date(2100, 2, 15)) == date(2100, 2, 28)
    assert days_in(date(2026, 4, 1)) == 30


@given(DAYS)
def test_a_day_is_in_one_month(day: date) -> None:
    month = month_of(day)
    assert month <= day <= last_day(month)
    assert last_day(month) + timedelta(days=1) == next_month(day)
    assert previous_month(next_month(day)) == month
    assert (next_month(month) - month).days == days_in(month)


@given(DAYS, st.integers(-400, 1500))
def test_the_months_of_a_range_are_those_of_its_days(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    months = {month_of(first + timedelta(days=number)) for number in range(days + 1)}
    assert list(months_between(first, last)) == sorted(months)


@given(DAYS)
def test_whole_months_begin_and_end_within_the_days(day: date) -> None:
    assert previous_month(first_whole_month(day)) < day <= first_whole_month(day)
    whole = last_whole_month(day)
    assert last_day(whole) <= day < last_day(next_month(whole))


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2026, 12, 31), 24, date(2024, 12, 31)),
        (date(2024, 1, 31), 24, date(2022, 1, 31)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_earlier_stays_within_the_month(
    day: date, months: int, earlier: date
) -> None:
    assert months_earlier(day, months) == earlier


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2026, 3, 31), 1, date(2027, 3, 31)),
        (date(2028, 2, 29), 1, date(2029, 3, 1)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
        (date(2028, 2, 29), -1, date(2027, 3, 1)),
    ],
)
def test_years_later_turns_a_leap_day_into_the_first_of_march(
    day: date, years: int, later: date
) -> None:
    assert years_later(day, years) == later
