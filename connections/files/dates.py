"""In which order the dates of a file are: a column has one."""

from collections.abc import Iterable

from connections.files.mapping import FileMapping
from leads.intake.files.dates import DateOrder
from medspa.formats import clinic_formats
from medspa.reading.csv_rows import CsvRow
from medspa.reading.dates import SLASHED, is_day_first, is_day_first_country

DATES = ("date", "refunded_on", "booked_on")


def find_date_order(rows: Iterable[CsvRow], mapping: FileMapping) -> DateOrder:
    """One number above 12 decides for the file, or else the clinic's country."""
    indexes = [i for name in DATES for i in mapping.columns.get(name, ())]
    seen: set[bool] = set()
    is_asked = False
    for row in rows:
        for text in (row.cells[index] for index in indexes if row.cells):
            if SLASHED.match(text):
                is_asked = True
                if (found := is_day_first(text)) is not None:
                    seen.add(found)
    is_seen = len(seen) == 1
    return DateOrder(
        is_day_first=True in seen
        if is_seen
        else is_day_first_country(clinic_formats().country),
        is_asked=is_asked,
        is_seen=is_seen,
    )
