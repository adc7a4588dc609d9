"""Which column holds what, and which columns are left out."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leads.intake.files.importers import IMPORTERS_BY_NAME, FileImporter, importer_for
from leads.intake.files.refusals import FileRefused
from leads.intake.incoming import IDENTIFYING, INCOMING_FIELDS
from leads.intake.synonyms import header_keys
from medspa.reading.word_keys import key

MAX_HEADER_SHOWN = 60
# The second of two columns of one name: `Email#2`.
WITH_PLACE = re.compile(r"(.*)#(\d{1,3})")
WRONG_OVERRIDE = (
    f"Map a column like “Header=first_name”. Fields: {', '.join(INCOMING_FIELDS)}."
)


@dataclass(frozen=True)
class ColumnMapping:
    """The columns of one file: `columns` says at which indexes a field stands.

    Of several columns of one field, the first filled cell of a row is taken.
    """

    importer: FileImporter
    headers: tuple[str, ...]
    columns: dict[str, tuple[int, ...]]

    @property
    def used(self) -> list[tuple[int, str]]:
        """Index and field of each column that is read, in the order of the file."""
        return sorted(
            (index, field) for field, found in self.columns.items() for index in found
        )

    @property
    def dropped(self) -> tuple[str, ...]:
        """The names of the columns that are dropped."""
        used = dict(self.used)
        return tuple(
            header_label(header, index)
            for index, header in enumerate(self.headers)
            if index not in used
        )

    @property
    def sharing(self) -> tuple[tuple[str, ...], ...]:
        """The names of columns that hold one field together, for each such field."""
        return tuple(
            tuple(header_label(self.headers[index], index) for index in found)
            for found in self.columns.values()
            if len(found) > 1
        )

    def field_of(self, index: int) -> str:
        """The field that is read from a column, empty when it is left out."""
        return dict(self.used).get(index, "")

    def cells(self, row: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The allowed cells of a row by field, none where it was refused."""
        return {
            field: tuple(row[index] for index in found if index < len(row))
            for field, found in self.columns.items()
        }


def header_label(header: str, index: int) -> str:
    if not header:
        return f"column {index + 1} without a header"
    if len(header) <= MAX_HEADER_SHOWN:
        return header
    return f"{header[:MAX_HEADER_SHOWN]}…"


def places(headers: Sequence[str]) -> list[str]:
    """What each column is called in an override: `Email`, and the second `Email#2`."""
    seen: Counter[str] = Counter()
    found = []
    for header in headers:
        seen[key(header)] += 1
        count = seen[key(header)]
        found.append(header if count == 1 else f"{header}#{count}")
    return found


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
    columns: dict[str, list[int]] = {}
    for index, field in sorted(overridden.items()):
        if field:
            columns.setdefault(field, []).append(index)
    taken = set(overridden)
    for field, names in importer.columns.items():
        if field not in columns:
            columns[field] = _find(headers, names, taken)
            taken |= set(columns[field])
    found = {field: tuple(indexes) for field, indexes in columns.items() if indexes}
    if found.keys().isdisjoint(IDENTIFYING):
        raise FileRefused(
            "No column holds an email, a phone or a contact ID. One row must "
            "contain the headers; unknown headers can be mapped."
        )
    return ColumnMapping(importer, headers, found)


def _overridden(
    headers: tuple[str, ...], overrides: Iterable[str], forgive_unknown: bool
) -> dict[int, str]:
    """Column index → field that was chosen for it, empty for a column to leave out."""
    by_place = {_place(name): index for index, name in reversed(_named(headers))}
    found: dict[int, str] = {}
    for override in overrides:
        header, equals, field = (part.strip() for part in override.rpartition("="))
        if not equals or (field and field not in INCOMING_FIELDS):
            raise FileRefused(WRONG_OVERRIDE)
        index = by_place.get(_place(header))
        if index is not None:
            found[index] = field
        elif not forgive_unknown:
            raise FileRefused(f"The file has no column “{header_label(header, 0)}”.")
    return found


def _named(headers: Sequence[str]) -> list[tuple[int, str]]:
    return [(i, name) for i, name in enumerate(places(headers)) if key(name)]


def _place(name: str) -> tuple[str, int]:
    """`Email` → email, 1; `E-Mail#2` → email, 2."""
    if found := WITH_PLACE.fullmatch(name):
        return key(found[1]), int(found[2])
    return key(name), 1


def _find(headers: tuple[str, ...], names: Iterable[str], taken: set[int]) -> list[int]:
    """The columns by one of the names, those of the best name first."""
    keys = [header_keys(header) for header in headers]
    found: list[int] = []
    for name in names:
        found += [
            index
            for index in range(len(headers))
            if name in keys[index] and index not in taken and index not in found
        ]
    return found
