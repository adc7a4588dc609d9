"""One table: definitions as columns, figures as rows, written for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kpis import drill
from kpis.metrics.definitions import Basis, Metric, Unit
from kpis.metrics.display import Value, is_small, small_text, text
from kpis.metrics.figures import Ratio, Share, SoFar
from kpis.period import Period
from kpis.queries.breakdown import Row


class Cell(NamedTuple):
    """One figure as it is written; `small` when its sample says little.

    `rows` is the address of the rows behind it, empty where there are none to open.
    """

    text: str
    small: bool = False
    rows: str = ""


class Line(NamedTuple):
    name: str
    cells: list[Cell]
    note: str = ""


@dataclass(frozen=True)
class Table:
    """`total` is None where the rows are not parts of a whole.

    With a `period` the cells open their rows. `note` is a sentence below the table.
    """

    key: str
    title: str
    first_column: str
    basis: Basis
    columns: Sequence[Metric]
    rows: Sequence[Row]
    total: Row | None = None
    period: Period | None = None
    note: str = ""

    @property
    def headers(self) -> list[tuple[Metric, str]]:
        return [(metric, metric.words(self.basis)) for metric in self.columns]

    @cached_property
    def lines(self) -> list[Line]:
        return list(self._lines())

    def _lines(self) -> Iterator[Line]:
        for row in self.rows:
            yield self._line(row, self.key)

    @property
    def total_line(self) -> Line | None:
        if self.total is None:
            return None
        # The sum of all rows, or a row of its own that needs a name.
        return self._line(self.total, self.key if self.total.id else "")

    def _line(self, row: Row, by: str = "") -> Line:
        opener = self._opener(row, by)
        cells = [self._cell(row, metric, opener) for metric in self.columns]
        return Line(row.name, cells, row.note)

    def _opener(self, row: Row, by: str) -> drill.Opener | None:
        if self.period is None:
            return None
        if row.period:
            since = self.period.first
            return drill.Opener(row.period, self.basis, by, since=since)
        return drill.Opener(self.period, self.basis, by, row.id if by else None)

    def _cell(self, row: Row, metric: Metric, opener: drill.Opener | None) -> Cell:
        value = row.figures.get(metric.key)
        written = cell(value, metric)
        if opener is None:
            return written
        return written._replace(rows=opener.address(metric.key, value))


def cell(value: Value, metric: Metric) -> Cell:
    if isinstance(value, SoFar):
        return Cell(f"{text(value, metric.unit)} so far", small=True)
    if isinstance(value, Ratio | Share) and metric.unit == Unit.RATE:
        small = is_small(value)
        return Cell(small_text(value) if small else text(value, metric.unit), small)
    return Cell(text(value, metric.unit))
