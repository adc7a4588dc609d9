"""Which state of a thing a program has seen, and whether it is still the one.

A tag is a keyed hash of all that the thing says, contacts too: without our key nobody
can try which phone number fits it.
"""

import re
from http import HTTPStatus
from typing import Any

from django.utils.crypto import salted_hmac

from api.ground.problems import Problem
from api.ground.shaping import to_json

TAG = re.compile(r'"[0-9a-f]{32}"')
ANY = "*"


def etag_of(data: Any) -> str:
    digest = salted_hmac("api.etag", to_json(data), algorithm="sha256").hexdigest()
    return f'"{digest[:32]}"'


def require_match(given: str, data: Any) -> None:
    """Raises Problem: 428 without a tag, 412 if the thing has changed since."""
    if not given:
        raise Problem(
            HTTPStatus.PRECONDITION_REQUIRED,
            "if_match_needed",
            "Send If-Match with the ETag you read.",
        )
    tags = [tag.strip() for tag in given.split(",")]
    if tags != [ANY] and etag_of(data) not in tags:
        raise Problem(
            HTTPStatus.PRECONDITION_FAILED,
            "changed_meanwhile",
            "This has changed since you read it. Nothing was done. Read it again.",
        )
