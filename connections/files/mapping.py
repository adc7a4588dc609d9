"""Which column of a file is what: as it was chosen before, then by usual headers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from connections.files.kinds import WHO_COLUMNS, FileKind
from connections.models.file_mapping import SavedColumns
from leads.intake.files.mapping import header_label, places
from leads.intake.files.refusals import FileRefused
from leads.intake.synonyms import header_keys

IDENTIFYING_COLUMNS = ("email", "phone", "customer_id")


@dataclass(frozen=True)
class FileMapping:
    """Field → indexes of its columns, the best first."""

    kind: FileKind
    headers: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]

    @property
    def used(self) -> dict[int, str]:
        return {i: field for field, found in self.columns.items() for i in found}

    @property
    def left_out(self) -> tuple[str, ...]:
        """The headers of columns that are not read."""
        used = self.used
        return tuple(
            header_label(header, index)
            for index, header in enumerate(self.headers)
            if index not in used
        )

    def cells(self, row: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """The filled cells of each field."""
        return {
            field: tuple(row[index] for index in found if row[index])
            for field, found in self.columns.items()
        }

    def saved(self) -> SavedColumns:
        """What is kept for the next file of the system."""
        names = places(self.headers)
        used = self.used
        return SavedColumns(
            columns={name: used.get(index, "") for index, name in enumerate(names)}
        )


def map_columns(
    kind: FileKind, headers: tuple[str, ...], chosen: Mapping[str, str]
) -> FileMapping:
    """`chosen` has a header's place (`Email`, `Email#2`) → field, or "" to skip it.

    Raises FileRefused when the file lacks what its kind needs.
    """
    by_place = {name: index for index, name in enumerate(places(headers)) if name}
    columns: dict[str, list[int]] = {}
    taken: set[int] = set()
    for name, field in chosen.items():
        if name in by_place and (not field or field in kind.fields):
            taken.add(by_place[name])
            if field:
                columns.setdefault(field, []).append(by_place[name])
    for field, keys in kind.headers.items():
        if field not in columns and (found := _find(headers, keys, taken)):
            columns[field] = found
            taken |= set(found)
    ordered = {
        field: tuple(sorted(found, key=_rank(headers, kind.headers.get(field, ()))))
        for field, found in columns.items()
    }
    mapping = FileMapping(kind, headers, ordered)
    _require(mapping)
    return mapping


def _find(headers: tuple[str, ...], keys: Iterable[str], taken: set[int]) -> list[int]:
    """The columns with one of the headers, the best first; of who, further ones too."""
    known = [header_keys(header) for header in headers]
    found: list[int] = []
    for one in keys:
        found += [
            index
            for index, names in enumerate(known)
            if one in names and index not in taken and index not in found
        ]
    return found


def _rank(headers: tuple[str, ...], keys: Sequence[str]) -> Callable[[int], int]:
    """The best known header first; one that only a person knows is better."""

    def rank(index: int) -> int:
        names = header_keys(headers[index])
        return next((place for place, one in enumerate(keys) if one in names), -1)

    return rank


def _require(mapping: FileMapping) -> None:
    for field in mapping.kind.needed:
        if field not in mapping.columns:
            raise FileRefused(
                f"No column was recognized as “{mapping.kind.fields[field]}”. "
                "Choose it below."
            )
    if mapping.columns.keys().isdisjoint(IDENTIFYING_COLUMNS):
        names = ", ".join(WHO_COLUMNS[field].lower() for field in IDENTIFYING_COLUMNS)
        raise FileRefused(
            f"No column says who the person is ({names}). Choose one below."
        )
