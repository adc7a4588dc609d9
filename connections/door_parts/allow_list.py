"""What the schemas of doors are made of: fields that may come in, each with a shape.

A value that does not have the shape of its field is left out, as is every key that a
schema doesn't name. Only what identifies an object (an id, an amount, a moment) is
needed; without it the delivery is refused.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from connections.refusals import UnreadableDelivery
from leads import privacy
from leads.intake import values
from leads.intake.incoming import MAX_CELL_LENGTH, MAX_WORD_LENGTH
from medspa.reading.cleaning import clean_text, is_placeholder
from medspa.reading.short_names import repaired, says_nothing_about_somebody

UNREADABLE_BODY = "The delivery isn't in the format its sender documents."
CURRENCY = re.compile("[A-Z]{3}")
MOST_KEY_NAMES = 50
LONGEST_KEY_NAME = 60


Schema = TypeVar("Schema", bound="Allowed")


class Allowed(BaseModel):
    """A schema of what may come in; everything else is forgotten while it is read."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    def projection(self) -> dict[str, Any]:
        """What may be stored; validating it gives the same again."""
        return self.model_dump(mode="json", exclude_defaults=True)


def read_allowed(schema: type[Schema], raw: object) -> Schema:
    """Raises Unreadable, whose sentence holds nothing of `raw`."""
    try:
        return schema.model_validate(raw)
    except ValidationError:
        raise UnreadableDelivery(UNREADABLE_BODY) from None


def left_out(schema: type[Allowed], raw: object) -> tuple[str, ...]:
    """The names of the keys in `raw` that the schema doesn't have; never a value."""
    names = dict.fromkeys(map(key_name, _left_out(schema, raw, "")))
    return tuple(sorted(names)[:MOST_KEY_NAMES])


def keep_campaign_name(text: str) -> str:
    """What a campaign of ours can be called, and so no less; else empty."""
    name = clean_text(text)
    is_name = len(name) <= MAX_WORD_LENGTH and says_nothing_about_somebody(name)
    return name if is_name else ""


def key_name(name: str) -> str:
    """A key as it may be told: keys are free text, too."""
    return repaired(clean_text(name)[:LONGEST_KEY_NAME])


def _left_out(schema: type[Allowed], raw: object, before: str) -> Iterator[str]:
    if not isinstance(raw, Mapping):
        return
    fields = {field.alias or name: field for name, field in schema.model_fields.items()}
    for key, value in raw.items():
        if key not in fields:
            yield f"{before}{key}"
        elif (inner := _inner(fields[key])) is not None:
            yield from _left_out(inner, value, f"{before}{key}.")


def _inner(field: FieldInfo) -> type[Allowed] | None:
    kind: Any = field.annotation
    if isinstance(kind, type) and issubclass(kind, Allowed):
        return kind
    return None


def _text(read: Callable[[str], str], *, for_a_name: bool = False) -> BeforeValidator:
    """What `read` makes of a text; empty for what is none or can't be read."""

    def validate(value: object) -> str:
        given = _id_text(value)
        if not isinstance(given, str) or len(given) > MAX_CELL_LENGTH:
            return ""
        text = clean_text(given)
        try:
            is_empty = is_placeholder(text, for_a_name=for_a_name)
            return "" if is_empty else read(text)
        except ValueError:
            return ""

    return BeforeValidator(validate)


def _id_text(value: object) -> object:
    """Some services write ids as numbers."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


def needed_id(pattern: str) -> BeforeValidator:
    """An id that an object is known by; without it the object can't be read."""
    shape = re.compile(pattern, re.ASCII)

    def validate(value: object) -> str:
        text = _id_text(value)
        if not isinstance(text, str) or not shape.fullmatch(text):
            raise ValueError("The id doesn't have its shape.")
        return text

    return BeforeValidator(validate)


def optional_id(pattern: str) -> BeforeValidator:
    shape = re.compile(pattern, re.ASCII)
    return _text(lambda text: text if shape.fullmatch(text) else "")


def word_of(*known: str) -> BeforeValidator:
    """One of the service's own words; empty for any other."""
    return _text(lambda text: text if text in known else "")


def read_moment(value: object) -> datetime:
    """Seconds since 1970, or ISO 8601 with its offset, between 2000 and 2100."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value < 2**32:
            raise ValueError("The moment is out of range.")
        moment = datetime.fromtimestamp(value, UTC)
    elif isinstance(value, str) and len(value) <= 40:
        moment = datetime.fromisoformat(value)
    else:
        raise ValueError("The moment can't be read.")
    if moment.tzinfo is None or not 2000 <= moment.year < 2100:
        raise ValueError("The moment has no offset or is out of range.")
    return moment.astimezone(UTC)


def _moment_or_none(value: object) -> datetime | None:
    try:
        return read_moment(value)
    except (ValueError, OverflowError):
        return None


def _currency(value: object) -> str:
    text = value.upper() if isinstance(value, str) else ""
    if not CURRENCY.fullmatch(text):
        raise ValueError("The currency has three letters.")
    return text


def _list_of(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


GivenName = Annotated[str, _text(privacy.keep_from_full_name, for_a_name=True)]
Email = Annotated[str, _text(values.read_email)]
Phone = Annotated[str, _text(values.read_phone)]
Currency = Annotated[str, BeforeValidator(_currency)]
# In the smallest unit of the currency.
Amount = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Moment = Annotated[datetime, BeforeValidator(read_moment)]
OptionalMoment = Annotated[datetime | None, BeforeValidator(_moment_or_none)]
Flag = Annotated[bool, BeforeValidator(lambda value: value is True)]
AnyList = BeforeValidator(_list_of)
# A part without which the object can be read.
OptionalPart = BeforeValidator(lambda value: value if isinstance(value, dict) else {})
AnyText = Annotated[
    str, BeforeValidator(lambda value: value if isinstance(value, str) else "")
]
