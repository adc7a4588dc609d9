"""Receiving a delivery: verified, read, stored. What it means is for the worker.

The stored row is all that the worker needs: it looks for new ones
(`connections.arrivals`). So a delivery costs one statement, and a flood is a longer
table.
"""

import json
import logging
import traceback
from dataclasses import dataclass

from django.db import connection as database

from connections.door import Delivery, Door, Projection
from connections.models import Connection, ReceivedDelivery
from connections.refusals import DeliveryRefused, ReadingFailed
from connections.strict_json import MOST_BODY_BYTES
from medspa import clock
from medspa.audit.inserting import insert_new_row_where, insert_new_rows
from medspa.clinic_time import clinic_today
from medspa.ids import new_id

log = logging.getLogger(__name__)
READING_FAILED = "Something went wrong here while this was read. Send it again later."
DELIVERY_TOO_LARGE = "The body is larger than 256 KB."
COUNT_DELIVERY = """
    INSERT INTO connections_deliverycount
        (id, connection_id, day, code, deliveries, last_at)
    VALUES (%s, %s, %s, %s, 1, clock_timestamp())
    ON CONFLICT (connection_id, day, code) DO UPDATE
    SET deliveries = connections_deliverycount.deliveries + 1,
        last_at = excluded.last_at
"""
IS_UNCHANGED = """
    EXISTS (
        SELECT FROM connections_connection WHERE id = %s AND is_on AND secrets = %s
    )
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
        rows = _rows(connection, door, delivery)
    except DeliveryRefused as refusal:
        count(connection, refusal.code)
        raise
    if not rows:
        count(connection, "ignored" if connection.is_on else "off")
        return Received()
    # One statement: all of them or none. The same key again is the same delivery.
    stored = insert_new_rows(ReceivedDelivery, rows)
    if stored < len(rows):
        count(connection, "repeated")
    return Received(stored, len(rows) - stored)


def receive_unchanged(connection: Connection, door: Door, delivery: Delivery) -> bool:
    """Store a delivery by what was read of its connection before.

    By the statement that stores it, the connection is on and its secrets are the same.
    False if it is not, or if anything else is to be said than that the delivery is
    stored: then nothing was done, and `receive` decides, with the connection as it is.
    """
    try:
        rows = _rows(connection, door, delivery)
    except DeliveryRefused:
        return False
    if len(rows) != 1:
        return False
    given = [connection.pk, bytes(connection.__dict__["secrets"])]
    return bool(insert_new_row_where(rows[0], IS_UNCHANGED, given))


def _rows(
    connection: Connection, door: Door, delivery: Delivery
) -> list[ReceivedDelivery]:
    """What is to be stored; raises DeliveryRefused."""
    if len(delivery.body) > MOST_BODY_BYTES:
        raise DeliveryRefused(DELIVERY_TOO_LARGE, "too_large")
    try:
        door.verify(delivery, connection.secret_values)
        projections = door.read(delivery) if connection.is_on else ()
    except DeliveryRefused:
        raise
    except Exception as error:  # noqa: BLE001  (a fault here, and counted as one)
        # Not the text of the error: it may hold a value.
        [*_, place] = traceback.extract_tb(error.__traceback__)
        where = f"{type(error).__name__} at {place.name}:{place.lineno}"
        log.error("A delivery can't be read: %s", where)
        raise ReadingFailed(READING_FAILED) from None
    return [_row(connection, projection) for projection in projections]


def _row(connection: Connection, projection: Projection) -> ReceivedDelivery:
    return ReceivedDelivery(
        connection=connection,
        key=projection.key,
        kind=projection.kind,
        data=json.dumps(projection.data),
        dropped=list(projection.dropped),
        received_at=clock.now(),
    )


def count(connection: Connection, code: str) -> None:
    """One more delivery of today that was not stored."""
    with database.cursor() as cursor:
        cursor.execute(COUNT_DELIVERY, [new_id(), connection.pk, clinic_today(), code])
