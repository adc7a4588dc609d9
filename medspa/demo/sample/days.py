"""The clinic's days in epoch seconds: when they begin and when the clinic is open."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from medspa.clinic_time import start_of_day
from medspa.demo.sample.distributions import SampleOpeningHours

DAY = 86_400
HOUR = 3_600
MINUTE = 60
Option = TypeVar("Option")


class Days:
    """`count` local days from `first`; a day is known by its index."""

    def __init__(
        self, first: date, count: int, zone: ZoneInfo, opening: SampleOpeningHours
    ) -> None:
        self.dates = [first + timedelta(days=number) for number in range(count)]
        self.midnights = [
            int(start_of_day(day, zone).timestamp()) for day in self.dates
        ]
        self.date_texts = [day.isoformat() for day in self.dates]
        self.months = [day.month - 1 for day in self.dates]
        self._noons = [_local(day, 12, zone) for day in self.dates]
        self._opening = [_opening(day, zone, opening) for day in self.dates]

    def index(self, moment: int) -> int:
        return bisect_right(self.midnights, moment) - 1

    def at_hour(self, day: int, hour: float) -> int:
        """The moment of a local hour, right also on days with a clock change."""
        if hour < 3:
            return self.midnights[day] + int(hour * HOUR)
        return self._noons[day] + int((hour - 12) * HOUR)

    def is_open(self, moment: int) -> bool:
        hours = self._opening[self.index(moment)]
        return hours is not None and hours[0] <= moment < hours[1]

    def next_opening(self, moment: int) -> int:
        """When the clinic opens next, strictly after `moment`."""
        day = self.index(moment)
        while (hours := self._opening[day]) is None or hours[0] <= moment:
            day += 1
        return hours[0]

    def slot(self, day: int, rng: Random) -> int:
        """A random half hour of this day, or of the next one that is open."""
        while (hours := self._opening[day]) is None:
            day += 1
        opens, closes = hours
        return opens + rng.randrange((closes - opens) // 1800 - 1) * 1800


def _local(day: date, hour: int, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=zone).timestamp())


def _opening(
    day: date, zone: ZoneInfo, opening: SampleOpeningHours
) -> tuple[int, int] | None:
    hours = opening.on(day.weekday())
    if hours is None:
        return None
    return _local(day, hours[0], zone), _local(day, hours[1], zone)


class WeightedChoice(Generic[Option]):
    """Draws one of the options, each as often as its weight says."""

    def __init__(self, options: Sequence[Option], weights: Sequence[float]) -> None:
        self.options = list(options)
        self._steps = list(accumulate(weights))

    def draw(self, rng: Random) -> Option:
        place = bisect_right(self._steps, rng.random() * self._steps[-1])
        return self.options[place]
