"""Confirmations: a tool that writes does so only for who has seen its preview.

A confirmation is signed for one key and person, tool, arguments and state of the row,
and ends after five minutes. It is used once: sent again, it gets the same answer.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.core import signing

from api.ground.problems import Problem
from api.ground.shaping import to_json
from api.idempotency.answering import KeptAnswer, once
from api.web.calls import ApiCall
from medspa import clock

CONFIRMED_WITHIN = timedelta(minutes=5)
CONFIRMATION_SALT = "api.assistants.confirmation"
LONGEST_CONFIRMATION = 400


def make_confirmation(
    call: ApiCall, tool: str, asked: Mapping[str, Any], version: str, now: datetime
) -> str:
    """The text that lets the call be done as long as the row's `version` stands."""
    made_for = _made_for(call, tool, asked)
    signed = [*made_for, version, now.isoformat(), secrets.token_urlsafe(8)]
    return signing.dumps(signed, salt=CONFIRMATION_SALT)


def confirmed(
    call: ApiCall,
    tool: str,
    asked: Mapping[str, Any],
    confirmation: str,
    act: Callable[[str], Mapping[str, Any]],
) -> dict[str, Any]:
    """What `act` answers for the version that was seen, or has answered already.

    Call it in a transaction. Raises Problem for a confirmation of something else.
    """
    version = _read(call, tool, asked, confirmation)
    name = sha256(confirmation.encode()).hexdigest()
    kept = once(
        call.holder.key,
        f"assistant {name}",
        to_json(asked).encode(),
        lambda: KeptAnswer(dict(act(version))),
    )
    # A kept answer is plain JSON; a fresh one becomes it.
    data: dict[str, Any] = json.loads(to_json(kept.data))
    return data


def _read(call: ApiCall, tool: str, asked: Mapping[str, Any], text: str) -> str:
    """The version of the row; raises Problem."""
    try:
        *made_for, version, made_at, _ = signing.loads(text, salt=CONFIRMATION_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise _other() from error
    if made_for != _made_for(call, tool, asked):
        raise _other()
    # By the database's clock: servers' own may differ.
    if clock.now() > datetime.fromisoformat(made_at) + CONFIRMED_WITHIN:
        raise _refused(
            "confirmation_expired",
            "This confirmation has expired. Call again without it.",
        )
    return str(version)


def _made_for(call: ApiCall, tool: str, asked: Mapping[str, Any]) -> list[str]:
    arguments = sha256(to_json(dict(sorted(asked.items()))).encode()).hexdigest()
    return [call.holder.key.pk, call.person.pk, tool, arguments]


def _other() -> Problem:
    return _refused(
        "confirmation_of_something_else",
        "This confirmation isn't for this call. Call again without it.",
    )


def _refused(code: str, sentence: str) -> Problem:
    return Problem(HTTPStatus.CONFLICT, code, sentence)
