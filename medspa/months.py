"""Months and ranges of days. A month is the date of its first day."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

MONTH = re.compile(r"(\d{4})-(\d{2})")
FIRST_YEAR, LAST_YEAR = 2000, 2100
ONE_DAY = timedelta(days=1)


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


def month_name(month: date) -> str:
    """`March 2026`, the same in every country."""
    return f"{month:%B %Y}"


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


@dataclass(frozen=True, order=True)
class DayRange:
    """The local dates from `first` to `last`, both included."""

    first: date
    last: date

    @classmethod
    def of_month(cls, day: date) -> Self:
        """All days of the month that `day` is in."""
        return cls(month_of(day), last_day(day))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_month(self) -> bool:
        """It is exactly the days of one calendar month."""
        return self.first.day == 1 and self.last == last_day(self.first)

    def overlaps(self, other: "DayRange") -> bool:
        return self.first <= other.last and other.first <= self.last

    def covers(self, other: "DayRange") -> bool:
        return self.first <= other.first and other.last <= self.last

    def within(self, first: date | None, last: date | None) -> Self | None:
        """The part between two dates, either of which may be open; None if empty."""
        start = max(self.first, first) if first else self.first
        end = min(self.last, last) if last else self.last
        return type(self)(start, end) if start <= end else None

    def by_month(self) -> Iterator[Self]:
        """Its part of each month it touches, the oldest first."""
        first = self.first
        while first <= self.last:
            last = last_day(first)
            yield type(self)(first, min(last, self.last))
            first = last + ONE_DAY

    def without(self, others: Iterable["DayRange"]) -> Iterator[Self]:
        """Its parts between `others`, which don't overlap; the oldest first."""
        first = self.first
        for other in sorted(others):
            if other.last < first or other.first > self.last:
                continue
            if first < other.first:
                yield type(self)(first, other.first - ONE_DAY)
            first = other.last + ONE_DAY
        if first <= self.last:
            yield type(self)(first, self.last)


def years_before(day: date, years: int) -> date:
    """The same day of an earlier year; March 1 for a February 29 that isn't there."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
