"""What is removed when it is old, and when a person is erased."""

from collections.abc import Collection
from datetime import timedelta

from connections.models import (
    ENDED,
    DeliveryCount,
    ExternalId,
    ItemOutcome,
    ReceivedDelivery,
    UnmatchedEvent,
    WaitState,
)
from medspa import clock
from medspa.clinic_time import clinic_today

DELIVERIES_KEPT_FOR = timedelta(days=30)
OUTCOMES_KEPT_FOR = timedelta(days=90)
COUNTS_KEPT_FOR = timedelta(days=400)


def forget_old() -> None:
    """Ended deliveries after 30 days, outcomes and ended events after 90."""
    now = clock.now()
    ReceivedDelivery.objects.filter(
        state__in=ENDED, ended_at__lt=now - DELIVERIES_KEPT_FOR
    ).delete()
    ItemOutcome.objects.filter(made_at__lt=now - OUTCOMES_KEPT_FOR).delete()
    UnmatchedEvent.objects.exclude(state=WaitState.WAITING).filter(
        ended_at__lt=now - OUTCOMES_KEPT_FOR
    ).delete()
    DeliveryCount.objects.filter(day__lt=clinic_today() - COUNTS_KEPT_FOR).delete()


def forget_person(lead_ids: Collection[str]) -> int:
    """What other systems call the leads of a person who is erased."""
    return ExternalId.objects.filter(lead__in=lead_ids).delete()[0]
