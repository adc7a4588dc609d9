"""The double has the inconvenient facts of GoHighLevel, so that our code meets them."""

import base64
import itertools
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.connections.fake_gohighlevel import Api, FakeGoHighLevel
from tests.connections.fake_gohighlevel.server import serving

HEADERS = {"version": "2021-07-28"}


@pytest.fixture
def api() -> Api:
    return Api(FakeGoHighLevel())


def ask(api: Api, method: str, path: str, **values: Any) -> httpx.Response:
    headers = HEADERS | {"authorization": f"Bearer {api.fake.token}"}
    return api.client().request(method, path, headers=headers, **values)


def search(api: Api, **values: Any) -> httpx.Response:
    body = {"locationId": api.fake.location, "pageLimit": 100} | values
    return ask(api, "POST", "/contacts/search", json=body)


def test_unknown_keys_are_refused_and_change_nothing(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora")
    answer = ask(api, "PUT", f"/contacts/{contact.id}", json={"firstName": "A", "b": 1})
    assert answer.status_code == 422
    assert answer.json()["message"] == ["property b should not exist"]
    assert api.fake.contacts[contact.id].firstName == "Nora"


def test_an_upsert_overwrites_tags_and_ignores_a_second_match(api: Api) -> None:
    one = api.fake.add_contact(email="nora@example.com", tags=["vip"])
    two = api.fake.add_contact(phone="+12025550101", tags=["botox"])
    body = {"locationId": api.fake.location, "email": one.email, "phone": two.phone}
    ask(api, "POST", "/contacts/upsert", json=body | {"tags": ["new"]})
    assert api.fake.contacts[one.id].tags == ["new"]
    assert api.fake.contacts[two.id].tags == ["botox"]


def test_tags_are_added_and_removed_one_by_one(api: Api) -> None:
    contact = api.fake.add_contact(tags=["vip"])
    path = f"/contacts/{contact.id}/tags"
    assert ask(api, "POST", path, json={"tags": ["Botox"]}).status_code == 201
    assert api.fake.contacts[contact.id].tags == ["vip", "botox"]
    ask(api, "DELETE", path, json={"tags": ["vip"]})
    assert api.fake.contacts[contact.id].tags == ["botox"]


def test_the_search_lags_three_seconds_behind(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora")
    assert search(api).json()["total"] == 0
    api.fake.time.sleep(3)
    assert search(api).json()["contacts"][0]["id"] == contact.id
    api.fake.delete_contact(contact.id)
    assert search(api).json()["total"] == 1
    assert ask(api, "GET", f"/contacts/{contact.id}").status_code == 404


def test_pages_end_at_ten_thousand_and_search_after_goes_on(api: Api) -> None:
    for number in range(7):
        api.fake.add_contact(firstName="Nora", source=str(number))
        api.fake.time.sleep(1)
    api.fake.time.sleep(3)
    assert search(api, page=101).status_code == 400
    first = search(api, pageLimit=3).json()["contacts"]
    after = first[-1]["searchAfter"]
    second = search(api, pageLimit=3, searchAfter=after).json()["contacts"]
    assert [row["source"] for row in first + second] == ["6", "5", "4", "3", "2", "1"]
    assert search(api, pageLimit=3, page=1, searchAfter=after).status_code == 400


def test_more_than_a_hundred_requests_in_ten_seconds_are_refused(api: Api) -> None:
    answers = [search(api) for _ in range(101)]
    assert answers[99].headers["X-RateLimit-Remaining"] == "0"
    assert [one.status_code for one in answers[-2:]] == [200, 429]
    api.fake.time.sleep(10)
    assert search(api).status_code == 200


def test_one_edit_fires_several_signed_events(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora")
    api.fake.edit_contact(contact.id, tags=["vip"], dnd=True)
    seen = []

    def receive(body: bytes, headers: dict[str, str]) -> int:
        signature = base64.b64decode(headers["x-ghl-signature"])
        api.fake.webhooks.key.public_key().verify(signature, body)
        seen.append(json.loads(body)["type"])
        return 200

    api.fake.webhooks.deliver(api.fake.time(), receive)
    assert seen == [
        "ContactCreate",
        "ContactUpdate",
        "ContactTagUpdate",
        "ContactDndUpdate",
    ]


def test_an_event_is_tried_twelve_times_with_growing_waits(api: Api) -> None:
    api.fake.add_contact(firstName="Nora")
    moments = []
    while api.fake.webhooks.waiting:
        api.fake.time.now = max(one.at for one in api.fake.webhooks.waiting)
        moments.append(api.fake.time())
        api.fake.webhooks.deliver(api.fake.time(), lambda body, headers: 503)
    waits = [b - a for a, b in itertools.pairwise(moments)]
    assert len(moments) == 12 and api.fake.webhooks.given_up == 1
    assert waits[0] < timedelta(seconds=15) < timedelta(hours=1) < waits[-1]


def test_events_come_twice_and_out_of_order(api: Api) -> None:
    api.fake.webhooks.duplicated = api.fake.webhooks.delayed = 0.5
    sent = [api.fake.add_contact(firstName="Nora").id for _ in range(40)]
    api.fake.time.sleep(600)
    seen: list[str] = []

    def receive(body: bytes, headers: dict[str, str]) -> int:
        seen.append(json.loads(body)["id"])
        return 200

    api.fake.webhooks.deliver(api.fake.time(), receive)
    assert set(seen) == set(sent) and len(seen) > 40
    assert list(dict.fromkeys(seen)) != sent


def test_refunds_and_merges_have_no_event(api: Api) -> None:
    kept, merged = api.fake.add_contact(), api.fake.add_contact()
    paid = api.fake.add_transaction(merged.id, 250)
    before = len(api.fake.webhooks.waiting)
    api.fake.refund(paid.id, 50)
    api.fake.merge_contacts(kept.id, merged.id)
    assert len(api.fake.webhooks.waiting) == before
    query = {"altId": api.fake.location, "altType": "location"}
    rows = ask(api, "GET", "/payments/transactions", params=query).json()["data"]
    assert rows[0]["amountRefunded"] == 50
    assert rows[0]["mergedFromContactId"] == merged.id


def test_a_change_of_an_appointment_is_told_to_people_unless_asked_not_to(
    api: Api,
) -> None:
    contact = api.fake.add_contact()
    row = api.fake.add_appointment(contact.id, api.fake.time())
    path, body = f"/calendars/events/appointments/{row.id}", {"title": "Consult"}
    headers = {"version": "2021-04-15", "authorization": f"Bearer {api.fake.token}"}
    client = api.client()
    client.put(path, json=body | {"toNotify": False}, headers=headers)
    assert not api.fake.notified
    client.put(path, json=body, headers=headers)
    assert api.fake.notified == [row.id]


def test_an_edit_that_breaks_the_published_shape_is_not_answered(api: Api) -> None:
    contact = api.fake.add_contact()
    api.fake.contacts[contact.id].tags = "vip"  # type: ignore[assignment]
    with (
        pytest.warns(UserWarning, match="tags"),
        pytest.raises(ValueError, match="tags"),
    ):
        ask(api, "GET", f"/contacts/{contact.id}")


def test_the_double_answers_on_a_socket(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora")
    headers = HEADERS | {"authorization": f"Bearer {api.fake.token}"}
    with serving(api) as address:
        answer = httpx.get(f"{address}/contacts/{contact.id}", headers=headers)
    assert answer.json()["contact"]["firstName"] == "Nora"
