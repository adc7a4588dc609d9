"""Taking in items of any kind, in bounded batches, each item with its outcome."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from connections.items import Deleted, DoNotContact, IncomingEvent, Item
from connections.models import Outcome
from connections.taking_in.deletions import DELETED, take_deletions
from connections.taking_in.events import follow_up, take_event
from connections.taking_in.leads import take_leads
from connections.taking_in.money import take_payments
from connections.taking_in.people import People
from connections.taking_in.results import (
    ItemResult,
    ItemSource,
    NotedResult,
    write_outcomes,
)
from connections.taking_in.wishes import take_wishes
from connections.taking_in.words import ClinicWords
from leads.intake.incoming import IncomingLead
from medspa.clinic.current import clinic_scope
from medspa.postgres.constraints import check_constraints

BATCH = 500
# What one item can be guilty of; any other database error ends the batch.
ITEM_ERRORS = (IntegrityError, DataError, ValidationError)
NOT_ACCEPTED = "The database didn't accept this."
Results = dict[int, ItemResult]
TakeEvents = Callable[[Mapping[int, IncomingEvent]], Results]
# How a batch holds out where the database doesn't accept one of its events.
Guard = Callable[[Mapping[int, IncomingEvent], TakeEvents], Results]
SomeItem = TypeVar("SomeItem", bound=Item)


def take_in(items: Sequence[Item], source: ItemSource) -> list[ItemResult]:
    """Write the items and note what came of each, in their order.

    Each batch of 500 is a transaction. Where the database does not accept an item, the
    batch is written again, and that item fails alone. Taking in the same items again
    changes nothing. Raises MoveRefused when there is no stage that new leads enter.
    """
    with clinic_scope():
        return _take_in(items, source)


def _take_in(items: Sequence[Item], source: ItemSource) -> list[ItemResult]:
    results: list[ItemResult] = []
    words = ClinicWords(source.system)
    for start in range(0, len(items), BATCH):
        batch = dict(enumerate(items[start : start + BATCH]))
        try:
            found = _write_batch(source, batch, words, start, _together)
        except ITEM_ERRORS:
            found = _write_batch(source, batch, words, start, _alone_if_needed)
        results += [found[number] for number in batch]
    return results


def _write_batch(
    source: ItemSource,
    batch: Mapping[int, Item],
    words: ClinicWords,
    start: int,
    guard: Guard,
) -> Results:
    with transaction.atomic():
        found = _take_batch(source, batch, words, guard)
        noted = [
            NotedResult(
                what_of(item),
                found[number],
                source.place_of(item, start + number),
                getattr(item, "object_id", ""),
            )
            for number, item in batch.items()
        ]
        write_outcomes(source, noted)
        follow_up(source, [(batch[n], found[n]) for n in batch], words)
    return found


def what_of(item: Item) -> str:
    match item:
        case IncomingLead():
            return "lead"
        case IncomingEvent():
            return item.what
        case Deleted():
            return DELETED
    return "do_not_contact"


def _take_batch(
    source: ItemSource, items: Mapping[int, Item], words: ClinicWords, guard: Guard
) -> Results:
    """In the order of kinds; as they came where one of them is a deletion."""
    if any(isinstance(item, Deleted) for item in items.values()):
        runs = [{number: item} for number, item in items.items()]
        deletions = _of(items, Deleted)
        if len(deletions) == len(items):
            return take_deletions(source, deletions)
    else:
        runs = [dict(items)]
    results: Results = {}
    for run in runs:
        if deleted := _of(run, Deleted):
            results |= take_deletions(source, deleted)
        if leads := _of(run, IncomingLead):
            is_together = guard is _together
            results |= take_leads(source, leads, is_together=is_together)
        results |= _take_events(source, _of(run, IncomingEvent), words, guard)
        results |= take_wishes(source, _of(run, DoNotContact))
    return results


def _of(items: Mapping[int, Item], kind: type[SomeItem]) -> dict[int, SomeItem]:
    return {number: item for number, item in items.items() if isinstance(item, kind)}


def _take_events(
    source: ItemSource,
    events: Mapping[int, IncomingEvent],
    words: ClinicWords,
    guard: Guard,
) -> Results:
    if not events:
        return {}
    people = People(source, (event.who for event in events.values()))
    paid = {number: one for number, one in events.items() if one.what == "paid"}
    results = guard(paid, lambda some: take_payments(source, some, people, words))
    others = {number: one for number, one in events.items() if number not in paid}
    # A refund after its payment, an appointment's older status before its newer one.
    for number, event in sorted(others.items(), key=lambda one: _moment(one[1])):
        results |= guard(
            {number: event},
            lambda some: {
                number: take_event(source, event, people, words)
                for number, event in some.items()
            },
        )
    return results


def _moment(event: IncomingEvent) -> tuple[bool, float]:
    at = event.status_at or event.occurred_at
    return event.what == "refunded", at.timestamp()


def _together(items: Mapping[int, IncomingEvent], take: TakeEvents) -> Results:
    """All at once; where the database refuses one, it raises one of ITEM_ERRORS."""
    if not items:
        return {}
    results = take(items)
    check_constraints()
    return results


def _alone_if_needed(items: Mapping[int, IncomingEvent], take: TakeEvents) -> Results:
    """All at once; where the database refuses one, each in a savepoint of its own."""
    if not items:
        return {}
    try:
        with transaction.atomic():
            results = take(items)
            check_constraints()
            return results
    except ITEM_ERRORS:
        if len(items) == 1:
            refused = ItemResult(Outcome.REFUSED, "not_accepted", NOT_ACCEPTED)
            return dict.fromkeys(items, refused)
    results = {}
    for number, item in items.items():
        results |= _alone_if_needed({number: item}, take)
    return results
