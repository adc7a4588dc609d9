"""Where consults stand in the calendar: rows by time, side by side where they overlap.

No database here. Rows are counted by the clinic's clock, so that 10 AM is in the same
row also on days with a clock change.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from medspa.formats import clinic_formats

CALENDAR_ROW = timedelta(minutes=15)
ROWS_AN_HOUR = timedelta(hours=1) // CALENDAR_ROW
# What is shown at least, and where the clinic's hours are not known.
USUAL_HOURS = (9, 17)
HOURS_OF_DAY = 24


class CalendarConsult(NamedTuple):
    """A booked consult; `starts` is by the clinic's clock.

    `is_double` when its provider has another one at the same time. `lane` and `lanes`
    are its place among those beside it, `row` and `rows` its place in the day.
    """

    lead_id: str
    name: str
    starts: datetime
    ends: datetime
    provider_id: str = ""
    provider: str = ""
    procedure: str = ""
    is_confirmed: bool = False
    is_held: bool = False
    is_no_show: bool = False
    is_past: bool = False
    is_double: bool = False
    row: int = 0
    rows: int = 1
    lane: int = 0
    lanes: int = 1
    is_beyond: bool = False

    @property
    def time(self) -> str:
        return clinic_formats().time(self.starts)

    @property
    def arranged(self) -> str:
        """`Dr. Ode · Botox`."""
        return " · ".join(filter(None, (self.provider, self.procedure)))

    @property
    def title(self) -> str:
        """`Mon, Nov 23, 11:00 AM, Ana, Dr. Ode · Botox`."""
        moment = clinic_formats().moment(self.starts)
        return ", ".join(filter(None, (moment, self.name, self.arranged)))

    @property
    def place(self) -> str:
        """Where its block stands, for CSS."""
        return (
            f"--row:{self.row};--span:{self.rows};"
            f"--lane:{self.lane};--lanes:{self.lanes}"
        )

    @property
    def tone(self) -> str:
        """The class of its block."""
        if self.is_double:
            return "double"
        return "past" if self.is_past else ""


@dataclass(frozen=True)
class Beyond:
    """How many consults have no room in the lanes, from `row` on."""

    row: int
    rows: int
    lane: int
    lanes: int
    count: int


@dataclass(frozen=True)
class DayHours:
    """The hours of the day that are shown, the last one not included."""

    first: int
    last: int

    @property
    def rows(self) -> int:
        return (self.last - self.first) * ROWS_AN_HOUR

    @property
    def each(self) -> range:
        return range(self.first, self.last)

    def row_of(self, local: datetime) -> int:
        """The row of a time by the clinic's clock; the first one is 0."""
        minutes = (local.hour - self.first) * 60 + local.minute
        return min(max(minutes * ROWS_AN_HOUR // 60, 0), self.rows)


def hours_around(starts: Iterable[datetime], ends: Iterable[datetime]) -> DayHours:
    """Full hours that hold everything and the usual ones; ends are not included."""
    first, last = USUAL_HOURS
    return DayHours(
        min([first, *(local.hour for local in starts)]),
        max([last, *(_hour_after(local) for local in ends)]),
    )


def _hour_after(local: datetime) -> int:
    """Midnight ends the day before."""
    is_full = local.minute == 0 and local.second == 0
    return (local.hour or (HOURS_OF_DAY if is_full else 0)) + (0 if is_full else 1)


def mark_doubles(consults: Sequence[CalendarConsult]) -> list[CalendarConsult]:
    """With those marked whose provider has another one at the same time."""
    doubles = set()
    by_provider: dict[str, list[int]] = {}
    for place, one in enumerate(consults):
        if one.provider_id:
            by_provider.setdefault(one.provider_id, []).append(place)
    for places in by_provider.values():
        places.sort(key=lambda place: consults[place].starts)
        for earlier, later in itertools.pairwise(places):
            if consults[later].starts < consults[earlier].ends:
                doubles |= {earlier, later}
    return [
        one._replace(is_double=True) if place in doubles else one
        for place, one in enumerate(consults)
    ]


def lay_out(
    consults: Iterable[CalendarConsult], hours: DayHours, most_lanes: int
) -> tuple[list[CalendarConsult], list[Beyond]]:
    """The consults of one day in their places; those that have no room are beyond."""
    ordered = sorted(consults, key=lambda one: (one.starts, one.provider, one.name))
    placed: list[CalendarConsult] = []
    beyond: list[Beyond] = []
    for group in _overlapping(ordered):
        found = _in_lanes(group, hours, most_lanes)
        placed += found
        hidden = [one for one in found if one.is_beyond]
        if hidden:
            first = min(one.row for one in hidden)
            last = max(one.row + one.rows for one in hidden)
            lane = most_lanes - 1
            beyond.append(Beyond(first, last - first, lane, most_lanes, len(hidden)))
    return placed, beyond


def _overlapping(ordered: Iterable[CalendarConsult]) -> list[list[CalendarConsult]]:
    """Groups of consults that overlap each other, directly or by others."""
    groups: list[list[CalendarConsult]] = []
    end: datetime | None = None
    for one in ordered:
        if end is None or one.starts >= end:
            groups.append([])
            end = one.ends
        groups[-1].append(one)
        end = max(end, one.ends)
    return groups


def _in_lanes(
    group: Sequence[CalendarConsult], hours: DayHours, most_lanes: int
) -> list[CalendarConsult]:
    ends: list[datetime] = []
    lanes = []
    for one in group:
        free = [lane for lane, end in enumerate(ends) if end <= one.starts]
        lane = free[0] if free else len(ends)
        ends[lane : lane + 1] = [one.ends]
        lanes.append(lane)
    is_full = len(ends) > most_lanes
    # The last lane then says how many have no room.
    shown = most_lanes - 1 if is_full else len(ends)
    return [
        one._replace(
            row=hours.row_of(one.starts),
            rows=max((one.ends - one.starts) // CALENDAR_ROW, 1),
            lane=lane,
            lanes=most_lanes if is_full else len(ends),
            is_beyond=lane >= shown,
        )
        for one, lane in zip(group, lanes, strict=True)
    ]
