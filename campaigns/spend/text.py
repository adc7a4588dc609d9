"""Amounts and days of spend as people and ad platforms write them."""

import re
from datetime import date
from fractions import Fraction

from medspa.formats import clinic_formats, format_cents
from medspa.money import round_half_away
from medspa.months import FIRST_YEAR, LAST_YEAR, DayRange
from medspa.reading.amounts import AmountTooLong, NegativeAmount, parse_cents
from medspa.reading.cleaning import clean_text, is_placeholder
from medspa.reading.dates import DAY_FORMATS, is_day_first_country, parse_date
from medspa.refusals import Refused

# A typing error adds zeros; no clinic spends ten million dollars a month.
MAX_SPEND_CENTS = 10**9
# Spread evenly over more days an amount says little of any of them.
LONGEST_DAYS = 366
NOT_AN_AMOUNT = "Enter the amount, like 1,200 or 1,200.50."
NOT_DAYS = "Enter a month like 2026-03, or days like 2026-03-09 – 2026-03-15."
DAYS = (*DAY_FORMATS, "%Y%m%d", "%a %b %d %Y", "%d.%m.%Y")
DAYS_DAY_FIRST = tuple(form.replace("%m/%d/%Y", "%d/%m/%Y") for form in DAYS)
MONTH_FORMATS = ("%Y-%m", "%Y/%m", "%m/%Y", "%b %Y", "%B %Y")
# Two dates and what separates them; a hyphen within `2026-03-01` does not.
DATE_RANGE = re.compile(r"(.+?)(?:\s+[-–—]\s+|\s+to\s+|[–—]|(?<=\d)-(?=[A-Za-z]))(.+)")


class TextRefused(Refused, ValueError):
    """This is no amount, or these are no days."""

    code = "text_refused"


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
    refuse_sum(cents)
    return cents


def refuse_sum(cents: Fraction) -> None:
    """Raises TextRefused for more than a range of days can cost."""
    if cents > MAX_SPEND_CENTS:
        most = format_cents(MAX_SPEND_CENTS)
        raise TextRefused(f"Amounts can't be more than {most}.")


def read_whole_cents(text: str) -> int:
    """As `read_spend_cents`, for what a person types: to the cent and not finer."""
    cents = read_spend_cents(text)
    if cents.denominator != 1:
        raise TextRefused("Enter the amount to the cent, like 1,200.50.")
    return round_half_away(cents)


def has_no_value(cell: str) -> bool:
    """Whether a cell is empty or a placeholder; zeros are an amount."""
    text = clean_text(cell)
    return is_placeholder(text) and not any(map(str.isdigit, text))


def read_spend_days(text: str, *, day_first: bool | None = None) -> DayRange:
    """The days of `2026-03`, `Mar 2026`, `3/15/2026`, or of both ends of a range.

    `day_first` says how `3/4/2026` is meant; None as in the clinic's country. Raises
    TextRefused.
    """
    if day_first is None:
        day_first = is_day_first_country(clinic_formats().country)
    if single := _single(text, day_first):
        return single
    ends = DATE_RANGE.fullmatch(text.strip())
    parts = [_single(part, day_first) for part in ends.groups()] if ends else []
    first, last = parts if parts else (None, None)
    if first is None or last is None:
        raise TextRefused(NOT_DAYS)
    return range_between(first.first, last.last)


def range_between(first: date, last: date) -> DayRange:
    """Raises TextRefused for a range that ends before it starts, or is too long."""
    days = DayRange(first, last)
    if days.days < 1:
        raise TextRefused("The end date can't be before the start date.")
    if days.days > LONGEST_DAYS:
        raise TextRefused("One amount can cover at most a year.")
    return days


def _single(text: str, day_first: bool) -> DayRange | None:
    """The days of a month or of one date; None for anything else."""
    if moment := parse_date(text, DAYS_DAY_FIRST if day_first else DAYS):
        days = DayRange(moment.date(), moment.date())
    elif moment := parse_date(text, MONTH_FORMATS):
        days = DayRange.of_month(moment.date())
    else:
        return None
    return days if FIRST_YEAR <= days.first.year <= LAST_YEAR else None
