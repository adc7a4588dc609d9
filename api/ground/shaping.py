"""The form of an answer: moments, chosen fields, names in camelCase."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from api.ground.problems import Problem

ENVELOPE = "data"
LONGEST_FIELDS = 1_000


def to_json(data: Any) -> str:
    return json.dumps(
        data, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
    raise TypeError(f"{type(value).__name__} is in no answer")


def chosen_fields(data: Any, names: str, known: Iterable[str]) -> Any:
    """Only these fields of the thing or of each in a list; raises Problem (422)."""
    if not names:
        return data
    wanted = dict.fromkeys(names[:LONGEST_FIELDS].split(","))
    unknown = [name for name in wanted if name not in set(known)]
    if unknown:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "unknown_field",
            f"There is no field {unknown[0][:40]!r}. Known: {', '.join(known)}.",
        )
    return _each(data, lambda row: {name: row[name] for name in wanted if name in row})


def _each(data: Any, change: Any) -> Any:
    if isinstance(data, dict) and isinstance(data.get(ENVELOPE), list):
        return data | {ENVELOPE: [change(row) for row in data[ENVELOPE]]}
    return change(data)


def camel(data: Any) -> Any:
    """Every name in camelCase, at any depth; values stay."""
    match data:
        case dict():
            return {camel_name(name): camel(value) for name, value in data.items()}
        case list() | tuple():
            return [camel(value) for value in data]
    return data


@lru_cache(maxsize=1_000)
def camel_name(name: str) -> str:
    """`first_name` is `firstName`."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
