"""One event at a time, and those that waited for it."""

from collections.abc import Sequence
from functools import cache

from django.db.models import Q

from connections.items import IncomingEvent, Item
from connections.models import Outcome, UnmatchedEvent, WaitState
from connections.taking_in.consults import take_consult
from connections.taking_in.money import take_payments, take_refund
from connections.taking_in.people import People
from connections.taking_in.results import ItemResult, ItemSource
from connections.taking_in.waiting_rows import ended, item_of, source_of
from connections.taking_in.words import ClinicWords
from medspa.postgres.written_query import Given, WrittenRows


def take_event(
    source: ItemSource, item: IncomingEvent, people: People, words: ClinicWords
) -> ItemResult:
    match item.what:
        case "paid":
            return take_payments(source, {0: item}, people, words)[0]
        case "refunded":
            return take_refund(source, item, people)
    return take_consult(source, item, people, words)


def follow_up(
    source: ItemSource, done: Sequence[tuple[Item, ItemResult]], words: ClinicWords
) -> None:
    """End what waited for these events, and record refunds of payments among them."""
    events = [
        (item, result)
        for item, result in done
        if isinstance(item, IncomingEvent) and result.outcome != Outcome.PARKED
    ]
    if not events:
        return
    # Mostly nothing waits: Django writes the long statement only where something does.
    if not _any_waits().read(system=source.system, account=source.account):
        return
    waiting = UnmatchedEvent.objects.filter(
        system=source.system, account=source.account, state=WaitState.WAITING
    )
    results = {(item.what, item.object_id): result for item, result in events}
    ids = {object_id for _, object_id in results}
    payments = {item.object_id for item, _ in events if item.what == "paid"}
    of_payments = Q(what="refunded", parent_id__in=payments)
    waiting = waiting.filter(Q(object_id__in=ids) | of_payments)
    for row in waiting.select_for_update().order_by("made_at"):
        if result := results.get((row.what, row.object_id)):
            ended(row, WaitState.MATCHED, result)
        elif row.parent_id in payments:
            take_waiting(row, words)


@cache
def _any_waits() -> WrittenRows:
    waiting = UnmatchedEvent.objects.filter(
        state=WaitState.WAITING, system=Given("system"), account=Given("account")
    )
    return WrittenRows(waiting.order_by().values("id")[:1])


def take_waiting(row: UnmatchedEvent, words: ClinicWords) -> ItemResult:
    """Try a waiting event of the locked row again."""
    source, item = source_of(row), item_of(row)
    result = take_event(source, item, People(source, [item.who]), words)
    if result.outcome != Outcome.PARKED:
        ended(row, WaitState.MATCHED, result)
    return result
