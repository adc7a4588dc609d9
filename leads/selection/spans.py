"""Ranges that a person enters: `2026-11-01..2026-11-30`, `500..`, `..2026-11-30`.

They are one value of a filter in an address, so that a link and a view keep them.
"""

import re
from datetime import date, timedelta

from leads.selection.intervals import Interval
from leads.selection.query import Query
from medspa.clinic_time import clinic_zone, start_of_day
from medspa.formats import format_cents, format_date

SPAN = re.compile(r"([\d-]{0,10})\.\.([\d-]{0,10})")
LONGEST_AMOUNT = 9
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


def day_span(text: str) -> tuple[str, Interval] | None:
    """Label and moments of the clinic's days, both included; None for anything else."""
    ends = _ends(text)
    if ends is None:
        return None
    try:
        first, last = (date.fromisoformat(end) if end else None for end in ends)
    except ValueError:
        return None
    known = [day for day in (first, last) if day]
    if known != sorted(known) or not FIRST_DAY <= known[0] <= known[-1] <= LAST_DAY:
        return None
    zone = clinic_zone()
    moments = Interval(
        start_of_day(first, zone) if first else None,
        start_of_day(last + timedelta(days=1), zone) if last else None,
    )
    return _label(*(_day(day) if day else "" for day in (first, last))), moments


def money_span(text: str) -> tuple[str, Interval] | None:
    """Label and cents of whole amounts, both included; None for anything else."""
    ends = _ends(text)
    if ends is None or any(end and not _is_amount(end) for end in ends):
        return None
    low, high = (int(end) * 100 if end else None for end in ends)
    if low is not None and high is not None and low > high:
        return None
    label = _label(*("" if end is None else format_cents(end) for end in (low, high)))
    # An amount of nothing is no value: that has a choice of its own.
    return label, Interval(max(low or 1, 1), None if high is None else high + 100)


def fold_spans(query: Query, names: list[str]) -> Query:
    """With `created_from` and `created_to`, as a form sends them, as one value."""
    folded = query.copy()
    for name in names:
        ends = [folded.pop(f"{name}_{end}", [""])[-1].strip() for end in ("from", "to")]
        if any(ends):
            folded.appendlist(name, "..".join(ends))
    return folded


def _ends(text: str) -> tuple[str, str] | None:
    found = SPAN.fullmatch(text)
    return (found[1], found[2]) if found and (found[1] or found[2]) else None


def _is_amount(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_AMOUNT


def _label(first: str, last: str) -> str:
    if first == last:
        return first
    if not last:
        return f"From {first}"
    return f"Until {last}" if not first else f"{first} – {last}"


def _day(day: date) -> str:
    return format_date(day)
