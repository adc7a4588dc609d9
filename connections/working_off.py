"""Working off what was received: the worker's part."""

import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from connections.door import Context, Projection, RetryLater, no_fetch
from connections.models import DeliveryState, Outcome, ReceivedDelivery
from connections.refusals import Parked
from connections.registry import DOORS
from connections.setting_up import settings_of
from connections.taking_in import ItemResult, ItemSource, take_in
from medspa import clock
from medspa.audit.actors import acting
from medspa.clinic.current import clinic_scope
from medspa.clinic_time import clinic_zone
from medspa.refusals import Refused

log = logging.getLogger(__name__)
MOST_DELIVERY_ATTEMPTS = 12
NO_ANSWER = "The other system didn't respond. Choose Retry when it's back."
FAILED = "Something went wrong while this was recorded. Choose Retry, or tell support."
UNKNOWN_DOOR = "This version doesn't know the system that sent this."
# What parks an event waits among the unmatched ones, with its own actions.
WAITS_BY_ITSELF = {"nobody", "several", "no_payment", "no_booking", "refused"}
LOST_AFTER = timedelta(minutes=10)
MOST_LOST = 200
# So many that wait are a flood: the queue may grow, the pages stay fast.
FLOOD = 100
LONGEST_REST = 0.5


def work_off(delivery_id: str, *, is_asked: bool = False) -> None:
    """Work off a waiting delivery; of two workers the second finds it done.

    What the other system has to say besides is read before the row is locked. Raises
    RetryLater or a database error while another attempt is due.
    """
    rows = ReceivedDelivery.objects.filter(pk=delivery_id)
    row = rows.select_related("connection").filter(state=DeliveryState.WAITING).first()
    if row is None:
        return
    rows.update(attempts=F("attempts") + 1)
    is_last = row.attempts + 1 >= MOST_DELIVERY_ATTEMPTS
    try:
        with clinic_scope(), acting(_title(row)):
            _apply(row, is_asked=is_asked)
    except Refused as refusal:
        park(row, refusal.code, refusal.sentence)
    except RetryLater:
        if not is_last:
            raise
        park(row, "no_answer", NO_ANSWER)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  (one delivery holds up no other)
        # The text of the error may hold a value.
        log.error(
            "Delivery %s can't be worked off: %s", delivery_id, type(error).__name__
        )
        park(row, "failed", FAILED)


def _title(row: ReceivedDelivery) -> str:
    door = DOORS.get(row.connection.door)
    return door.title if door else row.connection.door


def _apply(row: ReceivedDelivery, *, is_asked: bool) -> None:
    connection = row.connection
    door = DOORS.get(connection.door)
    if door is None:
        raise Parked(UNKNOWN_DOOR, "unknown_door")
    context = Context(
        system=door.name,
        account=connection.account,
        zone=clinic_zone(),
        now=clock.now(),
        settings=settings_of(connection),
        fetch=door.fetch(connection.secret_values, connection.account)
        if door.fetch
        else no_fetch,
    )
    projection = Projection(row.kind, row.key, row.content, tuple(row.dropped))
    items = door.translate(projection, context)
    source = ItemSource(
        door.name,
        connection.account,
        connection,
        row,
        lead_source=door.lead_source,
        is_asked=is_asked,
    )
    with transaction.atomic():
        locked = ReceivedDelivery.objects.select_for_update(no_key=True)
        if not locked.filter(pk=row.pk, state=DeliveryState.WAITING).exists():
            return
        take = door.take or take_in
        _end(row, take(items, source))


def _end(row: ReceivedDelivery, results: list[ItemResult]) -> None:
    parked = [
        result
        for result in results
        if result.outcome == Outcome.PARKED and result.reason not in WAITS_BY_ITSELF
    ]
    if parked:
        park(row, parked[0].reason, parked[0].sentence)
    else:
        end(row, DeliveryState.DONE if results else DeliveryState.IGNORED)


def end(row: ReceivedDelivery, state: DeliveryState) -> None:
    """Nothing more happens with it: what it said is forgotten."""
    row.state, row.ended_at = state, max(clock.now(), row.received_at)
    row.data, row.reason, row.sentence = "", "", ""
    row.save(update_fields=["state", "ended_at", "data", "reason", "sentence"])


def park(row: ReceivedDelivery, code: str, sentence: str) -> None:
    """It waits for a person."""
    row.state, row.reason, row.sentence = (
        DeliveryState.PARKED,
        code[:40],
        sentence[:300],
    )
    row.save(update_fields=["state", "reason", "sentence"])


def rest_after(seconds: float) -> float:
    """How long a worker rests after so much work: not at all unless many wait."""
    waiting = ReceivedDelivery.objects.filter(state=DeliveryState.WAITING)
    oldest_first = waiting.order_by("received_at", "id").values_list("pk")
    is_flood = bool(oldest_first[FLOOD : FLOOD + 1])
    return min(seconds, LONGEST_REST) if is_flood else 0.0


def work_off_lost() -> None:
    """Deliveries whose job is not in the queue any more, some of them at a time."""
    before = clock.now() - LOST_AFTER
    lost = ReceivedDelivery.objects.filter(
        state=DeliveryState.WAITING, received_at__lt=before, attempts=0
    ).order_by("received_at", "id")
    for delivery_id in list(lost.values_list("pk", flat=True)[:MOST_LOST]):
        work_off(delivery_id)
