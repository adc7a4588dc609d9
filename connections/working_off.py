"""Working off one delivery: what it means is written, and what it said forgotten."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from connections.door import (
    Context,
    Door,
    Fetch,
    Projection,
    RetryLater,
    no_fetch,
)
from connections.models import Connection, DeliveryState, Outcome, ReceivedDelivery
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
    try:
        with clinic_scope(), acting(title_of(row.connection)):
            _apply(row, is_asked=is_asked)
    except Refused as refusal:
        park(row, refusal.code, refusal.sentence)
    except RetryLater:
        if row.attempts < MOST_DELIVERY_ATTEMPTS:
            rows.update(attempts=F("attempts") + 1)
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


def title_of(connection: Connection) -> str:
    door = DOORS.get(connection.door)
    return door.title if door else connection.door


def _apply(row: ReceivedDelivery, *, is_asked: bool) -> None:
    connection = row.connection
    door = DOORS.get(connection.door)
    if door is None:
        raise Parked(UNKNOWN_DOOR, "unknown_door")
    items = door.translate(projection_of(row), context_of(connection, door))
    source = replace(source_of(connection, door), delivery=row, is_asked=is_asked)
    with transaction.atomic():
        locked = ReceivedDelivery.objects.select_for_update(no_key=True)
        if not locked.filter(pk=row.pk, state=DeliveryState.WAITING).exists():
            return
        take = door.take or take_in
        end_by_results(row, take(items, source))


def context_of(connection: Connection, door: Door) -> Context:
    fetch: Fetch = no_fetch
    if door.fetch:
        fetch = door.fetch(connection.secret_values, connection.account)
    return Context(
        system=door.name,
        account=connection.account,
        zone=clinic_zone(),
        now=clock.now(),
        settings=settings_of(connection),
        fetch=fetch,
    )


def projection_of(row: ReceivedDelivery) -> Projection:
    return Projection(row.kind, row.key, row.content, tuple(row.dropped))


def source_of(connection: Connection, door: Door) -> ItemSource:
    return ItemSource(
        door.name, connection.account, connection, lead_source=door.lead_source
    )


def end_by_results(row: ReceivedDelivery, results: Sequence[ItemResult]) -> None:
    if refusal := parked_by(results):
        park(row, refusal.reason, refusal.sentence)
    else:
        end(row, DeliveryState.DONE if results else DeliveryState.IGNORED)


def parked_by(results: Sequence[ItemResult]) -> ItemResult | None:
    """The first of a delivery's results that waits for a person, with the delivery."""
    for result in results:
        if result.outcome == Outcome.PARKED and result.reason not in WAITS_BY_ITSELF:
            return result
    return None


def end(row: ReceivedDelivery, state: DeliveryState) -> None:
    """Nothing more happens with it: what it said is forgotten."""
    row.state, row.ended_at = state, max(clock.now(), row.received_at)
    row.data, row.reason, row.sentence = "", "", ""
    row.save(update_fields=["state", "ended_at", "data", "reason", "sentence"])


def end_many(rows: Sequence[ReceivedDelivery], state: DeliveryState) -> None:
    """As `end`, by one statement."""
    if rows:
        ended_at = Greatest(Value(clock.now()), F("received_at"))
        ids = [row.pk for row in rows]
        ReceivedDelivery.objects.filter(pk__in=ids).update(
            state=state, ended_at=ended_at, data="", reason="", sentence=""
        )


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
