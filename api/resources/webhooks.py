"""Webhook endpoints: set up, secrets, what was sent, and sending it again."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from pydantic import BaseModel, Field

from api.ground.etags import etag_of, require_match
from api.ground.problems import Problem, not_found
from api.idempotency.answering import KeptAnswer
from api.keys.scopes import CONTACTS_SCOPE
from api.resources.paging import PAGING, page_of
from api.resources.values import Moment, Text, invalid, known_id
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from api.webhooks.delivery import SendState, WebhookDelivery
from api.webhooks.endpoint import WebhookEndpoint
from api.webhooks.endpoints import (
    EndpointFacts,
    SecretShownOnce,
    add_endpoint,
    change_endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
)
from api.webhooks.replaying import replay_one, replay_since, send_test
from medspa.json_columns import Schema

WEBHOOKS_TAG = "Webhooks"
MAY_SEE, MAY_CHANGE = ("api.view_webhookendpoint",), ("api.change_webhookendpoint",)
EXAMPLE_ENDPOINT = {
    "name": "Agency",
    "url": "https://hooks.example.com/medspa",
    "event_types": ["lead.created", "payment.recorded"],
}


class WebhookAnswer(BaseModel):
    """An endpoint. `why_disabled` is empty while it is enabled."""

    id: str
    name: str
    url: str
    event_types: list[str]
    sees_contacts: bool
    is_enabled: bool
    why_disabled: str
    disabled_at: datetime | None
    failing_since: datetime | None
    created_at: datetime


class WebhookSecretAnswer(WebhookAnswer):
    """An endpoint and its new signing secret, which no later answer has."""

    secret: str


class WebhookBody(Schema):
    """`sees_contacts` needs the scope `contacts:read`."""

    name: Text
    url: Annotated[str, Field(max_length=500)]
    event_types: list[Text] = Field(min_length=1, max_length=100)
    sees_contacts: bool = False


class WebhookFields(Schema):
    """Left out: unchanged."""

    name: Text = ""
    url: Annotated[str, Field(max_length=500)] = ""
    event_types: list[Text] = Field(default=[], max_length=100)
    sees_contacts: bool = False
    is_enabled: bool = True


class RotateBody(Schema):
    """For how many hours the secrets before the new one go on signing."""

    overlap_hours: Literal[0, 1, 24, 72, 168] = 24


class ReplayBody(Schema):
    """One delivery, or all since a moment that failed or were canceled."""

    delivery_id: Annotated[int, Field(ge=1)] | None = None
    since: Moment | None = None


class ReplayAnswer(BaseModel):
    """How many deliveries wait to be sent again."""

    queued: int


class DeliveryAnswer(BaseModel):
    """One event for one endpoint. `problem` says why an attempt got no answer."""

    id: int
    message_id: str
    type: str
    lead_id: str
    status: str
    attempts: int
    answer_code: int | None
    problem: str
    took_ms: int | None
    occurred_at: datetime
    last_tried_at: datetime | None
    next_at: datetime | None


@operation(
    Operation(
        "list_webhooks",
        "get",
        "/webhooks",
        "webhooks:read",
        MAY_SEE,
        "List webhook endpoints",
        tag=WEBHOOKS_TAG,
        parameters=PAGING,
        answer=WebhookAnswer,
        is_list=True,
    )
)
def list_webhooks(call: ApiCall) -> KeptAnswer:
    return page_of(call, WebhookEndpoint.objects.all(), "webhooks", endpoint_data)


@operation(
    Operation(
        "get_webhook",
        "get",
        "/webhooks/{webhook_id}",
        "webhooks:read",
        MAY_SEE,
        "Get a webhook endpoint",
        tag=WEBHOOKS_TAG,
        answer=WebhookAnswer,
    )
)
def get_webhook(call: ApiCall, webhook_id: str) -> KeptAnswer:
    return _answer(_endpoint(call, webhook_id))


@operation(
    Operation(
        "create_webhook",
        "post",
        "/webhooks",
        "webhooks:write",
        ("api.add_webhookendpoint",),
        "Add a webhook endpoint",
        "The signing secret is in this answer and in no later one.",
        WEBHOOKS_TAG,
        answer=WebhookSecretAnswer,
        status=HTTPStatus.CREATED,
        example=EXAMPLE_ENDPOINT,
    )
)
def create_webhook(call: ApiCall, body: WebhookBody) -> KeptAnswer:
    _require_contacts(call, is_needed=body.sees_contacts)
    facts = EndpointFacts(
        body.name, body.url, tuple(body.event_types), body.sees_contacts
    )
    return _shown_once(call, add_endpoint(facts, call.person), HTTPStatus.CREATED)


@operation(
    Operation(
        "update_webhook",
        "patch",
        "/webhooks/{webhook_id}",
        "webhooks:write",
        MAY_CHANGE,
        "Change, disable or enable a webhook endpoint",
        "Only what is sent changes. Disabling cancels what waits. An endpoint that "
        "gets contacts can only be changed with `contacts:read`.",
        WEBHOOKS_TAG,
        needs_match=True,
        answer=WebhookAnswer,
        example={"is_enabled": False},
    )
)
def update_webhook(call: ApiCall, webhook_id: str, body: WebhookFields) -> KeptAnswer:
    endpoint = _locked(call, webhook_id)
    given = {name: getattr(body, name) for name in body.model_fields_set}
    is_wanted = given.pop("is_enabled", endpoint.is_on)
    if given:
        facts = _facts(endpoint, given)
        _require_contacts(call, is_needed=endpoint.sees_contacts or facts.sees_contacts)
        change_endpoint(endpoint.pk, facts, call.person)
    if is_wanted != endpoint.is_on:
        act = enable_endpoint if is_wanted else disable_endpoint
        act(endpoint.pk, call.person)
    endpoint.refresh_from_db()
    return _answer(endpoint)


@operation(
    Operation(
        "delete_webhook",
        "delete",
        "/webhooks/{webhook_id}",
        "webhooks:write",
        MAY_CHANGE,
        "Delete a webhook endpoint",
        "With its secrets and deliveries. Nothing more is sent to it.",
        WEBHOOKS_TAG,
        needs_match=True,
        status=HTTPStatus.NO_CONTENT,
    )
)
def delete_webhook(call: ApiCall, webhook_id: str) -> KeptAnswer:
    delete_endpoint(_locked(call, webhook_id).pk, call.person)
    call.subject = None
    return KeptAnswer()


@operation(
    Operation(
        "rotate_webhook_secret",
        "post",
        "/webhooks/{webhook_id}/rotate",
        "webhooks:write",
        MAY_CHANGE,
        "Rotate the signing secret of a webhook endpoint",
        "Until the old secrets end, each event is signed with all of them.",
        WEBHOOKS_TAG,
        answer=WebhookSecretAnswer,
        example={"overlap_hours": 24},
    )
)
def rotate_webhook_secret(
    call: ApiCall, webhook_id: str, body: RotateBody
) -> KeptAnswer:
    endpoint = _endpoint(call, webhook_id)
    shown = rotate_secret(endpoint.pk, body.overlap_hours, call.person)
    return _shown_once(call, shown, HTTPStatus.OK)


@operation(
    Operation(
        "test_webhook",
        "post",
        "/webhooks/{webhook_id}/test",
        "webhooks:write",
        MAY_CHANGE,
        "Send a test event to a webhook endpoint",
        "Its delivery is in the list of deliveries.",
        WEBHOOKS_TAG,
        answer=DeliveryAnswer,
        status=HTTPStatus.ACCEPTED,
    )
)
def test_webhook(call: ApiCall, webhook_id: str) -> KeptAnswer:
    row = send_test(_endpoint(call, webhook_id).pk, call.person)
    row.refresh_from_db()
    return KeptAnswer(delivery_data(row), HTTPStatus.ACCEPTED)


@operation(
    Operation(
        "list_webhook_deliveries",
        "get",
        "/webhooks/{webhook_id}/deliveries",
        "webhooks:read",
        MAY_SEE,
        "List deliveries to a webhook endpoint",
        "The newest first. They are stored for 30 days.",
        WEBHOOKS_TAG,
        parameters={"status": f"One of {', '.join(SendState.values)}.", **PAGING},
        formats={"status": {"type": "string", "enum": SendState.values}},
        answer=DeliveryAnswer,
        is_list=True,
    )
)
def list_webhook_deliveries(call: ApiCall, webhook_id: str) -> KeptAnswer:
    endpoint = _endpoint(call, webhook_id)
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).select_related("event")
    state = call.query.get("status")
    if state is not None:
        if state not in SendState.values:
            raise invalid("status", f"choose one of {', '.join(SendState.values)}")
        rows = rows.filter(state=state)
    made_for = f"deliveries {endpoint.pk} {state}"
    return page_of(call, rows, made_for, delivery_data)


@operation(
    Operation(
        "replay_webhook",
        "post",
        "/webhooks/{webhook_id}/replay",
        "webhooks:write",
        MAY_CHANGE,
        "Send events to a webhook endpoint again",
        "With `delivery_id` that one; with `since` what happened since then and failed "
        "or was canceled. The `webhook-id` of each stays the same.",
        WEBHOOKS_TAG,
        answer=ReplayAnswer,
        example={"since": "2026-11-27T15:30:00Z"},
    )
)
def replay_webhook(call: ApiCall, webhook_id: str, body: ReplayBody) -> KeptAnswer:
    endpoint = _endpoint(call, webhook_id)
    if (body.delivery_id is None) == (body.since is None):
        raise ValidationError({"since": "Send a moment or a delivery_id, not both."})
    if body.delivery_id is not None:
        replay_one(endpoint.pk, body.delivery_id, call.person)
        return KeptAnswer({"queued": 1})
    since: Any = body.since
    return KeptAnswer({"queued": replay_since(endpoint.pk, since, call.person)})


def endpoint_data(endpoint: WebhookEndpoint) -> dict[str, Any]:
    names = [name for name in WebhookAnswer.model_fields if name != "is_enabled"]
    data = {name: getattr(endpoint, name) for name in names}
    return data | {"is_enabled": endpoint.is_on}


def delivery_data(row: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": row.pk,
        "message_id": row.event.message_id,
        "type": row.event.type,
        "lead_id": row.lead_id,
        "status": str(row.state),
        "attempts": row.attempts,
        "answer_code": row.answer_code,
        "problem": row.problem,
        "took_ms": row.took_ms,
        "occurred_at": row.event.occurred_at,
        "last_tried_at": row.last_tried_at,
        "next_at": None if row.ended_at else row.next_at,
    }


def _endpoint(call: ApiCall, webhook_id: str) -> WebhookEndpoint:
    rows = WebhookEndpoint.objects.filter(pk=known_id(webhook_id))
    return _found(call, rows.first())


def _locked(call: ApiCall, webhook_id: str) -> WebhookEndpoint:
    """For a write; If-Match has to name its state."""
    rows = WebhookEndpoint.objects.select_for_update(no_key=True)
    endpoint = _found(call, rows.filter(pk=known_id(webhook_id)).first())
    require_match(call.request.headers.get("If-Match", ""), _settings(endpoint))
    return endpoint


def _found(call: ApiCall, endpoint: WebhookEndpoint | None) -> WebhookEndpoint:
    if endpoint is None:
        raise not_found()
    call.subject = endpoint
    return endpoint


def _facts(endpoint: WebhookEndpoint, given: Mapping[str, Any]) -> EndpointFacts:
    names = ("name", "url", "event_types", "sees_contacts")
    name, url, types, sees = (given.get(one, getattr(endpoint, one)) for one in names)
    return EndpointFacts(name, url, tuple(types), sees)


def _require_contacts(call: ApiCall, *, is_needed: bool) -> None:
    """Who may see no contacts may have none sent; raises Problem (403)."""
    if is_needed and not call.sees_contacts:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "scope_missing",
            f"An endpoint that gets contacts needs the scope {CONTACTS_SCOPE}.",
            more={"scope": CONTACTS_SCOPE},
        )


def _settings(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """What people set: its tag doesn't change with every failed delivery."""
    return endpoint_data(endpoint) | {"failing_since": None}


def _answer(endpoint: WebhookEndpoint) -> KeptAnswer:
    return KeptAnswer(endpoint_data(endpoint), etag=etag_of(_settings(endpoint)))


def _shown_once(call: ApiCall, shown: SecretShownOnce, status: int) -> KeptAnswer:
    endpoint = shown.endpoint
    call.subject = endpoint
    endpoint.refresh_from_db()
    is_new = status == HTTPStatus.CREATED
    return KeptAnswer(
        endpoint_data(endpoint) | {"secret": shown.secret},
        status,
        etag_of(_settings(endpoint)),
        f"/api/v1/webhooks/{endpoint.pk}" if is_new else "",
    )
