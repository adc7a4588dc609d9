"""Which column holds what, and which columns are left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leads.intake.files.importers import IMPORTERS_BY_NAME, FileImporter, importer_for
from leads.intake.files.refusals import FileRefused
from leads.intake.incoming import IDENTIFYING, INCOMING_FIELDS
from leads.intake.synonyms import key

MAX_HEADER_SHOWN = 60


@dataclass(frozen=True)
class ColumnMapping:
    """The columns of one file: `columns` says at which index a field stands."""

    importer: FileImporter
    headers: tuple[str, ...]
    columns: dict[str, int]

    @property
    def dropped(self) -> tuple[str, ...]:
        """The names of the columns that are dropped."""
        used = set(self.columns.values())
        return tuple(
            header_label(header, index)
            for index, header in enumerate(self.headers)
            if index not in used
        )

    def field_of(self, index: int) -> str:
        """The field that is read from a column, empty when it is left out."""
        found = (field for field, column in self.columns.items() if column == index)
        return next(found, "")

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """The allowed cells of a row, empty where it was refused without any."""
        return {
            field: row[index] if index < len(row) else ""
            for field, index in self.columns.items()
        }


def header_label(header: str, index: int) -> str:
    if not header:
        return f"column {index + 1} without a header"
    if len(header) <= MAX_HEADER_SHOWN:
        return header
    return f"{header[:MAX_HEADER_SHOWN]}…"


def map_columns(
    headers: tuple[str, ...],
    format_name: str = "",
    overrides: Iterable[str] = (),
    *,
    forgive_unknown: bool = False,
) -> ColumnMapping:
    """Where each field stands in a file with these headers.

    `overrides` are `Header=field`, or `Header=` to leave a column out; they win
    over the columns that the importer knows. `forgive_unknown` ignores overrides for
    columns that the file lacks. Raises FileRefused.
    """
    importer = IMPORTERS_BY_NAME[format_name] if format_name else importer_for(headers)
    overridden = _overridden(headers, overrides, forgive_unknown)
    columns = {field: index for index, field in overridden.items() if field}
    for field, names in importer.columns.items():
        if field not in columns:
            index = _find(headers, names, taken={*overridden, *columns.values()})
            if index is not None:
                columns[field] = index
    if columns.keys().isdisjoint(IDENTIFYING):
        raise FileRefused(
            "No column holds an e-mail, a phone or a contact id. The first row must "
            "name the columns; a name we don't know can be mapped."
        )
    return ColumnMapping(importer, headers, columns)


def _overridden(
    headers: tuple[str, ...], overrides: Iterable[str], forgive_unknown: bool
) -> dict[int, str]:
    """Column index → field that was chosen for it, empty for a column to leave out."""
    found: dict[int, str] = {}
    for override in overrides:
        header, equals, field = (part.strip() for part in override.rpartition("="))
        if not equals or (field and field not in INCOMING_FIELDS):
            raise FileRefused(
                "Map a column like “Header=first_name”. "
                f"Fields: {', '.join(INCOMING_FIELDS)}."
            )
        index = _find(headers, (key(header),), taken=set())
        if index is None and not forgive_unknown:
            raise FileRefused(f"The file has no column “{header_label(header, 0)}”.")
        if field and field in found.values():
            raise FileRefused(f"Two columns are mapped to “{INCOMING_FIELDS[field]}”.")
        if index is not None:
            found[index] = field
    return found


def _find(
    headers: tuple[str, ...], names: Iterable[str], taken: set[int]
) -> int | None:
    """The first column by one of the names; raises FileRefused when there are two."""
    for name in names:
        matching = [
            index
            for index, header in enumerate(headers)
            if header and key(header) == name and index not in taken
        ]
        if len(matching) > 1:
            twice = header_label(headers[matching[0]], matching[0])
            raise FileRefused(f"Two columns are called “{twice}”. Rename one of them.")
        if matching:
            return matching[0]
    return None
