"""A clock that moves only when told, or when somebody sleeps."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class FakeTime:
    now: datetime = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.now.timestamp()

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
