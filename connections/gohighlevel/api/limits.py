"""How fast GoHighLevel may be asked, and when it isn't asked for a while.

Both follow what GoHighLevel's own answers say, so that several workers, and other
programs with the same token, share one limit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from connections.gohighlevel.api.errors import BreakerOpen, OutOfRequests

Seconds = Callable[[], float]
Sleep = Callable[[float], object]

BURST_LEFT = "x-ratelimit-remaining"
BURST_INTERVAL = "x-ratelimit-interval-milliseconds"
DAY_LEFT = "x-ratelimit-daily-remaining"
DEFAULT_INTERVAL = 10.0
# Requests of a burst that are left to other workers.
KEPT_OF_BURST = 5
# What a backfill leaves of the day for webhooks and changes of ours.
KEPT_OF_DAY = 20_000


@dataclass
class RateLimit:
    """What is left of the 100 requests in 10 seconds and the 200,000 of a day."""

    monotonic: Seconds
    sleep: Sleep
    burst_left: int | None = None
    day_left: int | None = None
    interval: float = DEFAULT_INTERVAL
    _asked_at: float = 0.0

    def wait(self, *, is_urgent: bool) -> None:
        """Wait for a free place in the burst.

        Raises OutOfRequests when the day has none left: for what isn't urgent,
        a part of the day is kept back.
        """
        kept = 0 if is_urgent else KEPT_OF_DAY
        if self.day_left is not None and self.day_left <= kept:
            raise OutOfRequests("Today's GoHighLevel requests are used up.")
        if self.burst_left is not None and self.burst_left <= KEPT_OF_BURST:
            passed = self.monotonic() - self._asked_at
            if passed < self.interval:
                self.sleep(self.interval - passed)
            self.burst_left = None

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take what the answer's headers say; a header that is no number is ignored."""
        self._asked_at = self.monotonic()
        self.burst_left = _number(headers, BURST_LEFT)
        self.day_left = _number(headers, DAY_LEFT)
        if interval := _number(headers, BURST_INTERVAL):
            self.interval = interval / 1_000


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


class BreakerStore(Protocol):
    """Where an open breaker is noted for other processes and for people."""

    @property
    def is_half_open(self) -> bool: ...

    def blocks(self) -> bool: ...

    def open(self, seconds: float) -> None: ...

    def close(self) -> None: ...


@dataclass
class CircuitBreaker:
    """Open after several failures in a row; then one request in a while may try."""

    monotonic: Seconds
    most_failures: int = 5
    seconds_open: float = 60.0
    failures: int = 0
    store: BreakerStore | None = None
    _opened_at: float = field(default=0.0)

    @property
    def is_open(self) -> bool:
        return (
            self.failures >= self.most_failures
            and self.monotonic() - self._opened_at < self.seconds_open
        )

    def check(self) -> None:
        if self.is_open or (self.store and self.store.blocks()):
            raise BreakerOpen("GoHighLevel failed several times. Trying again later.")

    def succeeded(self) -> None:
        self.failures = 0
        if self.store:
            self.store.close()

    def failed(self) -> None:
        self.failures += 1
        self._opened_at = self.monotonic()
        if self.store and (self.is_open or self.store.is_half_open):
            self.store.open(self.seconds_open)
