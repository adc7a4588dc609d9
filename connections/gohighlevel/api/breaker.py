"""A connection's circuit breaker, shared by all processes that ask GoHighLevel."""

from dataclasses import dataclass, field
from datetime import timedelta

from connections.models import Connection, OpenBreaker
from medspa import clock


@dataclass
class StoredBreaker:
    """With `is_ignored` a person who tests the connection asks all the same."""

    connection: Connection
    is_ignored: bool = False
    _is_known: bool = field(default=False, init=False)

    def blocks(self) -> bool:
        row = OpenBreaker.objects.filter(connection=self.connection).first()
        self._is_known = row is not None
        return row is not None and clock.now() < row.tries_at and not self.is_ignored

    @property
    def is_half_open(self) -> bool:
        """One request tries whether it works again."""
        return self._is_known

    def open(self, seconds: float) -> None:
        now = clock.now()
        OpenBreaker.objects.update_or_create(
            connection=self.connection,
            defaults={"tries_at": now + timedelta(seconds=seconds)},
            create_defaults={
                "opened_at": now,
                "tries_at": now + timedelta(seconds=seconds),
            },
        )
        self._is_known = True

    def close(self) -> None:
        if self._is_known:
            OpenBreaker.objects.filter(connection=self.connection).delete()
            self._is_known = False
