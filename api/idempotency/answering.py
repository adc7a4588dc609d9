"""A POST that is sent again is done once.

The answer is kept in the transaction of what was done: both are there or neither. Only
answers of what was done are kept; a refusal did nothing, so it may be tried again.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from api.ground.problems import Problem
from api.ground.shaping import to_json
from api.idempotency.models import IdempotentAnswer
from api.keys.models import ApiKey
from medspa import clock

ANSWER_KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255
REMOVED_AT_ONCE = 1_000


@dataclass(frozen=True)
class SentFile:
    """A file that is sent part by part, and its name."""

    name: str
    content_type: str
    content: Iterator[bytes]


@dataclass(frozen=True)
class KeptAnswer:
    """What an operation answers: plain data, its status, the ETag of its thing.

    Or a `file`: only reading answers with one, so it is never kept.
    """

    data: Any = None
    status: int = HTTPStatus.OK
    etag: str = ""
    location: str = ""
    is_replayed: bool = False
    file: SentFile | None = None


def once(
    key: ApiKey, name: str, sent: bytes, act: Callable[[], KeptAnswer]
) -> KeptAnswer:
    """The answer of `act`, or the kept one if the same was sent before.

    Call it in a transaction. `sent` is all that makes the request what it is. Raises
    Problem: 422 for the same name with something else, 409 while it is being done.
    """
    if not (0 < len(name) <= LONGEST_KEY and name.isprintable()):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid_idempotency_key",
            f"An Idempotency-Key has 1 to {LONGEST_KEY} printable characters.",
        )
    name_digest, body_digest = _digest(name), _digest(sent)
    _claim(key, name_digest)
    kept = IdempotentAnswer.objects.filter(key=key, name_digest=name_digest).first()
    if kept and kept.created_at > clock.now() - ANSWER_KEPT_FOR:
        if bytes(kept.body_digest) != body_digest:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This Idempotency-Key was sent with another request. Use a new one.",
            )
        return KeptAnswer(
            **json.loads(kept.answer) | {"status": kept.status, "is_replayed": True}
        )
    if kept:
        kept.delete()
    answer = act()
    told = {"data": answer.data, "etag": answer.etag, "location": answer.location}
    IdempotentAnswer.objects.create(
        key=key,
        name_digest=name_digest,
        body_digest=body_digest,
        status=answer.status,
        answer=to_json(told),
    )
    return answer


def _claim(key: ApiKey, name_digest: bytes) -> None:
    """Until the transaction ends nobody else does the same; who tries is told."""
    number = int.from_bytes(_digest(key.pk.encode() + name_digest)[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        is_ours = cursor.fetchone()[0]
    if not is_ours:
        raise Problem(
            HTTPStatus.CONFLICT,
            "idempotency_key_running",
            "The same request is being done right now. Try again in a second.",
            headers={"Retry-After": "1"},
        )


def _digest(text: str | bytes) -> bytes:
    """With our key: a body may be a phone number, which anybody could try."""
    return salted_hmac("api.idempotency", text, algorithm="sha256").digest()


def forget_old_answers() -> None:
    """Each minute; a few at a time, and not while others do it."""
    old = IdempotentAnswer.objects.filter(created_at__lt=clock.now() - ANSWER_KEPT_FOR)
    with transaction.atomic():
        ids = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
        IdempotentAnswer.objects.filter(pk__in=list(ids[:REMOVED_AT_ONCE])).delete()
