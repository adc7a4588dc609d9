"""What the database checks of a JSON column."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Func, Q

from medspa.json_columns.schemas import Schema


class IsObject(Func):
    """The JSON value is an object."""

    template = "(jsonb_typeof(%(expressions)s) = 'object')"
    output_field = models.BooleanField()
    arity = 1


class IsArray(Func):
    """The JSON value is a list."""

    template = "(jsonb_typeof(%(expressions)s) = 'array')"
    output_field = models.BooleanField()
    arity = 1


class HasOnlyKeys(Func):
    """The JSON object has no key other than `keys`; none is required."""

    # Subtracting the known keys must leave nothing. The CASE is needed because the
    # operator raises an error for a JSON scalar.
    template = (
        "(CASE WHEN jsonb_typeof(%(expressions)s) = 'object' "
        "THEN (%(expressions)s - %(keys)s::text[]) = '{}'::jsonb ELSE FALSE END)"
    )
    output_field = models.BooleanField()
    arity = 1

    def __init__(self, column: str, keys: list[str]) -> None:
        super().__init__(column)
        self.keys = keys

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **extra: Any
    ) -> Any:
        # No escaping is needed: the keys are identifiers in our own code.
        array = "ARRAY[" + ",".join(f"'{key}'" for key in self.keys) + "]"
        column, params = compiler.compile(self.source_expressions[0])
        return self.template % {"expressions": column, "keys": array}, (
            *params,
            *params,
        )


class FitsSchema(Func):
    """`function` of the database says that the JSON has its kind's types."""

    output_field = models.BooleanField()
    template = "%(function)s(%(expressions)s)"
    arity = 2

    def __init__(self, function: str, kind: str, column: str, **extra: Any) -> None:
        self.named = (function, kind, column)
        super().__init__(kind, column, function=function, **extra)

    def deconstruct(self) -> Any:
        """As migrations write it."""
        return f"{type(self).__module__}.{type(self).__name__}", self.named, {}


def keys_by_kind(
    kind_field: str, column: str, schemas: Mapping[str, type[Schema]]
) -> Q:
    """A constraint's condition: each kind has only the keys of its schema."""
    condition = Q()
    for kind, schema in schemas.items():
        condition |= Q(**{kind_field: kind}) & Q(
            HasOnlyKeys(column, list(schema.model_fields))
        )
    return condition
