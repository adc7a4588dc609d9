"""What of a large file waits for a worker: the columns that are let in, no more.

Whatever else the file holds is forgotten in the request that brought it; a name is
cut to the given name before it is kept. It is stored sealed only.
"""

from collections.abc import Iterable, Iterator

from leads import privacy
from leads.intake.files.mapping import Mapping
from leads.intake.files.table import Row, Table
from leads.intake.sources import BY_NAME
from medspa.json_shapes import Shape

NAME_FIELDS = frozenset({"first_name", "full_name"})
# It may stand in a column that is forgotten; what is kept has to show it too.
TEST_LEAD = "<test lead"


class KeptRow(Shape):
    """`refusal` says why the row fails, where only the whole row could tell."""

    number: int
    cells: tuple[str, ...]
    refusal: str = ""


class Kept(Shape):
    """The rows to import, afterwards the failed ones and what to tell of the rest.

    `fields` says what each cell of a row holds, `headers` what its column is called.
    """

    door: str
    fields: tuple[str, ...]
    headers: tuple[str, ...]
    dropped: tuple[str, ...]
    cut_names: int = 0
    notes: tuple[str, ...] = ()
    rows: tuple[KeptRow, ...] = ()

    @property
    def mapping(self) -> Mapping:
        columns = {field: index for index, field in enumerate(self.fields)}
        return Mapping(BY_NAME[self.door], self.headers, columns)

    def rows_from(self, start: int, count: int) -> list[Row]:
        return [
            Row(row.number, row.cells, row.refusal)
            for row in self.rows[start : start + count]
        ]


def keep(table: Table, mapping: Mapping) -> Kept:
    """What a worker needs to import the table."""
    columns = sorted((index, field) for field, index in mapping.columns.items())
    fields = tuple(field for _, field in columns)
    names = [index for index, field in columns if field == "first_name"]
    return Kept(
        door=mapping.door.name,
        fields=fields,
        headers=tuple(mapping.headers[index] for index, _ in columns),
        dropped=mapping.dropped,
        cut_names=sum(_is_cut(row.cells, names) for row in table.rows()),
        rows=tuple(_kept(table.rows(), mapping, fields)),
    )


def allowed_cells(row: Row, mapping: Mapping, fields: Iterable[str]) -> tuple[str, ...]:
    """The cells of `fields`; of a name only the given name."""
    cells = mapping.cells(row.cells)
    return tuple(
        privacy.keep_given_name(cells[field]) if field in NAME_FIELDS else cells[field]
        for field in fields
    )


def is_test(row: Row) -> bool:
    """Whether the advertising platform sent the row to try the form."""
    return any(TEST_LEAD in cell.casefold() for cell in row.cells)


def _kept(
    rows: Iterator[Row], mapping: Mapping, fields: tuple[str, ...]
) -> Iterator[KeptRow]:
    for row in rows:
        if is_test(row):
            yield KeptRow(number=row.number, cells=(TEST_LEAD,))
            continue
        yield KeptRow(
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
