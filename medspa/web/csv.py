"""CSV files for people: streamed row by row, with no cell that runs as a formula.

Every CSV file of the product is written here.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence

BYTE_ORDER_MARK = "\ufeff"
PIECE_LENGTH = 32 * 1024
# Spreadsheet programs treat a cell that begins like this as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that returns each written line, so that rows can be streamed."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a CSV file, one for each row."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([without_formula(cell) for cell in row])


def csv_file(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The text of a CSV file that people open: with the mark of UTF-8 for Excel.

    The first line at once, the others in pieces: each piece is a packet to the browser.
    """
    lines = csv_lines(rows)
    yield BYTE_ORDER_MARK + next(lines, "")
    piece: list[str] = []
    size = 0
    for line in lines:
        piece.append(line)
        size += len(line)
        if size >= PIECE_LENGTH:
            yield "".join(piece)
            piece, size = [], 0
    if piece:
        yield "".join(piece)


def without_formula(cell: object) -> object:
    """Text that would be run as a formula gets an apostrophe in front of it."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
