"""How the dates of a file are meant: one column has one order."""

from leads.intake.files.mapping import ColumnMapping
from leads.intake.files.table import FileTable
from leads.intake.incoming import Reading
from medspa.formats import clinic_formats
from medspa.json_columns import Schema
from medspa.reading.dates import SLASHED, is_day_first, is_day_first_country


class DateOrder(Schema):
    """`is_asked`: the file has dates like 3/4/2026, which need the answer."""

    is_day_first: bool = False
    is_asked: bool = False
    is_seen: bool = False

    @property
    def reading(self) -> Reading:
        return Reading(is_day_first=self.is_day_first)

    @property
    def sentences(self) -> tuple[str, ...]:
        if not self.is_asked:
            return ()
        order = "day first" if self.is_day_first else "month first"
        why = (
            "a number above 12 in the column shows it"
            if self.is_seen
            else "as usual in the clinic's country"
        )
        return (f"Dates like 3/4/2026 are read {order}: {why}.",)


class DateColumn:
    """The dates of a column, as far as they say in which order they are."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self.indexes = mapping.columns.get("created_at", ())
        self.found: set[bool] = set()
        self.is_asked = False

    def observe(self, cells: tuple[str, ...]) -> None:
        for index in self.indexes:
            text = cells[index] if index < len(cells) else ""
            if SLASHED.match(text):
                self.is_asked = True
                if (seen := is_day_first(text)) is not None:
                    self.found.add(seen)

    @property
    def order(self) -> DateOrder:
        """One number above 12 decides; if none does, or both orders do, the country."""
        is_seen = len(self.found) == 1
        return DateOrder(
            is_day_first=(
                True in self.found
                if is_seen
                else is_day_first_country(clinic_formats().country)
            ),
            is_asked=self.is_asked,
            is_seen=is_seen,
        )


def find_date_order(table: FileTable, mapping: ColumnMapping) -> DateOrder:
    """The order of the dates in all of the table."""
    column = DateColumn(mapping)
    if column.indexes:
        for row in table.rows():
            column.observe(row.cells)
    return column.order
