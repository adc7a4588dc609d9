"""Events in order, once each; refunds beside the payments that they take back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from commissions.engine.schemas import REFUND, WHOLE_BPS, Event, InputRefused


class Entry(NamedTuple):
    """An event on its local day; for a refund also what it takes back.

    `part_cents` of the payment go back with it, `is_rest` when nothing is left.
    """

    event: Event
    day: date
    month: date
    payment: Event | None = None
    paid_on: date | None = None
    part_cents: int = 0
    is_rest: bool = False


def unique(events: Iterable[Event]) -> dict[str, Event]:
    """By id; what was delivered twice counts once. Raises InputRefused."""
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


def journal(known: dict[str, Event], zone: ZoneInfo) -> Iterator[Entry]:
    """Entries in the order of their moments.

    A refund that claims to be older than its payment counts when the payment does,
    and refunds together take back no more than was paid.
    """
    taken: dict[str, int] = defaultdict(int)
    days: dict[str, date] = {}
    for moment, _, _, event in sorted(_in_order(known), key=lambda item: item[:3]):
        day = moment.astimezone(zone).date()
        month = day.replace(day=1)
        if event.kind != REFUND:
            days[event.id] = day
            yield Entry(event, day, month)
            continue
        payment = known[event.refund_of or ""]
        part = min(event.value_cents, payment.value_cents - taken[payment.id])
        taken[payment.id] += part
        is_rest = part > 0 and taken[payment.id] == payment.value_cents
        yield Entry(event, day, month, payment, days[payment.id], part, is_rest)


def orphans(known: dict[str, Event]) -> list[str]:
    """Refunds whose payment is not there: voided, or never delivered."""
    return sorted(
        event.id
        for event in known.values()
        if event.kind == REFUND and (event.refund_of or "") not in known
    )


def _in_order(
    known: dict[str, Event],
) -> Iterator[tuple[datetime, bool, str, Event]]:
    for event in known.values():
        if event.kind != REFUND:
            yield event.occurred_at, False, event.id, event
        elif payment := known.get(event.refund_of or ""):
            moment = max(event.occurred_at, payment.occurred_at)
            yield moment, True, event.id, event
