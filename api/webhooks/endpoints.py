"""Adding, changing, disabling and rotating endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from api.keys.making import OVERLAP_HOURS, SENT_TWICE
from api.webhooks import outbox
from api.webhooks.addresses import check_address
from api.webhooks.audit_kinds import (
    ENDPOINT_ADDED,
    ENDPOINT_CHANGED,
    ENDPOINT_DELETED,
    ENDPOINT_DISABLED,
    ENDPOINT_ENABLED,
    ENDPOINT_ROTATED,
    EndpointDetails,
    EndpointRotatedDetails,
)
from api.webhooks.delivery import SendState, WebhookDelivery
from api.webhooks.endpoint import WebhookEndpoint, WebhookSecret, WhyDisabled
from api.webhooks.event_types import WEBHOOK_TYPES
from connections.setting_up import new_secret
from medspa import clock
from medspa.audit.events import AuditKind, record_event
from medspa.ids import new_id
from medspa.models import User
from medspa.refusals import Refused

MOST_ENDPOINTS = 20


class EndpointRefused(Refused):
    """Nothing was done."""

    code = "webhook_refused"


class UnknownEvents(EndpointRefused):
    """An event isn't in the list."""

    field = "event_types"


@dataclass(frozen=True)
class EndpointFacts:
    """What an administrator chooses."""

    name: str
    url: str
    event_types: tuple[str, ...]
    sees_contacts: bool = False


@dataclass(frozen=True)
class SecretShownOnce:
    """An endpoint and its new secret; its text is in no `repr`."""

    endpoint: WebhookEndpoint
    secret: str = field(repr=False)


@transaction.atomic
def add_endpoint(
    facts: EndpointFacts, by: User, *, endpoint_id: str = ""
) -> SecretShownOnce:
    """Raises EndpointRefused, and ValidationError for a rule of the table.

    A form that is sent twice gives the same id twice: the second one is refused.
    """
    if endpoint_id and WebhookEndpoint.objects.filter(pk=endpoint_id).exists():
        raise EndpointRefused(SENT_TWICE)
    if WebhookEndpoint.objects.count() >= MOST_ENDPOINTS:
        raise EndpointRefused(f"There are already {MOST_ENDPOINTS} endpoints.")
    is_first = not WebhookEndpoint.objects.on().exists()
    endpoint = WebhookEndpoint(id=endpoint_id or new_id(), made_by=by)
    _set(endpoint, facts)
    endpoint.save(force_insert=True)
    shown = SecretShownOnce(endpoint, _add_secret(endpoint))
    if is_first:
        outbox.begin()
    _record(ENDPOINT_ADDED, endpoint, by)
    return shown


@transaction.atomic
def change_endpoint(
    endpoint_id: str, facts: EndpointFacts, by: User
) -> WebhookEndpoint:
    """Raises EndpointRefused, and ValidationError for a rule of the table."""
    endpoint = locked(endpoint_id)
    _set(endpoint, facts)
    endpoint.save()
    _record(ENDPOINT_CHANGED, endpoint, by)
    return endpoint


@transaction.atomic
def disable_endpoint(endpoint_id: str, by: User) -> WebhookEndpoint:
    """Nothing more is sent, and what waits is canceled. Raises EndpointRefused."""
    endpoint = locked(endpoint_id)
    if not endpoint.is_on:
        raise EndpointRefused("This endpoint is already disabled.")
    end_endpoint(endpoint, WhyDisabled.BY_PERSON)
    _record(ENDPOINT_DISABLED, endpoint, by)
    return endpoint


def end_endpoint(endpoint: WebhookEndpoint, why: WhyDisabled) -> None:
    """Disable a locked endpoint."""
    now = clock.now()
    endpoint.disabled_at, endpoint.why_disabled = now, why
    endpoint.save(update_fields=["disabled_at", "why_disabled"])
    waiting = WebhookDelivery.objects.waiting().filter(endpoint=endpoint)
    waiting.update(state=SendState.CANCELED, ended_at=now)


@transaction.atomic
def enable_endpoint(endpoint_id: str, by: User) -> WebhookEndpoint:
    """It is told of what happens from now on. Raises EndpointRefused."""
    endpoint = locked(endpoint_id)
    if endpoint.is_on:
        raise EndpointRefused("This endpoint is already enabled.")
    if not WebhookEndpoint.objects.on().exists():
        outbox.begin()
    endpoint.disabled_at, endpoint.why_disabled = None, ""
    endpoint.failures, endpoint.failing_since, endpoint.slowed_until = 0, None, None
    endpoint.save()
    _record(ENDPOINT_ENABLED, endpoint, by)
    return endpoint


@transaction.atomic
def delete_endpoint(endpoint_id: str, by: User) -> str:
    """With its secrets and deliveries; returns its name. Raises EndpointRefused."""
    endpoint = locked(endpoint_id)
    _record(ENDPOINT_DELETED, endpoint, by)
    endpoint.delete()
    return endpoint.name


@transaction.atomic
def rotate_secret(
    endpoint_id: str, overlap_hours: int, by: User, *, secret_id: str = ""
) -> SecretShownOnce:
    """A new secret; those before it go on signing for a while. Raises
    EndpointRefused, also for a `secret_id` that is known: a form that was sent twice.
    """
    if overlap_hours not in OVERLAP_HOURS:
        raise EndpointRefused("Choose from the list how long the old secret works.")
    endpoint = locked(endpoint_id)
    if secret_id and WebhookSecret.objects.filter(pk=secret_id).exists():
        raise EndpointRefused(SENT_TWICE)
    ends_at = clock.now() + timedelta(hours=overlap_hours)
    still = Q(ends_at=None) | Q(ends_at__gt=ends_at)
    endpoint.secrets.filter(still).update(ends_at=ends_at)
    shown = SecretShownOnce(endpoint, _add_secret(endpoint, secret_id))
    details = EndpointRotatedDetails(host=host_of(endpoint.url), hours=overlap_hours)
    record_event(ENDPOINT_ROTATED, by=by, subject=endpoint, details=details)
    return shown


def working_secrets(endpoint: WebhookEndpoint) -> list[str]:
    """The newest first; raises DecryptionError for one that no key of ours reads."""
    now = clock.now()
    still = endpoint.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=now))
    return [str(row.secret) for row in still]


def locked(endpoint_id: str) -> WebhookEndpoint:
    """Raises EndpointRefused for one that isn't there."""
    rows = WebhookEndpoint.objects.select_for_update(no_key=True)
    endpoint: WebhookEndpoint | None = rows.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise EndpointRefused("This endpoint doesn't exist.")
    return endpoint


def host_of(url: str) -> str:
    """The host, without what may be a secret."""
    return (urlsplit(url).hostname or "")[:100]


def _set(endpoint: WebhookEndpoint, facts: EndpointFacts) -> None:
    chosen: Sequence[str] = [
        name for name in WEBHOOK_TYPES if name in facts.event_types
    ]
    if len(chosen) < len(set(facts.event_types)):
        raise UnknownEvents("Choose events from the list.")
    endpoint.name, endpoint.url = facts.name.strip(), facts.url.strip()
    endpoint.event_types = list(chosen)
    endpoint.sees_contacts = facts.sees_contacts
    try:
        check_address(endpoint.url)
    except ValidationError as error:
        raise ValidationError({"url": error.messages}) from error
    endpoint.full_clean(exclude=["id"])


def _add_secret(endpoint: WebhookEndpoint, secret_id: str = "") -> str:
    text = new_secret()
    WebhookSecret.objects.create(
        id=secret_id or new_id(), endpoint=endpoint, secret=text
    )
    return text


def _record(kind: AuditKind, endpoint: WebhookEndpoint, by: User) -> None:
    details = EndpointDetails(host=host_of(endpoint.url))
    record_event(kind, by=by, subject=endpoint, details=details)
