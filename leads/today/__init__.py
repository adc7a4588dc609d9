"""What is to be done today, in the order in which it is worth doing.

A section is a question with a bounded answer, so the page costs the same at any size.
Every app adds its own to `extension_points.today_sections`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from leads.extension_points import today_sections
from medspa.models import User

SHOWN = 25
UNFOLDED = 8
NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Row:
    """A lead and why it is here; `tone` is good, warn, bad or empty.

    `detail` stands in the line, `note` has one of its own; `busy` is who else works
    the lead at this moment.
    """

    lead_id: str
    name: str
    why: str
    tone: str = ""
    detail: str = ""
    value_cents: int | None = None
    note: str = ""
    busy: str = ""


@dataclass(frozen=True)
class Section:
    """`order` is the place on the page and in the queue.

    `read` answers for a moment and a person, without the leads whose ids it is given.
    """

    key: str
    order: int
    title: str
    empty: str
    read: Callable[[datetime, User, Collection[str]], list[Row]]


@dataclass(frozen=True)
class Filled:
    """A section with its rows; unless it `is_open` only the first are shown."""

    section: Section
    rows: list[Row]
    is_open: bool = False

    @property
    def count(self) -> str:
        """How many, or "25+" where the answer was cut."""
        return f"{SHOWN}+" if len(self.rows) >= SHOWN else str(len(self.rows))

    @property
    def shown_rows(self) -> list[Row]:
        return self.rows if self.is_open else self.rows[:UNFOLDED]

    @property
    def hidden_count(self) -> int:
        return len(self.rows) - len(self.shown_rows)


def read_today(
    now: datetime, person: User, opened: str = "", busy: Mapping[str, str] = NOBODY
) -> list[Filled]:
    """Every section; a lead is listed once, in the first that it belongs to.

    `busy` names for lead ids who is working them.
    """
    seen: set[str] = set()
    filled = []
    for section in _in_order():
        rows = section.read(now, person, ())
        rows = [
            replace(row, busy=busy.get(row.lead_id, ""))
            for row in rows
            if row.lead_id not in seen
        ]
        seen |= {row.lead_id for row in rows}
        filled.append(Filled(section, rows, section.key == opened))
    return filled


def queue(now: datetime, person: User, without: Collection[str]) -> Iterator[str]:
    """Lead ids in the order in which they are worth working, without some."""
    for section in _in_order():
        for row in section.read(now, person, without):
            yield row.lead_id


def _in_order() -> list[Section]:
    return sorted(today_sections, key=lambda section: section.order)
