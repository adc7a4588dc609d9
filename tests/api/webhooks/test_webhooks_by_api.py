"""Webhook endpoints are set up, changed and used through the API."""

from typing import Any

import pytest

from api.keys.scopes import CONTACTS_SCOPE, SCOPES
from api.webhooks.delivery import SendState, WebhookDelivery
from api.webhooks.endpoint import WebhookEndpoint, WebhookSecret
from medspa import clock
from medspa.models import AuditEvent, User
from tests.api.keys import ApiClient, key_of
from tests.api.webhooks.happening import delivery_of

GOOD = {
    "name": "Agency",
    "url": "https://hooks.example.com/medspa",
    "event_types": ["lead.created"],
}


@pytest.fixture
def admin_api(administrator: User) -> ApiClient:
    return ApiClient(key_of(administrator))


@pytest.fixture
def made(admin_api: ApiClient) -> Any:
    told = admin_api.post("/webhooks", GOOD)
    assert admin_api.status == 201, told
    return told


def test_the_secret_of_a_new_endpoint_is_in_one_answer(
    admin_api: ApiClient, made: Any
) -> None:
    assert made["secret"] == WebhookSecret.objects.get().secret
    assert admin_api.last.headers["Location"] == f"/api/v1/webhooks/{made['id']}"
    etag = admin_api.last.headers["ETag"]
    told = admin_api.get(f"/webhooks/{made['id']}")
    assert "secret" not in told
    assert admin_api.last.headers["ETag"] == etag
    assert told | {"secret": made["secret"]} == made
    assert admin_api.get("/webhooks")["data"] == [told]
    kinds = AuditEvent.objects.values_list("kind", flat=True)
    assert {"webhook_added", "api_used"} <= set(kinds)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "http://hooks.example.com/"}, "url"),
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"url": "https://hooks.example.com:99999/"}, "url"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["lead.exploded"]}, "event_types"),
        ({"name": 4}, "name"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(
    changed: Any, field: str, admin_api: ApiClient
) -> None:
    told = admin_api.post("/webhooks", GOOD | changed)
    assert admin_api.status == 422
    assert [error["field"] for error in told["errors"]] == [field]
    assert not WebhookEndpoint.objects.exists()


def test_an_endpoint_is_changed_disabled_enabled_and_deleted(
    admin_api: ApiClient, made: Any
) -> None:
    path = f"/webhooks/{made['id']}"
    told = admin_api.write("patch", path, {"name": "Bo's agency"})
    assert (told["name"], told["url"]) == ("Bo's agency", GOOD["url"])
    told = admin_api.write("patch", path, {"is_enabled": False})
    assert (told["is_enabled"], told["why_disabled"]) == (False, "by_person")
    told = admin_api.write("patch", path, {"is_enabled": True, "name": "Ann"})
    assert (told["is_enabled"], told["name"]) == (True, "Ann")
    admin_api.write("patch", path, {"is_enabled": True}, etag='"stale"')
    assert admin_api.status == 412
    delivery_of(WebhookEndpoint.objects.get())
    admin_api.write("delete", path)
    assert admin_api.status == 204
    assert not WebhookEndpoint.objects.exists()
    assert not WebhookDelivery.objects.exists()
    assert AuditEvent.objects.filter(kind="webhook_deleted").exists()


def test_a_failing_endpoint_keeps_its_tag(admin_api: ApiClient, made: Any) -> None:
    path = f"/webhooks/{made['id']}"
    admin_api.get(path)
    etag = admin_api.last.headers["ETag"]
    WebhookEndpoint.objects.update(failing_since=clock.now(), failures=3)
    assert admin_api.get(path)["failing_since"]
    assert admin_api.last.headers["ETag"] == etag


def test_a_secret_is_rotated(admin_api: ApiClient, made: Any) -> None:
    told = admin_api.post(f"/webhooks/{made['id']}/rotate", {"overlap_hours": 1})
    assert admin_api.status == 200
    assert told["secret"] != made["secret"]
    assert WebhookSecret.objects.filter(ends_at=None).get().secret == told["secret"]
    admin_api.post(f"/webhooks/{made['id']}/rotate", {"overlap_hours": 2})
    assert admin_api.status == 422


def test_a_test_is_sent_and_what_failed_is_sent_again(
    admin_api: ApiClient, made: Any
) -> None:
    path = f"/webhooks/{made['id']}"
    told = admin_api.post(f"{path}/test")
    assert (admin_api.status, told["status"]) == (202, "waiting")
    listed = admin_api.get(f"{path}/deliveries?status=waiting")["data"]
    assert [one["id"] for one in listed] == [told["id"]]
    admin_api.post(f"{path}/replay", {"delivery_id": told["id"]})
    assert admin_api.status == 409
    now = clock.now()
    WebhookDelivery.objects.update(state=SendState.FAILED, ended_at=now)
    assert admin_api.post(f"{path}/replay", {"delivery_id": told["id"]}) == {
        "queued": 1
    }
    WebhookDelivery.objects.update(state=SendState.FAILED, ended_at=now)
    moment = "2020-01-01T00:00:00Z"
    assert admin_api.post(f"{path}/replay", {"since": moment}) == {"queued": 1}
    for body in ({}, {"since": moment, "delivery_id": told["id"]}):
        admin_api.post(f"{path}/replay", body)
        assert admin_api.status == 422


def test_who_may_see_no_contacts_may_have_none_sent(
    administrator: User, admin_api: ApiClient, made: Any
) -> None:
    blind = ApiClient(key_of(administrator, tuple(set(SCOPES) - {CONTACTS_SCOPE})))
    told = blind.post("/webhooks", GOOD | {"sees_contacts": True})
    assert (blind.status, told["scope"]) == (403, CONTACTS_SCOPE)
    path = f"/webhooks/{made['id']}"
    blind.write("patch", path, {"sees_contacts": True})
    assert blind.status == 403
    admin_api.write("patch", path, {"sees_contacts": True})
    assert admin_api.status == 200
    # Nor may an address be changed to one's own.
    blind.write("patch", path, {"url": "https://other.example.com/"})
    assert blind.status == 403
    blind.write("patch", path, {"is_enabled": False})
    assert blind.status == 200
