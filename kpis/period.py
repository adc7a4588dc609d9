"""Ranges of days: what people can choose, and the moments in them.

A range is two local dates of the clinic, both included. It becomes one half-open UTC
range from local midnight to local midnight, so a day has 23, 24 or 25 hours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from medspa.clinic_time import day_range, local_date
from medspa.formats import clinic_formats
from medspa.months import (
    FIRST_YEAR,
    LAST_YEAR,
    DayRange,
    month_of,
    previous_month,
    years_later,
)
from medspa.refusals import Refused

LONGEST_YEARS = 10


class PeriodRefused(Refused, ValueError):
    """The dates make no range."""

    code = "no_period"


@dataclass(frozen=True)
class Period(DayRange):
    """The days of a question about the clinic."""

    @classmethod
    def between(cls, first: date, last: date) -> "Period":
        """A range that people may ask for. Raises PeriodRefused with a sentence."""
        if last < first:
            raise PeriodRefused("The start date is after the end date.")
        if first.year < FIRST_YEAR or last.year > LAST_YEAR:
            raise PeriodRefused(f"Choose dates between {FIRST_YEAR} and {LAST_YEAR}.")
        if last >= years_later(first, LONGEST_YEARS):
            raise PeriodRefused(f"Choose at most {LONGEST_YEARS} years.")
        return cls(first, last)

    @property
    def label(self) -> str:
        """`Oct 1–31, 2026`, as short as it is unambiguous."""
        return clinic_formats().dates(self)

    def previous(self) -> "Period":
        """As many days, ending the day before this range starts."""
        last = self.first - timedelta(days=1)
        return Period(last - timedelta(days=self.days - 1), last)

    def utc_range(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its moments: from the first (included) to the last (not included), UTC."""
        return day_range(self.first, self.last, zone)


def whole_month(day: date) -> Period:
    """All days of the month that `day` is in."""
    return Period.of_month(day)


@dataclass(frozen=True)
class Window:
    """A period in the clinic's zone, seen at the moment `as_of` (aware)."""

    period: Period
    zone: ZoneInfo
    as_of: datetime

    @property
    def start(self) -> datetime:
        return self.period.utc_range(self.zone)[0]

    @property
    def end(self) -> datetime:
        return self.period.utc_range(self.zone)[1]

    @property
    def hours(self) -> float:
        return (self.end - self.start).total_seconds() / 3600

    @property
    def today(self) -> date:
        return local_date(self.as_of, self.zone)

    def previous(self) -> "Window":
        return Window(self.period.previous(), self.zone, self.as_of)


@dataclass(frozen=True)
class Preset:
    """A named range, relative to today. Ranges that are not over end today."""

    key: str
    label: str
    period: Callable[[date], Period]


def _last_days(days: int) -> Callable[[date], Period]:
    return lambda today: Period(today - timedelta(days=days - 1), today)


def _last_month(today: date) -> Period:
    return whole_month(previous_month(today))


def _this_quarter(today: date) -> Period:
    return Period(date(today.year, today.month - (today.month - 1) % 3, 1), today)


PRESETS = {
    preset.key: preset
    for preset in (
        Preset("today", "Today", _last_days(1)),
        Preset("7d", "7 days", _last_days(7)),
        Preset("30d", "30 days", _last_days(30)),
        Preset(
            "this_month",
            "This month",
            lambda today: Period(month_of(today), today),
        ),
        Preset("last_month", "Last month", _last_month),
        Preset("this_quarter", "This quarter", _this_quarter),
        Preset(
            "this_year",
            "This year",
            lambda today: Period(date(today.year, 1, 1), today),
        ),
    )
}
DEFAULT = "30d"
CUSTOM = "custom"


@dataclass(frozen=True)
class RangeChoice:
    """The range that an address asks for; `notice` says why it is another one."""

    period: Period
    preset: str
    notice: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The parameters that ask for the same range again."""
        if self.preset != CUSTOM:
            return {"range": self.preset}
        return {"from": str(self.period.first), "to": str(self.period.last)}


def read_choice(parameters: Mapping[str, str], today: date) -> RangeChoice:
    """The range of an address: `range=30d`, or `from=2026-03-01&to=2026-03-31`."""
    first, last = parameters.get("from", ""), parameters.get("to", "")
    if first or last:
        return _custom(first, last, today)
    key = parameters.get("range", DEFAULT)
    if key in PRESETS:
        return RangeChoice(PRESETS[key].period(today), key)
    return _fallback("Unknown date range.", today)


def _custom(first: str, last: str, today: date) -> RangeChoice:
    try:
        days = read_date(first), read_date(last)
        period = Period.between(min(days), max(days))
    except PeriodRefused as refusal:
        return _fallback(str(refusal), today)
    swapped = days[0] > days[1]
    notice = "The start date was after the end date, so they were swapped."
    return RangeChoice(period, CUSTOM, notice if swapped else "")


def read_date(text: str) -> date:
    """A date written like 2026-03-01. Raises PeriodRefused with a sentence."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise PeriodRefused("Enter both dates like 2026-03-01.") from error


def _fallback(reason: str, today: date) -> RangeChoice:
    preset = PRESETS[DEFAULT]
    return RangeChoice(
        preset.period(today), DEFAULT, f"{reason} These are the last 30 days."
    )
