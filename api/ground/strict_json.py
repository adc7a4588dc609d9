"""Reading JSON of others: what could mean two things is refused."""

import json
from http import HTTPStatus
from typing import Any, NoReturn

from api.ground.problems import Problem

# The longest integer that PostgreSQL stores has 19 digits.
MOST_API_DIGITS = 18
DEEPEST = 20


def read_json(body: bytes) -> Any:
    """The value; raises Problem (400)."""
    try:
        return _checked(
            json.loads(
                body.decode("utf-8"),
                object_pairs_hook=_object,
                parse_int=_integer,
                parse_constant=_no_number,
            )
        )
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _invalid("The body isn't valid JSON in UTF-8.") from error
    except RecursionError as error:
        raise _invalid("The body is nested too deeply.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _invalid("The body has the same field twice.")
    return found


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > MOST_API_DIGITS:
        raise _invalid("The body has a number that is too large.")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise _invalid(f"{text} is no JSON.")


def _checked(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise _invalid("The body is nested too deeply.")
    match value:
        case str():
            _check_text(value)
        case list():
            for one in value:
                _checked(one, depth + 1)
        case dict():
            for name, one in value.items():
                _check_text(name)
                _checked(one, depth + 1)
    return value


def _check_text(text: str) -> None:
    if "\0" in text:
        raise _invalid("Text can't contain the character U+0000.")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _invalid("Text can't contain half of a surrogate pair.")


def _invalid(sentence: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "invalid_json", sentence)
