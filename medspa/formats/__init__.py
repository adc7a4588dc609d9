"""How dates, times, money and percents are written in the clinic's country.

Everything that people read goes through `clinic_formats()`: our pages, the theme's
(by `.for_django`), toasts, PDF and commands. What programs read, in addresses
and files, is ISO 8601 and does not.
"""

import calendar
import datetime as dt
from dataclasses import dataclass, replace
from functools import cache

from medspa.clinic.current import current_clinic
from medspa.clinic.settings import MONDAY, SUNDAY
from medspa.months import DayRange, last_day, month_name, month_of

NO_VALUE = "–"
# Months by their numbers, weekdays from Monday on. Read once: `strftime` takes 20 µs of
# a moment with a zone, and a page has hundreds.
MONTHS = tuple(calendar.month_abbr)
WEEKDAYS = tuple(calendar.day_abbr)


@dataclass(frozen=True)
class ClinicFormats:
    """The conventions of a country, and what is written by them.

    `first_weekday` counts as Django does: 0 is Sunday. Moments are shown by the
    clinic's clock.
    """

    country: str
    currency: str = ""
    currency_sign: str = ""
    is_month_first: bool = False
    has_12_hours: bool = False
    first_weekday: int = MONDAY
    paper: str = "A4"

    def money(self, cents: int | None, *, always_cents: bool = False) -> str:
        """`$1,234` or `$1,234.50`; a dash for None; a typographic minus sign."""
        if cents is None:
            return NO_VALUE
        whole, rest = divmod(abs(cents), 100)
        sign = "−" if cents < 0 else ""
        tail = f".{rest:02}" if rest or always_cents else ""
        return f"{sign}{self.currency_sign}{whole:,}{tail}"

    def in_currency(self, label: str) -> str:
        """`Amount ($)`, for the label of a field."""
        return f"{label} ({self.currency_sign})" if self.currency_sign else label

    def percent(self, rate_bps: int | None) -> str:
        """Basis points as `25%` or `12.5%`."""
        return f"{(rate_bps or 0) / 100:g}%"

    def date(self, day: dt.date) -> str:
        """`Nov 22, 2026` or `22 Nov 2026`."""
        return f"{self.day_of_year(day)}{self._comma} {day.year}"

    def day_of_year(self, day: dt.date) -> str:
        """`Nov 22` or `22 Nov`."""
        return self._order(MONTHS[day.month], day.day)

    def weekday_date(self, day: dt.date) -> str:
        """`Sun, Nov 22, 2026` or `Sun 22 Nov 2026`."""
        return f"{self.short_weekday(day)}{self._comma} {self.date(day)}"

    def weekday_day(self, day: dt.date) -> str:
        """`Sun, Nov 22` or `Sun 22 Nov`."""
        return f"{self.short_weekday(day)}{self._comma} {self.day_of_year(day)}"

    def short_weekday(self, day: dt.date) -> str:
        """`Sun`."""
        return WEEKDAYS[day.weekday()]

    def month(self, month: dt.date) -> str:
        return month_name(month)

    def short_month(self, month: dt.date) -> str:
        return f"{MONTHS[month.month]} {month.year}"

    def time(self, clock: dt.time | dt.datetime) -> str:
        """`4:14 PM` or `16:14`."""
        if self.has_12_hours:
            return f"{clock.hour % 12 or 12}:{clock.minute:02} {_half(clock.hour)}"
        return f"{clock.hour:02}:{clock.minute:02}"

    def hour(self, hour: int) -> str:
        """`9 AM` or `09:00`."""
        if self.has_12_hours:
            return f"{hour % 12 or 12} {_half(hour)}"
        return f"{hour:02}:00"

    @property
    def weekdays(self) -> list[int]:
        """The ISO numbers of the weekdays (1 is Monday) as a week has them."""
        first = self.first_weekday or 7
        return [(first + number - 1) % 7 + 1 for number in range(7)]

    def moment(self, at: dt.datetime, now: dt.datetime | None = None) -> str:
        """`Sun, Nov 22, 4:14 PM` in this year, `Nov 22, 2025, 4:14 PM` in others."""
        local = _local(at)
        if local.year != _local(now or dt.datetime.now(dt.UTC)).year:
            return f"{self.date(local)}, {self.time(local)}"
        return f"{self.weekday_day(local)}, {self.time(local)}"

    def full_moment(self, at: dt.datetime) -> str:
        """With weekday and year, for hover texts: `Sun, Nov 22, 2026, 4:14 PM`."""
        local = _local(at)
        day = f"{self.short_weekday(local)}{self._comma} {self.date(local)}"
        return f"{day}, {self.time(local)}"

    def local_date(self, at: dt.datetime) -> str:
        """The day of a moment, by the clinic's clock."""
        return self.date(_local(at))

    def days(self, days: DayRange, this_year: int | None = None) -> str:
        """As `dates`, but whole months by their names: `Mar 2026`, `Jan – Mar 2026`."""
        first, last = days.first, days.last
        if first.day != 1 or last != last_day(last):
            return self.dates(days, this_year)
        end = MONTHS[last.month] if last.year == this_year else self.short_month(last)
        if month_of(first) == month_of(last):
            return end
        if first.year in (last.year, this_year):
            return f"{MONTHS[first.month]} – {end}"
        return f"{self.short_month(first)} – {end}"

    def dates(self, days: DayRange, this_year: int | None = None) -> str:
        """`Sep 1–7, 2026`, `Sep 28 – Oct 4, 2026`.

        `this_year` is left out, and of two years that are the same the first one.
        """
        first, last = days.first, days.last
        has_year = last.year != this_year
        end = self.date(last) if has_year else self.day_of_year(last)
        if first == last:
            return end
        if month_of(first) == month_of(last):
            both = self._order(MONTHS[last.month], f"{first.day}–{last.day}")
            return f"{both}{self._comma} {last.year}" if has_year else both
        if first.year in (last.year, this_year):
            return f"{self.day_of_year(first)} – {end}"
        return f"{self.date(first)} – {end}"

    def _order(self, month: str, day: int | str) -> str:
        return f"{month} {day}" if self.is_month_first else f"{day} {month}"

    @property
    def _comma(self) -> str:
        return "," if self.is_month_first else ""


def _half(hour: int) -> str:
    """Of the day."""
    return "AM" if hour < 12 else "PM"


def _local(moment: dt.datetime) -> dt.datetime:
    """By the clinic's clock."""
    return moment.astimezone(current_clinic().zone)


# The currencies that have hundredths, by their codes.
CURRENCY_SIGNS = {
    "USD": "$",
    "CAD": "$",
    "GBP": "£",
    "EUR": "€",
    "AUD": "$",
    "NZD": "$",
    "AED": "AED ",
    "BRL": "R$",
    "CHF": "CHF ",
    "CZK": "Kč ",
    "DKK": "kr ",
    "HKD": "HK$",
    "ILS": "₪",
    "INR": "₹",
    "MXN": "$",
    "NOK": "kr ",
    "PLN": "zł ",
    "SAR": "SAR ",
    "SEK": "kr ",
    "SGD": "$",
    "THB": "฿",
    "TRY": "₺",
    "ZAR": "R ",
}
_AMERICAN = ClinicFormats(
    "US",
    currency="USD",
    currency_sign="$",
    is_month_first=True,
    has_12_hours=True,
    first_weekday=SUNDAY,
    paper="Letter",
)
_KNOWN = {
    "US": _AMERICAN,
    "PR": _AMERICAN,
    "CA": replace(_AMERICAN, currency="CAD"),
    "GB": ClinicFormats("GB", "GBP", "£"),
    "IE": ClinicFormats("IE", "EUR", "€"),
    "AU": ClinicFormats("AU", "AUD", "$", has_12_hours=True),
    "NZ": ClinicFormats("NZ", "NZD", "$", has_12_hours=True),
}


def clinic_formats() -> ClinicFormats:
    """Those of the clinic's country, with the currency and week that it has chosen."""
    clinic = current_clinic()
    return _formats_of_clinic(clinic.country, clinic.currency, clinic.week_start)


@cache
def _formats_of_clinic(country: str, currency: str, week_start: int) -> ClinicFormats:
    return replace(
        formats_of(country),
        currency=currency,
        currency_sign=CURRENCY_SIGNS.get(currency, ""),
        first_weekday=week_start,
    )


@cache
def formats_of(country: str) -> ClinicFormats:
    """For a country that is not known: the day first, 24 hours, no currency sign."""
    code = country.upper()
    known = _KNOWN.get(code, ClinicFormats(code))
    return replace(known, country=code)


def unbroken(words: str) -> str:
    """On one line, as a number and its unit."""
    return words.replace(" ", "\u00a0")


def format_cents(cents: int | None, *, always_cents: bool = False) -> str:
    """Integer cents as money of the clinic's country."""
    return clinic_formats().money(cents, always_cents=always_cents)


def format_percent(rate_bps: int | None) -> str:
    """Integer basis points as percents."""
    return clinic_formats().percent(rate_bps)


def format_date(day: dt.date) -> str:
    return clinic_formats().date(day)


def format_month(month: dt.date) -> str:
    return clinic_formats().month(month)


def format_days(days: DayRange, this_year: int | None = None) -> str:
    return clinic_formats().days(days, this_year)
