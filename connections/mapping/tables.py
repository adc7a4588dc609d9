"""The mapping tables of a connection, as its page shows them: one form for all doors.

A row's inputs are called `<table>-<number>-key`, `-name` and `-<field>`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connections.door import Door
from connections.door_parts.mappings import (
    ListedThere,
    MappingColumn,
    MappingTable,
    Ours,
    There,
)
from connections.mapping.offers import OFFERS, Offered

NEW_ROWS = 3
MOST_MAPPING_ROWS = 2_000
GONE_THERE = "Not there any more."
GONE_HERE = "(not in the list any more)"
# The raw settings of a connection, or those of a form that was refused.
RawSettings = Mapping[str, Any]


@dataclass(frozen=True)
class MappingCell:
    """A choice among `options`, or a checkbox if there are none."""

    input_name: str
    title: str
    options: Offered
    value: str
    is_ticked: bool = False
    is_checkbox: bool = False


@dataclass(frozen=True)
class MappingRow:
    """`note` says that their thing was renamed or is gone."""

    prefix: str
    key: str
    name: str
    cells: Sequence[MappingCell]
    note: str = ""
    is_typed: bool = False


@dataclass(frozen=True)
class ShownMapping:
    """`is_typed` where the other system did not say what it has."""

    table: MappingTable
    rows: Sequence[MappingRow]
    is_typed: bool = False


def shown_mappings(
    door: Door, settings: RawSettings, listed: ListedThere
) -> list[ShownMapping]:
    offers = {ours: OFFERS[ours]() for ours in _offered_kinds(door)}
    return [
        ShownMapping(
            table,
            list(_rows(table, settings, listed.rows.get(table.name), offers)),
            is_typed=is_typed(table, listed.rows.get(table.name)),
        )
        for table in door.mappings
    ]


def is_typed(table: MappingTable, there: Sequence[There] | None) -> bool:
    return there is None and not table.is_listed


def _offered_kinds(door: Door) -> set[Ours]:
    columns = (column for table in door.mappings for column in table.columns)
    return {column.offers for column in columns if column.offers}


def _rows(
    table: MappingTable,
    settings: RawSettings,
    there: Sequence[There] | None,
    offers: Mapping[Ours, Offered],
) -> Iterator[MappingRow]:
    """What is there; what was mapped and isn't; where ids are typed, empty ones."""
    names: Mapping[str, str] = settings.get("names") or {}
    mapped = list(_mapped_keys(table, settings))
    found = {one.key: one for one in there or ()}
    keys = [*found, *(key for key in mapped if key not in found)]
    if is_typed(table, there):
        keys += [""] * NEW_ROWS
    for number, key in enumerate(keys[:MOST_MAPPING_ROWS]):
        prefix = f"{table.name}-{number}"
        label = label_of(found[key]) if key in found else names.get(key, "")
        note = ""
        if there is not None and key not in found:
            note = GONE_THERE
        elif key in found and key in mapped and names.get(key, label) != label:
            note = f"Was called “{names[key]}” when it was mapped."
        yield MappingRow(
            prefix,
            key,
            label or key,
            [_cell(prefix, column, key, settings, offers) for column in table.columns],
            note,
            is_typed=is_typed(table, there),
        )


def label_of(one: There) -> str:
    return f"{one.group}: {one.name}" if one.group else one.name


def _mapped_keys(table: MappingTable, settings: RawSettings) -> dict[str, None]:
    """In the order in which they were saved, each once."""
    return {
        key: None
        for column in table.columns
        for key in settings.get(column.field) or ()
    }


def _cell(
    prefix: str,
    column: MappingColumn,
    key: str,
    settings: RawSettings,
    offers: Mapping[Ours, Offered],
) -> MappingCell:
    name, chosen = f"{prefix}-{column.field}", settings.get(column.field) or {}
    if column.offers is None:
        return MappingCell(
            name, column.title, [], key, is_ticked=key in chosen, is_checkbox=True
        )
    value = chosen.get(key, "")
    options = offers[column.offers]
    if value and value not in dict(options):
        options = [*options, (value, f"{value} {GONE_HERE}")]
    return MappingCell(name, column.title, options, value)
