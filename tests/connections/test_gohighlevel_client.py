"""The REST client against the double: limits, retries, errors, versions."""

import httpx
import pytest

from connections.gohighlevel.client import Client, Versions
from connections.gohighlevel.errors import (
    BreakerOpen,
    NotThere,
    OutOfRequests,
    RequestRefused,
    TokenRefused,
    Unavailable,
)
from tests.connections.fake_gohighlevel import Api, FakeGoHighLevel


@pytest.fixture
def api() -> Api:
    return Api(FakeGoHighLevel())


def client_of(api: Api, **values: object) -> Client:
    time = api.fake.time
    return Client(
        token=api.fake.token,
        location=api.fake.location,
        http=api.client(),
        monotonic=time.monotonic,
        sleep=time.sleep,
        **values,  # type: ignore[arg-type]
    )


def test_each_product_is_asked_with_its_own_version(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora")
    appointment = api.fake.add_appointment(contact.id, api.fake.time())
    client = client_of(api)
    found = client.get(f"/contacts/{contact.id}")
    assert found["contact"]["firstName"] == "Nora"
    event = client.get(f"/calendars/events/appointments/{appointment.id}")["event"]
    assert event["appointmentStatus"] == "confirmed"
    wrong = client_of(api, versions=Versions(calendars="2021-07-28"))
    with pytest.raises(TokenRefused):
        wrong.get("/calendars/", locationId=api.fake.location)


def test_a_burst_waits_instead_of_being_refused(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora")
    client, begun = client_of(api), api.fake.time()
    for _ in range(250):
        client.get(f"/contacts/{contact.id}")
    assert 20 <= (api.fake.time() - begun).total_seconds() <= 40
    assert len(api.requests) == 250


def test_a_refused_burst_is_tried_again_later(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora")
    api.faults = [429, 429]
    assert client_of(api).get(f"/contacts/{contact.id}")
    assert len(api.requests) == 3


def test_what_is_not_urgent_leaves_a_part_of_the_day(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora")
    api.limits.per_day = 20_001
    backfill = client_of(api, is_urgent=False)
    backfill.get(f"/contacts/{contact.id}")
    with pytest.raises(OutOfRequests):
        backfill.get(f"/contacts/{contact.id}")
    assert client_of(api).get(f"/contacts/{contact.id}")


def test_a_time_out_and_an_error_are_tried_again(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora")
    api.faults = [0, 503]
    assert client_of(api).get(f"/contacts/{contact.id}")


def test_the_breaker_opens_after_failures_and_closes_by_itself(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora")
    client = client_of(api)
    api.faults = [500] * 5
    with pytest.raises(Unavailable):
        client.get(f"/contacts/{contact.id}")
    with pytest.raises(BreakerOpen):
        client.get(f"/contacts/{contact.id}")
    asked = len(api.requests)
    with pytest.raises(BreakerOpen):
        client.get(f"/contacts/{contact.id}")
    assert len(api.requests) == asked
    api.fake.time.sleep(61)
    assert client.get(f"/contacts/{contact.id}")
    assert client.breaker.failures == 0


def test_errors_say_what_to_do_and_hold_no_value(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora", email="nora@example.com")
    client = client_of(api)
    with pytest.raises(NotThere):
        client.get("/contacts/AAAAAAAAAAAAAAAAAAAA")
    with pytest.raises(RequestRefused) as refused:
        client.put(f"/contacts/{contact.id}", {"frstName": "Secret"})
    assert "Secret" not in str(refused.value) and "422" in str(refused.value)
    api.fake.token = "another"
    with pytest.raises(TokenRefused):
        client.get(f"/contacts/{contact.id}")
    assert api.fake.contacts[contact.id].firstName == "Nora"
    assert "pit-" not in repr(client)


def test_an_answer_that_is_no_object_is_no_answer(api: Api) -> None:
    def listed(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=["a list"])

    client = client_of(api)
    client.http = httpx.Client(
        base_url="https://services.example", transport=httpx.MockTransport(listed)
    )
    with pytest.raises(Unavailable):
        client.get("/contacts/AAAAAAAAAAAAAAAAAAAA")
