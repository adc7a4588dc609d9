"""Ranges of days: the days from one date to another, both included."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from medspa.months import last_day, month_of

ONE_DAY = timedelta(days=1)


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

    def in_words(self, this_year: int | None = None) -> str:
        """`Mar 2026`, `Sep 1–7, 2026`, `Sep 28 – Oct 4, 2026`, `Jan – Mar 2026`.

        `this_year` is left out, and of two years that are the same the first one.
        """
        first, last = self.first, self.last
        is_whole = first.day == 1 and last == last_day(last)
        form = _month if is_whole else _day
        end = form(last, None if last.year == this_year else last.year)
        if first == last or (is_whole and month_of(first) == month_of(last)):
            return end
        if month_of(first) == month_of(last):
            return f"{first:%b} {first.day}–{end.partition(' ')[2]}"
        same = first.year == last.year or first.year == this_year
        return f"{form(first, None if same else first.year)} – {end}"


def _day(day: date, year: int | None) -> str:
    return f"{day:%b} {day.day}, {year}" if year else f"{day:%b} {day.day}"


def _month(day: date, year: int | None) -> str:
    return f"{day:%b} {year}" if year else f"{day:%b}"
