"""The rows of a table of spend, read strictly.

A stray quotation mark or comma moves every later cell of its row, and an amount in the
wrong column is believed as easily as one in the right one. So a row that is not sound
is named by its number and not read.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SAMPLE_LINES = 12
BROKEN_QUOTES = "a quotation mark stands where none belongs"
SEVERAL_LINES = "a cell goes on over several lines"


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
    sample = [line for line in text.splitlines() if line.strip()][:SAMPLE_LINES]
    separator = max(
        "\t;,", key=lambda mark: max((line.count(mark) for line in sample), default=0)
    )
    # Line breaks of every kind of machine are one line break.
    lines = io.StringIO(text, newline=None)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        begins = reader.line_num
        try:
            cells = [" ".join(cell.split()) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise QuoteNeverCloses from None
            yield TableRow(number, [], BROKEN_QUOTES)
            continue
        flaw = SEVERAL_LINES if reader.line_num > begins + 1 else ""
        if any(cells):
            yield TableRow(number, cells, flaw)


def misplaced(cells: Sequence[str], named: Sequence[bool]) -> str:
    """Why the cells of a row don't fit the headers; empty if they do."""
    filled = len(cells)
    while filled > len(named) and not cells[filled - 1]:
        filled -= 1
    if filled != len(named):
        return f"it has {filled} cells, and the headers have {len(named)}"
    nameless = zip(cells, named, strict=False)
    if any(cell and not has_header for cell, has_header in nameless):
        return "a value stands under a column without a header"
    return ""
