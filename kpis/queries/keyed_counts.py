"""Counts by what no slice has: a lead's tags, or the person to whom it is assigned."""

from dataclasses import dataclass
from typing import Any

from kpis.metrics.definitions import Basis
from kpis.metrics.figures import Counts
from kpis.metrics.sql import query
from kpis.models.rollup import Dimension
from kpis.period import Window
from kpis.queries.counts import keyed_counts
from kpis.queries.database import rows
from kpis.rollups import reading

KeyedCounts = dict[str | None, Counts]


@dataclass(frozen=True)
class CountsByKey:
    """Of a key, `column` of `joined` or of the lead; None is that of leads without."""

    dimension: Dimension
    column: str
    joined: str = ""

    def read(
        self,
        window: Window,
        basis: Basis,
        freshness: reading.Freshness | None = None,
    ) -> KeyedCounts:
        fresh = freshness or reading.freshness(window)
        if fresh.for_cohort if basis == Basis.COHORT else fresh.for_period:
            return self.from_rollups(window, basis)
        return self.from_rows(window, basis)

    def from_rollups(self, window: Window, basis: Basis) -> KeyedCounts:
        """From the rollups, which have to be fresh."""
        ask = reading.cohort_rows if basis == Basis.COHORT else reading.period_rows
        answer = ask(window.period, self.dimension, reading.BY_KEY)
        return keyed_counts(answer, "key")

    def from_rows(self, window: Window, basis: Basis) -> KeyedCounts:
        """The same, counted from leads and events themselves."""
        names = ("cohort",) if basis == Basis.COHORT else ("leads", "events")
        answers = (row for name in names for row in self._ask(name, window))
        return keyed_counts(answers, self.column.partition(".")[2])

    def _ask(self, name: str, window: Window) -> list[dict[str, Any]]:
        sql = query("counts", name, group_by=self.column, joined=self.joined)
        return rows(f"{sql} GROUP BY 1", window)
