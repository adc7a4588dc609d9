"""From the cells of one row to events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connections.files.kinds import PAYMENT_FILES, FileKind
from connections.files.row_ids import Repeats, made_up_ids, own_id
from connections.files.status_words import (
    APPOINTMENT_WORDS,
    BOOKED,
    NOTHING,
    PARTLY,
    PAYMENT_WORDS,
    REFUNDED,
)
from connections.items import IncomingEvent, What, Who
from leads import privacy
from leads.intake import values
from leads.intake.files.allowed import ADDRESS
from leads.intake.incoming import MAX_CELL_LENGTH
from leads.intake.refusals import RowRefused
from leads.lists.procedure_names import may_be_a_procedure
from medspa.reading.cleaning import clean_text, is_placeholder
from medspa.reading.word_keys import key

Cells = Mapping[str, str]
# Appointments are planned so far ahead at most.
FUTURE = timedelta(days=3 * 366)
NO_DATE = "There is no date."
UNKNOWN_STATUS = "The status is unknown."
PARTLY_UNKNOWN = "It was partly refunded, but no column says how much."
NO_PERSON = "No email, phone or customer ID."
NOT_PAID = "not paid (failed, pending, canceled or zero)"
OTHER_SERVICE = "not a consult"


class RowSkipped(Exception):
    """The row is sound and means nothing here; `why` is one of our words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class RowEvent:
    """An event and the other ids by which it may be known: those of older keys.

    `is_total`: a refund of all that was paid back until the file was made.
    """

    event: IncomingEvent
    also: tuple[str, ...] = ()
    is_total: bool = False

    def known_as(self, known: Mapping[str, str]) -> "RowEvent":
        """With the id by which it was imported before."""
        old = known.get(self.event.object_id)
        parent = known.get(self.event.parent_id)
        ids = {"object_id": old, "parent_id": parent}
        return self.changed(**{name: found for name, found in ids.items() if found})

    def with_cents(self, cents: int) -> "RowEvent":
        return self.changed(amount_cents=cents)

    def changed(self, **changes: object) -> "RowEvent":
        return replace(self, event=self.event.model_copy(update=changes))


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of one file in their order."""

    system: str
    account: str
    kind: FileKind
    zone: ZoneInfo
    now: datetime
    is_day_first: bool = False
    # Keys of the services that are consults; without any, all are.
    services: frozenset[str] = frozenset()
    repeats: Repeats = field(default_factory=Repeats)

    def read(self, cells: Mapping[str, Sequence[str]]) -> list[RowEvent]:
        """Raises RowRefused or RowSkipped."""
        texts = {name: _first(found) for name, found in cells.items()}
        who = _who(cells, texts, self.system)
        if not (who.email or who.phone or who.ids):
            raise RowRefused(NO_PERSON)
        if self.kind is PAYMENT_FILES:
            return self._payment(texts, who)
        return [self._appointment(texts, who)]

    def _payment(self, texts: Cells, who: Who) -> list[RowEvent]:
        cents = _cents(texts.get("amount", "")) - abs(_cents(texts.get("tip", "")))
        meaning = _meaning(texts)
        if meaning == NOTHING or not cents:
            raise RowSkipped(NOT_PAID)
        at = self._moment(texts, "date", "time")
        is_refund = cents < 0 or _is_refund_row(texts)
        what: What = "refunded" if is_refund else "paid"
        row = self._row(what, texts, who, at, abs(cents))
        if is_refund:
            return [
                row.changed(parent_id=own_id(texts.get("payment_id", ""), self.system))
            ]
        returned = abs(_cents(texts.get("refunded", "")))
        if meaning == PARTLY and not returned:
            raise RowRefused(PARTLY_UNKNOWN)
        if meaning == REFUNDED and not returned:
            returned = cents
        if not returned:
            return [row]
        return [row, self._returned(row, min(returned, cents), texts)]

    def _returned(self, row: RowEvent, cents: int, texts: Cells) -> RowEvent:
        """What a payment's row says was paid back until the file was made."""
        paid = row.event
        at = paid.occurred_at
        if texts.get("refunded_on"):
            at = max(at, self._moment(texts, "refunded_on"))
        return RowEvent(
            paid.model_copy(
                update={
                    "what": "refunded",
                    "object_id": f"{paid.object_id}:refunded:{cents}",
                    "parent_id": paid.object_id,
                    "amount_cents": cents,
                    "occurred_at": at,
                }
            ),
            is_total=True,
        )

    def _appointment(self, texts: Cells, who: Who) -> RowEvent:
        if self.services and key(texts.get("service", "")) not in self.services:
            raise RowSkipped(OTHER_SERVICE)
        word = texts.get("status", "")
        what = APPOINTMENT_WORDS.get(key(word)) if word else BOOKED
        if what is None:
            raise RowRefused(UNKNOWN_STATUS)
        starts_at = self._moment(texts, "date", "time", until=self.now + FUTURE)
        booked_at = min(starts_at, self.now)
        if texts.get("booked_on"):
            booked_at = min(booked_at, self._moment(texts, "booked_on"))
        at = booked_at if what == BOOKED else min(starts_at, self.now)
        row = self._row("booked", texts, who, starts_at)
        return row.changed(
            what=what,
            occurred_at=at,
            scheduled_for=starts_at,
            status_at=at,
            provider=texts.get("provider", ""),
        )

    def _row(
        self, what: What, texts: Cells, who: Who, at: datetime, cents: int | None = None
    ) -> RowEvent:
        ids: tuple[str, ...]
        if given := own_id(texts.get("id", ""), self.system):
            ids = (given,)
        else:
            person = (who.email, who.phone, who.ids)
            ids = made_up_ids(what, at.isoformat(), cents, *person)
        suffix = self.repeats.suffix(what, ids[0])
        newest, *older = [f"{one}{suffix}" for one in ids]
        procedure = texts.get("procedure", "")
        event = IncomingEvent(
            what=what,
            system=self.system,
            account=self.account,
            object_id=newest,
            occurred_at=at,
            amount_cents=cents,
            currency=texts.get("currency", "").upper()[:3],
            procedure=procedure if may_be_a_procedure(procedure) else "",
            who=who,
        )
        return RowEvent(event, tuple(older))

    def _moment(
        self, texts: Cells, *fields: str, until: datetime | None = None
    ) -> datetime:
        text = " ".join(filter(None, (texts.get(name, "") for name in fields)))
        if not texts.get(fields[0]):
            raise RowRefused(NO_DATE)
        try:
            return values.read_moment(
                text.removesuffix(" UTC"),
                ZoneInfo("UTC") if text.endswith(" UTC") else self.zone,
                until or self.now,
                is_day_first=self.is_day_first,
            )
        except ValueError as error:
            raise RowRefused(str(error)) from None


def _first(found: Sequence[str]) -> str:
    """The first cell with a value; a longer one is a note in the wrong column."""
    for text in map(clean_text, found):
        if text and len(text) <= MAX_CELL_LENGTH and not is_placeholder(text):
            return text
    return ""


def _meaning(texts: Cells) -> str:
    """What the status says; empty without one."""
    word = texts.get("status", "")
    meaning = PAYMENT_WORDS.get(key(word)) if word else ""
    if meaning is None:
        raise RowRefused(UNKNOWN_STATUS)
    return meaning


def _is_refund_row(texts: Cells) -> bool:
    return PAYMENT_WORDS.get(key(texts.get("type", ""))) == REFUNDED


def _cents(text: str) -> int:
    """`$1,234.50`, `-50`, `(50.00)`; 0 for nothing; raises RowRefused."""
    plain = text.replace("\u2212", "-").replace(" ", "")
    is_negative = plain.startswith("(") or "-" in plain
    plain = plain.strip("()").replace("-", "")
    if not plain.strip("$€£0.,"):
        return 0
    try:
        cents = values.read_cents(plain)
    except ValueError as error:
        raise RowRefused(str(error)) from None
    return -cents if is_negative else cents


def _who(cells: Mapping[str, Sequence[str]], texts: Cells, system: str) -> Who:
    """An unreadable email or phone costs only itself."""
    customer = own_id(texts.get("customer_id", ""), system)
    first_name = privacy.keep_given_name(texts.get("first_name", ""))
    full_name = texts.get("full_name", "")
    if not first_name and not ADDRESS.search(full_name):
        first_name = privacy.keep_from_full_name(full_name)
    return Who(
        ids=(("customer", customer),) if customer else (),
        email=_readable(values.read_email, cells.get("email", ())),
        phone=_readable(values.read_phone, cells.get("phone", ())),
        first_name=first_name,
    )


def _readable(read: Callable[[str], str], found: Sequence[str]) -> str:
    for text in map(clean_text, found):
        if text and len(text) <= MAX_CELL_LENGTH and not is_placeholder(text):
            try:
                return read(text)
            except ValueError:
                continue
    return ""
