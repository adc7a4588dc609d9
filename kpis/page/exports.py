"""Tables as files: the definitions' keys as header, exact figures as rows."""

import csv
from collections.abc import Iterator
from typing import Any

from kpis.metrics.definitions import Metric
from kpis.metrics.display import Value, number
from kpis.metrics.figures import Ratio, Share
from kpis.page.report import plain, six_decimals
from kpis.page.table import Table
from kpis.period import Period
from kpis.queries.breakdown import Row

# What makes a spreadsheet take a cell for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands each written line back, so that rows can be streamed."""

    def write(self, line: str) -> str:
        return line


def csv_lines(table: Table) -> Iterator[str]:
    """The file line by line. Money is in cents, rates are fractions of one."""
    writer = csv.writer(_Echo())
    yield writer.writerow(
        [table.first_column.lower(), *(metric.key for metric in table.columns)]
    )
    rows = [*table.rows, *([table.total] if table.total else [])]
    for row in rows:
        yield writer.writerow(
            [
                plain_text(row.name),
                *(figure(row.figures.get(metric.key)) for metric in table.columns),
            ]
        )


def as_json(table: Table, period: Period) -> dict[str, Any]:
    """The same with what each column means; rates as counted, with their value."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    return {
        "table": table.key,
        "title": table.title,
        "basis": table.basis.value,
        "from": str(period.first),
        "to": str(period.last),
        "note": table.note,
        "columns": [_column(metric, table) for metric in table.columns],
        "rows": [_json_row(row, table) for row in rows],
    }


def _column(metric: Metric, table: Table) -> dict[str, str]:
    return {
        "key": metric.key,
        "label": metric.label,
        "unit": metric.unit.value,
        "formula": metric.words(table.basis),
        "better": metric.better.value,
    }


def _json_row(row: Row, table: Table) -> dict[str, Any]:
    shown = {metric.key: row.figures.get(metric.key) for metric in table.columns}
    return {"id": row.id, "name": row.name, **plain(shown)}


def plain_text(words: str) -> str:
    """Words that no spreadsheet runs: an apostrophe goes before a formula's sign."""
    return f"'{words}" if words.startswith(FORMULA_STARTS) else words


def figure(value: Value) -> str:
    """The exact number; empty for nothing."""
    exact = number(value)
    if exact is None:
        return ""
    if isinstance(value, Ratio | Share) or exact.denominator != 1:
        return str(six_decimals(exact))
    return str(int(exact))
