"""Money that is known already: another system reported it, or somebody typed it in.

The same payment often comes by two systems: a terminal's and the one that asked for the
money. Of one lead, the same amount within a day by another system is the same payment.
It counts as the system reports it that comes first in `connections.payment_order`,
whichever was faster; the ids of the others are noted beside it as duplicates. What
somebody typed in of the lead, with the amount and on the clinic's day, is the same
payment, too, and counts as it was typed in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from connections.items import IncomingEvent
from connections.models import ExternalId
from connections.payment_order import title_of
from connections.taking_in.results import ItemSource
from kpis.choices import Kind
from kpis.models import KpiEvent
from medspa.clinic_time import clinic_zone, local_date
from medspa.postgres.written_query import Given, WrittenRows, is_one_of

PAYMENT, REFUND = "payment", "refund"
SAME_WITHIN = timedelta(days=1)
SAME_REFUND_WITHIN = timedelta(days=7)
# Of the id by which another system knows a payment that counts as this one's.
DUPLICATE_STATUS = "duplicate"
# Of the id of a payment whose amount, day or procedure somebody corrected here.
CORRECTED_STATUS = "corrected"


@dataclass(frozen=True)
class ToldPayment:
    """A payment that counts, the systems that reported it, and whether a person did."""

    event: KpiEvent
    systems: frozenset[str]
    is_typed: bool = False


def find_doubles(
    source: ItemSource, lead_ids: Iterable[str]
) -> dict[str, list[ToldPayment]]:
    """By lead, the payments that came by another system or that somebody typed in, and
    not by this system yet."""
    paid = [row["id"] for row in _payments_of().read(leads=list(lead_ids))]
    if not paid:
        return {}
    told: dict[str, dict[str, str]] = {pk: {} for pk in paid}
    rows = ExternalId.objects.filter(kind=PAYMENT, event__in=paid).order_by()
    for event_id, system, status in rows.values_list("event", "system", "status"):
        told[str(event_id)][system] = status
    others = [pk for pk in paid if source.system not in told[pk]]
    found: dict[str, list[ToldPayment]] = {}
    for event in KpiEvent.objects.filter(pk__in=others) if others else ():
        one = ToldPayment(event, frozenset(told[event.pk]), _is_typed(told[event.pk]))
        found.setdefault(str(event.lead_id), []).append(one)
    return found


def _is_typed(statuses: Mapping[str, str]) -> bool:
    """No system's report made the payment."""
    return all(status == DUPLICATE_STATUS for status in statuses.values())


@cache
def _payments_of() -> WrittenRows:
    """Of most leads there are none: together with their ids they took 1 ms to plan."""
    payments = KpiEvent.objects.filter(is_one_of("lead", Given("leads")))
    return WrittenRows(payments.filter(kind=Kind.INVOICE_PAID).order_by().values("id"))


def take_double(told: list[ToldPayment], item: IncomingEvent) -> ToldPayment | None:
    """The nearest in time, taken out: two equal payments there are two here."""
    near = [
        one
        for one in told
        if one.event.value_cents == item.amount_cents and _is_near(one, item)
    ]
    if not near:
        return None
    found = min(near, key=lambda one: abs(one.event.occurred_at - item.occurred_at))
    told.remove(found)
    return found


def _is_near(told: ToldPayment, item: IncomingEvent) -> bool:
    """Within a day; of what was typed in, only the day is known."""
    if told.is_typed:
        return _is_same_day(told.event, item)
    return abs(told.event.occurred_at - item.occurred_at) <= SAME_WITHIN


def _is_same_day(event: KpiEvent, item: IncomingEvent) -> bool:
    days = (
        local_date(at, clinic_zone()) for at in (event.occurred_at, item.occurred_at)
    )
    return len(set(days)) == 1


def same_refund(
    source: ItemSource, item: IncomingEvent, payment: KpiEvent
) -> KpiEvent | None:
    """A refund of the payment with this amount that another system told."""
    told = ExternalId.objects.filter(
        kind=REFUND,
        event__refund_of=payment,
        event__deleted_at=None,
        event__value_cents=item.amount_cents,
    ).select_related("event")
    own = {row.event_id for row in told if row.system == source.system}
    for row in told:
        event: Any = row.event
        is_near = abs(event.occurred_at - item.occurred_at) <= SAME_REFUND_WITHIN
        if row.event_id not in own and is_near:
            return event
    return None


def typed_refund(item: IncomingEvent, payment: KpiEvent) -> KpiEvent | None:
    """One of the payment that a person recorded on this day, and no system told yet."""
    typed = KpiEvent.objects.filter(
        refund_of=payment, value_cents=item.amount_cents, external_ids=None
    )
    return next((event for event in typed if _is_same_day(event, item)), None)


def reporters_of(event: KpiEvent) -> str:
    """The systems that reported a payment or a refund, in words; empty for none."""
    told = ExternalId.objects.filter(kind__in=(PAYMENT, REFUND), event=event)
    systems = told.order_by("made_at", "id").values_list("system", flat=True)
    return " and ".join(title_of(system) for system in dict.fromkeys(systems))


def keep_ids(old: KpiEvent, corrected: KpiEvent) -> None:
    """What systems report of a payment, a refund for example, is of the corrected one
    from now on."""
    rows = ExternalId.objects.filter(kind=PAYMENT, event=old)
    rows.exclude(status=DUPLICATE_STATUS).update(status=CORRECTED_STATUS)
    rows.update(event=corrected)
