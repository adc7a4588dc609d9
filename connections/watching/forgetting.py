"""What is removed when it is old, and when a person is erased."""

from collections.abc import Collection
from datetime import timedelta

from connections.models import (
    ENDED_STATES,
    DeliveryCount,
    DeliveryState,
    ExternalId,
    FieldDifference,
    IntakeBatch,
    ItemOutcome,
    KnownThere,
    Outcome,
    OutgoingChange,
    ReceivedDelivery,
    UndoRun,
    UnmatchedEvent,
    WaitState,
    WebFormCount,
)
from connections.taking_in.results import ItemResult
from connections.taking_in.waiting_rows import ended
from connections.working_off import end
from medspa import clock
from medspa.clinic_time import clinic_today

DELIVERIES_KEPT_FOR = timedelta(days=30)
OUTCOMES_KEPT_FOR = timedelta(days=90)
ADDRESSES_KEPT_FOR = timedelta(days=1)
COUNTS_KEPT_FOR = timedelta(days=400)


def forget_old() -> None:
    """Ended deliveries after 30 days, outcomes and ended events after 90."""
    now = clock.now()
    ReceivedDelivery.objects.filter(
        state__in=ENDED_STATES, ended_at__lt=now - DELIVERIES_KEPT_FOR
    ).delete()
    for model in (ItemOutcome, UndoRun, IntakeBatch):
        model.objects.filter(made_at__lt=now - OUTCOMES_KEPT_FOR).delete()
    UnmatchedEvent.objects.exclude(state=WaitState.WAITING).filter(
        ended_at__lt=now - OUTCOMES_KEPT_FOR
    ).delete()
    WebFormCount.objects.filter(hour__lt=now - ADDRESSES_KEPT_FOR).delete()
    DeliveryCount.objects.filter(day__lt=clinic_today() - COUNTS_KEPT_FOR).delete()


def forget_person(lead_ids: Collection[str], contacts: Collection[str]) -> int:
    """What stands here of a person who is erased: ids, and what waits."""
    ids = sum(
        model._base_manager.filter(lead__in=lead_ids).delete()[0]
        for model in (ExternalId, KnownThere, OutgoingChange, FieldDifference)
    )
    # The sums stay; what was changed, and their ids elsewhere, do not.
    ItemOutcome.objects.filter(lead__in=lead_ids).update(
        object_id="", fields=[], before=None, after=None
    )
    return ids + _forget_events(contacts) + _forget_deliveries(contacts)


def _forget_events(contacts: Collection[str]) -> int:
    waiting = UnmatchedEvent.objects.select_for_update(of=("self",))
    done = 0
    for row in waiting.filter(state=WaitState.WAITING).order_by("pk"):
        if _names(row.content, contacts):
            ended(row, WaitState.DISMISSED, ItemResult(Outcome.REFUSED, "erased"))
            done += 1
    return done


def _forget_deliveries(contacts: Collection[str]) -> int:
    waiting = ReceivedDelivery.objects.select_for_update(of=("self",))
    done = 0
    for row in waiting.exclude(state__in=ENDED_STATES).order_by("pk"):
        if _names(row.data, contacts):
            end(row, DeliveryState.DISMISSED)
            done += 1
    return done


def _names(text: str, contacts: Collection[str]) -> bool:
    """Whether a stored text has one of the contacts."""
    text = text.lower()
    return any(contact.lower() in text for contact in contacts)
