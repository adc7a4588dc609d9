"""What the program knows of the clinic: name, country, zone, hours, holidays."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import cached_property
from pydantic import field_validator, model_validator

from medspa.json_columns import Schema

SUNDAY, MONDAY, SATURDAY = 0, 1, 6
# The times of a day, from morning to evening.
DAY_ENDS = ("opens", "break_from", "break_to", "closes")


class OpeningHours(Schema):
    """When the clinic is open on a weekday, by its own clock; a break is optional."""

    opens: time
    closes: time
    break_from: time | None = None
    break_to: time | None = None

    @field_validator("opens", "closes", "break_from", "break_to")
    @classmethod
    def _has_no_zone(cls, clock: time | None) -> time | None:
        if clock and (clock.tzinfo or clock.second or clock.microsecond):
            raise ValueError("enter a time like 9:00")
        return clock

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "OpeningHours":
        if self.closes <= self.opens:
            raise ValueError("the closing time must be after the opening time")
        if (self.break_from is None) != (self.break_to is None):
            raise ValueError("a break needs both times")
        times = [clock for pair in self.ranges for clock in pair]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("the break must lie within the opening hours")
        return self

    @property
    def ranges(self) -> list[tuple[time, time]]:
        """From when to when; two with a break."""
        if self.break_from is None or self.break_to is None:
            return [(self.opens, self.closes)]
        return [(self.opens, self.break_from), (self.break_to, self.closes)]


class OpeningWeek(Schema):
    """The opening hours of each weekday; None where the clinic is closed."""

    monday: OpeningHours | None = None
    tuesday: OpeningHours | None = None
    wednesday: OpeningHours | None = None
    thursday: OpeningHours | None = None
    friday: OpeningHours | None = None
    saturday: OpeningHours | None = None
    sunday: OpeningHours | None = None

    def on(self, day: date) -> OpeningHours | None:
        hours: OpeningHours | None = getattr(self, WEEKDAYS[day.weekday()])
        return hours


WEEKDAYS = tuple(OpeningWeek.model_fields)


class Holiday(Schema):
    """A day on which the clinic is closed."""

    on: date
    name: str


@dataclass(frozen=True)
class ClinicSettings:
    """`week_start` counts as Django does: 0 is Sunday. `logo_id` is "" without a logo.

    The defaults are those of a clinic that nobody has set up.
    """

    name: str = "MedSpa Growth Hub"
    country: str = "US"
    time_zone: str = "America/New_York"
    currency: str = "USD"
    week_start: int = SUNDAY
    opening_hours: Mapping[str, Any] = field(default_factory=dict)
    holidays: Sequence[Mapping[str, Any]] = field(default_factory=list)
    leads_kept_years: int = 7
    kpi_events_kept_years: int = 5
    activities_kept_years: int = 3
    requires_second_step: bool = False
    logo_id: str | None = None
    is_set_up: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def week(self) -> OpeningWeek:
        return OpeningWeek.model_validate_json(json.dumps(self.opening_hours))

    @cached_property
    def holiday_names(self) -> dict[date, str]:
        holidays = (
            Holiday.model_validate_json(json.dumps(one)) for one in self.holidays
        )
        return {holiday.on: holiday.name for holiday in holidays}

    def holiday_on(self, day: date) -> str:
        """The name of the holiday on `day`; empty when it is none."""
        return self.holiday_names.get(day, "")

    def hours_on(self, day: date) -> OpeningHours | None:
        """None on a closed day, and on every day while no hours were entered."""
        return None if self.holiday_on(day) else self.week.on(day)

    def is_closed_on(self, day: date) -> bool:
        """Only a holiday closes a clinic that has entered no hours."""
        if self.week == OpeningWeek():
            return bool(self.holiday_on(day))
        return self.hours_on(day) is None

    def open_ranges(self, day: date) -> list[tuple[datetime, datetime]]:
        """The half-open UTC ranges in which the clinic is open on the local `day`."""
        hours = self.hours_on(day)
        if hours is None:
            return []
        return [
            (self._moment(day, opens), self._moment(day, closes))
            for opens, closes in hours.ranges
        ]

    def is_open(self, moment: datetime) -> bool:
        day = moment.astimezone(self.zone).date()
        return any(start <= moment < end for start, end in self.open_ranges(day))

    def _moment(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)
