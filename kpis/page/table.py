"""A table of figures: metrics as columns, written for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import cached_property

from kpis import drill
from kpis.metrics.definitions import Basis, Metric, Unit
from kpis.metrics.display import Value, has_cents, is_small, small_text, text
from kpis.metrics.figures import RateShare, Ratio, SoFar
from kpis.period import Period
from kpis.queries.breakdown import Row


class Cell(NamedTuple):
    """A figure as people read it; `small` if its sample is too small for a rate.

    `rows` are the parameters that open the rows behind it, empty if it opens none.
    """

    text: str
    small: bool = False
    rows: str = ""


class TableLine(NamedTuple):
    name: str
    cells: list[Cell]
    note: str = ""


@dataclass(frozen=True)
class KpiTable:
    """`total` is the last row, None if the rows are not parts of a whole.

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

    @property
    def rows_and_total(self) -> list[Row]:
        return [*self.rows, *([self.total] if self.total else [])]

    @cached_property
    def with_cents(self) -> frozenset[str]:
        """The columns of amounts that need cents: in one all have them or none has."""
        rows = self.rows_and_total
        return frozenset(
            metric.key
            for metric in self.columns
            if metric.unit == Unit.CENTS
            and any(has_cents(row.figures.get(metric.key)) for row in rows)
        )

    def cell(self, value: Value, metric: Metric) -> Cell:
        return cell(value, metric, with_cents=metric.key in self.with_cents)

    @cached_property
    def lines(self) -> list[TableLine]:
        return list(self._lines())

    def _lines(self) -> Iterator[TableLine]:
        for row in self.rows:
            yield self._line(row, self.key)

    @property
    def total_line(self) -> TableLine | None:
        if self.total is None:
            return None
        # The sum of all rows is asked for without a row; a total with an id is a row.
        return self._line(self.total, self.key if self.total.id else "")

    def _line(self, row: Row, by: str = "") -> TableLine:
        opener = self._opener(row, by)
        cells = [self._cell(row, metric, opener) for metric in self.columns]
        return TableLine(row.name, cells, row.note)

    def _opener(self, row: Row, by: str) -> drill.DrillLink | None:
        if self.period is None:
            return None
        if row.period:
            since = self.period.first
            return drill.DrillLink(row.period, self.basis, by, since=since)
        return drill.DrillLink(self.period, self.basis, by, row.id if by else None)

    def _cell(self, row: Row, metric: Metric, opener: drill.DrillLink | None) -> Cell:
        value = row.figures.get(metric.key)
        written = self.cell(value, metric)
        if opener is None:
            return written
        return written._replace(rows=opener.address(metric.key, value))


def cell(value: Value, metric: Metric, *, with_cents: bool = False) -> Cell:
    words = text(value, metric.unit, with_cents=with_cents)
    if isinstance(value, SoFar):
        return Cell(f"{words} so far", small=True)
    if isinstance(value, Ratio | RateShare) and metric.unit == Unit.RATE:
        small = is_small(value)
        return Cell(small_text(value) if small else words, small)
    return Cell(words)
