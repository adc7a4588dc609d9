"""The calendar of consults: what the page shows, read by two queries."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform

from kpis.calendar.days import ShownDays
from kpis.calendar.layout import (
    Beyond,
    CalendarConsult,
    DayHours,
    hours_around,
    lay_out,
    mark_doubles,
)
from kpis.choices import Kind
from kpis.events.consult_details import providers
from kpis.events.consult_times import CONSULT_LENGTH
from kpis.events.opening_hours import are_known, holiday_on, open_ranges
from kpis.models import KpiEvent
from leads.models.procedure import procedure_name
from medspa.clinic_time import clinic_today, clinic_zone, day_range
from medspa.formats import clinic_formats

# The provider of a consult without one, in the address.
NO_PROVIDER = "none"
# Five providers have 200 in a full week. At a million leads, where a week has more than
# a thousand, the page takes 45 ms of CPU with these and 147 with a thousand.
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
    def doubles(self) -> list[CalendarConsult]:
        """Those that can still be moved."""
        return [
            one
            for day in self.days
            for one in day.consults
            if one.is_double and not one.is_past
        ]


def read_calendar(shown: ShownDays, provider: str, now: datetime) -> Calendar:
    """The standing consults of these days, of one provider or of everyone."""
    found = _consults(shown, provider, now)
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


def _consults(shown: ShownDays, provider: str, now: datetime) -> list[CalendarConsult]:
    start, end = day_range(shown.first, shown.last, clinic_zone())
    bookings = KpiEvent.objects.counting().standing_bookings()
    if provider == NO_PROVIDER:
        bookings = bookings.filter(consult_details__provider=None)
    elif provider:
        bookings = bookings.filter(consult_details__provider=provider)
    shows = KpiEvent.objects.filter(
        lead=OuterRef("lead_id"), kind=Kind.CONSULT_SHOW
    ).alias(booking=KeyTextTransform("booking", "metadata_json"))
    rows: QuerySet[Any, Any] = (
        bookings.planned_between(start, end)
        .annotate(is_held=Exists(shows.filter(booking=OuterRef("pk")).order_by()))
        .values(
            "lead_id",
            "lead__first_name",
            "planned_at",
            "consult_details__provider",
            "consult_details__provider__name",
            "consult_details__procedure_code",
            "consult_details__confirmed_at",
            "is_held",
        )
    )
    return [_consult(row, now) for row in rows[: MOST_CONSULTS_SHOWN + 1]]


def _consult(row: dict[str, Any], now: datetime) -> CalendarConsult:
    at = row["planned_at"]
    zone = clinic_zone()
    return CalendarConsult(
        row["lead_id"],
        row["lead__first_name"],
        at.astimezone(zone),
        (at + CONSULT_LENGTH).astimezone(zone),
        row["consult_details__provider"] or "",
        row["consult_details__provider__name"] or "",
        procedure_name(row["consult_details__procedure_code"]),
        row["consult_details__confirmed_at"] is not None,
        row["is_held"],
        at + CONSULT_LENGTH <= now,
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
