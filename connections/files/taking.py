"""Taking in what the rows of a file say, all of them or a part."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Sum

from connections.files.reading import RowEvent
from connections.models import ExternalId
from connections.taking_in import ItemResult, ItemSource, take_in
from connections.taking_in.doubles import PAYMENT
from kpis.models import KpiEvent


@dataclass(frozen=True)
class ReadRows:
    """What the rows of a file say, before it is taken in."""

    events: list[tuple[int, RowEvent]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    refused: dict[str, list[int]] = field(default_factory=dict)

    def refuse(self, number: int, why: str) -> None:
        self.refused.setdefault(why, []).append(number)


def take_rows(
    read: ReadRows, source: ItemSource, *, is_trial: bool = False
) -> list[ItemResult]:
    """In their order; a trial is rolled back."""
    known = _known_ids(read, source)
    renamed = [(number, one.known_as(known)) for number, one in read.events]
    read.events[:] = _not_returned_before(renamed, source)
    events = [one.event for _, one in read.events]
    if not is_trial:
        return take_in(events, source)
    with transaction.atomic():
        results = take_in(events, source)
        transaction.set_rollback(True)
    return results


def _not_returned_before(
    rows: Sequence[tuple[int, RowEvent]], source: ItemSource
) -> list[tuple[int, RowEvent]]:
    """A payment's row says what was paid back in all: less what is already known."""
    totals = [one.event.parent_id for _, one in rows if one.is_total]
    payments = ExternalId.objects.filter(
        system=source.system, account=source.account, kind=PAYMENT, value__in=totals
    )
    event_of = dict(payments.values_list("value", "event_id"))
    refunds = KpiEvent.objects.filter(refund_of__in=event_of.values()).order_by()
    sums = dict(refunds.values_list("refund_of").annotate(Sum("value_cents")))
    left = []
    for number, one in rows:
        before = sums.get(event_of.get(one.event.parent_id), 0) if one.is_total else 0
        cents = (one.event.amount_cents or 0) - before
        if not before:
            left.append((number, one))
        elif cents > 0:
            left.append((number, one.with_cents(cents)))
    return left


def _known_ids(read: ReadRows, source: ItemSource) -> dict[str, str]:
    """Ids that were made with an older key, where such a row was imported before."""
    newest_of = {old: one.event.object_id for _, one in read.events for old in one.also}
    found = ExternalId.objects.filter(
        system=source.system, account=source.account, value__in=list(newest_of)
    )
    return {newest_of[old]: old for old in found.values_list("value", flat=True)}
