"""When leads arrive, by weekday and hour of the clinic, and how soon somebody answers.

The repeated hour of an autumn night is one hour of the clock, with twice the time.
"""

from dataclasses import dataclass

from kpis.metrics.figures import Ratio, ratio
from kpis.period import Window
from kpis.queries.database import rows
from kpis.rollups import reading
from kpis.rollups.facts import TOUCHES

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = range(24)
LOCAL = "lead.created_at AT TIME ZONE %(zone)s"
WEEKDAY = f"extract(isodow FROM {LOCAL})::integer"
HOUR = f"extract(hour FROM {LOCAL})::integer"
ARRIVALS = f"""
WITH waits AS (
    SELECT {WEEKDAY} AS weekday, {HOUR} AS hour,
        first_touch - lead.created_at AS wait
    FROM leads_lead lead
    CROSS JOIN LATERAL (
        SELECT min(touch.created_at) AS first_touch
        FROM leads_activity touch
        WHERE touch.lead_id = lead.id AND touch.deleted_at IS NULL
            AND touch.type = ANY(%(touches)s) AND touch.created_at >= lead.created_at
    ) contact
    WHERE lead.deleted_at IS NULL
        AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
)
SELECT weekday, hour, count(*) AS leads, count(wait) AS contacted,
    count(*) FILTER (WHERE wait <= interval '5 minutes') AS within_5min
FROM waits GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608  (no input)


@dataclass(frozen=True)
class Arrivals:
    """The leads of one hour of one weekday (1 is Monday)."""

    weekday: int
    hour: int
    leads: int = 0
    contacted: int = 0
    within_5min: int = 0

    @property
    def key(self) -> str:
        return f"{self.weekday}-{self.hour:02}"

    @property
    def name(self) -> str:
        """`Mon 09:00–10:00`."""
        day = WEEKDAYS[self.weekday - 1]
        return f"{day} {self.hour:02}:00–{(self.hour + 1) % 24:02}:00"

    @property
    def within_5min_share(self) -> Ratio | None:
        return ratio(self.within_5min, self.leads)


def arrivals(window: Window, trust: reading.Trust | None = None) -> list[Arrivals]:
    """The hours in which anybody came, Monday's first."""
    if (trust or reading.trusted(window)).is_kept:
        return kept_arrivals(window)
    return counted_arrivals(window)


def kept_arrivals(window: Window) -> list[Arrivals]:
    """From the sums, which have to be kept."""
    found = reading.hour_rows(window.period)
    for row in found:
        row["weekday"], row["hour"] = map(int, row["hour"].split("-"))
    return [Arrivals(**row) for row in found]


def counted_arrivals(window: Window) -> list[Arrivals]:
    """The same, counted from the rows themselves."""
    found = rows(ARRIVALS, window, touches=TOUCHES)
    return [Arrivals(**row) for row in found]
