"""Month arithmetic. A month is the date of its first day."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

MONTH = re.compile(r"(\d{4})-(\d{2})")
FIRST_YEAR, LAST_YEAR = 2000, 2100


def read_month(text: str) -> date | None:
    """The month written as `2026-03`, from 2000 to 2100; None for anything else."""
    if not (match := MONTH.fullmatch(text)):
        return None
    year, month = int(match[1]), int(match[2])
    is_known = FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12
    return date(year, month, 1) if is_known else None


def month_of(day: date) -> date:
    """The month that a day is in."""
    return day.replace(day=1)


def days_in(month: date) -> int:
    """28 to 31."""
    return monthrange(month.year, month.month)[1]


def last_day(month: date) -> date:
    return month.replace(day=days_in(month))


def next_month(month: date) -> date:
    """The month after that of any day."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def previous_month(month: date) -> date:
    """The month before that of any day."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def months_between(first: date, last: date) -> Iterator[date]:
    """The months that the days `first` to `last` touch; none if `last` is earlier."""
    month = month_of(first)
    while first <= last and month <= last:
        yield month
        month = next_month(month)


def first_whole_month(day: date) -> date:
    """The first month that begins on or after a day."""
    return day if day.day == 1 else next_month(day)


def last_whole_month(day: date) -> date:
    """The last month that has ended when a day is over."""
    return month_of(day) if day == last_day(day) else previous_month(day)


def months_earlier(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    target = date(year, month + 1, 1)
    return target.replace(day=min(day.day, days_in(target)))


def years_later(day: date, years: int) -> date:
    """The same date so many years later (or, if negative, earlier).

    The 29th of February becomes the 1st of March where there is none.
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
