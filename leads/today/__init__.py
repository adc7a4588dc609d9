"""What is to be done today, the most valuable first.

A section reads a bounded number of rows, so the page costs the same at any size. Every
app adds its own to `extension_points.today_sections`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from leads.extension_points import today_sections
from leads.lead_notes import DO_NOT_CONTACT
from leads.models import Lead
from medspa.encryption.fields import usable
from medspa.models import User

# Rows that a section reads, and those shown before it is opened.
SHOWN = 25
SHOWN_FIRST = 8
NO_CLAIMS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class RowButton:
    """A form of one button: what it sends as `name` to `address`.

    `about` is added for those who hear the page. One that `is_contact` leads to a call
    or message, and isn't for who asked for none.
    """

    words: str
    about: str
    address: str
    name: str
    value: str
    is_contact: bool = False


@dataclass(frozen=True)
class TodayRow:
    """A lead and why it is here; `tone` is good, warn, bad or empty.

    `detail` is in the same line, `note` in one of its own, with its reasons on hover;
    `buttons` do what the row asks for. `busy` is the person who works the lead at this
    moment, `warning` what to know before contacting it. Sections leave `warning`,
    `phone` (E.164) and `email` empty.
    """

    lead_id: str
    name: str
    why: str
    tone: str = ""
    detail: str = ""
    value_cents: int | None = None
    note: str = ""
    note_reasons: str = ""
    buttons: tuple[RowButton, ...] = ()
    busy: str = ""
    warning: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class TodaySection:
    """`order` is the place on the page and in the queue; `hint` says how it is sorted.

    `read` returns the rows for a moment and a person, without the leads with these ids.
    """

    key: str
    order: int
    title: str
    empty: str
    read: Callable[[datetime, User, Collection[str]], list[TodayRow]]
    hint: str = ""


@dataclass(frozen=True)
class FilledSection:
    """A section with its rows; only the first are shown unless it `is_open`."""

    section: TodaySection
    rows: list[TodayRow]
    is_open: bool = False

    @property
    def count(self) -> str:
        """How many, or "25+" if there may be more."""
        return f"{SHOWN}+" if len(self.rows) >= SHOWN else str(len(self.rows))

    @property
    def shown_rows(self) -> list[TodayRow]:
        return self.rows if self.is_open else self.rows[:SHOWN_FIRST]

    @property
    def hidden_count(self) -> int:
        return len(self.rows) - len(self.shown_rows)


def read_today(
    now: datetime, person: User, opened: str = "", busy: Mapping[str, str] = NO_CLAIMS
) -> list[FilledSection]:
    """Every section; a lead is listed once, in the first section that it belongs to.

    `busy` is lead id → who is working the lead.
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
        filled.append(FilledSection(section, rows, section.key == opened))
    return _with_contacts(filled)


def _with_contacts(sections: list[FilledSection]) -> list[FilledSection]:
    """With phone and email of the leads that are shown, read at once.

    Who asked not to be contacted is marked, and gets no buttons for it.
    """
    ids = [row.lead_id for section in sections for row in section.shown_rows]
    read = Lead.objects.only("phone", "email", "do_not_contact_at")
    leads = read.order_by().in_bulk(ids)
    return [
        replace(
            section,
            rows=[
                _with_contact(row, lead) if (lead := leads.get(row.lead_id)) else row
                for row in section.rows
            ],
        )
        for section in sections
    ]


def _with_contact(row: TodayRow, lead: Lead) -> TodayRow:
    if lead.do_not_contact_at:
        buttons = tuple(each for each in row.buttons if not each.is_contact)
        return replace(row, warning=DO_NOT_CONTACT, buttons=buttons)
    return replace(row, phone=usable(lead.phone), email=usable(lead.email))


def queue(now: datetime, person: User, without: Collection[str]) -> Iterator[str]:
    """Lead ids in the order in which to work them, without some."""
    for section in _in_order():
        for row in section.read(now, person, without):
            yield row.lead_id


def _in_order() -> list[TodaySection]:
    return sorted(today_sections, key=lambda section: section.order)
