"""Which deliveries are due, what is sent for them, and writing down what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from standardwebhooks import Webhook

from api.ground.shaping import to_json
from api.webhooks.attempts import Attempt, rest_after, wait_after
from api.webhooks.delivery import SendState, WebhookDelivery, WebhookEvent
from api.webhooks.endpoint import WebhookEndpoint, WhyDisabled
from api.webhooks.endpoints import end_endpoint, working_secrets
from api.webhooks.event_types import known_type
from api.webhooks.outbox import HOLDS_FOR
from api.webhooks.telling import tell_of_end
from leads.models import Lead
from medspa import clock
from medspa.encryption.fields import surviving_damage
from medspa.json_columns import Schema, parse_json
from medspa.postgres.sql_files import sql

# How long a claim lasts: longer than an attempt may take.
LEASE = timedelta(minutes=1)
SENT_AT_ONCE, SENT_WHILE_FAILING = 20, 2
# Everything failed for so long: it is disabled, and who made it is told.
DISABLED_AFTER = timedelta(days=5)
# After a shorter failure, what waits keeps its own waits.
OUTAGE = timedelta(minutes=10)


@dataclass(frozen=True)
class SignedRequest:
    """One request; `attempts` counts this one. Its parts are in no `repr`."""

    delivery_id: int
    attempts: int
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def endpoints_with_work() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql("api", "webhooks", "endpoints_with_work"))
        return [pk for (pk,) in cursor.fetchall()]


@transaction.atomic
def claim(endpoint_id: str) -> list[SignedRequest]:
    """Deliveries of an endpoint for one attempt; no other worker takes them."""
    endpoint = WebhookEndpoint.objects.on().filter(pk=endpoint_id).first()
    if endpoint is None:
        return []
    most = SENT_WHILE_FAILING if endpoint.failing_since else SENT_AT_ONCE
    with connection.cursor() as cursor:
        bound: dict[str, Any] = {"endpoint": endpoint.pk, "lease": LEASE, "most": most}
        cursor.execute(sql("api", "webhooks", "claim"), bound)
        ids = [pk for (pk,) in cursor.fetchall()]
    if not ids:
        return []
    rows = WebhookDelivery.objects.filter(pk__in=ids).select_related("event")
    return _messages(endpoint, list(rows.order_by("pk")))


def _messages(
    endpoint: WebhookEndpoint, rows: Sequence[WebhookDelivery]
) -> list[SignedRequest]:
    signers = [Webhook(text) for text in working_secrets(endpoint)]
    contacts = _contacts(endpoint, rows)
    messages = []
    for row in rows:
        body = body_of(row.event, contacts.get(row.pk, {}))
        headers = signed_headers(row.event.message_id, body, signers)
        messages.append(
            SignedRequest(row.pk, row.attempts, endpoint.url, headers, body.encode())
        )
    return messages


def body_of(event: WebhookEvent, contacts: Mapping[str, str]) -> str:
    """What is sent: nothing but the fields of the event's schema, and contacts."""
    data: Schema = parse_json(known_type(event.type).data, event.data, "data")
    return to_json(
        {
            "type": event.type,
            "timestamp": event.occurred_at,
            "data": data.model_dump() | dict(contacts),
        }
    )


def signed_headers(
    message_id: str, body: str, signers: Sequence[Webhook]
) -> dict[str, str]:
    """Of Standard Webhooks; one signature for each secret that still works."""
    now = clock.now().replace(microsecond=0)
    signatures = [signer.sign(message_id, now, body) for signer in signers]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _contacts(
    endpoint: WebhookEndpoint, rows: Sequence[WebhookDelivery]
) -> dict[int, dict[str, str]]:
    """Email and phone as they are now, of leads that are still there; none is stored
    with an event.
    """
    if not endpoint.sees_contacts:
        return {}
    wanted = {row.pk: row.lead_id for row in rows if _has_contacts(row)}
    with surviving_damage():
        found = {
            lead.pk: {"email": str(lead.email), "phone": str(lead.phone)}
            for lead in Lead.objects.filter(pk__in=set(wanted.values()))
        }
    return {pk: found[lead_id] for pk, lead_id in wanted.items() if lead_id in found}


def _has_contacts(row: WebhookDelivery) -> bool:
    return known_type(row.event.type).has_contacts


@transaction.atomic
def record(endpoint_id: str, attempts: Mapping[int, Attempt], tried: Any) -> None:
    """Write down what came of the attempts, by delivery.

    `tried` are how many attempts each had: one that was taken over meanwhile stays as
    it is.
    """
    rows = WebhookEndpoint.objects.select_for_update(no_key=True)
    endpoint = rows.filter(pk=endpoint_id).first()
    if endpoint is None:
        return
    now = clock.now()
    found = WebhookDelivery.objects.waiting().filter(pk__in=list(attempts))
    outcomes = [
        _outcome(row, attempts[row.pk], now)
        for row in found.select_for_update().order_by("pk")
        if row.attempts == tried[row.pk]
    ]
    if outcomes:
        columns = [list(column) for column in zip(*outcomes, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(sql("api", "webhooks", "record"), columns)
    _judge(endpoint, list(attempts.values()), now)


def _outcome(row: WebhookDelivery, attempt: Attempt, now: datetime) -> tuple[Any, ...]:
    """What the block `record` takes of each row."""
    state, next_at = SendState.WAITING, row.next_at
    ended_at: datetime | None = now
    if attempt.is_delivered:
        state = SendState.DELIVERED
    elif now >= row.gives_up_at:
        state = SendState.FAILED
    else:
        wait = max(wait_after(row.attempts), attempt.pause)
        next_at, ended_at = min(now + wait, row.gives_up_at), None
    problem = str(attempt.problem or "")
    took = attempt.took_ms
    return row.pk, state.value, attempt.code, problem, took, next_at, ended_at


def _judge(endpoint: WebhookEndpoint, attempts: list[Attempt], now: datetime) -> None:
    """What the attempts say of the endpoint as a whole."""
    failed = [one for one in attempts if not one.is_delivered]
    if len(failed) < len(attempts):
        _works(endpoint, now)
    else:
        endpoint.failures = min(endpoint.failures + len(failed), 1_000_000)
        endpoint.failing_since = endpoint.failing_since or now
    pause = max((one.pause for one in failed), default=timedelta())
    pause = max(pause, rest_after(endpoint.failures))
    endpoint.slowed_until = now + pause if pause else None
    endpoint.save(update_fields=["failures", "failing_since", "slowed_until"])
    if endpoint.is_on and any(one.is_gone for one in failed):
        _end(endpoint, WhyDisabled.GONE)
    elif endpoint.is_on and _is_hopeless(endpoint, now):
        _end(endpoint, WhyDisabled.FAILING)


def _works(endpoint: WebhookEndpoint, now: datetime) -> None:
    """After an outage what waits is due at once, still one after another a lead."""
    since = endpoint.failing_since
    endpoint.failures, endpoint.failing_since = 0, None
    if since and now - since >= OUTAGE:
        waiting = WebhookDelivery.objects.waiting().filter(endpoint=endpoint)
        waiting.update(next_at=now, holds_until=now + HOLDS_FOR)


def _is_hopeless(endpoint: WebhookEndpoint, now: datetime) -> bool:
    since = endpoint.failing_since
    return since is not None and now - since >= DISABLED_AFTER


def _end(endpoint: WebhookEndpoint, why: WhyDisabled) -> None:
    end_endpoint(endpoint, why)
    tell_of_end(endpoint)
