"""Reading single values: dates, money, phones, emails as people type them.

Every function raises ValueError with a sentence that does not quote the value.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import cache

from django.core.exceptions import ValidationError

from leads import contact
from medspa import clock
from medspa.formats import clinic_formats
from medspa.money import round_half_away
from medspa.reading.amounts import AmountTooLong, parse_cents
from medspa.reading.dates import DAY_FORMATS, parse_date, parse_serial

DATE_SENTENCE = "The date isn't valid. Use a format like 2026-07-22 or 7/22/2026."
FUTURE_SENTENCE = "The date is in the future."
OLD_SENTENCE = "The date is before the year 2000."
ID_SENTENCE = contact.CONTACT_ID_SENTENCE
AMOUNT_SENTENCE = "The amount isn't valid. Use a format like 1,200 or 1,200.50."
NOT_POSITIVE_SENTENCE = "The amount must be above zero."
# Dots are used where the day comes first.
DATE_FORMATS = (*DAY_FORMATS, "%m/%d/%y", "%m-%d-%Y", "%d.%m.%Y", "%d.%m.%y")
TIME_FORMATS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
MOMENT_FORMATS = tuple(day + time for time in TIME_FORMATS for day in DATE_FORMATS)
DAY_FIRST_FORMATS = tuple(
    format.replace("%m/%d", "%d/%m").replace("%m-%d-%Y", "%d-%m-%Y")
    for format in MOMENT_FORMATS
)
# Hours and minutes, or a part of a spreadsheet's day.
TIME_OF_DAY = re.compile(r"\d:\d\d|^\d{5}\.\d")
ISO = re.compile(r"\d{4}-\d\d?-\d\d?[T ]")
AMOUNT_PATTERN = r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?"
VALUE_LIMIT_CENTS = 10**12
# What stands around a number: the apostrophe of Excel, `.0` of a float, "(cell)".
AROUND_A_PHONE = re.compile(
    r"^'|\.0$|\([^\d)]*\)|\b(?:cell|mobile|home|work)\b:?", re.I
)
SECOND_PHONE = re.compile(
    r"\s*(?:[/|\n]|;(?!ext=)|:::|\bor\b|,(?=(?:\D*\d){7}))\s*", re.I
)
SECOND_EMAIL = re.compile(r"[;,\s]+(?=\S+@)|\s*:::\s*")
# `Joy Smith <joy@example.com>`: the name is dropped with the brackets.
IN_BRACKETS = re.compile(r"<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>")


def read_moment(
    text: str,
    zone: tzinfo,
    now: datetime | None = None,
    *,
    is_day_first: bool = False,
) -> datetime:
    """The moment in UTC; a date without a time is the start of the day in `zone`.

    ISO with an offset, `Z` or neither, `Jul 22 2026 02:09 PM`, `7/22/2026`,
    `22.7.2026`, `2026-07-22`, each with or without a time, and a spreadsheet's count
    of days. `is_day_first` says how `3/4/2026` is meant.
    """
    try:
        moment = _moment(text, zone, is_day_first).astimezone(UTC)
    except OverflowError:
        raise ValueError(DATE_SENTENCE) from None
    if moment > (now or clock.now()):
        raise ValueError(FUTURE_SENTENCE)
    if moment.year < 2000:
        raise ValueError(OLD_SENTENCE)
    return moment


def says_time(text: str) -> bool:
    """Whether a readable moment has a time of day and not only a date."""
    return bool(TIME_OF_DAY.search(text))


def _moment(text: str, zone: tzinfo, is_day_first: bool) -> datetime:
    if ISO.match(text):
        try:
            return _in_zone(datetime.fromisoformat(text), zone)
        except ValueError:
            pass
    formats = DAY_FIRST_FORMATS if is_day_first else MOMENT_FORMATS
    if moment := parse_date(text, formats) or parse_serial(text):
        return _in_zone(moment, zone)
    raise ValueError(DATE_SENTENCE)


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


@cache
def _amount(code: str, sign: str) -> re.Pattern[str]:
    """`1,234.50` with the clinic's currency before or behind it."""
    before = f"(?:{code[:2]})?(?:{re.escape(sign)})?"
    return re.compile(f"{before} ?{AMOUNT_PATTERN} ?(?:{code})?")


def read_cents(text: str) -> int:
    """`$1,234.50` → 123450; raises ValueError for what is unclear or not above zero."""
    formats = clinic_formats()
    match = _amount(formats.currency, formats.currency_sign).fullmatch(text.strip())
    if not match:
        raise ValueError(AMOUNT_SENTENCE)
    try:
        cents = round_half_away(parse_cents(f"{match[1]}.{match[2] or 0}"))
    except AmountTooLong:
        raise ValueError(AMOUNT_SENTENCE) from None
    if not 0 < cents < VALUE_LIMIT_CENTS:
        raise ValueError(NOT_POSITIVE_SENTENCE if not cents else AMOUNT_SENTENCE)
    return cents


def read_phone(text: str) -> str:
    """The first number in the cell, as E.164."""
    return _checked(contact.clean_phone, phones_in(text)[0])


def phones_in(text: str) -> list[str]:
    """The cell of each of its numbers, at least one: `617-555-0186 / 617-555-0185`."""
    first, *more = SECOND_PHONE.split(AROUND_A_PHONE.sub("", text.strip()).strip())
    return [first, *(part for part in more if any(map(str.isdigit, part)))]


def read_email(text: str) -> str:
    """The first address in the cell, without `mailto:`, name and angle brackets."""
    return _checked(contact.clean_email, emails_in(text)[0])


def emails_in(text: str) -> list[str]:
    """The cell of each of its addresses, at least one."""
    if bracketed := IN_BRACKETS.findall(text):
        return bracketed
    first, *more = SECOND_EMAIL.split(text.strip().removeprefix("mailto:"))
    return [part.strip("<>'\" ") for part in (first, *filter(None, more))]


def _checked(clean: Callable[[str], str], text: str) -> str:
    try:
        return clean(text)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None


def read_contact_id(text: str) -> str:
    text = text.removeprefix("'")
    if text and not contact.CONTACT_ID.fullmatch(text):
        raise ValueError(ID_SENTENCE)
    return text
