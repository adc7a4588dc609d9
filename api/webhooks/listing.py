"""Endpoints and deliveries as their pages show them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Now

from api.webhooks.delivery import SendProblem, SendState, WebhookDelivery
from api.webhooks.endpoint import WebhookEndpoint, WebhookSecret, WhyDisabled
from api.webhooks.event_types import WEBHOOK_TYPES

DELIVERIES_SHOWN = 50


@dataclass(frozen=True)
class EndpointRow:
    """`waiting` counts deliveries; `old_ends_at` is when an older secret ends."""

    endpoint: WebhookEndpoint
    waiting: int
    old_ends_at: datetime | None

    @property
    def events(self) -> str:
        """Names of events; a whole group is `lead.*`."""
        chosen = set(self.endpoint.event_types)
        groups: dict[str, list[str]] = {}
        for one in WEBHOOK_TYPES.values():
            groups.setdefault(one.group, []).append(one.name)
        words = []
        for group, names in groups.items():
            is_whole = len(names) > 1 and chosen >= set(names)
            words += [f"{group}.*"] if is_whole else [n for n in names if n in chosen]
        return ", ".join(words)

    @property
    def state(self) -> str:
        if not self.endpoint.is_on:
            return str(WhyDisabled(self.endpoint.why_disabled).label)
        return "Failing" if self.endpoint.failing_since else "On"

    @property
    def is_well(self) -> bool:
        return self.state == "On"


@dataclass(frozen=True)
class DeliveryPage:
    """`before` is where the next page begins."""

    rows: list[WebhookDelivery]
    before: int | None


def read_endpoints() -> list[EndpointRow]:
    """The newest first, disabled ones too."""
    ends = WebhookSecret.objects.filter(endpoint=OuterRef("pk"), ends_at__gt=Now())
    rows = WebhookEndpoint.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=SendState.WAITING)),
        old_ends_at=Subquery(
            ends.order_by().values("endpoint").annotate(at=Max("ends_at")).values("at")
        ),
    )
    return [EndpointRow(one, one.waiting, one.old_ends_at) for one in rows]


def read_deliveries(
    endpoint: WebhookEndpoint, state: str, before: int | None
) -> DeliveryPage:
    """The newest first; of one state if it is named."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint)
    if state in SendState.values:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("event")[: DELIVERIES_SHOWN + 1])
    page = found[:DELIVERIES_SHOWN]
    return DeliveryPage(page, page[-1].pk if len(found) > len(page) else None)


def answer_in_words(row: WebhookDelivery) -> str:
    """What the last attempt ended in; empty before the first."""
    if row.answer_code is not None:
        return str(row.answer_code)
    return str(SendProblem(row.problem).label) if row.problem else ""
