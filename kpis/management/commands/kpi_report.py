"""Print the figures of a range, under the keys of the definitions."""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kpis.metrics.definitions import Basis
from kpis.page.report import ROW_KEYS, full_report, heading, plain, rows_report
from kpis.period import Period, PeriodRefused, Window, read_date
from kpis.queries.numbers import KpiData
from medspa.clinic_time import clinic_zone
from medspa.web.csv import without_formula


class Command(BaseCommand):
    help = "Print leads, money and rates of a range of local days, both included."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", required=True, metavar="DATE")
        parser.add_argument("--to", dest="last", required=True, metavar="DATE")
        parser.add_argument(
            "--as-of", metavar="MOMENT", help="follow leads up to here (default: now)"
        )
        parser.add_argument("--basis", choices=[Basis.PERIOD, Basis.COHORT])
        parser.add_argument("--by", choices=list(ROW_KEYS))
        parser.add_argument(
            "--format", choices=["json", "csv", "table"], default="table"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        window = read_window(options["first"], options["last"], options["as_of"])
        report = make_report(window, options["basis"], options["by"])
        if options["format"] == "json":
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        elif options["format"] == "csv":
            csv.writer(self.stdout).writerows(grid(report, options["by"]))
        else:
            self.stdout.write("\n".join(aligned(grid(report, options["by"]))))


def read_window(first: str, last: str, as_of: str | None) -> Window:
    """Raises CommandError with a sentence: argument errors end with exit code 2."""
    try:
        period = Period.between(read_date(first), read_date(last))
    except PeriodRefused as refusal:
        raise CommandError(str(refusal), returncode=2) from refusal
    return Window(period, clinic_zone(), read_moment(as_of))


def read_moment(text: str | None) -> datetime:
    """An ISO moment; without an offset it is the clinic's local time."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        sentence = "Enter --as-of like 2026-03-31T18:00."
        raise CommandError(sentence, returncode=2) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=clinic_zone())


def make_report(window: Window, basis: str | None, by: str | None) -> dict[str, Any]:
    """Everything; or with `basis` only its figures; or with `by` only its rows."""
    if by:
        numbers = KpiData(window, Basis(basis or Basis.PERIOD))
        rows = rows_report(numbers.by(by), numbers.basis)
        return heading(window) | {"basis": numbers.basis.value, f"by_{by}": rows}
    if basis:
        numbers = KpiData(window)
        figures = numbers.cohort if basis == Basis.COHORT else numbers.figures
        return heading(window) | {basis: plain(figures)}
    return full_report(window)


def grid(report: dict[str, Any], by: str | None) -> list[list[str]]:
    """The report as rows of words: a table's own, else one figure a row."""
    if by is None:
        return [["figure", "value"], *([name, value] for name, value in flat(report))]
    rows = [row | {"name": without_formula(row["name"])} for row in report[f"by_{by}"]]
    header = list(rows[0]) if rows else [by, "name"]
    return [header, *([word(row[key]) for key in header] for row in rows)]


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """`period.cpl_cents` and its value, through all levels; rates by their value."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, list):
            for row in value:
                inner = {k: v for k, v in row.items() if k != "name"}
                yield from flat(inner, f"{name}[{row['name']}].")
        elif isinstance(value, dict) and "den" not in value:
            yield from flat(value, f"{name}.")
        else:
            yield name, word(value)


def word(value: Any) -> str:
    if isinstance(value, dict):
        value = value["value"]
    return "" if value is None else str(value)


def aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
