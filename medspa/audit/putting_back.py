"""Giving fields of a row the values that they had before a change."""

from collections.abc import Iterable
from typing import Any

from medspa.audit.sentences import HIDDEN_FIELDS


def changed_fields(record: Any, before: Any) -> list[str]:
    """The fields that differ between a history row and the one before it."""
    return [
        field.name
        for field in record.instance_type._meta.fields
        if field.name not in HIDDEN_FIELDS
        and hasattr(record, field.attname)
        and getattr(record, field.attname) != getattr(before, field.attname)
    ]


def differs(row: Any, record: Any, name: str) -> bool:
    """Whether the row's field is no longer what the history row says."""
    attname = row._meta.get_field(name).attname
    return bool(getattr(row, attname) != getattr(record, attname))


def set_back(row: Any, names: Iterable[str], before: Any) -> None:
    """Set the fields to what the history row `before` says, without saving them."""
    for name in names:
        attname = row._meta.get_field(name).attname
        setattr(row, attname, getattr(before, attname))


def save_back(row: Any) -> None:
    """Save what was set back; raises ValidationError where it may not be any more."""
    row.full_clean()
    row.save()
