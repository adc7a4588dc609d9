"""Amounts and months of spend as people and ad platforms write them."""

import re
from datetime import date
from fractions import Fraction

from medspa.money import round_half_away
from medspa.months import FIRST_YEAR, LAST_YEAR, month_of
from medspa.reading.amounts import AmountTooLong, NegativeAmount, parse_cents
from medspa.reading.dates import DAY_FORMATS, parse_date
from medspa.refusals import Refused

# A typing error adds zeros; no clinic spends ten million dollars a month.
MAX_SPEND_CENTS = 10**9
OUR_CURRENCY = "USD"
NOT_AN_AMOUNT = "Enter the amount in dollars, like 1,200 or 1,200.50."
# What platforms write where there is no value.
EMPTY_CELLS = {"", "-", "--", "–", "—", "n/a"}
MONTH_FORMATS = (
    *DAY_FORMATS,
    "%Y-%m",
    "%Y/%m",
    "%Y%m%d",
    "%m/%Y",
    "%b %Y",
    "%B %Y",
    "%a %b %d %Y",
)
# Two dates and what separates them; a hyphen within `2026-03-01` does not.
DATE_RANGE = re.compile(r"(.+?)(?:\s+[-–—]\s+|[–—]|(?<=\d)-(?=[A-Za-z]))(.+)")


class TextRefused(Refused, ValueError):
    """This is no amount or no month."""

    code = "text_refused"


class SeveralMonths(TextRefused):
    """A range of days that goes on into another month."""

    code = "several_months"


def read_spend_cents(text: str) -> Fraction:
    """Exact cents of `1,200.50`, `$1 200`, `1.200,50`; finer than a cent is kept.

    Raises TextRefused for anything that is no amount from zero to ten million.
    """
    try:
        cents = parse_cents(text)
    except NegativeAmount:
        raise TextRefused("The spend can't be negative.") from None
    except AmountTooLong:
        cents = Fraction(MAX_SPEND_CENTS + 1)
    except ValueError:
        raise TextRefused(NOT_AN_AMOUNT) from None
    if any(mark.isdigit() and not mark.isascii() for mark in text):
        raise TextRefused(NOT_AN_AMOUNT)
    refuse_sum(cents)
    return cents


def refuse_sum(cents: Fraction) -> None:
    """Raises TextRefused for more than a month can cost."""
    if cents > MAX_SPEND_CENTS:
        raise TextRefused("More than $10,000,000 in one month can't be right.")


def read_whole_cents(text: str) -> int:
    """As `read_spend_cents`, for what a person types: to the cent and not finer."""
    cents = read_spend_cents(text)
    if cents.denominator != 1:
        raise TextRefused("Enter the amount to the cent, like 1,200.50.")
    return round_half_away(cents)


def read_day(text: str) -> date:
    """A date; of a month without a day the first. Raises TextRefused."""
    moment = parse_date(text, MONTH_FORMATS)
    if moment and FIRST_YEAR <= moment.year <= LAST_YEAR:
        return moment.date()
    raise TextRefused("Enter the month like 2026-03.")


def read_spend_month(text: str) -> date:
    """The first day of the month of `2026-03`, `Mar 2026`, `3/15/2026` or of a range.

    Raises TextRefused, and SeveralMonths for a range over several months.
    """
    try:
        return month_of(read_day(text))
    except TextRefused:
        days = DATE_RANGE.fullmatch(text.strip())
        if days is None:
            raise
    first, last = (month_of(read_day(part)) for part in days.groups())
    if first != last:
        raise SeveralMonths("This covers several months. Export it by month or by day.")
    return first
