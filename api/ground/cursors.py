"""Cursors: where the next page begins, readable by nobody but us.

A cursor is signed for one key, operation and set of filters; another is refused.
"""

from http import HTTPStatus

from django.core.signing import BadSignature, Signer

from api.ground.problems import Problem

LONGEST_CURSOR = 1_000


def write_cursor(place: str, *made_for: str) -> str:
    return _signer(made_for).sign_object(place)


def read_cursor(text: str, *made_for: str) -> str:
    """The place; raises Problem (400)."""
    try:
        if len(text) > LONGEST_CURSOR:
            raise BadSignature
        return str(_signer(made_for).unsign_object(text))
    except (BadSignature, ValueError, UnicodeError) as error:
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "invalid_cursor",
            "This cursor isn't valid for this key and these filters. Start without it.",
        ) from error


def _signer(made_for: tuple[str, ...]) -> Signer:
    return Signer(salt="api.cursor " + " ".join(made_for))
