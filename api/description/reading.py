"""The operations as the documentation page shows them."""

import json
from dataclasses import dataclass
from typing import Any

from api.description.building import describe, statuses
from api.registry import operations
from api.web.operations import Operation


@dataclass(frozen=True)
class FieldRow:
    name: str
    type: str
    is_required: bool
    words: str = ""


@dataclass(frozen=True)
class OperationRow:
    """One operation; `example` is JSON of its body, else of its answer."""

    operation: Operation
    parameters: list[FieldRow]
    body: list[FieldRow]
    answer: list[FieldRow]
    example: str
    statuses: str


@dataclass(frozen=True)
class Group:
    name: str
    rows: list[OperationRow]


def read_groups() -> list[Group]:
    description = describe()
    schemas = description["components"]["schemas"]
    groups: dict[str, list[OperationRow]] = {}
    for one in operations():
        described = description["paths"][f"/api/v1{one.path}"][one.method]
        groups.setdefault(one.tag, []).append(_row(one, described, schemas))
    return [Group(name, rows) for name, rows in sorted(groups.items())]


def _row(one: Operation, described: Any, schemas: Any) -> OperationRow:
    example = json.dumps(one.example, indent=2) if one.example is not None else ""
    return OperationRow(
        one,
        [
            FieldRow(
                parameter["name"],
                parameter["in"],
                parameter["required"],
                parameter.get("description", ""),
            )
            for parameter in described["parameters"]
        ],
        _fields(schemas.get(one.body.__name__)) if one.body else [],
        _fields(schemas.get(one.answer.__name__)) if one.answer else [],
        example,
        ", ".join(map(str, statuses(one))),
    )


def _fields(schema: Any) -> list[FieldRow]:
    required = schema.get("required", ())
    return [
        FieldRow(name, _type(found), name in required)
        for name, found in schema.get("properties", {}).items()
    ]


def _type(schema: Any) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "items" in schema:
        return f"list of {_type(schema['items'])}"
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return str(schema.get("format") or schema.get("type", "any"))
