"""The events that are sent to endpoints, for the `webhooks` of the description."""

from typing import Any

from api.webhooks.event_types import (
    EVENT_EXAMPLES,
    TEST_TYPE,
    WEBHOOK_TYPES,
    WebhookType,
)
from medspa.json_columns import Schema

EVENT_TYPES = (*WEBHOOK_TYPES.values(), TEST_TYPE)
EVENT_HEADERS = {
    "webhook-id": "The same for each attempt: skip what you have seen.",
    "webhook-timestamp": "Seconds since 1970, of this attempt.",
    "webhook-signature": "`v1,` and a signature; several while a secret is rotated.",
}
EXAMPLE_MOMENT = "2026-11-27T15:30:00.123456Z"
# What is added for an endpoint that may see contacts.
CONTACT_PROPERTIES = {"email": {"type": "string"}, "phone": {"type": "string"}}


def event_schemas() -> list[type[Schema]]:
    return list(dict.fromkeys(one.data for one in EVENT_TYPES))


def describe_webhooks(ref: str) -> dict[str, Any]:
    """By name of the event; `ref` is how a schema is referred to."""
    return {one.name: {"post": _described(one, ref)} for one in EVENT_TYPES}


def _described(one: WebhookType, ref: str) -> dict[str, Any]:
    return {
        "operationId": f"webhook_{one.name.replace('.', '_')}",
        "summary": one.words.rstrip("."),
        "tags": ["Webhooks"],
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
                "description": words,
            }
            for name, words in EVENT_HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": _envelope(one, ref),
                    "example": example_of(one),
                }
            },
        },
        "responses": {
            "2XX": {"description": "Taken. It isn't sent again."},
            "410": {"description": "Gone. The endpoint is disabled."},
            "429": {"description": "Slow down, for as long as `Retry-After` says."},
            "default": {"description": "Sent again, for three days."},
        },
    }


def _envelope(one: WebhookType, ref: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": one.name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"$ref": ref.format(model=one.data.__name__)},
        },
    }


def example_of(one: WebhookType) -> dict[str, Any]:
    data = EVENT_EXAMPLES[one.data]
    return {"type": one.name, "timestamp": EXAMPLE_MOMENT, "data": data}


def with_contacts(schemas: dict[str, Any]) -> dict[str, Any]:
    """Schemas of events that may have email and phone, with these."""
    for name in {one.data.__name__ for one in EVENT_TYPES if one.has_contacts}:
        schemas[name]["properties"] |= CONTACT_PROPERTIES
    return schemas
