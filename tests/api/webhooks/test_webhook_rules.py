"""Every rule of endpoints, their secrets, events and deliveries, both ways."""

import pytest
from django.db import models

from api.models import WebhookDelivery, WebhookEvent, WebhookSecret
from tests.api.webhooks.happening import delivery_of
from tests.factories import WebhookEndpointFactory
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def secret() -> WebhookSecret:
    row: WebhookSecret = WebhookSecret.objects.create(
        endpoint=WebhookEndpointFactory(), secret="whsec_AAAA"
    )
    return row


def another_secret(row: models.Model) -> dict[str, object]:
    return {"endpoint": secret().endpoint}


def delivery() -> WebhookDelivery:
    return delivery_of(WebhookEndpointFactory())


def event() -> WebhookEvent:
    return delivery().event


def another_delivery(row: models.Model) -> dict[str, object]:
    other = delivery()
    return {"endpoint": other.endpoint, "event": other.event}


RULES = (
    Rule(
        "api_webhookendpoint_has_a_name",
        WebhookEndpointFactory,
        {"name": ""},
        "This field is required.",
        place="name",
    ),
    Rule(
        "api_webhookendpoint_url_is_https",
        WebhookEndpointFactory,
        {"url": "http://hooks.example.com/"},
        "Enter an address that begins with https://, without a user name.",
        place="url",
    ),
    Rule(
        "api_webhookendpoint_has_event_types",
        WebhookEndpointFactory,
        {"event_types": []},
        "This field is required.",
        place="event_types",
    ),
    Rule(
        "api_webhookendpoint_disabled_for_a_reason",
        WebhookEndpointFactory,
        {"why_disabled": "gone"},
        "A disabled endpoint has a reason.",
    ),
    Rule(
        "api_webhooksecret_one_without_an_end",
        secret,
        another_secret,
        "Another secret of the endpoint has no end.",
    ),
    Rule(
        "api_webhookevent_data_is_an_object",
        event,
        {"data": [1]},
        "The data must be a JSON object.",
        place="data",
    ),
    Rule(
        "api_webhookdelivery_once_an_endpoint",
        delivery,
        another_delivery,
        "This event goes to the endpoint already.",
    ),
    Rule(
        "api_webhookdelivery_state_is_known",
        delivery,
        {"state": "lost", "ended_at": "2026-01-01T00:00Z"},
        "Choose from the list.",
        place="state",
    ),
    Rule(
        "api_webhookdelivery_ends_once",
        delivery,
        {"state": "failed"},
        "A delivery ends when it no longer waits.",
    ),
)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_person_reads_the_sentence(rule: Rule) -> None:
    assert rule.sentence in refusal_in_words(rule).get(rule.place, [])


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses_it(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name
