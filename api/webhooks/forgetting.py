"""What happens every night: old deliveries go, and what was sent with contacts is told
to the audit log.
"""

from datetime import timedelta

from django.db.models import Count

from api.webhooks.audit_kinds import CONTACTS_SENT, EndpointRowsDetails
from api.webhooks.delivery import SendState, WebhookDelivery, WebhookEvent
from api.webhooks.endpoint import WebhookEndpoint
from api.webhooks.endpoints import host_of
from api.webhooks.event_types import WEBHOOK_TYPES
from medspa import clock
from medspa.audit.events import record_event

WEBHOOKS_KEPT_FOR = timedelta(days=30)
FORGOTTEN_AT_ONCE = 5_000


def forget_old_events() -> int:
    """Events of 30 days ago with their deliveries; how many events."""
    old = WebhookEvent.objects.filter(
        recorded_at__lt=clock.now() - WEBHOOKS_KEPT_FOR
    ).exclude(deliveries__state=SendState.WAITING)
    count = 0
    while ids := list(
        old.order_by("pk").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    ):
        WebhookDelivery.objects.filter(event__in=ids).delete()
        count += WebhookEvent.objects.filter(pk__in=ids).delete()[0]
    return count


def note_contacts_sent() -> None:
    """One line a day for each endpoint that was sent contacts."""
    a_day_ago = clock.now() - timedelta(days=1)
    types = [one.name for one in WEBHOOK_TYPES.values() if one.has_contacts]
    sent = WebhookDelivery.objects.filter(
        state=SendState.DELIVERED,
        ended_at__gte=a_day_ago,
        endpoint__sees_contacts=True,
        event__type__in=types,
    )
    by_endpoint = sent.order_by().values_list("endpoint").annotate(rows=Count("pk"))
    endpoints = WebhookEndpoint.objects.in_bulk([pk for pk, _ in by_endpoint])
    for pk, rows in by_endpoint:
        details = EndpointRowsDetails(host=host_of(endpoints[pk].url), rows=rows)
        record_event(CONTACTS_SENT, subject=endpoints[pk], details=details)
