"""Connections with secrets, and deliveries to them over HTTP."""

import json
from typing import Any

from django.test import Client

from connections.door import Delivery
from connections.models import Connection, ReceivedDelivery
from connections.registry import DOORS
from connections.setting_up import connect, new_secret, set_secrets
from connections.working_off import work_off
from medspa import clock


def connected(door: str = "connect", account: str = "") -> Connection:
    row = connect(door, account)
    return set_secrets(row.pk, dict.fromkeys(DOORS[door].secrets, new_secret()))


def signed(connection: Connection, body: bytes, webhook_id: str = "msg_1") -> Delivery:
    delivery = Delivery(
        body=body, headers={"webhook-id": webhook_id}, received_at=clock.now()
    )
    sign = DOORS[connection.door].sign
    assert sign
    return sign(delivery, connection.secret_values)


def address_of(connection: Connection) -> str:
    """The address that the other system was given; Square signs it."""
    return f"http://testserver/connections/in/{connection.pk}/"


def post(connection: Connection, delivery: Delivery) -> Any:
    return Client().post(
        f"/connections/in/{connection.pk}/",
        delivery.body,
        content_type=delivery.content_type,
        headers=dict(delivery.headers),
        query_params=dict(delivery.query),
    )


def send(connection: Connection, message: Any, webhook_id: str = "msg_1") -> Any:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return post(connection, signed(connection, body, webhook_id))


def work_off_all() -> None:
    for pk in ReceivedDelivery.objects.order_by("received_at").values_list(
        "pk", flat=True
    ):
        work_off(pk)
