"""The rows that failed, as a CSV for the person who brought the file.

Only allowed columns are in it, under the headers of their file, so that it can be
mended and imported again. Those of a large file are kept sealed, for a day at most
(`leads.models.ImportFile`); those of a small one go with the page and nowhere else.
"""

import csv
import io
from collections.abc import Iterable

from leads.intake.result import FailedRow, ImportResult

# A spreadsheet program would run a cell that begins so.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def failed_csv(result: ImportResult) -> str:
    """The failed rows with their row number and the reason, cells made harmless."""
    return csv_of(result.failed_headers, result.failed_rows)


def csv_of(headers: Iterable[str], rows: Iterable[FailedRow]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["Row", "Reason", *map(harmless, headers)])
    for row in rows:
        writer.writerow([row.number, row.reason, *map(harmless, row.cells)])
    return text.getvalue()


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
