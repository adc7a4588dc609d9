"""A visitor's form on its way to a lead: stored first, worked off by the queue."""

import json

from django.db import transaction

from connections.door import Delivery
from connections.doors.web_form import DOOR
from connections.models import ReceivedDelivery, WebForm
from connections.web_forms.saving import connection_of


@transaction.atomic
def submit(form: WebForm, delivery: Delivery) -> None:
    """Store what was sent; sent twice, it is stored once.

    Raises DeliveryRefused for a page that is not ours or was open for too long.
    """
    connection = connection_of(form)
    DOOR.verify(delivery, connection.secret_values)
    for projection in DOOR.read(delivery):
        if connection.deliveries.filter(key=projection.key).exists():
            continue
        ReceivedDelivery.objects.create(
            connection=connection,
            key=projection.key,
            kind=projection.kind,
            data=json.dumps(projection.data),
            dropped=list(projection.dropped),
        )
