"""The calendar of consults: what the page shows, read by two queries."""

from dataclasses import dataclass
from datetime import date, datetime

from kpis.calendar.consults import NO_PROVIDER, read_consults
from kpis.calendar.days import ShownDays
from kpis.calendar.layout import (
    Beyond,
    CalendarConsult,
    DayHours,
    hours_around,
    lay_out,
    mark_doubles,
)
from kpis.events.consult_details import providers
from kpis.events.opening_hours import are_known, holiday_on, open_ranges
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.formats import clinic_formats

# Five providers have 200 in a full week.
MOST_CONSULTS_SHOWN = 250
LANES_OF_WEEK, LANES_OF_DAY = 3, 10


@dataclass(frozen=True)
class Span:
    """Rows of a day, `rows` from `row` on."""

    row: int
    rows: int


@dataclass(frozen=True)
class CalendarDay:
    """One column. `closed` are the rows outside opening hours."""

    day: date
    is_today: bool
    holiday: str
    closed: list[Span]
    consults: list[CalendarConsult]
    beyond: list[Beyond]

    @property
    def weekday(self) -> str:
        return clinic_formats().short_weekday(self.day)

    @property
    def date(self) -> str:
        return clinic_formats().day_of_year(self.day)

    @property
    def title(self) -> str:
        return clinic_formats().weekday_date(self.day)

    @property
    def short_title(self) -> str:
        return clinic_formats().weekday_day(self.day)


@dataclass(frozen=True)
class ProviderChoice:
    """A filter: everyone has the key "", consults without a provider `NO_PROVIDER`."""

    key: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class HourLabel:
    row: int
    label: str


@dataclass(frozen=True)
class DoubleBooked:
    """A provider's consults of a day that overlap."""

    provider: str
    day: str
    consults: list[CalendarConsult]


@dataclass(frozen=True)
class Calendar:
    """`is_cut` where there are more consults than are shown."""

    shown: ShownDays
    days: list[CalendarDay]
    hours: DayHours
    provider: str
    choices: list[ProviderChoice]
    is_cut: bool

    @property
    def hour_labels(self) -> list[HourLabel]:
        formats = clinic_formats()
        return [
            HourLabel(4 * place, formats.hour(hour))
            for place, hour in enumerate(self.hours.each)
        ]

    @property
    def count(self) -> int:
        return sum(len(day.consults) for day in self.days)

    @property
    def has_closed(self) -> bool:
        return any(day.closed for day in self.days)

    @property
    def doubles(self) -> list[DoubleBooked]:
        """Day by day; without consults that can't be moved any more."""
        found: dict[tuple[str, str], list[CalendarConsult]] = {}
        for day in self.days:
            for one in day.consults:
                if one.is_double and not one.is_past:
                    found.setdefault((day.short_title, one.provider), []).append(one)
        return [
            DoubleBooked(provider, day, consults)
            for (day, provider), consults in found.items()
        ]


def read_calendar(shown: ShownDays, provider: str, now: datetime) -> Calendar:
    """The standing consults of these days, of one provider or of everyone."""
    found = read_consults(shown, provider, now, MOST_CONSULTS_SHOWN + 1)
    consults = mark_doubles(found[:MOST_CONSULTS_SHOWN])
    open_by_day = {day: _open_local(day) for day in shown.each}
    # All of the day is open where the hours are not known.
    ranges = [pair for pairs in open_by_day.values() for pair in pairs if are_known()]
    hours = hours_around(
        [*(one.starts for one in consults), *(opens for opens, _ in ranges)],
        [*(one.ends for one in consults), *(closes for _, closes in ranges)],
    )
    return Calendar(
        shown,
        [
            _day(day, consults, open_by_day[day], hours, shown.is_week, now)
            for day in shown.each
        ],
        hours,
        provider,
        _choices(consults, provider),
        len(found) > MOST_CONSULTS_SHOWN,
    )


def _open_local(day: date) -> list[tuple[datetime, datetime]]:
    zone = clinic_zone()
    return [
        (opens.astimezone(zone), closes.astimezone(zone))
        for opens, closes in open_ranges(day)
    ]


def _day(
    day: date,
    consults: list[CalendarConsult],
    open_times: list[tuple[datetime, datetime]],
    hours: DayHours,
    is_week: bool,
    now: datetime,
) -> CalendarDay:
    mine = [one for one in consults if one.starts.date() == day]
    lanes = LANES_OF_WEEK if is_week else LANES_OF_DAY
    placed, beyond = lay_out(mine, hours, lanes)
    return CalendarDay(
        day,
        day == clinic_today(now),
        holiday_on(day),
        _closed(open_times, hours),
        placed,
        beyond,
    )


def _closed(open_times: list[tuple[datetime, datetime]], hours: DayHours) -> list[Span]:
    """The rows between the opening times, before and after them."""
    spans, row = [], 0
    for opens, closes in open_times:
        spans.append(Span(row, hours.row_of(opens) - row))
        # A clinic that closes at midnight closes the next day.
        ends = closes.date() > opens.date()
        row = hours.rows if ends else hours.row_of(closes)
    spans.append(Span(row, hours.rows - row))
    return [span for span in spans if span.rows > 0]


def _choices(consults: list[CalendarConsult], chosen: str) -> list[ProviderChoice]:
    """Those who work here, and who has left but has consults among those shown."""
    names = {one.pk: str(one) for one in providers()}
    names |= {one.provider_id: one.provider for one in consults if one.provider_id}
    if not names:
        return []
    ordered = sorted(names.items(), key=lambda item: item[1].casefold())
    every = [("", "Everyone"), *ordered, (NO_PROVIDER, "No provider")]
    return [ProviderChoice(key, name, key == chosen) for key, name in every]
