"""When leads entered their stage: the window that an age on the board means."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class EntryWindow:
    """Entered after `since` if given, and not after `until` if given."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_old(self) -> bool:
        """The window has an end: it holds who has been in the stage for a while."""
        return self.until is not None

    @property
    def conditions(self) -> dict[str, Any]:
        """As filters of stage periods."""
        conditions = {"changed_at__gt": self.since, "changed_at__lte": self.until}
        return {name: moment for name, moment in conditions.items() if moment}

    @property
    def recent(self) -> dict[str, Any]:
        """A filter of stage periods: in a window without end, else after it."""
        return {"changed_at__gt": self.until or self.since}

    @property
    def sql(self) -> tuple[str, list[datetime]]:
        """Conditions to be added to a query of stage periods `period`; parameters."""
        since = ("AND period.changed_at > %s", self.since)
        until = ("AND period.changed_at <= %s", self.until)
        given = [(sql, moment) for sql, moment in (since, until) if moment]
        return " ".join(sql for sql, _ in given), [moment for _, moment in given]


ANY_TIME = EntryWindow()
