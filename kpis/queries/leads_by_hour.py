"""Leads by the weekday and hour of the clinic in which they came, and how soon
somebody answered.

The repeated hour of an autumn night is one hour of the clock, with twice the time.
"""

from dataclasses import dataclass

from kpis.metrics.figures import Ratio, ratio
from kpis.metrics.sql import query
from kpis.period import Window
from kpis.queries.database import rows
from kpis.rollups import reading
from medspa.clinic.settings import WEEKDAYS
from medspa.formats import clinic_formats

SHORT_WEEKDAYS = tuple(day[:3].title() for day in WEEKDAYS)
HOURS = range(24)


@dataclass(frozen=True)
class LeadsOfHour:
    """The leads that came in one hour of one weekday (1 is Monday)."""

    weekday: int
    hour: int
    leads: int = 0
    contacted: int = 0
    within_5min: int = 0
    # Imported later: they are in no figure of waits.
    not_counted: int = 0

    @property
    def key(self) -> str:
        return f"{self.weekday}-{self.hour:02}"

    @property
    def name(self) -> str:
        """`Mon, 9 AM – 10 AM`."""
        day, hour = SHORT_WEEKDAYS[self.weekday - 1], clinic_formats().hour
        return f"{day}, {hour(self.hour)} – {hour((self.hour + 1) % 24)}"

    @property
    def counted(self) -> int:
        return self.leads - self.not_counted

    @property
    def within_5min_share(self) -> Ratio | None:
        return ratio(self.within_5min, self.counted)


def arrivals(
    window: Window, freshness: reading.Freshness | None = None
) -> list[LeadsOfHour]:
    """The hours in which anybody came, Monday's first."""
    if (freshness or reading.freshness(window)).for_period:
        return arrivals_from_rollups(window)
    return arrivals_from_rows(window)


def arrivals_from_rollups(window: Window) -> list[LeadsOfHour]:
    """From the rollups, which have to be fresh."""
    found = reading.hour_rows(window.period)
    for row in found:
        row["weekday"], row["hour"] = map(int, row["hour"].split("-"))
    return [LeadsOfHour(**row) for row in found]


def arrivals_from_rows(window: Window) -> list[LeadsOfHour]:
    """The same, counted from leads and activities themselves."""
    first_touches = query("people", "first_touches")
    sql = query("people", "leads_by_hour", first_touches=first_touches)
    return [LeadsOfHour(**row) for row in rows(sql, window)]


def leads_without_hour(
    window: Window, freshness: reading.Freshness | None = None
) -> int:
    """Leads of whom only the day is known; they are in none of the hours."""
    if (freshness or reading.freshness(window)).for_period:
        return reading.leads_without_hour(window.period)
    return int(rows(query("people", "leads_without_hour"), window)[0]["leads"])
