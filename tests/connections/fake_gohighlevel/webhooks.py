"""The events of the double: signed, sent twice, out of order, tried again."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MOST_ATTEMPTS = 12
FIRST_RETRY = timedelta(seconds=10)

# Gets the body and headers, answers with a status; None stands for a time-out.
Receiver = Callable[[bytes, dict[str, str]], int | None]


@dataclass
class Attempt:
    at: datetime
    body: bytes
    number: int = 1


@dataclass
class Webhooks:
    """What is to be sent. Faults are shares of all events, drawn by `random`."""

    random: Random = field(default_factory=lambda: Random(14))
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    duplicated: float = 0.0
    delayed: float = 0.0
    longest_delay: timedelta = timedelta(minutes=5)
    is_on: bool = True
    waiting: list[Attempt] = field(default_factory=list)
    given_up: int = 0

    @property
    def public_key(self) -> str:
        """As GoHighLevel publishes it: PEM."""
        public = self.key.public_key()
        return public.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        ).decode()

    def send(self, event: dict[str, Any], now: datetime) -> None:
        if not self.is_on:
            return
        body = json.dumps(event).encode()
        copies = 2 if self.random.random() < self.duplicated else 1
        for _ in range(copies):
            late = self.random.random() < self.delayed
            delay = self.longest_delay * self.random.random() if late else timedelta()
            self.waiting.append(Attempt(now + delay, body))

    def headers(self, body: bytes) -> dict[str, str]:
        signature = base64.b64encode(self.key.sign(body)).decode()
        return {"content-type": "application/json", "x-ghl-signature": signature}

    def deliver(self, now: datetime, receive: Receiver) -> int:
        """Send what is due; what isn't answered with 2xx is tried again later."""
        due = sorted(
            (one for one in self.waiting if one.at <= now), key=lambda one: one.at
        )
        self.waiting = [one for one in self.waiting if one.at > now]
        for attempt in due:
            status = receive(attempt.body, self.headers(attempt.body))
            if status is None or not 200 <= status < 300:
                self._try_again(attempt, now)
        return len(due)

    def _try_again(self, attempt: Attempt, now: datetime) -> None:
        if attempt.number == MOST_ATTEMPTS:
            self.given_up += 1
            return
        wait = FIRST_RETRY * 2 ** (attempt.number - 1) * self.random.uniform(0.8, 1.2)
        self.waiting.append(Attempt(now + wait, attempt.body, attempt.number + 1))
