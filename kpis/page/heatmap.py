"""The leads of a range by weekday and hour, the busiest hours the darkest."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpis.drill import DrillLink
from kpis.metrics.definitions import ARRIVALS, Basis
from kpis.page.table import Cell, cell
from kpis.period import Period
from kpis.queries.leads_by_hour import HOURS, SHORT_WEEKDAYS, LeadsOfHour
from medspa.formats import clinic_formats

LEVELS = 4


@dataclass(frozen=True)
class HeatmapCell:
    """One hour of one weekday; `level` is 0 without leads, up to 4 for the most."""

    level: int
    leads: Cell
    in_time: Cell


@dataclass(frozen=True)
class HeatmapRow:
    hour: str
    cells: Sequence[HeatmapCell]


@dataclass(frozen=True)
class Heatmap:
    """`words` say what the colors show, for people who don't see them."""

    weekdays: Sequence[str]
    rows: Sequence[HeatmapRow]
    words: str


def heatmap_of(hours: Sequence[LeadsOfHour], period: Period) -> Heatmap:
    """`hours` are the hours of the week in which leads were created."""
    found = {(hour.weekday, hour.hour): hour for hour in hours}
    formats = clinic_formats()
    most = max((hour.leads for hour in hours), default=0)
    rows = [
        HeatmapRow(
            formats.hour(hour),
            [_cell(found.get((day, hour)), most, period) for day in formats.weekdays],
        )
        for hour in HOURS
    ]
    weekdays = [SHORT_WEEKDAYS[day - 1] for day in formats.weekdays]
    return Heatmap(weekdays, rows, _words(hours))


def _cell(hour: LeadsOfHour | None, most: int, period: Period) -> HeatmapCell:
    if hour is None or not hour.leads:
        return HeatmapCell(0, Cell(""), Cell(""))
    opener = DrillLink(period, Basis.COHORT, "arrivals", hour.key)
    level = -(-hour.leads * LEVELS // most)
    leads = cell(hour.leads, ARRIVALS["leads"])
    share = cell(hour.within_5min_share, ARRIVALS["within_5min_share"])
    rows = opener.address("leads", hour.leads)
    return HeatmapCell(level, leads._replace(rows=rows), share)


def _words(hours: Sequence[LeadsOfHour]) -> str:
    if not hours:
        return ""
    busiest = max(hours, key=lambda hour: hour.leads)
    late = max(hours, key=lambda hour: hour.counted - hour.within_5min)
    words = f"Most leads arrive {busiest.name}: {busiest.leads:,}."
    missed = late.counted - late.within_5min
    if not missed:
        return f"{words} All were contacted within five minutes."
    return (
        f"{words} The most who were not contacted within five minutes: "
        f"{missed:,} of {late.leads:,} created {late.name}."
    )
