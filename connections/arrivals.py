"""Working off what arrives, in its order, many deliveries at once.

The table of deliveries is the queue: one worker at a time takes those that nobody has
taken, `attempts` of zero. Of some doors the other system has to be asked what happened;
that takes as long as it likes, so those are handed over to jobs, one for each delivery.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from django.apps import apps
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from procrastinate.contrib.django.models import ProcrastinateJob

from connections.door import Door
from connections.items import Item
from connections.models import Connection, DeliveryState, ReceivedDelivery
from connections.registry import DOORS
from connections.taking_in import ItemPlace, ItemResult, take_in
from connections.taking_in.stored_ids import fingerprint_stored_ids
from connections.working_off import (
    LONGEST_REST,
    context_of,
    end_many,
    park,
    parked_by,
    projection_of,
    source_of,
    title_of,
)
from kpis.rollups import refresh_rollups
from medspa import clock
from medspa.audit.actors import acting
from medspa.clinic.current import clinic_scope
from medspa.clinic_time import clinic_zone
from medspa.jobs.queueing import defer_many
from medspa.refusals import Refused

log = logging.getLogger(__name__)
WORK_OFF = "connections.work_off"
# Of the advisory lock; any number that no other lock of this project has.
ARRIVALS_LOCK = 7_253_019
DELIVERIES_AT_ONCE = 200
# So many between two looks are a flood: fewer and larger batches cost less.
FLOOD_AT_ONCE = 20
SECONDS_BETWEEN_LOOKS = 0.25
SECONDS_TO_GATHER = 1.0
SECONDS_WITHOUT_DATABASE = 5.0
SHORTEST_NAP = 0.1
LOST_AFTER = timedelta(minutes=10)
MOST_LOST = 200
DATABASE_AWAY = (OperationalError, InterfaceError)


def keep_working_off(must_end: Callable[[], bool]) -> None:
    """Until it must end."""
    is_begun = False
    while not must_end():
        begun = time.monotonic()
        try:
            close_old_connections()
            if not is_begun:
                fingerprint_stored_ids(apps.get_model)
                is_begun = True
            done = work_off_arrivals()
            if done:
                # So that the next page of numbers doesn't have to wait for it.
                refresh_rollups(clinic_zone().key)
            rest = seconds_to_rest(done, time.monotonic() - begun)
        except DATABASE_AWAY as error:
            log.warning("Deliveries wait for the database: %s", type(error).__name__)
            rest = SECONDS_WITHOUT_DATABASE
        finally:
            close_old_connections()
        _rest(rest, must_end)


def seconds_to_rest(deliveries: int, seconds: float) -> float:
    """How long to rest after working off so many in that time.

    In a flood pages come first: what comes is gathered, and where more waits than one
    batch, the worker rests as long as it worked.
    """
    if deliveries == DELIVERIES_AT_ONCE:
        return min(seconds, LONGEST_REST)
    return SECONDS_TO_GATHER if deliveries >= FLOOD_AT_ONCE else SECONDS_BETWEEN_LOOKS


def _rest(seconds: float, must_end: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not must_end():
        time.sleep(min(left, SHORTEST_NAP))


def work_off_all_arrivals() -> None:
    while work_off_arrivals():
        pass


def work_off_arrivals() -> int:
    """Work off or hand over what arrived first; how many deliveries that were.

    All of it is one transaction, so that a worker that is killed leaves them as they
    were. None while another worker is at it: what happens to a lead keeps its order.
    """
    with transaction.atomic():
        if not _is_only_worker():
            return 0
        rows = list(_arrivals()[:DELIVERIES_AT_ONCE])
        for _, some in groupby(rows, key=lambda row: row.connection_id):
            _work_off_of_connection(list(some))
    return len(rows)


def _is_only_worker() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ARRIVALS_LOCK])
        [is_ours] = cursor.fetchone()
    return bool(is_ours)


def _arrivals() -> QuerySet[ReceivedDelivery]:
    rows = ReceivedDelivery.objects.select_for_update(
        no_key=True, skip_locked=True, of=("self",)
    )
    rows = rows.filter(state=DeliveryState.WAITING, attempts=0)
    return rows.select_related("connection").order_by("received_at", "id")


def _work_off_of_connection(rows: Sequence[ReceivedDelivery]) -> None:
    sender = rows[0].connection
    door = DOORS.get(sender.door)
    if door is None or not door.works_in_batches:
        hand_over(rows)
        return
    try:
        with transaction.atomic(), clinic_scope(), acting(title_of(sender)):
            _work_off_together(rows, sender, door)
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001  (each alone then, and so the guilty one)
        # The text of the error may hold a value.
        log.warning("Deliveries are worked off alone: %s", type(error).__name__)
        hand_over(rows)


def _work_off_together(
    rows: Sequence[ReceivedDelivery], sender: Connection, door: Door
) -> None:
    context = context_of(sender, door)
    items: dict[str, Sequence[Item]] = {}
    for row in rows:
        try:
            items[row.pk] = door.translate(projection_of(row), context)
        except Refused as refusal:
            park(row, refusal.code, refusal.sentence)
    left = [row for row in rows if row.pk in items]
    places = {
        id(item): ItemPlace(row, number)
        for row in left
        for number, item in enumerate(items[row.pk])
    }
    every = [item for row in left for item in items[row.pk]]
    found = iter(take_in(every, replace(source_of(sender, door), places=places)))
    _end(left, {row.pk: [next(found) for _ in items[row.pk]] for row in left})


def _end(
    rows: Iterable[ReceivedDelivery], results: dict[str, list[ItemResult]]
) -> None:
    done, ignored = [], []
    for row in rows:
        if refusal := parked_by(results[row.pk]):
            park(row, refusal.reason, refusal.sentence)
        elif results[row.pk]:
            done.append(row)
        else:
            ignored.append(row)
    end_many(done, DeliveryState.DONE)
    end_many(ignored, DeliveryState.IGNORED)


def hand_over(rows: Iterable[ReceivedDelivery]) -> None:
    """To jobs, each with attempts of its own; in the caller's transaction."""
    ids = [row.pk for row in rows]
    ReceivedDelivery.objects.filter(pk__in=ids, attempts=0).update(attempts=1)
    defer_many(WORK_OFF, [{"delivery_id": pk} for pk in ids])


@transaction.atomic
def hand_over_lost() -> None:
    """Deliveries that were handed over and have no job any more get another one."""
    jobs = ProcrastinateJob.objects.filter(
        task_name=WORK_OFF, status__in=["todo", "doing"]
    ).annotate(of=KeyTextTransform("delivery_id", "args"))
    lost = ReceivedDelivery.objects.filter(
        ~Exists(jobs.filter(of=OuterRef("pk"))),
        state=DeliveryState.WAITING,
        attempts__gt=0,
        received_at__lt=clock.now() - LOST_AFTER,
    )
    hand_over(lost.order_by("received_at", "id")[:MOST_LOST])
