"""JSON columns with a fixed schema: checked by pydantic, their keys by the database."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func, Q
from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic import ValidationError as SchemaError

logger = logging.getLogger(__name__)


class Schema(BaseModel):
    """The schema of a JSON object: frozen, strict, without unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


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


def listed(choices: type[models.TextChoices]) -> AfterValidator:
    """For a field's annotation: the value must be one of the choices."""

    def validate(value: str) -> str:
        if value not in choices.values:
            raise ValueError(f"choose one of {', '.join(choices.values)}")
        return value

    return AfterValidator(validate)


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


def parse_json(schema: type[Schema], data: Any, field: str) -> Schema:
    """`data` as an object of `schema`; raises ValidationError naming each wrong key."""
    try:
        return schema.model_validate_json(json.dumps(data))
    except SchemaError as error:
        raise ValidationError({field: _sentences(error, schema)}) from error


def read_or_log(row: models.Model, read: Callable[[], Schema]) -> Schema | None:
    """What `read` makes of a row's JSON; None if it can't, so that a page goes on.

    The log names the row and nothing that stands in it.
    """
    try:
        return read()
    except ValidationError:
        logger.warning("%s %s has unreadable details", row._meta.label, row.pk)
        return None


def _sentences(error: SchemaError, schema: type[Schema]) -> list[str]:
    return [_sentence(item, schema) for item in error.errors(include_url=False)]


def _sentence(item: Any, schema: type[Schema]) -> str:
    path = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        allowed = ", ".join(schema.model_fields) or "nothing"
        return f"“{path}” can't be stored here. Allowed: {allowed}."
    return f"{path or 'The value'}: {item['msg']}."
