"""All events once and in order of time, each refund together with its payment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from commissions.engine.schemas import REFUND_KIND, WHOLE_BPS, Event, InputRefused
from medspa.months import month_of


class RefundedPart(NamedTuple):
    """What a refund takes back: `cents` of a payment, made on the local day `paid_on`.

    `is_rest` when with it the whole payment is refunded.
    """

    payment: Event
    paid_on: date
    cents: int
    is_rest: bool


class JournalEntry(NamedTuple):
    """An event on its local day; for a refund also what it takes back."""

    event: Event
    day: date
    month: date
    refunded: RefundedPart | None = None


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


def journal(known: dict[str, Event], zone: ZoneInfo) -> Iterator[JournalEntry]:
    """Entries in order of time.

    A refund dated before its payment counts at the moment of the payment, and refunds
    together take back no more than was paid.
    """
    taken: dict[str, int] = defaultdict(int)
    days: dict[str, date] = {}
    for moment, _, _, event in sorted(_in_order(known), key=lambda item: item[:3]):
        day = moment.astimezone(zone).date()
        month = month_of(day)
        if event.kind != REFUND_KIND:
            days[event.id] = day
            yield JournalEntry(event, day, month)
            continue
        payment = known[event.refund_of or ""]
        cents = min(event.value_cents, payment.value_cents - taken[payment.id])
        taken[payment.id] += cents
        is_rest = cents > 0 and taken[payment.id] == payment.value_cents
        part = RefundedPart(payment, days[payment.id], cents, is_rest)
        yield JournalEntry(event, day, month, part)


def orphans(known: dict[str, Event]) -> list[str]:
    """Ids of refunds whose payment is missing: voided, or never recorded."""
    return sorted(
        event.id
        for event in known.values()
        if event.kind == REFUND_KIND and (event.refund_of or "") not in known
    )


def _in_order(
    known: dict[str, Event],
) -> Iterator[tuple[datetime, bool, str, Event]]:
    for event in known.values():
        if event.kind != REFUND_KIND:
            yield event.occurred_at, False, event.id, event
        elif payment := known.get(event.refund_of or ""):
            moment = max(event.occurred_at, payment.occurred_at)
            yield moment, True, event.id, event
