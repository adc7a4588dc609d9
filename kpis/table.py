"""One table: definitions as columns, figures as rows, written for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kpis import drill
from kpis.breakdown import Row
from kpis.definitions import Basis, Metric, Unit
from kpis.display import Value, is_small, small_text, text
from kpis.figures import Ratio, Share
from kpis.period import Period


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

    With a `period` the cells open their rows.
    """

    key: str
    title: str
    first_column: str
    basis: Basis
    columns: Sequence[Metric]
    rows: Sequence[Row]
    total: Row | None = None
    period: Period | None = None

    @property
    def headers(self) -> list[tuple[Metric, str]]:
        return [(metric, metric.words(self.basis)) for metric in self.columns]

    @property
    def lines(self) -> Iterator[Line]:
        return (self._line(row, self.key) for row in self.rows)

    @property
    def total_line(self) -> Line | None:
        return self._line(self.total) if self.total else None

    def _line(self, row: Row, by: str = "") -> Line:
        cells = [self._cell(row, metric, by) for metric in self.columns]
        return Line(row.name, cells, row.note)

    def _cell(self, row: Row, metric: Metric, by: str) -> Cell:
        value = row.figures.get(metric.key)
        written = cell(value, metric)
        if self.period is None:
            return written
        asked = drill.Asked(metric.key, by, row.id if by else None)
        rows = drill.address(self.period, self.basis, asked, value)
        return written._replace(rows=rows)


def cell(value: Value, metric: Metric) -> Cell:
    if isinstance(value, Ratio | Share) and metric.unit == Unit.RATE:
        small = is_small(value)
        return Cell(small_text(value) if small else text(value, metric.unit), small)
    return Cell(text(value, metric.unit))
