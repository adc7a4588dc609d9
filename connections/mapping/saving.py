"""Saving the mapping tables of a connection."""

from collections.abc import Iterator, Mapping
from typing import Any

from connections.door import Door
from connections.door_parts.mappings import MappingColumn, MappingTable
from connections.mapping.offers import OFFERS
from connections.mapping.tables import MOST_MAPPING_ROWS
from connections.models import Connection
from connections.setting_up import ConnectionRefused, change_settings, door_of
from medspa.reading.cleaning import clean_text
from medspa.reading.short_names import says_nothing_about_somebody

LONGEST_KEY, LONGEST_NAME = 120, 60
Sent = Mapping[str, str]


def read_sent(door: Door, sent: Sent) -> dict[str, Any]:
    """The settings that a form says, not checked yet.

    Raises ConnectionRefused for a key that stands in two rows.
    """
    found: dict[str, Any] = {}
    for table in door.mappings:
        rows = list(_sent_rows(table, sent))
        keys = [key for _, key in rows]
        if double := next((key for key in keys if keys.count(key) > 1), ""):
            raise ConnectionRefused(f"“{double}” is in two rows.", "two_rows")
        for column in table.columns:
            found[column.field] = _field(column, rows, sent)
    if "names" in door.settings.model_fields:
        found["names"] = _names(door, sent)
    return found


def _sent_rows(table: MappingTable, sent: Sent) -> Iterator[tuple[str, str]]:
    """The prefix of each row's inputs, and the key in it."""
    for number in range(MOST_MAPPING_ROWS):
        prefix = f"{table.name}-{number}"
        if (typed := sent.get(f"{prefix}-key")) is None:
            return
        if key := clean_text(typed)[:LONGEST_KEY]:
            yield prefix, key


def _field(column: MappingColumn, rows: list[tuple[str, str]], sent: Sent) -> Any:
    given = [(key, sent.get(f"{prefix}-{column.field}", "")) for prefix, key in rows]
    if column.offers is None:
        return [key for key, value in given if value]
    return {key: value for key, value in given if value}


def _names(door: Door, sent: Sent) -> dict[str, str]:
    """What mapped things are called there, unless it could be about a person."""
    found = {}
    for table in door.mappings:
        fields = [column.field for column in table.columns]
        for prefix, key in _sent_rows(table, sent):
            name = clean_text(sent.get(f"{prefix}-name", ""))[:LONGEST_NAME]
            is_mapped = any(sent.get(f"{prefix}-{field}") for field in fields)
            is_new = name and name != key and is_mapped
            if is_new and says_nothing_about_somebody(name):
                found[key] = name
    return found


def save_mappings(
    connection: Connection, sent: Sent, others: Mapping[str, Any] | None = None
) -> Connection:
    """Save the tables and `others`, settings that are no mapping.

    Raises ConnectionRefused for what the clinic does not have, ValidationError for keys
    that the other system can't have.
    """
    door = door_of(connection.door)
    changes = read_sent(door, sent)
    for table in door.mappings:
        for column in table.columns:
            _refuse_unknown(column, changes, connection.settings_json)
    return change_settings(connection.pk, changes | dict(others or {}))


def _refuse_unknown(
    column: MappingColumn, changes: Mapping[str, Any], before: Mapping[str, Any]
) -> None:
    """What was saved before may stay: it may have been archived since."""
    if column.offers is None:
        return
    offered = dict(OFFERS[column.offers]())
    old = before.get(column.field) or {}
    for key, value in changes[column.field].items():
        if value not in offered and old.get(key) != value:
            raise ConnectionRefused(
                f"Choose a {column.offers} from the list.", "unknown_choice"
            )
