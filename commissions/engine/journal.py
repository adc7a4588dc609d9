"""Payments and consults in order of time, each payment with its refunds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from commissions.engine.schemas import REFUND_KIND, WHOLE_BPS, Event, InputRefused
from medspa.months import month_of

# Moment and id: the order of events.
Order = tuple[datetime, str]


class PaymentRefund(NamedTuple):
    """A refund on its local day; `part_cents` of the payment are taken back by it."""

    event: Event
    moment: datetime
    day: date
    month: date
    part_cents: int

    @property
    def order(self) -> Order:
        return self.moment, self.event.id


class JournalEntry(NamedTuple):
    """A payment or consult on its local day, with its refunds in order.

    Totals count it `times` times; see `Inputs`.
    """

    event: Event
    day: date
    month: date
    refunds: tuple[PaymentRefund, ...] = ()
    times: int = 1

    @property
    def order(self) -> Order:
        return self.event.occurred_at, self.event.id


def unique(events: Iterable[Event]) -> dict[str, Event]:
    """Events by id, each once. Raises InputRefused for an impossible one."""
    seen: dict[str, Event] = {}
    for event in events:
        if event.id in seen:
            continue
        if sum(share.share_bps for share in event.credits) > WHOLE_BPS:
            raise InputRefused(f"The shares of {event.id} exceed the whole.")
        if event.occurred_at.tzinfo is None:
            raise InputRefused(f"{event.id} has a moment without a zone.")
        seen[event.id] = event
    return seen


def journal(
    known: dict[str, Event], zone: ZoneInfo, times: Mapping[str, int]
) -> list[JournalEntry]:
    """Entries in order of moment and id.

    A refund dated before its payment counts at the moment of the payment, and refunds
    together take back no more than was paid.
    """
    refunds: dict[str, list[Event]] = defaultdict(list)
    entries = []
    for event in known.values():
        if event.kind == REFUND_KIND:
            refunds[event.refund_of or ""].append(event)
    for event in known.values():
        if event.kind != REFUND_KIND:
            day = event.occurred_at.astimezone(zone).date()
            taken = _refunds_of(event, refunds.get(event.id, ()), zone)
            count = times.get(event.id, 1)
            entries.append(JournalEntry(event, day, month_of(day), taken, count))
    return sorted(entries, key=lambda entry: entry.order)


def _refunds_of(
    payment: Event, refunds: Sequence[Event], zone: ZoneInfo
) -> tuple[PaymentRefund, ...]:
    """Those that take back something, in order."""
    if not refunds:
        return ()
    moments = [(max(each.occurred_at, payment.occurred_at), each) for each in refunds]
    left = payment.value_cents
    found = []
    for moment, event in sorted(moments, key=lambda item: (item[0], item[1].id)):
        part = min(event.value_cents, left)
        if part <= 0:
            continue
        left -= part
        day = moment.astimezone(zone).date()
        found.append(PaymentRefund(event, moment, day, month_of(day), part))
    return tuple(found)


def orphans(known: dict[str, Event]) -> list[str]:
    """Ids of refunds whose payment is missing: voided, or never recorded."""
    return sorted(
        event.id
        for event in known.values()
        if event.kind == REFUND_KIND and (event.refund_of or "") not in known
    )
