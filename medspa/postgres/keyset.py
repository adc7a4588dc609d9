"""Keyset pagination: the next page begins after the last row shown.

A page costs the same wherever it is, and rows that come or go meanwhile neither repeat
nor skip another.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CURSOR_PATTERN = re.compile(r"(\d{1,17})-([A-Za-z0-9]{1,25})")


@dataclass(frozen=True, order=True)
class Cursor:
    """The position of a row in the order: its moment, and its id for equal moments."""

    at: datetime
    id: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The cursor that `str` wrote; None for anything else."""
        if not (match := CURSOR_PATTERN.fullmatch(text)):
            return None
        try:
            return cls(UNIX_EPOCH + int(match[1]) * MICROSECOND, match[2])
        except OverflowError:
            return None

    def __str__(self) -> str:
        """As addresses name it: `1764100000000000-c0abc…`."""
        return f"{(self.at - UNIX_EPOCH) // MICROSECOND}-{self.id}"
