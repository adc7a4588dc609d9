"""What the Connections page shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connections.door import Door
from connections.items import IncomingEvent, Item, Who
from connections.models import (
    UNDO_WITHIN,
    WHAT_IN_WORDS,
    DeliveryState,
    IntakeBatch,
    ReceivedDelivery,
    UndoRun,
    UnmatchedEvent,
    WaitState,
)
from connections.page.stuck import Stuck, read_stuck
from connections.payment_order import payment_order, title_of
from connections.registry import DOORS
from connections.taking_in.waiting_rows import item_of
from connections.watching.figures import DoorState, read_doors
from connections.watching.naming import system_titles
from connections.working_off import context_of, projection_of
from leads.intake.incoming import IncomingLead
from leads.models import Lead
from leads.search import Search, SearchKind
from medspa import clock
from medspa.clinic.current import current_clinic
from medspa.encryption.fields import surviving_damage
from medspa.formats import format_cents
from medspa.formats.phones import format_phone

MOST_WAITING_SHOWN = 50
MOST_CANDIDATES = 10
MOST_IMPORTS_SHOWN = 20
# Where a word of "payment_intent.succeeded" or of "ContactCreate" ends.
WORD_ENDS = re.compile(r"[._]+|(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class WaitingEvent:
    """An event that waits, with what is known of its person."""

    row: UnmatchedEvent
    item: IncomingEvent
    door: Door | None

    @property
    def title(self) -> str:
        return WHAT_IN_WORDS[self.item.what]

    @property
    def system(self) -> str:
        return self.door.title if self.door else self.row.system

    @property
    def contact(self) -> str:
        return _contact_of(self.item.who)


def _contact_of(who: Who | IncomingLead) -> str:
    phone = format_phone(who.phone)
    return ", ".join(filter(None, (who.first_name, who.email, phone)))


def _amount_of(event: IncomingEvent) -> str:
    """In the clinic's currency, or with the code of another one."""
    cents, code = event.amount_cents or 0, event.currency.upper()
    if not cents or code in ("", current_clinic().currency):
        return format_cents(cents) if cents else ""
    return f"{cents // 100:,}.{cents % 100:02} {code}"


def _stored_items(row: ReceivedDelivery) -> Sequence[Item]:
    """What the stored delivery says by itself, without asking the other system."""
    door = DOORS.get(row.connection.door)
    if door is None or door.fetch:
        return ()
    try:
        return door.translate(projection_of(row), context_of(row.connection, door))
    except Exception:  # noqa: BLE001  (it may be parked for just that)
        return ()


@dataclass(frozen=True)
class ParkedDelivery:
    """A delivery that waits for a person's decision.

    `amount` and `contact` are what was stored of it; empty where it names only ids.
    """

    row: ReceivedDelivery
    system: str
    amount: str = ""
    contact: str = ""

    @classmethod
    def of(cls, row: ReceivedDelivery, system: str) -> "ParkedDelivery":
        items = _stored_items(row)
        events = [item for item in items if isinstance(item, IncomingEvent)]
        amounts = [_amount_of(event) for event in events]
        people = [item for item in items if isinstance(item, IncomingLead)]
        named: list[Who | IncomingLead] = [*people, *(event.who for event in events)]
        contacts = [_contact_of(one) for one in named]
        return cls(
            row,
            system,
            next(filter(None, amounts), ""),
            next(filter(None, contacts), ""),
        )

    @property
    def title(self) -> str:
        return WHAT_IN_WORDS.get(self.row.kind) or kind_in_words(self.row.kind)


@dataclass(frozen=True)
class ConnectionsData:
    """`undos`: those of periods, each with what people call the system."""

    doors: Sequence[DoorState]
    waiting: Sequence[WaitingEvent]
    parked: Sequence[ParkedDelivery]
    # What GoHighLevel didn't take, and what changes too often there.
    stuck: Sequence[Stuck] = ()
    imports: Sequence[IntakeBatch] = ()
    undos: Sequence[tuple[UndoRun, str]] = ()
    # Code and name of each system that reports payments, in the order they count in.
    payment_order: Sequence[tuple[str, str]] = ()


def read_connections() -> ConnectionsData:
    return ConnectionsData(
        doors=read_doors(),
        waiting=read_waiting(),
        parked=_parked(),
        stuck=read_stuck(),
        imports=_imports(),
        undos=_undos(),
        payment_order=[(system, title_of(system)) for system in payment_order()],
    )


def _parked() -> list[ParkedDelivery]:
    rows = ReceivedDelivery.objects.filter(state=DeliveryState.PARKED)
    shown = rows.select_related("connection").order_by("received_at")
    found = list(shown[:MOST_WAITING_SHOWN])
    titles = system_titles(row.connection for row in found)
    return [ParkedDelivery.of(row, titles[row.connection_id]) for row in found]


def _imports() -> list[IntakeBatch]:
    """Those that can be undone, or were."""
    since = clock.now() - UNDO_WITHIN
    batches = IntakeBatch.objects.filter(made_at__gte=since).select_related("made_by")
    return list(batches.prefetch_related("undos__made_by")[:MOST_IMPORTS_SHOWN])


def kind_in_words(kind: str) -> str:
    """A system's name for what it sends: "Payment intent succeeded"."""
    words = WORD_ENDS.sub(" ", kind).strip().lower()
    return words[:1].upper() + words[1:]


def _undos() -> list[tuple[UndoRun, str]]:
    since = clock.now() - UNDO_WITHIN
    runs = UndoRun.objects.filter(connection__isnull=False, made_at__gte=since)
    shown = list(runs.select_related("connection", "made_by")[:MOST_IMPORTS_SHOWN])
    titles = system_titles(run.connection for run in shown if run.connection)
    return [(run, titles[run.connection_id]) for run in shown if run.connection_id]


def read_waiting() -> list[WaitingEvent]:
    rows = UnmatchedEvent.objects.filter(state=WaitState.WAITING)
    return [
        waiting_event(row)
        for row in rows.order_by("made_at", "id")[:MOST_WAITING_SHOWN]
    ]


def waiting_event(row: UnmatchedEvent) -> WaitingEvent:
    return WaitingEvent(row, item_of(row), DOORS.get(row.system))


def candidates(item: IncomingEvent, typed: str) -> list[Lead]:
    """The leads that were searched for; without a search, those with the contact or
    the first name."""
    with surviving_damage():
        if typed:
            return _found(typed)
        who = item.who
        for text in (who.email, who.phone, who.first_name):
            if text and (found := _found(text)):
                return found
    return []


def _found(typed: str) -> list[Lead]:
    search, leads = Search.read(typed), Lead.objects.all()
    match search.kind:
        case SearchKind.EMAIL:
            leads = leads.with_email(search.text)
        case SearchKind.PHONE:
            leads = leads.with_phone(search.text)
        case SearchKind.LAST_FOUR:
            leads = leads.with_last_four(search.text)
        case SearchKind.LAST_DIGITS:
            leads = leads.with_last_digits(search.text)
        case SearchKind.NAME:
            leads = leads.search(search.text)
        case _:
            return []
    return list(leads.order_by("-created_at")[:MOST_CANDIDATES])
