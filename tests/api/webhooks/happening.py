"""Endpoints of tests, and what the outbox makes of what happens."""

from datetime import timedelta
from typing import Any

from django.db import connection

from api.models import OutboxPosition, WebhookDelivery, WebhookEndpoint, WebhookEvent
from api.webhooks.endpoints import EndpointFacts, SecretShownOnce, add_endpoint
from api.webhooks.event_types import WEBHOOK_TYPES
from api.webhooks.outbox import relay
from medspa import clock
from medspa.models import User

EVERY_TYPE = tuple(WEBHOOK_TYPES)


def endpoint_of(
    person: User,
    types: tuple[str, ...] = EVERY_TYPE,
    url: str = "https://hooks.example.com/medspa",
    *,
    sees_contacts: bool = False,
) -> SecretShownOnce:
    return add_endpoint(EndpointFacts("Agency", url, types, sees_contacts), person)


def told() -> list[tuple[str, dict[str, Any]]]:
    """Relay once, and the types and data of all events, in their order."""
    forget_own_transaction()
    relay()
    rows = WebhookEvent.objects.order_by("pk")
    return [(row.type, row.data) for row in rows]


def forget_own_transaction() -> None:
    """A test is one transaction. Its own snapshot shows it as seen once a later one was
    committed, of another test. A site writes and relays in two.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        own = cursor.fetchone()[0]
    for position in OutboxPosition.objects.all():
        least, most, running = position.snapshot.split(":")
        if int(least) <= own < int(most):
            running = ",".join(
                sorted({*filter(None, running.split(",")), str(own)}, key=int)
            )
            position.snapshot = f"{least}:{most}:{running}"
            position.save()


def types_told() -> list[str]:
    return [name for name, _ in told()]


def delivery_of(
    endpoint: WebhookEndpoint, lead_id: str = "", kind: str = "lead.created"
) -> WebhookDelivery:
    """A delivery that waits, of an event about a lead."""
    now = clock.now()
    data = {
        "id": lead_id or "c" + "0" * 24,
        "source": "website",
        "campaign_id": None,
        "assigned_to_id": None,
        "merged_into_id": None,
        "created_at": now.isoformat(),
        "updated_at": now.isoformat(),
        "deleted_at": None,
    }
    event = WebhookEvent.objects.create(
        type=kind, lead_id=lead_id, data=data, occurred_at=now
    )
    row: WebhookDelivery = WebhookDelivery.objects.create(
        event=event,
        endpoint=endpoint,
        lead_id=lead_id,
        next_at=now,
        holds_until=now + timedelta(hours=1),
        gives_up_at=now + timedelta(days=3),
    )
    return row
