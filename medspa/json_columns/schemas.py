"""Schemas of JSON objects, checked by pydantic."""

import json
import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic import ValidationError as SchemaError

logger = logging.getLogger(__name__)


class Schema(BaseModel):
    """The schema of a JSON object: frozen, strict, without unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def listed(choices: type[models.TextChoices]) -> AfterValidator:
    """For a field's annotation: the value must be one of the choices."""

    def validate(value: str) -> str:
        if value not in choices.values:
            raise ValueError(f"choose one of {', '.join(choices.values)}")
        return value

    return AfterValidator(validate)


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
