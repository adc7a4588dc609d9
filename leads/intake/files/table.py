"""From text to rows: separators, quotes, blank lines, headers."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice

from leads.intake.files.refusals import FileRefused
from medspa.reading.text_file import RECORD_SEPARATOR, NotText, decode

SEPARATORS = ",;\t|"
# A record that goes on for so many lines is a quotation mark that was never closed.
LONGEST_RECORD_LINES = 200
MAX_COLUMNS = 1000
SAMPLE_LINES = 20
BROKEN_QUOTING = (
    "Text follows a closing quotation mark, so the cells can't be told apart."
)
UNDER_NO_HEADER = "The row has a cell under a column without a header."
# Follows the last line: a record that contains it has an unclosed quotation mark.
END = RECORD_SEPARATOR
# Some programs write a quotation mark inside a cell with a backslash before it.
QUOTE = re.compile(r'(?<!\\)"')
EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}", re.IGNORECASE)
NUMBER_OR_DATE = re.compile(r"[\d\s()+./:\-]{7,}")
EXCEL_HINT = re.compile(r"sep=(.)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class FileRow:
    """`number` is the row's number in a spreadsheet program, headers included.

    `refusal` is why it fails, where that is known before it is read; then there are
    no cells, because they may hold what belongs under another header.
    """

    number: int
    cells: tuple[str, ...]
    refusal: str = ""


@dataclass(frozen=True)
class FileTable:
    """A file that can be read from its first row to its last. Kept in memory only."""

    headers: tuple[str, ...]
    row_count: int
    text: str
    separator: str

    def rows(self) -> Iterator[FileRow]:
        """The rows below the headers that are not blank, one at a time."""
        records = _records(self.text, self.separator)
        next(records)
        return (self._checked(row) for row in islice(records, self.row_count))

    def _checked(self, row: FileRow) -> FileRow:
        """The row; without its cells if they don't stand under their headers.

        One stray comma moves every cell after it, and a note becomes a campaign.
        """
        if row.refusal:
            return row
        width = len(self.headers)
        if len(row.cells) != width:
            cells = f"{len(row.cells)} cell{'' if len(row.cells) == 1 else 's'}"
            return FileRow(
                row.number, (), f"The row has {cells}, the headers are {width}."
            )
        if any(c for c, name in zip(row.cells, self.headers, strict=True) if not name):
            return FileRow(row.number, (), UNDER_NO_HEADER)
        return row

    def first(self, count: int) -> "FileTable":
        """The table without what comes after so many rows."""
        return replace(self, row_count=min(count, self.row_count))


def read_table(data: bytes) -> FileTable:
    """The table in a file; raises FileRefused with a sentence that quotes no value.

    The whole file is read through once, so that a quotation mark that never
    closes is found before the first row is imported.
    """
    try:
        text = decode(data)
    except NotText as error:
        raise FileRefused(str(error)) from None
    text, separator = _separator(text)
    records = _records(text, separator)
    headers = _headers(next(records, None))
    row_count = sum(1 for _ in records)
    return FileTable(headers, row_count, text, separator)


def _separator(text: str) -> tuple[str, str]:
    """The text without Excel's `sep=` line, and what separates its cells."""
    lines = (line for line in io.StringIO(text, newline="") if line.strip())
    sample = list(islice(lines, SAMPLE_LINES))
    if hint := EXCEL_HINT.fullmatch(sample[0]):
        return text[text.index(sample[0]) + len(sample[0]) :], hint[1]
    unquoted = re.sub(r'"[^"]*"', "", "".join(sample)).splitlines()
    return text, max(SEPARATORS, key=lambda mark: _regularity(mark, unquoted))


def _regularity(mark: str, lines: list[str]) -> tuple[int, int]:
    """A separator is in every line; a comma in a header's question is not."""
    counts = [line.count(mark) for line in lines if line.strip()] or [0]
    return min(counts), counts[0]


def _records(text: str, separator: str) -> Iterator[FileRow]:
    """Every record with a filled cell, the headers first.

    Of a record whose quoting is broken only the number is known: where its cells end
    is unknown, so none is passed on.
    """
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    for number in count(1):
        lines.begin_record()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "limit" in str(error):
                raise _too_large(number) from None
            lines.end_record(number)
            yield FileRow(number, (), BROKEN_QUOTING)
            continue
        if cells == [END]:
            return
        if cells is None or lines.in_record > LONGEST_RECORD_LINES:
            raise _open_quote(number)
        if any(cell.strip() for cell in cells):
            yield FileRow(number, tuple(cell.strip() for cell in cells))


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
        self._quotes += len(QUOTE.findall(line))
        return line

    def begin_record(self) -> None:
        self.in_record = self._quotes = 0

    def end_record(self, number: int) -> None:
        """Skip what belongs to a broken record: until its quotation marks are even.

        A line that ends after `"says \\"fine\\"` leaves one open: the next is no row.
        """
        while self._quotes % 2:
            if self.in_record > LONGEST_RECORD_LINES or next(self, END) == END:
                raise _open_quote(number)


def _lines_and_end(text: str) -> Iterator[str]:
    last = ""
    for last in io.StringIO(text, newline=""):
        yield last
    if not last.endswith(("\n", "\r")):
        yield "\n"
    yield END


def _too_large(number: int) -> FileRefused:
    return FileRefused(
        f"Row {number} has a cell of more than {csv.field_size_limit():,} characters. "
        "Is a quotation mark missing?"
    )


def _open_quote(number: int) -> FileRefused:
    return FileRefused(f"A quotation mark that opens in row {number} never closes.")


def _headers(row: FileRow | None) -> tuple[str, ...]:
    if row is None:
        raise FileRefused("The file is empty.")
    if row.refusal:
        raise FileRefused(f"The row of headers can't be read. {row.refusal}")
    if len(row.cells) > MAX_COLUMNS:
        raise FileRefused(f"The file has more than {MAX_COLUMNS:,} columns.")
    if any(_looks_like_a_value(cell) for cell in row.cells):
        raise FileRefused(
            "The first row looks like somebody's data. "
            "Add a row of headers, such as First Name, Email, Phone."
        )
    return row.cells


def _looks_like_a_value(header: str) -> bool:
    return bool(EMAIL.search(header) or NUMBER_OR_DATE.fullmatch(header))
