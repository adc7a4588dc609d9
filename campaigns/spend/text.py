"""Amounts and months as people and ad platforms write them."""

import re
from datetime import date, datetime
from fractions import Fraction

from medspa.money import round_half_away

# A slip of the finger adds zeros; no clinic spends ten million dollars a month.
MOST_CENTS = 10**9
MOST_DIGITS = 100
FIRST_YEAR, LAST_YEAR = 2000, 2100
OURS = "USD"
# What platforms write where there is nothing.
NOTHING = {"", "-", "--", "–", "—", "n/a"}
SIGNS = re.compile(r"^(?:US\$|USD|\$)|(?:USD|\$)$")
AMOUNT = re.compile(r"\d+(?:\.\d+)?")
FORMATS = (
    "%Y-%m-%d",
    "%Y-%m",
    "%Y/%m/%d",
    "%Y/%m",
    "%Y%m%d",
    "%m/%d/%Y",
    "%m/%Y",
    "%b %Y",
    "%B %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%a %b %d %Y",
)
# Between two dates; the marks within `2026-03-01` are none.
FULL_RANGE = re.compile(r"(.+?)(?:\s+[-–—]\s+|[–—]|(?<=\d)-(?=[A-Za-z]))(.+)")


class TextRefused(ValueError):
    """This is no amount or month; the message is a sentence."""


def read_cents(text: str) -> Fraction:
    """Exact cents of `1,200.50`, `$1 200`, `1.200,50`; finer than a cent is kept.

    Raises TextRefused for anything that is no amount from zero to ten million.
    """
    plain = SIGNS.sub("", re.sub(r"\s", "", text)).strip("'")
    if plain.startswith(("-", "−", "(")):
        raise TextRefused("The spend can't be negative.")
    digits = _with_decimal_point(plain)
    if not AMOUNT.fullmatch(digits) or not digits.isascii():
        raise TextRefused("Enter the amount in dollars, like 1,200 or 1,200.50.")
    # Python refuses to count thousands of digits.
    if len(digits) > MOST_DIGITS or Fraction(digits) * 100 > MOST_CENTS:
        raise TextRefused("More than $10,000,000 in one month can't be right.")
    return Fraction(digits) * 100


def whole_cents(text: str) -> int:
    """As `read_cents`, for what a person types: to the cent and not finer."""
    cents = read_cents(text)
    if cents.denominator != 1:
        raise TextRefused("Enter the amount to the cent, like 1,200.50.")
    return round_half_away(cents)


def _with_decimal_point(text: str) -> str:
    """The last mark of two kinds is the decimal one; a lone comma groups by three."""
    text = text.replace("'", "").replace("’", "")
    if "," in text and "." in text:
        grouping = "," if text.rindex(".") > text.rindex(",") else "."
        return text.replace(grouping, "").replace(",", ".")
    if text.count(".") > 1:
        return text.replace(".", "") if _groups(text, ".") else text
    if "," in text:
        return text.replace(",", "" if _groups(text, ",") else ".")
    return text


def _groups(text: str, mark: str) -> bool:
    first, *others = text.split(mark)
    return 0 < len(first) <= 3 and all(len(part) == 3 for part in others)


def read_day(text: str) -> date:
    """A date; of a month without a day the first. Raises TextRefused."""
    words = " ".join(text.replace(",", " ").split())
    for form in FORMATS:
        try:
            day = datetime.strptime(words, form).date()  # noqa: DTZ007  (a date)
        except ValueError:
            continue
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    raise TextRefused("Enter the month like 2026-03.")


def read_month(text: str) -> date:
    """The first day of the month of `2026-03`, `Mar 2026`, `3/15/2026` or of a range.

    Raises TextRefused, also for a range over several months.
    """
    try:
        return read_day(text).replace(day=1)
    except TextRefused:
        span = FULL_RANGE.fullmatch(text.strip())
        if span is None:
            raise
    first, last = (read_day(part).replace(day=1) for part in span.groups())
    if first != last:
        raise TextRefused("This covers several months. Export it by month or by day.")
    return first
