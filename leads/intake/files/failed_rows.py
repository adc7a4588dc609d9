"""The rows that failed, as a CSV for the person who brought the file.

Only allowed columns are in it, under the headers of their file, so that it can be
corrected and imported again. Those of a large file are stored encrypted, for a day at
most (`leads.models.ImportFile`); those of a small one go with the page and nowhere
else.
"""

from collections.abc import Iterable

from leads.intake.files.result import FailedRow, ImportResult
from medspa.web.csv import csv_lines


def failed_csv(result: ImportResult) -> str:
    """The failed rows with their row number and the reason."""
    return failed_rows_csv(result.failed_headers, result.failed_rows)


def failed_rows_csv(headers: Iterable[str], rows: Iterable[FailedRow]) -> str:
    lines = ([row.number, row.reason, *row.cells] for row in rows)
    return "".join(csv_lines([["Row", "Reason", *headers], *lines]))
