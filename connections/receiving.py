"""Receiving a delivery: verified, read, stored. What it means is for the worker."""

import json
from dataclasses import dataclass

from django.db import connection as database
from django.db import transaction

from connections.door import Delivery, Door, Projection
from connections.models import Connection, ReceivedDelivery
from connections.refusals import DeliveryRefused
from connections.strict_json import MOST_BODY_BYTES
from medspa import clock
from medspa.audit.inserting import insert_if_new
from medspa.clinic_time import clinic_today
from medspa.ids import new_id
from medspa.jobs.queueing import defer

WORK_OFF = "connections.work_off"
DELIVERY_TOO_LARGE = "The body is larger than 256 KB."
COUNT_DELIVERY = """
    INSERT INTO connections_deliverycount
        (id, connection_id, day, code, deliveries, last_at)
    VALUES (%s, %s, %s, %s, 1, clock_timestamp())
    ON CONFLICT (connection_id, day, code) DO UPDATE
    SET deliveries = connections_deliverycount.deliveries + 1,
        last_at = excluded.last_at
"""


@dataclass(frozen=True)
class Received:
    """How many projections were stored, and how many were there before."""

    stored: int = 0
    repeated: int = 0


def receive(connection: Connection, door: Door, delivery: Delivery) -> Received:
    """Store what may be stored; raises DeliveryRefused, which is counted.

    The signature is checked over the raw bytes before anything is parsed. A delivery of
    a kind that does not matter, or of a connection that is off, is counted as ignored.
    """
    try:
        if len(delivery.body) > MOST_BODY_BYTES:
            raise DeliveryRefused(DELIVERY_TOO_LARGE, "too_large")
        door.verify(delivery, connection.secret_values)
        projections = door.read(delivery) if connection.is_on else []
    except DeliveryRefused as refusal:
        count(connection, refusal.code)
        raise
    if not projections:
        count(connection, "ignored" if connection.is_on else "off")
        return Received()
    with transaction.atomic():
        stored = [_store(connection, projection) for projection in projections]
        if not all(stored):
            count(connection, "repeated")
    return Received(sum(stored), len(stored) - sum(stored))


def _store(connection: Connection, projection: Projection) -> bool:
    """Once: the same key again is the same delivery."""
    row = ReceivedDelivery(
        connection=connection,
        key=projection.key,
        kind=projection.kind,
        data=json.dumps(projection.data),
        dropped=list(projection.dropped),
        received_at=clock.now(),
    )
    is_new = insert_if_new(row)
    if is_new:
        defer(WORK_OFF, delivery_id=row.pk)
    return is_new


def count(connection: Connection, code: str) -> None:
    """One more delivery of today that was not stored."""
    with database.cursor() as cursor:
        cursor.execute(COUNT_DELIVERY, [new_id(), connection.pk, clinic_today(), code])
