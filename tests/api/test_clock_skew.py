"""A web server's clock is hours off: what counts is the database's."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from api.keys.models import ApiKey, ApiSecret
from api.webhooks.sending import signed_headers
from connections.setting_up import new_secret
from leads.models import Lead
from medspa import clock
from medspa.clock import DatabaseClock
from medspa.models import User
from tests.api.keys import ApiClient, key_of

HOUR = timedelta(hours=1)
NEAR = timedelta(seconds=30)


@pytest.fixture(params=[5, -5], ids=["ahead", "behind"])
def our_clock_is_off(request: pytest.FixtureRequest, api: ApiClient) -> None:
    off = timedelta(hours=request.param)
    patch = request.getfixturevalue("monkeypatch")
    wrong = DatabaseClock(wall=lambda: datetime.now(UTC) + off)
    patch.setattr(clock, "DATABASE_CLOCK", wrong)


def test_a_key_ends_when_the_database_says_so(
    our_clock_is_off: None, api: ApiClient, manager: User
) -> None:
    soon = ApiClient(key_of(manager, expires_at=datetime.now(UTC) + HOUR))
    soon.get("/leads")
    assert soon.status == 200
    now = datetime.now(UTC)
    ApiSecret.objects.filter(key=soon.shown.key).update(ends_at=now - HOUR)
    assert soon.get("/leads")["code"] == "key_expired"
    ApiSecret.objects.filter(key=soon.shown.key).update(ends_at=None)
    ApiKey.objects.filter(pk=soon.shown.key.pk).update(
        created_at=now - 3 * HOUR, expires_at=now - HOUR
    )
    assert soon.get("/leads")["code"] == "key_expired"


def test_a_retry_is_still_known_and_moments_are_right(
    our_clock_is_off: None, api: ApiClient
) -> None:
    body = {"first_name": "Ana", "source": "referral"}
    told = api.post("/leads", body, Idempotency_Key="once")
    assert api.post("/leads", body, Idempotency_Key="once") == told
    assert api.last.headers["Idempotency-Replayed"] == "true"
    lead = Lead.objects.get()
    assert abs(lead.created_at - datetime.now(UTC)) < NEAR
    since = (datetime.now(UTC) - HOUR / 2).strftime("%Y-%m-%dT%H:%M:%SZ")
    changed = api.get(f"/leads/changes?updated_since={since}")
    assert [one["id"] for one in changed["data"]] == [lead.pk]
    until = datetime.fromisoformat(changed["next_updated_since"])
    assert datetime.fromisoformat(since) <= until <= datetime.now(UTC) + NEAR


def test_a_receiver_with_a_right_clock_takes_our_signature(
    our_clock_is_off: None, db: None
) -> None:
    signer = Webhook(new_secret())
    assert signer.verify("{}", signed_headers("msg_1", "{}", [signer])) == {}
