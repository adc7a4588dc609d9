"""The one reader of CSV: strict, so that no cell is taken for its neighbor's.

One backslash or one stray quotation mark moves every later cell, and a note becomes a
campaign. A row whose cells can't be told apart is passed on by its number only.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

from medspa.reading.text_file import RECORD_SEPARATOR
from medspa.refusals import Refused

SEPARATORS = ",;\t|"
SAMPLE_LINES = 20
# A cell of any length is read, because a long note stands beside good cells.
csv.field_size_limit(64 * 1024 * 1024)
# A quotation mark that was never closed swallows rows; so many lines are no note.
LONGEST_RECORD_LINES = 10_000
# The rest of a row with broken quoting is skipped up to so many lines.
LONGEST_BROKEN_LINES = 200
BROKEN_QUOTING = (
    "Text follows a closing quotation mark, so the cells can't be told apart."
)
UNDER_NO_HEADER = "The row has a cell under a column without a header."
# Follows the last line: a record that contains it has an unclosed quotation mark.
END = RECORD_SEPARATOR
# Some programs write a quotation mark inside a cell with a backslash before it.
QUOTE = re.compile(r'(?<!\\)"')
PHYSICAL_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
EXCEL_HINT = re.compile(r"sep=(.)\s*", re.IGNORECASE)


class CsvRefused(Refused):
    """The text can't be read as rows to its end."""

    code = "csv_refused"


@dataclass(frozen=True)
class CsvRow:
    """`number` is the row's number in a spreadsheet program, headers included.

    `refusal` is why it can't be believed; then there are no cells, because they may
    hold what belongs under another header.
    """

    number: int
    cells: tuple[str, ...]
    refusal: str = ""


def csv_rows(text: str, separator: str) -> Iterator[CsvRow]:
    """Every row with a filled cell, headers included; cells without spaces around.

    Raises CsvRefused for a quotation mark that never closes.
    """
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    for number in count(1):
        lines.begin_record()
        try:
            cells = next(reader, None)
        except csv.Error:
            lines.end_record(number)
            yield CsvRow(number, (), BROKEN_QUOTING)
            continue
        if cells == [END]:
            return
        if cells is None or lines.in_record > LONGEST_RECORD_LINES:
            raise _open_quote(number)
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield CsvRow(number, tuple(cells))


def under_headers(row: CsvRow, headers: Sequence[str]) -> CsvRow:
    """The row; refused and without its cells if they don't stand under the headers."""
    if row.refusal:
        return row
    width = len(headers)
    if len(row.cells) != width:
        cells = f"{len(row.cells)} cell{'' if len(row.cells) == 1 else 's'}"
        return CsvRow(row.number, (), f"The row has {cells}, the headers are {width}.")
    if "" in headers and any(
        cell for cell, name in zip(row.cells, headers, strict=True) if not name
    ):
        return CsvRow(row.number, (), UNDER_NO_HEADER)
    return row


def find_separator(text: str) -> tuple[str, str]:
    """The text without Excel's `sep=` line, and what separates its cells."""
    sample = list(islice((line for line in _lines(text) if line.strip()), SAMPLE_LINES))
    if sample and (hint := EXCEL_HINT.fullmatch(sample[0])):
        return text[text.index(sample[0]) + len(sample[0]) :], hint[1]
    unquoted = re.sub(r'"[^"]*"', "", "".join(sample)).splitlines()
    return text, max(SEPARATORS, key=lambda mark: _regularity(mark, unquoted))


def _regularity(mark: str, lines: list[str]) -> tuple[int, int, int]:
    """A separator is in every line; a comma in a header's question is not.

    Where none is, because titles stand above the table, it is in most of them.
    """
    counts = [line.count(mark) for line in lines if line.strip()] or [0]
    lowest = min(counts)
    return lowest, counts[0] if lowest else 0, sum(count > 0 for count in counts)


class _Lines:
    """The lines of a text and then the mark of its end, counted for each record."""

    def __init__(self, text: str) -> None:
        self._lines = _lines_and_end(text)
        self.begin_record()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.in_record += 1
        if '"' in line:
            self._quotes += len(QUOTE.findall(line))
        return line

    def begin_record(self) -> None:
        self.in_record = self._quotes = 0

    def end_record(self, number: int) -> None:
        """Skip what belongs to a broken record: until its quotation marks are even.

        A line that ends after `"says \\"fine\\"` leaves one open: the next is no row.
        """
        if self.in_record > LONGEST_BROKEN_LINES:
            raise _open_quote(number)
        while self._quotes % 2:
            if self.in_record > LONGEST_BROKEN_LINES or next(self, END) == END:
                raise _open_quote(number)


def _lines(text: str) -> Iterator[str]:
    """Without a second copy of the text in memory."""
    return (found[0] for found in PHYSICAL_LINE.finditer(text))


def _lines_and_end(text: str) -> Iterator[str]:
    last = ""
    for last in _lines(text):
        yield last
    if not last.endswith(("\n", "\r")):
        yield "\n"
    yield END


def _open_quote(number: int) -> CsvRefused:
    return CsvRefused(f"A quotation mark that opens in row {number} never closes.")
