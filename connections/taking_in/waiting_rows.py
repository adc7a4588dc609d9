"""Events that wait for their lead, payment or a person's decision."""

from connections.items import IncomingEvent
from connections.models import (
    ItemOutcome,
    Outcome,
    UnmatchedEvent,
    WaitState,
    WaitWhy,
)
from connections.taking_in.results import ItemResult, ItemSource
from medspa import clock

WAIT_SENTENCES = {
    WaitWhy.NOBODY: "No lead has this ID, email or phone.",
    WaitWhy.SEVERAL: "Several leads have this phone.",
    WaitWhy.NO_PAYMENT: "Its payment hasn't arrived yet.",
    WaitWhy.NO_BOOKING: "Its appointment hasn't arrived yet.",
    WaitWhy.REFUSED: "It couldn't be recorded.",
}


def waits(
    source: ItemSource, item: IncomingEvent, why: WaitWhy, sentence: str = ""
) -> ItemResult:
    """Keep the event until its lead or payment is there; once, if it comes often."""
    sentence = sentence or WAIT_SENTENCES[why]
    row = UnmatchedEvent.objects.filter(
        system=source.system,
        account=source.account,
        what=item.what,
        object_id=item.object_id,
        state=WaitState.WAITING,
    ).first()
    row = row or UnmatchedEvent(
        system=source.system,
        account=source.account,
        what=item.what,
        object_id=item.object_id,
    )
    row.connection = source.connection
    row.delivery = source.place_of(item).delivery
    row.parent_id = item.parent_id
    row.content = item.model_dump_json()
    row.why, row.sentence = why, sentence[:300]
    row.save()
    return ItemResult(Outcome.PARKED, why.value, sentence)


def source_of(row: UnmatchedEvent) -> ItemSource:
    return ItemSource(row.system, row.account, row.connection, row.delivery)


def item_of(row: UnmatchedEvent) -> IncomingEvent:
    return IncomingEvent.model_validate_json(row.content)


def ended(row: UnmatchedEvent, state: WaitState, result: ItemResult) -> None:
    """It waits no longer: its content is forgotten, its outcome is the new one."""
    row.state, row.ended_at = state, max(clock.now(), row.made_at)
    row.content, row.event_id = "", result.event_id
    row.save()
    parked = ItemOutcome.objects.filter(
        connection=row.connection,
        what=row.what,
        object_id=row.object_id,
        outcome=Outcome.PARKED,
    )
    first, *others = list(parked.order_by("made_at", "id")) or [None]
    if first:
        first.outcome, first.reason = result.outcome, result.reason
        first.lead_id, first.event_id = result.lead_id, result.event_id
        first.save()
    # The same event that came again while the first waited.
    parked.filter(pk__in=[one.pk for one in others if one]).update(
        outcome=Outcome.UNCHANGED, reason=""
    )
