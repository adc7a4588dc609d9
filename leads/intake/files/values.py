"""Single cells: dates in several styles, money, phones as people type them.

Every function raises ValueError with a sentence that does not quote the cell.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from fractions import Fraction

from django.core.exceptions import ValidationError

from leads import contact
from medspa.money import round_half_away

DATE_SENTENCE = "The date is not readable. Write it like 2026-07-22 or 7/22/2026."
FUTURE_SENTENCE = "The date lies in the future."
OLD_SENTENCE = "The date lies before the year 2000."
ID_SENTENCE = "The contact id has characters that GoHighLevel's ids don't have."
DATE_STYLES = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y")
MONTH_STYLES = ("%b %d %Y", "%B %d %Y", "%d %b %Y", "%d %B %Y")
TIME_STYLES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
STYLES = tuple(
    day + time for time in TIME_STYLES for day in (*DATE_STYLES, *MONTH_STYLES)
)
ISO = re.compile(r"\d{4}-\d\d?-\d\d?[T ]")
MONEY = re.compile(r"(?:US)?\$? ?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))? ?(?:USD)?")
MAX_CENTS = 10**12
CONTACT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What stands around a number: Excel's text mark, a pandas float, "(cell)".
AROUND_A_PHONE = re.compile(
    r"^'|\.0$|\([^\d)]*\)|\b(?:cell|mobile|home|work)\b:?", re.I
)
SECOND_PHONE = re.compile(r"\s*(?:[/;|\n]|\bor\b|,(?=(?:\D*\d){7}))\s*", re.I)


def read_moment(text: str, zone: tzinfo, now: datetime | None = None) -> datetime:
    """The moment in UTC; a date without a time is the start of the day in `zone`.

    ISO with an offset, `Z` or neither, `Jul 22 2026 02:09 PM`, `7/22/2026`,
    `2026-07-22`, each with or without a time. Month before day, as in the US.
    """
    try:
        moment = _moment(text, zone).astimezone(UTC)
    except OverflowError:
        raise ValueError(DATE_SENTENCE) from None
    if moment > (now or datetime.now(UTC)):
        raise ValueError(FUTURE_SENTENCE)
    if moment.year < 2000:
        raise ValueError(OLD_SENTENCE)
    return moment


def _moment(text: str, zone: tzinfo) -> datetime:
    if ISO.match(text):
        try:
            return _in_zone(datetime.fromisoformat(text), zone)
        except ValueError:
            pass
    plain = " ".join(text.replace(",", " ").split())
    for style in STYLES:
        try:
            return _in_zone(datetime.strptime(plain, style), zone)  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(DATE_SENTENCE)


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def read_cents(text: str) -> int | None:
    """`$1,234.50` → 123450; None for nothing above zero and for anything unclear."""
    match = MONEY.fullmatch(text.strip())
    if not match:
        return None
    dollars, rest = match[1].replace(",", ""), match[2] or "0"
    cents = round_half_away(Fraction(f"{dollars}.{rest}") * 100)
    return cents if 0 < cents < MAX_CENTS else None


def read_phone(text: str) -> str:
    """The first number in the cell, as E.164."""
    first = SECOND_PHONE.split(AROUND_A_PHONE.sub("", text.strip()).strip())[0]
    return _checked(contact.clean_phone, first)


def read_email(text: str) -> str:
    """The first address in the cell, `mailto:` and angle brackets taken away."""
    first = re.split(r"[;,\s]+(?=\S+@)", text.strip().removeprefix("mailto:"))[0]
    return _checked(contact.clean_email, first.strip("<>'\" "))


def _checked(clean: Callable[[str], str], text: str) -> str:
    try:
        return clean(text)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None


def read_contact_id(text: str) -> str:
    text = text.removeprefix("'")
    if text and not CONTACT_ID.fullmatch(text):
        raise ValueError(ID_SENTENCE)
    return text
