"""Sending again what was or wasn't delivered, and sending a test."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from api.webhooks.audit_kinds import (
    ENDPOINT_TESTED,
    WEBHOOKS_REPLAYED,
    EndpointDetails,
    EndpointRowsDetails,
)
from api.webhooks.delivery import SendState, WebhookDelivery, WebhookEvent
from api.webhooks.endpoint import WebhookEndpoint
from api.webhooks.endpoints import EndpointRefused, host_of, locked
from api.webhooks.event_types import TEST_TYPE, EndpointTest
from api.webhooks.outbox import HOLDS_FOR, TRIED_FOR
from medspa import clock
from medspa.audit.events import record_event
from medspa.models import User


def replay_one(endpoint_id: str, delivery_id: int, by: User) -> None:
    """Send an ended delivery again, with the same `webhook-id`. Raises
    EndpointRefused.
    """
    rows = WebhookDelivery.objects.filter(endpoint=endpoint_id, pk=delivery_id)
    if not _replay(endpoint_id, rows, by):
        raise EndpointRefused(
            "This delivery is already waiting, or is no longer stored."
        )


def replay_since(endpoint_id: str, since: datetime, by: User) -> int:
    """Send again what happened since then and was not delivered; how many. Raises
    EndpointRefused.
    """
    rows = WebhookDelivery.objects.not_delivered().filter(
        endpoint=endpoint_id, event__recorded_at__gte=since
    )
    return _replay(endpoint_id, rows, by)


@transaction.atomic
def _replay(
    endpoint_id: str, rows: QuerySet[WebhookDelivery, WebhookDelivery], by: User
) -> int:
    endpoint = _on(endpoint_id)
    now = clock.now()
    count = rows.exclude(state=SendState.WAITING).update(
        state=SendState.WAITING,
        attempts=0,
        next_at=now,
        holds_until=now + HOLDS_FOR,
        gives_up_at=now + TRIED_FOR,
        ended_at=None,
    )
    if count:
        details = EndpointRowsDetails(host=host_of(endpoint.url), rows=count)
        record_event(WEBHOOKS_REPLAYED, by=by, subject=endpoint, details=details)
    return count


@transaction.atomic
def send_test(endpoint_id: str, by: User) -> WebhookDelivery:
    """Raises EndpointRefused for an endpoint that is disabled."""
    endpoint = _on(endpoint_id)
    now = clock.now()
    event = WebhookEvent.objects.create(
        type=TEST_TYPE.name,
        data=EndpointTest(endpoint_id=endpoint.pk).model_dump(mode="json"),
        occurred_at=now,
    )
    details = EndpointDetails(host=host_of(endpoint.url))
    record_event(ENDPOINT_TESTED, by=by, subject=endpoint, details=details)
    row: WebhookDelivery = WebhookDelivery.objects.create(
        event=event,
        endpoint=endpoint,
        next_at=now,
        holds_until=now,
        gives_up_at=now + TRIED_FOR,
    )
    return row


def _on(endpoint_id: str) -> WebhookEndpoint:
    endpoint = locked(endpoint_id)
    if not endpoint.is_on:
        raise EndpointRefused("This endpoint is disabled. Enable it first.")
    return endpoint
