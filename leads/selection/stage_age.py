"""When leads entered the stage they are in: the span that an age on the board means."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Entered:
    """Later than `since` if given, at `until` or earlier if given."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_old(self) -> bool:
        return self.until is not None

    @property
    def stays(self) -> dict[str, Any]:
        """As conditions of stays."""
        conditions = {"changed_at__gt": self.since, "changed_at__lte": self.until}
        return {name: moment for name, moment in conditions.items() if moment}

    @property
    def young(self) -> dict[str, Any]:
        """As a condition of stays: of those in the span, or of all who came later."""
        return {"changed_at__gt": self.until or self.since}

    @property
    def sql(self) -> tuple[str, list[datetime]]:
        """To be added to the conditions of a `stay`, with its parameters."""
        since = ("AND stay.changed_at > %s", self.since)
        until = ("AND stay.changed_at <= %s", self.until)
        asked = [(sql, moment) for sql, moment in (since, until) if moment]
        return " ".join(sql for sql, _ in asked), [moment for _, moment in asked]


ALWAYS = Entered()
