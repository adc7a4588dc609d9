"""Months by their first day."""

import re
from datetime import date, timedelta

MONTH = re.compile(r"(\d{4})-(\d{2})")
FIRST_YEAR, LAST_YEAR = 2000, 2100


def read_month(text: str) -> date | None:
    """The first day of `2026-03`; None for anything else."""
    if not (match := MONTH.fullmatch(text)):
        return None
    year, month = int(match[1]), int(match[2])
    is_known = FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12
    return date(year, month, 1) if is_known else None


def next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def previous_month(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def last_day(month: date) -> date:
    return next_month(month) - timedelta(days=1)
