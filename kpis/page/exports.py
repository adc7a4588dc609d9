"""Tables as files: CSV as people open it, JSON with the keys of the definitions."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kpis.metrics.definitions import Metric, Unit
from kpis.metrics.display import Value, number
from kpis.metrics.figures import RateShare, Ratio
from kpis.page.report import plain, six_decimals
from kpis.page.table import KpiTable
from kpis.period import Period
from kpis.queries.breakdown import Row
from medspa.formats import clinic_formats
from medspa.money import amount_of, round_half_away
from medspa.web.csv import csv_file


def table_csv(table: KpiTable) -> Iterator[str]:
    """The file line by line, with numbers that spreadsheets calculate with.

    What they are of is in the header: `Net revenue ($)`, `Leads → booked (%)`.
    """
    rows = [
        [row.name, *(cell(row.figures.get(one.key), one.unit) for one in table.columns)]
        for row in table.rows_and_total
    ]
    headers = [header(metric) for metric in table.columns]
    return csv_file([[table.first_column, *headers], *rows])


def header(metric: Metric) -> str:
    match metric.unit:
        case Unit.CENTS:
            return clinic_formats().in_currency(metric.label)
        case Unit.RATE:
            return f"{metric.label} (%)"
        case Unit.SECONDS:
            return f"{metric.label} (seconds)"
    return metric.label


def cell(value: Value, unit: Unit) -> Decimal | int | float | None:
    """Counts and ratios exactly, money to the cent, rates as percent with decimals."""
    exact = number(value)
    if exact is None:
        return None
    match unit:
        case Unit.CENTS:
            return amount_of(round_half_away(exact))
        case Unit.RATE:
            return six_decimals(exact * 100)
    return exact_figure(value)


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
