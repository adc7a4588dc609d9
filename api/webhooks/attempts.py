"""What came of one attempt to deliver, and when the next is due. No database here."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from api.webhooks.delivery import SendProblem

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=6)
# Each wait is this many times the one before, and up to so much longer or shorter.
GROWTH, JITTER = 4, 0.2
# How long an endpoint may have us wait, and what one means that doesn't say.
LONGEST_PAUSE, USUAL_PAUSE = timedelta(hours=6), timedelta(seconds=30)
# After so many failures in a row an endpoint is asked less and less often.
PATIENCE, LONGEST_REST = 5, timedelta(minutes=5)
SLOWED = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True)
class Attempt:
    """An answer's code, or the problem that there was none.

    `pause` is how long the endpoint wants to be left alone.
    """

    code: int | None = None
    problem: SendProblem | None = None
    took_ms: int = 0
    pause: timedelta = timedelta()

    @property
    def is_delivered(self) -> bool:
        return self.code is not None and 200 <= self.code < 300

    @property
    def is_gone(self) -> bool:
        return self.code == HTTPStatus.GONE


def wait_after(attempts: int, chance: float | None = None) -> timedelta:
    """How long to wait after so many attempts; `chance` (0 to 1) is the jitter's."""
    wait = min(FIRST_WAIT * GROWTH ** min(attempts - 1, 10), LONGEST_WAIT)
    chance = random.random() if chance is None else chance  # noqa: S311
    return wait * (1 - JITTER + 2 * JITTER * chance)


def rest_after(failures: int) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row."""
    if failures < PATIENCE:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - PATIENCE, 20)), LONGEST_REST)


def pause_of(code: int, retry_after: str, now: datetime) -> timedelta:
    """What an answer asks for: seconds or a date in `Retry-After`."""
    if code not in SLOWED:
        return timedelta()
    asked = _asked(retry_after.strip(), now)
    if asked is None:
        return USUAL_PAUSE if code == HTTPStatus.TOO_MANY_REQUESTS else timedelta()
    return min(max(asked, timedelta()), LONGEST_PAUSE)


def _asked(text: str, now: datetime) -> timedelta | None:
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=int(text[:9]))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
