"""The rows of a table of spend, read strictly.

A stray quotation mark or comma moves every later cell of its row, and an amount in the
wrong column is believed as easily as one in the right one. So a row that is not sound
is named by its number and not read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from medspa.reading.csv_rows import CsvRefused, csv_rows

EXPORT_SAMPLE_LINES = 12
BROKEN_QUOTES = "a quotation mark is where none belongs"
SEVERAL_LINES = "a cell runs over several lines"


@dataclass(frozen=True)
class TableRow:
    """A row with its number in a spreadsheet; `flaw` says why it is not sound."""

    number: int
    cells: list[str]
    flaw: str = ""


class QuoteNeverCloses(ValueError):
    """The rest of the file is one cell."""


def table_rows(text: str) -> Iterator[TableRow]:
    """Every row that is not blank. Raises QuoteNeverCloses."""
    sample = [line for line in text.splitlines() if line.strip()][:EXPORT_SAMPLE_LINES]
    separator = max(
        "\t;,", key=lambda mark: max((line.count(mark) for line in sample), default=0)
    )
    try:
        for row in csv_rows(text, separator):
            flaw = BROKEN_QUOTES if row.refusal else ""
            if any("\n" in cell or "\r" in cell for cell in row.cells):
                flaw = SEVERAL_LINES
            cells = [" ".join(cell.split()) for cell in row.cells]
            yield TableRow(row.number, cells, flaw)
    except CsvRefused:
        raise QuoteNeverCloses from None


def misplaced(cells: Sequence[str], named: Sequence[bool]) -> str:
    """Why the cells of a row don't fit the headers; empty if they do."""
    filled = len(cells)
    while filled > len(named) and not cells[filled - 1]:
        filled -= 1
    if filled != len(named):
        return f"it has {filled} cells, and the headers have {len(named)}"
    nameless = zip(cells, named, strict=False)
    if any(cell and not has_header for cell, has_header in nameless):
        return "a value is in a column without a header"
    return ""
