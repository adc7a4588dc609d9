"""Model instances from rows that a larger query returns as JSON."""

from datetime import date, datetime
from typing import Any

from django.db import models

from medspa.encryption.fields import EncryptedBytes, EncryptedField


def instance_from_json(model: type[models.Model], data: dict[str, Any] | None) -> Any:
    """The instance of a row given as `to_jsonb(row)`; absent columns are deferred."""
    if data is None:
        return None
    fields: list[Any] = [f for f in model._meta.concrete_fields if f.column in data]
    return model.from_db(
        None,
        [field.attname for field in fields],
        [_value(field, data[field.column]) for field in fields],
    )


def _value(field: Any, value: Any) -> Any:
    """JSON has no moments, days and bytes, so PostgreSQL writes them as text."""
    if value is None:
        return None
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(value)
    if isinstance(field, models.DateField):
        return date.fromisoformat(value)
    if isinstance(field, EncryptedField):
        return EncryptedBytes(_bytes(value))
    if isinstance(field, models.BinaryField):
        return _bytes(value)
    return value


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))
