"""Values in bodies and in the query: moments, days, ids, pages."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from api.ground.problems import Problem, not_found
from api.web.calls import ApiCall
from medspa.ids import CUID

USUAL_PAGE, LARGEST_PAGE = 50, 50
LARGEST_SYNC_PAGE = 500


def read_moment(value: Any) -> datetime:
    """RFC 3339 with an offset; raises ValueError."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("send a moment with its offset, like 2026-11-27T15:30:00Z")
    if not 1900 <= moment.year <= 2200:
        raise ValueError("send a moment between the years 1900 and 2200")
    return moment


def read_day(value: Any) -> date:
    """`YYYY-MM-DD`; raises ValueError."""
    try:
        if not isinstance(value, str) or len(value) != len("2026-11-27"):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("send a day like 2026-11-27") from None


Moment = Annotated[
    datetime,
    BeforeValidator(read_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[
    date,
    BeforeValidator(read_day),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Id = Annotated[str, StringConstraints(pattern=r"^c[0-9a-z]{24}$")]
Text = Annotated[str, StringConstraints(max_length=300)]
Cents = Annotated[int, Field(ge=1, le=10**9)]
CentsOrZero = Annotated[int, Field(ge=0, le=10**9)]


def known_id(text: str) -> str:
    """Raises Problem (404) for what can be no id."""
    if not CUID.fullmatch(text):
        raise not_found()
    return text


def invalid(name: str, sentence: str) -> Problem:
    """A parameter of the query that has no meaning."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid",
        f"{name}: {sentence}",
        more={
            "errors": [
                {"in": "query", "field": name, "code": "invalid", "detail": sentence}
            ]
        },
    )


def asked_day(call: ApiCall, name: str, default: date | None = None) -> date:
    """Raises Problem (422)."""
    text = call.query.get(name)
    if text is None and default:
        return default
    try:
        return read_day(text)
    except ValueError as error:
        raise invalid(name, str(error)) from error


def asked_moment(call: ApiCall, name: str) -> datetime | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        # A plus in an address is a space.
        return read_moment(text.replace(" ", "+"))
    except ValueError as error:
        raise invalid(name, str(error)) from error


def page_size(call: ApiCall, largest: int = LARGEST_PAGE) -> int:
    text = call.query.get("limit", str(min(USUAL_PAGE, largest)))
    size = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
    if not 1 <= size <= largest:
        raise invalid("limit", f"send a number from 1 to {largest}")
    return size


def set_fields(row: Any, given: dict[str, Any]) -> list[str]:
    """Set what differs and return its names; the row isn't saved."""
    changed = [name for name, value in given.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, given[name])
    return changed


def refuse_unknown(model: Any, field: str, pk: str | None) -> None:
    """Raises ValidationError for an id that no active row has."""
    if pk and not model.objects.filter(pk=pk).exists():
        name = model._meta.verbose_name
        raise ValidationError({field: f"There is no {name} with this id."})
