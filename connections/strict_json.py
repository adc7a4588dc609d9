"""JSON as doors read it: strictly, within limits, and never quoted in an error."""

import json
from typing import Any

from connections.refusals import UnreadableDelivery

MOST_BODY_BYTES = 256 * 1024
MOST_LEVELS = 20
# Longer numbers are no amounts and no ids; Python's own limit is 4,300 digits.
MOST_NUMBER_DIGITS = 30

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]


def parse(body: bytes, most_bytes: int = MOST_BODY_BYTES) -> JSON:
    """The value in `body`; raises Unreadable with a sentence of ours.

    Refused are: more than `most_bytes`, more than `MOST_LEVELS`, bytes that are not
    UTF-8, NUL, half a surrogate pair, a key twice, NaN and infinities.
    """
    if len(body) > most_bytes:
        kilobytes = most_bytes // 1024
        raise UnreadableDelivery(
            f"The body is larger than {kilobytes} KB.", "too_large"
        )
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise UnreadableDelivery("The body is not UTF-8.") from None
    if _levels(text) > MOST_LEVELS:
        raise UnreadableDelivery(
            "The body is nested more than 20 levels deep.", "too_deep"
        )
    try:
        value: JSON = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_number(int),
            parse_float=_number(float),
            parse_constant=_constant,
        )
    except (ValueError, RecursionError):
        raise UnreadableDelivery("The body is not JSON.") from None
    _check_text(value)
    return value


def parse_object(body: bytes) -> dict[str, JSON]:
    """The object in `body`; anything else is refused."""
    value = parse(body)
    if not isinstance(value, dict):
        raise UnreadableDelivery("The body is not a JSON object.")
    return value


def _levels(text: str) -> int:
    """How deep brackets are nested, without those in strings."""
    deepest = depth = 0
    in_string = escaped = False
    for letter in text:
        if in_string:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                in_string = False
        elif letter == '"':
            in_string = True
        elif letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableDelivery("The body has the same key twice.")
    return found


def _number(read: Any) -> Any:
    def number(text: str) -> Any:
        if len(text) > MOST_NUMBER_DIGITS:
            raise UnreadableDelivery("The body has a number that is too long.")
        found = read(text)
        if found in (float("inf"), float("-inf")):
            raise UnreadableDelivery("The body has a number that is too large.")
        return found

    return number


def _constant(name: str) -> Any:
    raise UnreadableDelivery("The body has an invalid number.")


def _check_text(value: JSON) -> None:
    """Keys and texts without NUL and without half a surrogate pair."""
    if isinstance(value, str):
        if "\0" in value or not _is_unicode(value):
            raise UnreadableDelivery("The body has a character that can't be stored.")
    elif isinstance(value, list):
        for item in value:
            _check_text(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check_text(item)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
