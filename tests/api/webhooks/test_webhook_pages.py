"""The Webhooks pages, and what is kept of an endpoint."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from api.models import WebhookDelivery, WebhookEndpoint, WebhookSecret
from api.webhooks.endpoint import WhyDisabled
from api.webhooks.endpoints import (
    EndpointFacts,
    EndpointRefused,
    change_endpoint,
    disable_endpoint,
)
from api.webhooks.forgetting import forget_old_events, note_contacts_sent
from medspa import clock
from medspa.accounts.sessions import PROVED
from medspa.encryption.rotation import encrypted_models
from medspa.ids import new_id
from medspa.models import AuditEvent, User
from tests.api.webhooks.happening import EVERY_TYPE, delivery_of, endpoint_of

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "Agency",
    "url": "https://hooks.example.com/medspa?key=42",
    "event_types": ["lead.created", "payment.recorded"],
}


@pytest.fixture
def as_administrator(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    session = client.session
    session[PROVED] = clock.now().isoformat()
    session.save()
    return client


def page_of(endpoint: WebhookEndpoint, **query: str) -> Any:
    return reverse("webhook", args=[endpoint.pk], query=query)


def test_an_endpoint_is_added_and_its_secret_is_shown_once(
    as_administrator: Client,
) -> None:
    answer = as_administrator.post(reverse("add_webhook"), GOOD)
    endpoint = WebhookEndpoint.objects.get()
    secret = WebhookSecret.objects.get().secret
    assert secret in answer.content.decode()
    assert secret not in as_administrator.get(reverse("webhooks")).content.decode()
    assert endpoint.event_types == GOOD["event_types"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(secret, 'escape') FROM api_webhooksecret")
        assert "whsec_" not in cursor.fetchone()[0]
    assert WebhookSecret in encrypted_models()
    line = AuditEvent.objects.get(kind="webhook_added")
    assert line.details == {"host": "hooks.example.com"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"url": "http://hooks.example.com/"}, "begins with https://"),
        ({"url": "https://ana:secret@hooks.example.com/"}, "without a user name"),
        ({"url": "https://169.254.169.254/latest"}, "on the public internet"),
        ({"url": "https://[::1]/"}, "on the public internet"),
        ({"url": "https://hooks.example.com:99999/"}, "like https://example.com"),
        ({"event_types": ["lead.exploded"]}, "Choose from the list"),
        ({"event_types": []}, "Choose at least one event."),
        ({"name": " "}, "This field is required."),
    ],
)
def test_what_is_wrong_with_an_endpoint_is_said(
    as_administrator: Client, changed: dict[str, Any], sentence: str
) -> None:
    answer = as_administrator.post(reverse("add_webhook"), GOOD | changed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_everything_wrong_with_an_endpoint_is_said_at_once(
    as_administrator: Client,
) -> None:
    wrong = {"name": "", "url": "http://10.0.0.1/", "event_types": []}
    told = as_administrator.post(reverse("add_webhook"), GOOD | wrong).content.decode()
    for sentence in (
        "This field is required.",
        "begins with https://",
        "Choose at least one event.",
    ):
        assert sentence in told


def test_a_form_sent_twice_adds_one_endpoint_and_one_new_secret(
    as_administrator: Client,
) -> None:
    form = GOOD | {"row_key": new_id()}
    for _ in range(2):
        answer = as_administrator.post(reverse("add_webhook"), form)
    assert answer.status_code == 422
    assert "sent twice" in answer.content.decode()
    endpoint = WebhookEndpoint.objects.get()
    rotate = reverse("rotate_webhook", args=[endpoint.pk])
    sent = {"overlap": "0", "row_key": new_id(), "of": endpoint.pk}
    shown = as_administrator.post(rotate, sent).context["shown"]  # type: ignore[index]
    again = as_administrator.post(rotate, sent, follow=True)
    assert "sent twice" in again.content.decode()
    [working] = WebhookSecret.objects.filter(endpoint=endpoint, ends_at=None)
    assert working.secret == shown.secret


def test_an_endpoint_is_changed_disabled_and_enabled(
    as_administrator: Client, administrator: User
) -> None:
    endpoint = endpoint_of(administrator).endpoint
    row = delivery_of(endpoint)
    as_administrator.post(reverse("change_webhook", args=[endpoint.pk]), GOOD)
    as_administrator.post(reverse("disable_webhook", args=[endpoint.pk]))
    endpoint.refresh_from_db()
    row.refresh_from_db()
    assert (endpoint.url, row.state) == (GOOD["url"], "canceled")
    assert endpoint.why_disabled == WhyDisabled.BY_PERSON
    with pytest.raises(EndpointRefused, match="already disabled"):
        disable_endpoint(endpoint.pk, administrator)
    as_administrator.post(reverse("enable_webhook", args=[endpoint.pk]))
    assert WebhookEndpoint.objects.on().exists()
    kinds = AuditEvent.objects.filter(kind__startswith="webhook").order_by("pk")
    assert [*kinds.values_list("kind", flat=True)] == [
        "webhook_added",
        "webhook_changed",
        "webhook_disabled",
        "webhook_enabled",
    ]


def test_deliveries_say_what_was_answered_and_are_sent_again(
    as_administrator: Client, administrator: User
) -> None:
    endpoint = endpoint_of(administrator).endpoint
    failed, timed_out = delivery_of(endpoint, "c1"), delivery_of(endpoint, "c2")
    rows = WebhookDelivery.objects
    now = clock.now()
    rows.filter(pk=failed.pk).update(
        state="failed", attempts=18, answer_code=500, ended_at=now, last_tried_at=now
    )
    rows.filter(pk=timed_out.pk).update(
        attempts=1, problem="timeout", last_tried_at=now
    )
    found = as_administrator.get(page_of(endpoint)).content.decode()
    assert "500" in found
    assert "No answer within 10 seconds" in found
    only = as_administrator.get(page_of(endpoint, status="failed")).content.decode()
    assert failed.event.message_id in only
    assert timed_out.event.message_id not in only
    replay = reverse("replay_webhook", args=[endpoint.pk])
    answer = as_administrator.post(replay, {"delivery": failed.pk}, follow=True)
    assert "Queued again." in answer.content.decode()
    answer = as_administrator.post(replay, {"since": "2026-01-01T10:00"}, follow=True)
    assert "Nothing failed since then." in answer.content.decode()
    answer = as_administrator.post(replay, {"since": ""}, follow=True)
    assert "Enter a date and time." in answer.content.decode()


def test_a_test_and_a_new_secret_are_one_button_each(
    as_administrator: Client, administrator: User
) -> None:
    endpoint = endpoint_of(administrator).endpoint
    as_administrator.post(reverse("test_webhook", args=[endpoint.pk]))
    assert WebhookDelivery.objects.get().event.type == "webhook.test"
    address = reverse("rotate_webhook", args=[endpoint.pk])
    answer = as_administrator.post(address, {"overlap": "24"})
    newest = WebhookSecret.objects.get(ends_at=None).secret
    assert newest in answer.content.decode()
    refused = as_administrator.post(address, {"overlap": "5"}, follow=True)
    assert "Choose from the list" in refused.content.decode()


def test_the_list_asks_as_often_for_many_endpoints(
    as_administrator: Client, administrator: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        delivery_of(endpoint_of(administrator).endpoint)
    # Session and person, endpoints with their counts, what the shell shows.
    with django_assert_max_num_queries(6):
        as_administrator.get(reverse("webhooks"))


def test_an_unknown_event_is_refused_by_the_service(administrator: User) -> None:
    endpoint = endpoint_of(administrator).endpoint
    facts = EndpointFacts("A", endpoint.url, (*EVERY_TYPE, "lead.exploded"))
    with pytest.raises(EndpointRefused, match="Choose events"):
        change_endpoint(endpoint.pk, facts, administrator)


def test_old_events_are_forgotten_and_contacts_are_told_to_the_audit_log(
    administrator: User,
) -> None:
    endpoint = endpoint_of(administrator, sees_contacts=True).endpoint
    old, new = delivery_of(endpoint), delivery_of(endpoint)
    now = clock.now()
    WebhookDelivery.objects.update(state="delivered", ended_at=now)
    type(old.event).objects.filter(pk=old.event_id).update(
        recorded_at=now - timedelta(days=31)
    )
    note_contacts_sent()
    assert forget_old_events() == 1
    assert [*WebhookDelivery.objects.values_list("pk", flat=True)] == [new.pk]
    line = AuditEvent.objects.get(kind="webhook_contacts_sent")
    assert line.details == {"host": "hooks.example.com", "rows": 2}
