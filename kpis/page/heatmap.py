"""Arrivals as a table of hours and weekdays, the busiest hours the darkest."""

from dataclasses import dataclass
from functools import cached_property

from kpis.drill import Opener
from kpis.metrics.definitions import ARRIVALS, Basis
from kpis.page.table import Cell, cell
from kpis.period import Period
from kpis.queries.leads_by_hour import HOURS, WEEKDAYS, Arrivals

LEVELS = 4


@dataclass(frozen=True)
class HeatCell:
    """One hour of one weekday; `level` is 0 for nobody up to 4 for the most."""

    level: int
    leads: Cell
    in_time: Cell


@dataclass(frozen=True)
class HeatLine:
    hour: str
    cells: list[HeatCell]


@dataclass(frozen=True)
class Heat:
    """The hours in which leads came, at least those in which any did."""

    arrivals: list[Arrivals]
    period: Period

    @property
    def weekdays(self) -> tuple[str, ...]:
        return WEEKDAYS

    @cached_property
    def _most(self) -> int:
        return max((hour.leads for hour in self.arrivals), default=0)

    @property
    def lines(self) -> list[HeatLine]:
        found = {(hour.weekday, hour.hour): hour for hour in self.arrivals}
        return [
            HeatLine(
                f"{hour:02}",
                [
                    self._cell(found.get((day, hour)) or Arrivals(day, hour))
                    for day in range(1, len(WEEKDAYS) + 1)
                ],
            )
            for hour in HOURS
        ]

    def _cell(self, hour: Arrivals) -> HeatCell:
        if not hour.leads:
            return HeatCell(0, Cell(""), Cell(""))
        opener = Opener(self.period, Basis.COHORT, "arrivals", hour.key)
        level = -(-hour.leads * LEVELS // self._most)
        leads = cell(hour.leads, ARRIVALS["leads"])
        share = cell(hour.within_5min_share, ARRIVALS["within_5min_share"])
        return HeatCell(
            level, leads._replace(rows=opener.address("leads", hour.leads)), share
        )

    @property
    def words(self) -> str:
        """What the colours show, for those who don't see them."""
        if not self.arrivals:
            return ""
        busiest = max(self.arrivals, key=lambda hour: hour.leads)
        late = max(self.arrivals, key=lambda hour: hour.leads - hour.within_5min)
        words = f"Most leads arrive {busiest.name}: {busiest.leads:,}."
        missed = late.leads - late.within_5min
        if not missed:
            return f"{words} All were contacted within five minutes."
        return (
            f"{words} The most who were not contacted within five minutes: "
            f"{missed:,} of {late.leads:,} who came {late.name}."
        )
