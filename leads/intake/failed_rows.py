"""The rows that failed, as a CSV for the person who brought the file.

Only allowed columns are in it, under the headers of their file, so that it can be
mended and imported again. We never keep it.
"""

import csv
import io

from leads.intake.result import ImportResult

# A spreadsheet program would run a cell that begins so.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def failed_csv(result: ImportResult) -> str:
    """The failed rows with their row number and the reason, cells made harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["Row", "Reason", *map(harmless, result.failed_headers)])
    for row in result.failed_rows:
        writer.writerow([row.number, row.reason, *map(harmless, row.cells)])
    return text.getvalue()


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
