"""JSON columns with a fixed schema: checked by pydantic, their keys by the database."""

from medspa.json_columns.conditions import (
    FitsSchema,
    HasOnlyKeys,
    IsArray,
    IsObject,
    keys_by_kind,
)
from medspa.json_columns.schemas import Schema, listed, parse_json, read_or_log

__all__ = [
    "FitsSchema",
    "HasOnlyKeys",
    "IsArray",
    "IsObject",
    "Schema",
    "keys_by_kind",
    "listed",
    "parse_json",
    "read_or_log",
]
