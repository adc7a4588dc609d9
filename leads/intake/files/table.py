"""From a file to a table: where its headers stand, which rows are below them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from leads.intake.files.importers import is_known_header
from leads.intake.files.refusals import FileRefused
from leads.intake.synonyms import without_hint
from medspa.reading.csv_rows import (
    CsvRefused,
    CsvRow,
    csv_rows,
    find_separator,
    under_headers,
)
from medspa.reading.text_file import NotText, decode

MAX_COLUMNS = 1000
# Titles of a report stand above the headers: so many rows at most, of one cell or two.
HEADERS_WITHIN = 15
MAX_TITLE_CELLS = 2
# Of a longer cell the rest is not searched for an address: it would take minutes.
LONGEST_HEADER_READ = 500
EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}", re.IGNORECASE)
NUMBER_OR_DATE = re.compile(r"[\d\s()+./:\-]{7,}")
YEARS = re.compile(r"(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d")


@dataclass(frozen=True)
class FileTable:
    """A file that can be read from its first row to its last. Kept in memory only.

    `header_row` is the number of the row of headers.
    """

    headers: tuple[str, ...]
    row_count: int
    text: str
    separator: str
    header_row: int

    def rows(self) -> Iterator[CsvRow]:
        """The rows below the headers that are not blank, one at a time."""
        records = csv_rows(self.text, self.separator)
        for row in records:
            if row.number == self.header_row:
                break
        rows = (under_headers(row, self.headers) for row in records)
        return islice(rows, self.row_count)

    def first(self, count: int) -> "FileTable":
        """The table without what comes after so many rows."""
        return replace(self, row_count=min(count, self.row_count))


def read_table(data: bytes, header_row: int = 0, max_rows: int = 0) -> FileTable:
    """The table in a file; raises FileRefused with a sentence that quotes no value.

    `header_row` is the number of the row of headers, 0 to find it. The whole file is
    read through once, so that a quotation mark that never closes is found before the
    first row is imported; of more than `max_rows` rows no more is read (0: any number).
    """
    try:
        text, separator = find_separator(decode(data))
        headers = _find_headers(csv_rows(text, separator), header_row)
        row_count = 0
        for row in csv_rows(text, separator):
            row_count += row.number > headers.number
            if 0 < max_rows < row_count:
                raise _too_many(max_rows)
    except (NotText, CsvRefused) as error:
        raise FileRefused(str(error)) from None
    return FileTable(headers.cells, row_count, text, separator, headers.number)


def _too_many(max_rows: int) -> FileRefused:
    return FileRefused(
        f"The file has more than {max_rows:,} rows. Split it, or ask an "
        "administrator to import it with manage.py import_leads."
    )


def _find_headers(records: Iterator[CsvRow], header_row: int) -> CsvRow:
    """The row of that number, or else the first one that names two known columns.

    Rows above it are titles if they have few cells, and no person's.
    """
    if header_row:
        named = next((row for row in records if row.number >= header_row), None)
        if named is None:
            raise FileRefused(f"The file has nothing from row {header_row:,} on.")
        return _checked(named)
    first = None
    for row in islice(records, HEADERS_WITHIN):
        first = first or row
        if row.refusal or any(map(_looks_like_a_value, row.cells)):
            break
        if sum(map(is_known_header, row.cells)) > 1:
            return _checked(row)
        if sum(map(bool, row.cells)) > MAX_TITLE_CELLS:
            break
    return _checked(first)


def _checked(row: CsvRow | None) -> CsvRow:
    if row is None:
        raise FileRefused("The file is empty.")
    if row.refusal:
        raise FileRefused(f"The row of headers can't be read. {row.refusal}")
    if len(row.cells) > MAX_COLUMNS:
        raise FileRefused(f"The file has more than {MAX_COLUMNS:,} columns.")
    if any(map(_looks_like_a_value, row.cells)):
        raise FileRefused(
            "The first row looks like a contact. "
            "Add a row of headers, such as First Name, Email, Phone."
        )
    return row


def _looks_like_a_value(header: str) -> bool:
    header = without_hint(header[:LONGEST_HEADER_READ])
    if YEARS.fullmatch(header):
        return False
    return bool(EMAIL.search(header) or NUMBER_OR_DATE.fullmatch(header))
