"""What is sent for a delivery, in which order, and what comes of its answers."""

import json
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from standardwebhooks import Webhook, WebhookVerificationError

from api.models import WebhookDelivery, WebhookEndpoint
from api.webhooks.attempts import Attempt
from api.webhooks.delivery import SendProblem, SendState
from api.webhooks.endpoint import WhyDisabled
from api.webhooks.endpoints import rotate_secret
from api.webhooks.replaying import replay_one, replay_since, send_test
from api.webhooks.sending import DISABLED_AFTER, SignedRequest, claim, record
from api.webhooks.telling import webhooks_line
from medspa import clock
from medspa.models import AuditEvent, User
from tests.api.webhooks.happening import delivery_of, endpoint_of
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
OK, BROKEN = Attempt(204), Attempt(500)


@pytest.fixture
def endpoint(administrator: User) -> WebhookEndpoint:
    return endpoint_of(administrator).endpoint


def send_with(endpoint: WebhookEndpoint, *attempts: Attempt) -> list[SignedRequest]:
    """One round, whose requests end like this."""
    messages = claim(endpoint.pk)
    found = dict(zip([one.delivery_id for one in messages], attempts, strict=True))
    record(endpoint.pk, found, {one.delivery_id: one.attempts for one in messages})
    endpoint.refresh_from_db()
    return messages


def make_due() -> None:
    WebhookDelivery.objects.waiting().update(next_at=clock.now())
    WebhookEndpoint.objects.update(slowed_until=None)


def said(message: SignedRequest) -> Any:
    return json.loads(message.body)


def test_the_reference_library_verifies_what_is_sent(administrator: User) -> None:
    shown = endpoint_of(administrator)
    delivery_of(shown.endpoint)
    (message,) = claim(shown.endpoint.pk)
    payload = Webhook(shown.secret).verify(message.body, dict(message.headers))
    assert payload["type"] == "lead.created"
    assert payload["data"]["created_at"].endswith("Z")
    with pytest.raises(WebhookVerificationError):
        Webhook(shown.secret).verify(message.body + b" ", dict(message.headers))
    assert shown.secret not in repr(shown) + repr(message)


def test_both_secrets_sign_while_one_replaces_the_other(administrator: User) -> None:
    old = endpoint_of(administrator)
    new = rotate_secret(old.endpoint.pk, 24, administrator)
    delivery_of(old.endpoint)
    (message,) = claim(old.endpoint.pk)
    for shown in (old, new):
        Webhook(shown.secret).verify(message.body, dict(message.headers))
    last = rotate_secret(old.endpoint.pk, 0, administrator)
    delivery_of(old.endpoint)
    (message,) = claim(old.endpoint.pk)
    assert len(message.headers["webhook-signature"].split()) == 1
    Webhook(last.secret).verify(message.body, dict(message.headers))


def test_contacts_go_to_endpoints_that_may_see_them_and_are_stored_nowhere(
    administrator: User, endpoint: WebhookEndpoint
) -> None:
    lead = LeadFactory(email="ana@example.com", phone="(212) 555-0123")
    sees = endpoint_of(administrator, sees_contacts=True).endpoint
    stored = [delivery_of(one, lead.pk).event.data for one in (endpoint, sees)]
    assert "ana@" not in json.dumps(stored)
    (thin,), (full,) = claim(endpoint.pk), claim(sees.pk)
    assert not {"email", "phone"} & set(said(thin)["data"])
    assert said(full)["data"]["email"] == "ana@example.com"
    assert said(full)["data"]["phone"] == "+12125550123"
    lead.delete()
    delivery_of(sees, lead.pk, "lead.deleted")
    make_due()
    assert all("email" not in said(one)["data"] for one in claim(sees.pk))


def test_of_a_lead_one_after_another_is_sent(endpoint: WebhookEndpoint) -> None:
    first, second = delivery_of(endpoint, "c1"), delivery_of(endpoint, "c1")
    other = delivery_of(endpoint, "c2")
    sent = [send_with(endpoint, OK, OK), send_with(endpoint, OK)]
    found = [[one.delivery_id for one in messages] for messages in sent]
    assert found == [[first.pk, other.pk], [second.pk]]
    assert claim(endpoint.pk) == []


def test_a_failure_holds_back_its_lead_for_an_hour(endpoint: WebhookEndpoint) -> None:
    first, second = delivery_of(endpoint, "c1"), delivery_of(endpoint, "c1")
    other = delivery_of(endpoint, "c2")
    send_with(endpoint, BROKEN, OK)
    assert claim(endpoint.pk) == []
    WebhookDelivery.objects.filter(pk=first.pk).update(holds_until=clock.now())
    assert [one.delivery_id for one in claim(endpoint.pk)] == [second.pk]
    other.refresh_from_db()
    assert other.state == SendState.DELIVERED


def test_while_everything_fails_the_order_is_kept(endpoint: WebhookEndpoint) -> None:
    first, _ = delivery_of(endpoint, "c1"), delivery_of(endpoint, "c1")
    send_with(endpoint, BROKEN)
    assert endpoint.failing_since
    WebhookDelivery.objects.update(holds_until=clock.now(), next_at=clock.now())
    WebhookDelivery.objects.filter(pk=first.pk).update(
        next_at=clock.now() + timedelta(hours=1)
    )
    assert claim(endpoint.pk) == []


def test_after_an_outage_what_waits_is_due_at_once(endpoint: WebhookEndpoint) -> None:
    delivery_of(endpoint, "c1")
    waiting = delivery_of(endpoint, "c2")
    WebhookDelivery.objects.filter(pk=waiting.pk).update(
        next_at=clock.now() + timedelta(hours=6)
    )
    WebhookEndpoint.objects.update(failing_since=clock.now() - timedelta(hours=1))
    send_with(endpoint, OK)
    assert (endpoint.failing_since, endpoint.failures) == (None, 0)
    assert [one.delivery_id for one in claim(endpoint.pk)] == [waiting.pk]


def test_a_worker_that_died_leaves_its_claim_to_another(
    endpoint: WebhookEndpoint,
) -> None:
    row = delivery_of(endpoint)
    (lost,) = claim(endpoint.pk)
    assert claim(endpoint.pk) == []
    make_due()  # its lease is over
    (again,) = claim(endpoint.pk)
    assert again.headers["webhook-id"] == lost.headers["webhook-id"]
    # The first one was only slow: what it says comes too late.
    record(endpoint.pk, {row.pk: OK}, {row.pk: lost.attempts})
    row.refresh_from_db()
    assert (row.state, row.attempts) == (SendState.WAITING, 2)


def test_it_is_given_up_after_three_days(endpoint: WebhookEndpoint) -> None:
    row = delivery_of(endpoint)
    send_with(endpoint, Attempt(None, SendProblem.TIMEOUT, 10_000))
    row.refresh_from_db()
    assert (row.state, row.problem) == (SendState.WAITING, "timeout")
    assert row.next_at > clock.now() + timedelta(seconds=3)
    WebhookDelivery.objects.update(gives_up_at=clock.now())
    make_due()
    send_with(endpoint, BROKEN)
    row.refresh_from_db()
    assert (row.state, row.answer_code, row.attempts) == (SendState.FAILED, 500, 2)
    assert endpoint.is_on


def test_an_endpoint_that_is_gone_is_disabled(
    endpoint: WebhookEndpoint, administrator: User
) -> None:
    rows = [delivery_of(endpoint, "c1"), delivery_of(endpoint, "c1")]
    User.objects.filter(pk=administrator.pk).update(email="ada@example.com")
    send_with(endpoint, Attempt(410))
    assert endpoint.why_disabled == WhyDisabled.GONE
    for row in rows:
        row.refresh_from_db()
        assert row.state == SendState.CANCELED
    assert claim(endpoint.pk) == []
    job = ProcrastinateJob.objects.get(task_name="medspa.send_notice")
    assert job.args["to"] == "ada@example.com"
    assert "410 Gone" in job.args["sentences"][0]
    assert "hooks.example.com was disabled" in webhooks_line().words


def test_an_endpoint_that_fails_for_days_is_disabled(endpoint: WebhookEndpoint) -> None:
    delivery_of(endpoint)
    now = clock.now()
    assert webhooks_line().words == "1 on, all working."
    WebhookEndpoint.objects.update(failing_since=now)
    assert webhooks_line().words == "1 on, 1 failing."
    WebhookEndpoint.objects.update(failing_since=now - timedelta(days=1))
    assert webhooks_line().words == "hooks.example.com fails."
    send_with(endpoint, BROKEN)
    assert endpoint.is_on
    WebhookEndpoint.objects.update(failing_since=now - DISABLED_AFTER)
    make_due()
    send_with(endpoint, BROKEN)
    assert endpoint.why_disabled == WhyDisabled.FAILING


def test_an_endpoint_that_is_busy_is_left_alone(endpoint: WebhookEndpoint) -> None:
    delivery_of(endpoint, "c1")
    other = delivery_of(endpoint, "c2")
    WebhookDelivery.objects.filter(pk=other.pk).update(
        next_at=clock.now() + timedelta(hours=1)
    )
    send_with(endpoint, Attempt(429, pause=timedelta(seconds=120)))
    WebhookDelivery.objects.update(next_at=clock.now())
    assert claim(endpoint.pk) == []
    WebhookEndpoint.objects.update(slowed_until=clock.now())
    assert len(claim(endpoint.pk)) == 2


def test_what_failed_is_sent_again_with_its_id(
    endpoint: WebhookEndpoint, administrator: User
) -> None:
    row, delivered = delivery_of(endpoint, "c1"), delivery_of(endpoint, "c2")
    (before, _) = send_with(endpoint, BROKEN, OK)
    now = clock.now()
    WebhookDelivery.objects.filter(pk=row.pk).update(state="failed", ended_at=now)
    assert replay_since(endpoint.pk, now, administrator) == 0
    assert replay_since(endpoint.pk, now - timedelta(hours=1), administrator) == 1
    (again,) = send_with(endpoint, OK)
    assert again.headers["webhook-id"] == before.headers["webhook-id"]
    replay_one(endpoint.pk, delivered.pk, administrator)
    assert [one.delivery_id for one in claim(endpoint.pk)] == [delivered.pk]
    assert AuditEvent.objects.filter(kind="webhook_replayed").count() == 2


def test_a_test_event_goes_to_its_endpoint(
    endpoint: WebhookEndpoint, administrator: User
) -> None:
    send_test(endpoint.pk, administrator)
    (message,) = claim(endpoint.pk)
    assert said(message)["type"] == "webhook.test"
    assert said(message)["data"] == {"endpoint_id": endpoint.pk}
