"""Payments and refunds from other systems: each counts once (see `doubles`)."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from connections.items import IncomingEvent
from connections.models import ExternalId, Outcome, WaitWhy
from connections.payment_order import Ranks, title_of
from connections.taking_in.doubles import (
    CORRECTED_STATUS,
    DUPLICATE_STATUS,
    PAYMENT,
    REFUND,
    ToldPayment,
    find_doubles,
    same_refund,
    take_double,
    typed_refund,
)
from connections.taking_in.people import People, lock_ids, lock_leads
from connections.taking_in.results import ItemResult, ItemSource
from connections.taking_in.waiting_rows import waits
from connections.taking_in.words import ClinicWords
from kpis.choices import Kind, VoidReason
from kpis.events.payments import MOST_PAID_CENTS, record_refund
from kpis.events.refusals import EventRefused
from kpis.events.reported import (
    ReportedPayment,
    record_payments,
    replace_payment,
)
from kpis.events.voiding import void
from kpis.models import KpiEvent
from medspa import clock
from medspa.audit.inserting import insert_rows
from medspa.clinic.current import current_clinic
from medspa.ids import new_id
from medspa.postgres.written_query import Given, WrittenRows, is_one_of

# Other clocks may be ahead of ours, and a date without a zone may mean tomorrow.
CLOCKS_DIFFER = timedelta(days=1)
OTHER_CURRENCY = "The amount isn't in the clinic's currency."
NO_AMOUNT = "The amount must be above zero."
IN_THE_FUTURE = "Its date is in the future."
AMOUNT_TOO_LARGE = "The amount is too large."
OTHER_AMOUNT = "This payment was already recorded with another amount."
VOIDED = "The payment was voided here."
COUNTS_INSTEAD = "Counts as {system} reports it"


def cannot_be_recorded(source: ItemSource, item: IncomingEvent) -> ItemResult | None:
    """Why the money can't be recorded, if it can't."""
    if not item.amount_cents or item.amount_cents < 0:
        return ItemResult(Outcome.REFUSED, "no_amount", NO_AMOUNT)
    if item.amount_cents > MOST_PAID_CENTS:
        return ItemResult(Outcome.REFUSED, "amount_too_large", AMOUNT_TOO_LARGE)
    if item.currency and item.currency.upper() != current_clinic().currency:
        outcome = _parked_or_refused(source, item)
        return ItemResult(outcome, "other_currency", OTHER_CURRENCY)
    if item.occurred_at > clock.now() + CLOCKS_DIFFER:
        outcome = _parked_or_refused(source, item)
        return ItemResult(outcome, "in_the_future", IN_THE_FUTURE)
    return None


def _parked_or_refused(source: ItemSource, item: IncomingEvent) -> Outcome:
    """A person decides about a delivery; of a file or a poll there is none to decide
    about, so that nothing of it would ever end its waiting."""
    return Outcome.PARKED if source.place_of(item).delivery else Outcome.REFUSED


def ids_of(
    source: ItemSource, kind: str, values: Iterable[str]
) -> dict[str, ExternalId]:
    """The other system's ids of this kind that are known, by their values.

    Most objects are new: their events are read only where there are any.
    """
    asked = {
        "system": source.system,
        "account": source.account,
        "kind": kind,
        "values": list(set(values)),
    }
    known = [row["id"] for row in _known_ids().read(**asked)]
    if not known:
        return {}
    found = ExternalId.objects.filter(pk__in=known).exclude(event=None)
    return {row.value: row for row in found.select_related("event")}


@cache
def _known_ids() -> WrittenRows:
    names = ("system", "account", "kind")
    ids = ExternalId.objects.filter(**{name: Given(name) for name in names})
    ids = ids.filter(is_one_of("value", Given("values")))
    return WrittenRows(ids.order_by().values("id"))


def take_payments(
    source: ItemSource,
    items: Mapping[int, IncomingEvent],
    people: People,
    words: ClinicWords,
) -> dict[int, ItemResult]:
    """Record payments that are new; all of them by a few statements."""
    results, whose = _sort_out(source, items, people)
    if whose:
        results |= _record(source, items, whose, words)
        people.remember((items[number].who, pk) for number, pk in whose.items())
    return results


def _sort_out(
    source: ItemSource, items: Mapping[int, IncomingEvent], people: People
) -> tuple[dict[int, ItemResult], dict[int, str]]:
    """What came of payments that are not recorded, and the leads of the others."""
    known = ids_of(source, PAYMENT, (item.object_id for item in items.values()))
    results: dict[int, ItemResult] = {}
    whose: dict[int, str] = {}
    new: dict[str, str] = {}
    for number, item in items.items():
        if item.object_id in new:
            results[number] = ItemResult(Outcome.UNCHANGED, lead_id=new[item.object_id])
        elif row := known.get(item.object_id):
            results[number] = _known_payment(source, item, row)
        elif refusal := cannot_be_recorded(source, item):
            results[number] = refusal
        elif people.is_suppressed(item.who):
            results[number] = ItemResult(Outcome.REFUSED, "erased")
        elif lead_id := people.find(item.who):
            new[item.object_id] = whose[number] = lead_id
        else:
            results[number] = waits(source, item, people.why_not(item.who))
    return results, whose


def _record(
    source: ItemSource,
    items: Mapping[int, IncomingEvent],
    whose: Mapping[int, str],
    words: ClinicWords,
) -> dict[int, ItemResult]:
    """Write the payments, and beside those of another system only their ids."""
    results: dict[int, ItemResult] = {}
    leads = lock_ids(whose.values())
    doubles, ranks = find_doubles(source, leads), Ranks()
    ids: list[ExternalId] = []
    new: dict[int, ReportedPayment] = {}
    for number, lead_id in whose.items():
        item = items[number]
        if lead_id not in leads:
            results[number] = waits(source, item, WaitWhy.NOBODY)
            continue
        payment = ReportedPayment(
            lead_id,
            item.amount_cents or 0,
            item.occurred_at,
            words.procedure(item.procedure),
        )
        if double := take_double(doubles.get(lead_id, []), item):
            results[number] = _take_beside(source, item, payment, double, ranks)
        else:
            new[number] = payment
    for number, event in zip(new, record_payments(list(new.values())), strict=True):
        ids.append(id_of(source, PAYMENT, items[number], event))
        results[number] = ItemResult(
            Outcome.CREATED, lead_id=event.lead_id, event_id=event.pk
        )
    insert_rows(ExternalId, ids)
    return results


def _take_beside(
    source: ItemSource,
    item: IncomingEvent,
    payment: ReportedPayment,
    known: ToldPayment,
    ranks: Ranks,
) -> ItemResult:
    """A payment that is known already: it counts once, by the order of the systems.

    One that somebody typed in, that was refunded, or of a closed month, stays as it is.
    """
    event, outcome = known.event, Outcome.DUPLICATE
    reason = "typed_in" if known.is_typed else "other_system"
    if not known.is_typed and ranks.counts_before(source.system, known.systems):
        try:
            why = COUNTS_INSTEAD.format(system=title_of(source.system))
            event = replace_payment(known.event, payment, why)
        except EventRefused:
            reason = "other_system_stays"
        else:
            outcome, reason = Outcome.UPDATED, "counts_instead"
            ExternalId.objects.filter(event=known.event).update(
                event=event, status=DUPLICATE_STATUS
            )
    row = id_of(source, PAYMENT, item, event)
    if outcome == Outcome.DUPLICATE:
        row.status = DUPLICATE_STATUS
    row.save()
    return ItemResult(outcome, reason, lead_id=event.lead_id, event_id=event.pk)


def _known_payment(
    source: ItemSource, item: IncomingEvent, row: ExternalId
) -> ItemResult:
    event: Any = row.event
    may_differ = event.is_deleted or row.status in (CORRECTED_STATUS, DUPLICATE_STATUS)
    if item.amount_cents != event.value_cents and not may_differ:
        outcome = _parked_or_refused(source, item)
        return ItemResult(
            outcome, "other_amount", OTHER_AMOUNT, event.lead_id, event.pk
        )
    return ItemResult(Outcome.UNCHANGED, lead_id=event.lead_id, event_id=event.pk)


def id_of(
    source: ItemSource, kind: str, item: IncomingEvent, event: KpiEvent
) -> ExternalId:
    return ExternalId(
        id=new_id(),
        system=source.system,
        account=source.account,
        kind=kind,
        value=item.object_id,
        event=event,
        status=item.what,
        status_at=item.status_at or item.occurred_at,
    )


def take_refund(source: ItemSource, item: IncomingEvent, people: People) -> ItemResult:
    """Record one refund; it waits while its payment has not come.

    A refund that names no payment is of the lead's only payment of that amount. With
    the amount zero it failed there, or a dispute was won: it counts no longer.
    """
    row = ids_of(source, REFUND, [item.object_id]).get(item.object_id)
    if item.amount_cents == 0:
        return _take_back(source, item, row)
    if row:
        return ItemResult(Outcome.UNCHANGED, event_id=row.event_id)
    if refusal := cannot_be_recorded(source, item):
        return refusal
    if people.is_suppressed(item.who):
        return ItemResult(Outcome.REFUSED, "erased")
    payment = _payment_of(source, item, people)
    if payment is None:
        return waits(source, item, WaitWhy.NO_PAYMENT)
    if payment.is_deleted:
        return ItemResult(Outcome.REFUSED, "payment_is_voided", VOIDED)
    lead = lock_leads([str(payment.lead_id)]).get(str(payment.lead_id))
    if lead is None:
        return waits(source, item, WaitWhy.NOBODY)
    if double := same_refund(source, item, payment):
        id_of(source, REFUND, item, double).save()
        return ItemResult(
            Outcome.DUPLICATE, "other_system", lead_id=lead.pk, event_id=double.pk
        )
    if typed := typed_refund(item, payment):
        beside = id_of(source, REFUND, item, typed)
        beside.status = DUPLICATE_STATUS
        beside.save()
        return ItemResult(
            Outcome.DUPLICATE, "typed_in", lead_id=lead.pk, event_id=typed.pk
        )
    try:
        event = record_refund(
            lead, payment.pk, item.amount_cents or 0, refunded_at=item.occurred_at
        )
    except EventRefused as error:
        return waits(source, item, WaitWhy.REFUSED, error.sentence)
    id_of(source, REFUND, item, event).save()
    return ItemResult(Outcome.CREATED, lead_id=lead.pk, event_id=event.pk)


def _take_back(
    source: ItemSource, item: IncomingEvent, row: ExternalId | None
) -> ItemResult:
    """Void the refund. One that did not come yet is noted at its payment, so that it
    changes nothing when it comes late."""
    if row is None:
        payment = ids_of(source, PAYMENT, [item.parent_id]).get(item.parent_id)
        if payment and payment.event:
            id_of(source, REFUND, item, payment.event).save()
        return ItemResult(Outcome.UNCHANGED, "never_counted")
    event: Any = row.event
    if event.is_deleted or event.kind != Kind.INVOICE_REFUNDED:
        return ItemResult(Outcome.UNCHANGED, event_id=row.event_id)
    void(event.pk, VoidReason.NEVER_HAPPENED)
    row.status_at = item.status_at or item.occurred_at
    row.save(update_fields=["status_at"])
    return ItemResult(
        Outcome.UPDATED, "taken_back", lead_id=event.lead_id, event_id=event.pk
    )


def _payment_of(
    source: ItemSource, item: IncomingEvent, people: People
) -> KpiEvent | None:
    if item.parent_id:
        row = ids_of(source, PAYMENT, [item.parent_id]).get(item.parent_id)
        if row or not people.are_chosen:
            return row.event if row else None
    lead_id = people.find(item.who)
    if lead_id is None:
        return None
    same = KpiEvent.objects.filter(
        lead=lead_id,
        kind=Kind.INVOICE_PAID,
        value_cents=item.amount_cents,
        occurred_at__lte=item.occurred_at,
    )[:2]
    return same[0] if len(same) == 1 else None
