"""Dates as people and programs write them."""

import re
from datetime import datetime, timedelta

DAY_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d %b %Y",
    "%d %B %Y",
)
# Countries that write the month first; all others the day.
MONTH_FIRST = frozenset(
    {"AS", "CA", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "UM", "US", "VI"}
)
SLASHED = re.compile(r"\s*(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?!\d)")
# Days as spreadsheet programs count them, from 2000 to 2099.
SERIAL = re.compile(r"(\d{5})(\.\d+)?")
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  (zones differ)
SERIAL_DAYS = range(36_526, 73_051)


def parse_date(text: str, formats: tuple[str, ...]) -> datetime | None:
    """`text` in the first of the formats that fits, whatever its commas and spaces.

    A naive moment, at midnight where the format has no time; None when none fits.
    """
    plain = " ".join(text.replace(",", " ").split())
    for format in formats:
        try:
            return datetime.strptime(plain, format)  # noqa: DTZ007  (zones differ)
        except ValueError:
            continue
    return None


def parse_serial(text: str) -> datetime | None:
    """The naive moment of a spreadsheet's number: `45123` is July 16, 2023."""
    found = SERIAL.fullmatch(text)
    if not found or int(found[1]) not in SERIAL_DAYS:
        return None
    return SERIAL_ZERO + timedelta(days=int(found[1]), seconds=_seconds(found[2]))


def _seconds(fraction: str | None) -> int:
    return round(float(fraction or 0) * 86_400)


def is_day_first(text: str) -> bool | None:
    """Whether a date like 30/07/2023 has the day first; None where both are possible.

    A column of dates has one order, so one number above 12 decides for all of it.
    """
    if not (numbers := SLASHED.match(text)):
        return None
    first, second = int(numbers[1]), int(numbers[2])
    return first > 12 if (first > 12) != (second > 12) else None


def is_day_first_country(country: str) -> bool:
    return country.upper() not in MONTH_FIRST
