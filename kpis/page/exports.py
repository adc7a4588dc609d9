"""Tables as files: the keys of the definitions as header, exact figures as rows."""

from collections.abc import Iterator
from typing import Any

from kpis.metrics.definitions import Metric
from kpis.metrics.display import Value, number
from kpis.metrics.figures import RateShare, Ratio
from kpis.page.report import plain, six_decimals
from kpis.page.table import KpiTable
from kpis.period import Period
from kpis.queries.breakdown import Row
from medspa.web.csv import csv_file


def table_csv(table: KpiTable) -> Iterator[str]:
    """The file line by line. Money is in cents, rates are fractions of one."""
    keys = [metric.key for metric in table.columns]
    rows = [
        [row.name, *(exact_figure(row.figures.get(key)) for key in keys)]
        for row in table.rows_and_total
    ]
    return csv_file([[table.first_column.lower(), *keys], *rows])


def table_json(table: KpiTable, period: Period) -> dict[str, Any]:
    """The same with what each column means; rates with their counts and their value."""
    return {
        "table": table.key,
        "title": table.title,
        "basis": table.basis.value,
        "from": str(period.first),
        "to": str(period.last),
        "note": table.note,
        "columns": [_column(metric, table) for metric in table.columns],
        "rows": [_json_row(row, table) for row in table.rows_and_total],
    }


def _column(metric: Metric, table: KpiTable) -> dict[str, str]:
    return {
        "key": metric.key,
        "label": metric.label,
        "unit": metric.unit.value,
        "formula": metric.words(table.basis),
        "better": metric.better.value,
    }


def _json_row(row: Row, table: KpiTable) -> dict[str, Any]:
    shown = {metric.key: row.figures.get(metric.key) for metric in table.columns}
    return {"id": row.id, "name": row.name, **plain(shown)}


def exact_figure(value: Value) -> int | float | None:
    """The exact number, rates with six decimals; None for nothing."""
    exact = number(value)
    if exact is None:
        return None
    if isinstance(value, Ratio | RateShare) or exact.denominator != 1:
        return six_decimals(exact)
    return int(exact)
