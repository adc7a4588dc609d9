"""Which days the calendar shows: a week, or one day of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from medspa.clinic_time import read_day
from medspa.formats import clinic_formats
from medspa.months import FIRST_YEAR, LAST_YEAR, DayRange

DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class ShownDays(DayRange):
    """A week as the clinic's country begins it, or a single day."""

    @classmethod
    def read(cls, parameters: Mapping[str, str], today: date) -> Self:
        """As the address says it: `?day=2026-11-23`, or `?week=` with any day of it.

        What is no day of our years is today's week.
        """
        if day := _known(parameters.get("day", "")):
            return cls(day, day)
        return cls.week_of(_known(parameters.get("week", "")) or today)

    @classmethod
    def week_of(cls, day: date) -> Self:
        first_weekday = clinic_formats().weekdays[0]
        first = day - timedelta(days=(day.isoweekday() - first_weekday) % DAYS_OF_WEEK)
        return cls(first, first + timedelta(days=DAYS_OF_WEEK - 1))

    @property
    def is_week(self) -> bool:
        return self.first != self.last

    @property
    def label(self) -> str:
        """`Nov 22–28, 2026`, or `Mon, Nov 23, 2026`."""
        formats = clinic_formats()
        return formats.dates(self) if self.is_week else formats.weekday_date(self.first)

    def moved(self, steps: int) -> "ShownDays":
        """As many weeks, or days, later; earlier where negative."""
        by = timedelta(days=steps * self.days)
        return ShownDays(self.first + by, self.last + by)

    @property
    def query(self) -> str:
        return f"{'week' if self.is_week else 'day'}={self.first}"

    @property
    def each(self) -> list[date]:
        return [self.first + timedelta(days=ahead) for ahead in range(self.days)]


def _known(text: str) -> date | None:
    day = read_day(text)
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None
