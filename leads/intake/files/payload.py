"""What is stored of a large file until a worker imports it: the allowed cells only.

Whatever else the file holds is dropped in the request that uploaded it. Both parts are
stored encrypted only: what the columns are, and the rows in chunks, so that neither the
request nor the worker ever holds all of them.
"""

from collections.abc import Iterator
from itertools import islice

from pydantic import Field

from leads.intake.files.allowed import TEST_LEAD, AllowedCells, is_cut, is_test_row
from leads.intake.files.dates import DateColumn, DateOrder
from leads.intake.files.importers import IMPORTERS_BY_NAME
from leads.intake.files.mapping import ColumnMapping
from leads.intake.files.notes import Notes
from leads.intake.files.procedures import repeated_words
from leads.intake.files.result import file_sentences
from leads.intake.files.table import FileTable
from leads.intake.planning import ClinicNames
from medspa.json_columns import Schema
from medspa.reading.csv_rows import CsvRow

CHUNK_ROWS = 500
# Small, so that the statistics of its rows serve the planner for the large ones.
FIRST_CHUNK_ROWS = 50


class PayloadRow(Schema):
    """`refusal` says why the row fails, where only the whole row shows it."""

    number: int
    cells: tuple[str, ...]
    refusal: str = ""


class PayloadRows(Schema):
    """A chunk's rows; after its import the failed ones, as people get them back."""

    rows: tuple[PayloadRow, ...] = ()

    def file_rows(self) -> list[CsvRow]:
        return [CsvRow(row.number, row.cells, row.refusal) for row in self.rows]


class ImportPayload(Schema):
    """What the rows of a file are, and what was noted of those that are imported.

    `door` is the importer's name (stored files have this key), `fields` says what each
    cell of a row holds, `headers` what its column is called.
    """

    door: str
    fields: tuple[str, ...]
    headers: tuple[str, ...]
    dropped: tuple[str, ...]
    order: DateOrder = DateOrder()
    notes: Notes = Field(default_factory=Notes)

    @property
    def mapping(self) -> ColumnMapping:
        columns: dict[str, tuple[int, ...]] = {}
        for index, field in enumerate(self.fields):
            columns[field] = (*columns.get(field, ()), index)
        return ColumnMapping(IMPORTERS_BY_NAME[self.door], self.headers, columns)

    @property
    def sentences(self) -> tuple[str, ...]:
        return (*file_sentences(self.mapping, self.order), *self.notes.sentences())


class PayloadWriter:
    """Turns a table into chunks; when all are read, `payload` says what they are."""

    def __init__(
        self, table: FileTable, mapping: ColumnMapping, names: ClinicNames
    ) -> None:
        self.table, self.mapping = table, mapping
        self.allowed = AllowedCells(mapping, names, repeated_words(table, mapping))
        self.dates = DateColumn(mapping)
        self.notes = Notes()

    def chunks(self) -> Iterator[PayloadRows]:
        rows = map(self._stored, self.table.rows())
        size = FIRST_CHUNK_ROWS
        while chunk := tuple(islice(rows, size)):
            yield PayloadRows(rows=chunk)
            size = CHUNK_ROWS

    @property
    def payload(self) -> ImportPayload:
        used = self.mapping.used
        return ImportPayload(
            door=self.mapping.importer.name,
            fields=tuple(field for _, field in used),
            headers=tuple(self.mapping.headers[index] for index, _ in used),
            dropped=self.mapping.dropped,
            order=self.dates.order,
            notes=self.notes,
        )

    def _stored(self, row: CsvRow) -> PayloadRow:
        if is_test_row(row):
            return PayloadRow(number=row.number, cells=(TEST_LEAD,))
        self.dates.observe(row.cells)
        if is_cut(self.mapping.cells(row.cells).get("first_name", ())):
            self.notes.note("cut_names")
        return PayloadRow(
            number=row.number, cells=self.allowed.of(row), refusal=row.refusal
        )
