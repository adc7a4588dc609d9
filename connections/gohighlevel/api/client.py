"""The REST client: one request with its version, limits, retries and errors.

Bodies never appear in an error or a log: they hold names and contacts.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import uniform
from typing import Any

import httpx

from connections.gohighlevel.api.errors import (
    NotThere,
    RequestRefused,
    TokenRefused,
    Unavailable,
)
from connections.gohighlevel.api.limits import (
    BreakerStore,
    CircuitBreaker,
    RateLimit,
    Seconds,
    Sleep,
)

# Connecting, reading, writing and waiting for a free connection.
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
MOST_REQUEST_ATTEMPTS = 4
LONGEST_PAUSE = 30.0
MAX_ANSWER_BYTES = 16 * 1024 * 1024

Json = dict[str, Any]


@dataclass(frozen=True)
class Versions:
    """The `Version` header of each product; GoHighLevel changes them one at a time."""

    contacts: str = "2021-07-28"
    opportunities: str = "2021-07-28"
    payments: str = "2021-07-28"
    locations: str = "2021-07-28"
    calendars: str = "2021-04-15"

    def of(self, path: str) -> str:
        """The version for a path, by its first part."""
        return str(getattr(self, path.strip("/").split("/", 1)[0]))


@dataclass
class Client:
    """Asks GoHighLevel about one location.

    `monotonic` and `sleep` are the clock of limits and retries, in seconds.
    """

    token: str = field(repr=False)
    location: str
    http: httpx.Client
    versions: Versions = Versions()
    is_urgent: bool = True
    most_attempts: int = MOST_REQUEST_ATTEMPTS
    monotonic: Seconds = time.monotonic
    sleep: Sleep = time.sleep
    breaker_store: BreakerStore | None = None
    limit: RateLimit = field(init=False)
    breaker: CircuitBreaker = field(init=False)

    def __post_init__(self) -> None:
        self.limit = RateLimit(self.monotonic, self.sleep)
        self.breaker = CircuitBreaker(self.monotonic, store=self.breaker_store)

    def get(self, path: str, **query: str | int) -> Json:
        return self._ask("GET", path, query=query)

    def post(self, path: str, body: Json) -> Json:
        """Retried like the others, so only for what may be done twice."""
        return self._ask("POST", path, body=body)

    def put(self, path: str, body: Json) -> Json:
        return self._ask("PUT", path, body=body)

    def delete(self, path: str, body: Json) -> Json:
        return self._ask("DELETE", path, body=body)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Json | None = None,
    ) -> Json:
        """The answer's object.

        Raises NotThere, TokenRefused, RequestRefused, or Unavailable after several
        attempts with growing waits.
        """
        for attempt in range(1, self.most_attempts + 1):
            self.breaker.check()
            self.limit.wait(is_urgent=self.is_urgent)
            answer = self._send(method, path, query, body)
            if answer is not None and answer.status_code < 500:
                if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                    self.breaker.succeeded()
                    return _read(answer)
            else:
                self.breaker.failed()
            if attempt < self.most_attempts:
                self.sleep(_wait(attempt, answer))
        raise Unavailable("GoHighLevel isn't responding. Try again in a few minutes.")

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | int] | None,
        body: Json | None,
    ) -> httpx.Response | None:
        """The answer, or None when none came."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Version": self.versions.of(path),
        }
        try:
            answer = self.http.request(
                method, path, params=query or None, json=body, headers=headers
            )
        except httpx.TransportError:
            return None
        self.limit.learn(answer.headers)
        return answer


def _wait(attempt: int, answer: httpx.Response | None) -> float:
    """What the answer asks for, else 1, 2, 4 … seconds; with a random part, so that
    several workers don't come back together."""
    asked = "" if answer is None else answer.headers.get("retry-after", "")
    seconds = (
        float(asked) if asked.isascii() and asked.isdigit() else 2.0 ** (attempt - 1)
    )
    return min(seconds * uniform(1.0, 1.25), LONGEST_PAUSE)  # noqa: S311


def _read(answer: httpx.Response) -> Json:
    status = answer.status_code
    if status == httpx.codes.NOT_FOUND:
        raise NotThere("This doesn't exist in GoHighLevel.")
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise TokenRefused(
            "GoHighLevel rejected the token: it was revoked, or a scope is missing."
        )
    if not answer.is_success:
        raise RequestRefused(f"GoHighLevel rejected the request (status {status}).")
    if len(answer.content) > MAX_ANSWER_BYTES:
        raise RequestRefused("GoHighLevel's response is too long.")
    try:
        found = answer.json()
    except ValueError as error:
        raise Unavailable("GoHighLevel's response can't be read.") from error
    if not isinstance(found, dict):
        raise Unavailable("GoHighLevel's response can't be read.")
    return found


def open_http(base_url: str) -> httpx.Client:
    """Without redirects: a token goes to no other host."""
    return httpx.Client(base_url=base_url, timeout=TIMEOUT, follow_redirects=False)
