"""One table: definitions as columns, figures as rows, written for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kpis.breakdown import Row
from kpis.definitions import Basis, Metric, Unit
from kpis.display import Value, is_small, small_text, text
from kpis.figures import Ratio, Share


class Cell(NamedTuple):
    """One figure as it is written; `small` when its sample says little."""

    text: str
    small: bool = False


class Line(NamedTuple):
    name: str
    cells: list[Cell]
    note: str = ""


@dataclass(frozen=True)
class Table:
    """`total` is None where the rows are not parts of a whole."""

    key: str
    title: str
    first_column: str
    basis: Basis
    columns: Sequence[Metric]
    rows: Sequence[Row]
    total: Row | None = None

    @property
    def headers(self) -> list[tuple[Metric, str]]:
        return [(metric, metric.words(self.basis)) for metric in self.columns]

    @property
    def lines(self) -> Iterator[Line]:
        return (self._line(row) for row in self.rows)

    @property
    def total_line(self) -> Line | None:
        return self._line(self.total) if self.total else None

    def _line(self, row: Row) -> Line:
        cells = [cell(row.figures.get(metric.key), metric) for metric in self.columns]
        return Line(row.name, cells, row.note)


def cell(value: Value, metric: Metric) -> Cell:
    if isinstance(value, Ratio | Share) and metric.unit == Unit.RATE:
        small = is_small(value)
        return Cell(small_text(value) if small else text(value, metric.unit), small)
    return Cell(text(value, metric.unit))
