"""Objects are read from other systems by HTTP, as far as they answer."""

import base64
import logging
from collections.abc import Iterator

import pytest

from connections.door import Door
from connections.door_parts.http_client import MOST_ANSWER_BYTES, Api, fetch_from
from connections.doors import acuity, meta, square
from connections.items import IncomingEvent
from connections.refusals import Parked, RetryLater
from connections.registry import DOORS
from leads.intake.incoming import IncomingLead
from tests.connections.deliveries import delivery_of, fixture, items_of, keys_of
from tests.connections.loopback import Service, running

APIS = {"acuity": acuity.api, "meta": meta.api, "square": square.api}


@pytest.fixture(scope="module")
def started() -> Iterator[Service]:
    with running() as service:
        yield service


@pytest.fixture
def service(started: Service) -> Service:
    started.objects, started.asked = {}, []
    started.status, started.raw = 200, None
    return started


def api_of(door: Door, service: Service) -> Api:
    return APIS[door.name](keys_of(door)).at(service.url)


def test_metas_lead_is_read_with_its_form(service: Service) -> None:
    service.has("/700100200", "meta_lead", fixture("meta", "lead"))
    service.has("/800100200", "meta_form", fixture("meta", "form"))
    door = DOORS["meta"]
    fetch = fetch_from(api_of(door, service))
    (lead,) = items_of(door, delivery_of(fixture("meta", "leadgen")), fetch=fetch)
    assert isinstance(lead, IncomingLead)
    assert lead.email == "noa@example.com"
    path, headers = service.asked[0]
    assert path.startswith("/700100200?fields=")
    assert headers["authorization"] == f"Bearer {keys_of(door)['page_token']}"
    assert keys_of(door)["page_token"] not in path


def test_squares_customer_is_read_with_the_version(service: Service) -> None:
    path = "/v2/customers/CUSTOMERKIM"
    service.has(path, "square_customer", fixture("square", "customer"))
    door = DOORS["square"]
    fetch = fetch_from(api_of(door, service))
    delivery = delivery_of(fixture("square", "booking_created"))
    (event,) = items_of(door, delivery, fetch=fetch)
    assert isinstance(event, IncomingEvent)
    assert event.who.email == "kim@example.com"
    assert service.asked[0][1]["square-version"]


def test_acuitys_appointment_is_read_by_user_and_key(service: Service) -> None:
    found = fixture("acuity", "appointment")
    service.has("/appointments/6001", "acuity_appointment", found)
    door = DOORS["acuity"]
    fetch = fetch_from(api_of(door, service))
    lead, _ = items_of(door, delivery_of(b"action=scheduled&id=6001"), fetch=fetch)
    assert isinstance(lead, IncomingLead)
    keys = keys_of(door)
    basic = base64.b64encode(f"{keys['user_id']}:{keys['api_key']}".encode()).decode()
    assert service.asked[0][1]["authorization"] == f"Basic {basic}"


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_may_work_later_is_tried_again(service: Service, status: int) -> None:
    service.status, service.raw = status, b"{}"
    with pytest.raises(RetryLater):
        fetch_from(Api(service.url, {}))("/one")


def test_a_service_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(RetryLater):
        fetch_from(Api("http://127.0.0.1:1", {}))("/one")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "refused_there"),
        (401, "no_access"),
        (403, "no_access"),
        (404, "gone"),
        (410, "gone"),
        (302, "refused_there"),
    ],
)
def test_what_a_person_must_mend_is_parked(
    service: Service, status: int, code: str
) -> None:
    """A redirect is not followed: the token would go to another host."""
    service.status, service.raw = status, b'{"error": "Noa Invented"}'
    with pytest.raises(Parked) as refusal:
        fetch_from(Api(service.url, {}))("/one")
    assert refusal.value.code == code
    assert "Noa" not in str(refusal.value)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Noa",
        b'["Noa"]',
        b'{"a": "\\u0000"}',
        b"x" * (MOST_ANSWER_BYTES + 1),
        b"",
    ],
)
def test_an_answer_that_cannot_be_read_is_parked(service: Service, body: bytes) -> None:
    service.raw = body
    with pytest.raises(Parked) as refusal:
        fetch_from(Api(service.url, {}))("/one")
    assert refusal.value.code == "unreadable"
    assert "Noa" not in str(refusal.value)


def test_no_answer_and_no_key_is_in_a_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    service.has("/700100200", "meta_lead", fixture("meta", "lead"))
    door = DOORS["meta"]
    fetch_from(api_of(door, service))("/700100200?fields=field_data")
    assert "noa@example.com" not in caplog.text
    assert "key-of" not in caplog.text
    assert "key-of" not in repr(api_of(door, service))
