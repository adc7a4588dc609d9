"""The double's limits of requests, as its headers tell them."""

from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

BURST, INTERVAL = 100, timedelta(seconds=10)


@dataclass
class Limits:
    per_day: int = 200_000
    recent: deque[datetime] = field(default_factory=deque)
    today: date = date.min
    used_today: int = 0

    def take(self, now: datetime) -> bool:
        """Whether this request is within the limits."""
        while self.recent and self.recent[0] <= now - INTERVAL:
            self.recent.popleft()
        if now.date() != self.today:
            self.today, self.used_today = now.date(), 0
        if len(self.recent) >= BURST or self.used_today >= self.per_day:
            return False
        self.recent.append(now)
        self.used_today += 1
        return True

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit-Daily": str(self.per_day),
            "X-RateLimit-Daily-Remaining": str(self.per_day - self.used_today),
            "X-RateLimit-Interval-Milliseconds": "10000",
            "X-RateLimit-Max": str(BURST),
            "X-RateLimit-Remaining": str(BURST - len(self.recent)),
        }
