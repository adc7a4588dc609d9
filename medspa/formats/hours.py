"""Opening hours and holidays in words."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from medspa.clinic.settings import DAY_ENDS, WEEKDAYS
from medspa.formats import clinic_formats


def hours_in_words(week: Mapping[str, Any]) -> str:
    """`Monday 9:00 AM–5:00 PM, Tuesday closed` of the weekdays that are given.

    A day with a break has two times: `Monday 9:00 AM–12:00 PM and 1:00 PM–5:00 PM`.
    """
    days = [day for day in WEEKDAYS if day in week]
    return ", ".join(f"{day.title()} {_hours(week[day])}" for day in days) or "empty"


def _hours(hours: Mapping[str, str] | None) -> str:
    if not hours:
        return "closed"
    written = clinic_formats().time
    times = [
        written(time.fromisoformat(hours[end])) for end in DAY_ENDS if hours.get(end)
    ]
    pairs = zip(times[::2], times[1::2], strict=True)
    return " and ".join(f"{opens}–{closes}" for opens, closes in pairs)


def holidays_in_words(holidays: Sequence[Mapping[str, str]]) -> str:
    """`Dec 25, 2026 (Christmas Day)`, one after the other."""
    return ", ".join(_holiday(one["on"], one["name"]) for one in holidays) or "empty"


def _holiday(day: str, name: str) -> str:
    return f"{clinic_formats().date(date.fromisoformat(day))} ({name})"
