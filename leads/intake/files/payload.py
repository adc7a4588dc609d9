"""What is stored of a large file until a worker imports it: the allowed columns only.

Whatever else the file holds is dropped in the request that uploaded it; a name is
cut to the given name before it is stored. The payload is stored encrypted only.
"""

from collections.abc import Iterable, Iterator

from leads import privacy
from leads.intake.files.importers import IMPORTERS_BY_NAME
from leads.intake.files.mapping import ColumnMapping
from leads.intake.files.table import FileRow, FileTable
from medspa.json_shapes import Schema

NAME_FIELDS = frozenset({"first_name", "full_name"})
# It may stand in a column that is dropped, so a test row is stored as this one cell.
TEST_LEAD = "<test lead"


class PayloadRow(Schema):
    """`refusal` says why the row fails, where only the whole row shows it."""

    number: int
    cells: tuple[str, ...]
    refusal: str = ""


class ImportPayload(Schema):
    """The rows to import; after the import the failed ones, and notes on the rest.

    `door` is the importer's name (stored files have this key), `fields` says what each
    cell of a row holds, `headers` what its column is called.
    """

    door: str
    fields: tuple[str, ...]
    headers: tuple[str, ...]
    dropped: tuple[str, ...]
    cut_names: int = 0
    notes: tuple[str, ...] = ()
    rows: tuple[PayloadRow, ...] = ()

    @property
    def mapping(self) -> ColumnMapping:
        columns = {field: index for index, field in enumerate(self.fields)}
        return ColumnMapping(IMPORTERS_BY_NAME[self.door], self.headers, columns)

    def rows_from(self, start: int, count: int) -> list[FileRow]:
        return [
            FileRow(row.number, row.cells, row.refusal)
            for row in self.rows[start : start + count]
        ]


def make_payload(table: FileTable, mapping: ColumnMapping) -> ImportPayload:
    """What a worker needs to import the table."""
    columns = sorted((index, field) for field, index in mapping.columns.items())
    fields = tuple(field for _, field in columns)
    names = [index for index, field in columns if field == "first_name"]
    return ImportPayload(
        door=mapping.importer.name,
        fields=fields,
        headers=tuple(mapping.headers[index] for index, _ in columns),
        dropped=mapping.dropped,
        cut_names=sum(_is_cut(row.cells, names) for row in table.rows()),
        rows=tuple(_payload_rows(table.rows(), mapping, fields)),
    )


def allowed_cells(
    row: FileRow, mapping: ColumnMapping, fields: Iterable[str]
) -> tuple[str, ...]:
    """The cells of `fields`; of a name only the given name."""
    cells = mapping.cells(row.cells)
    return tuple(
        privacy.keep_given_name(cells[field]) if field in NAME_FIELDS else cells[field]
        for field in fields
    )


def is_test_row(row: FileRow) -> bool:
    """Whether the advertising platform sent the row to try its form."""
    return any(TEST_LEAD in cell.casefold() for cell in row.cells)


def _payload_rows(
    rows: Iterator[FileRow], mapping: ColumnMapping, fields: tuple[str, ...]
) -> Iterator[PayloadRow]:
    for row in rows:
        if is_test_row(row):
            yield PayloadRow(number=row.number, cells=(TEST_LEAD,))
            continue
        yield PayloadRow(
            number=row.number,
            cells=allowed_cells(row, mapping, fields),
            refusal=row.refusal,
        )


def _is_cut(cells: tuple[str, ...], names: list[int]) -> bool:
    """Whether a cell of a first name holds more than that."""
    return any(
        privacy.keep_given_name(cells[index]) not in ("", cells[index])
        for index in names
        if index < len(cells)
    )
