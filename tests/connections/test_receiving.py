"""A delivery is verified, read and stored, or refused with a sentence."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client

from connections import working_off
from connections.door import Delivery
from connections.door_parts.foreign_ids import fingerprint
from connections.models import (
    Connection,
    DeliveryCount,
    DeliveryState,
    ItemOutcome,
    ReceivedDelivery,
    UnmatchedEvent,
)
from connections.registry import DOORS
from connections.setting_up import connect, new_secret, set_secrets, switch
from connections.working_off import work_off
from kpis.models import KpiEvent
from leads.models import Lead
from medspa import clock
from tests.connections.deliveries import changed, fixture
from tests.connections.doors import connected, post, send, signed, work_off_all

pytestmark = pytest.mark.usefixtures("clinic")
LEAD = {
    "what": "lead",
    "who": {"first_name": "Bea Miller", "email": "bea@example.com", "last_name": "M"},
    "notes": "allergic",
}
PAID = {
    "what": "paid",
    "id": "inv_1",
    "when": "2026-03-02T10:00:00-05:00",
    "amount": "300.00",
    "currency": "USD",
    "who": {"email": "bea@example.com"},
}


@pytest.fixture
def anything(clinic: None) -> Connection:
    return connected()


def counts() -> dict[str, int]:
    return dict(DeliveryCount.objects.values_list("code", "deliveries"))


def test_a_lead_and_its_payment_come_in(anything: Connection) -> None:
    assert send(anything, LEAD, "msg_1").status_code == 200
    assert send(anything, PAID, "msg_2").status_code == 200
    work_off_all()
    lead = Lead.objects.get()
    assert (lead.first_name, lead.email) == ("Bea", "bea@example.com")
    assert KpiEvent.objects.get(lead=lead).value_cents == 30_000
    assert {one.state for one in ReceivedDelivery.objects.all()} == {"done"}
    assert lead.history.get().history_actor == "Connect anything"


def test_only_what_is_allowed_is_stored_and_only_until_it_is_done(
    anything: Connection,
) -> None:
    send(anything, LEAD)
    row = ReceivedDelivery.objects.get()
    assert row.content == {
        "what": "lead",
        "who": {"first_name": "Bea", "email": "bea@example.com"},
    }
    assert row.dropped == ["notes", "who.last_name"]
    work_off(row.pk)
    row.refresh_from_db()
    assert row.data == ""


def test_the_same_delivery_twice_is_stored_once(anything: Connection) -> None:
    assert [send(anything, PAID).status_code for _ in range(3)] == [200] * 3
    assert ReceivedDelivery.objects.count() == 1
    assert counts() == {"repeated": 2}


def test_a_further_delivery_is_stored_by_one_statement(
    anything: Connection, django_assert_num_queries: Any
) -> None:
    """What is known of its connection is checked by the statement that stores it."""
    send(anything, LEAD, "msg_1")
    with django_assert_num_queries(1):
        assert send(anything, LEAD, "msg_2").status_code == 200
    assert ReceivedDelivery.objects.count() == 2


def test_a_secret_counts_no_longer_once_there_is_another(anything: Connection) -> None:
    """Also for a web server that knew the earlier one."""
    send(anything, LEAD, "msg_1")
    changed_by_another = set_secrets(anything.pk, {"signing_secret": new_secret()})
    assert send(anything, LEAD, "msg_2").json()["error"] == "bad_signature"
    assert counts() == {"bad_signature": 1}
    assert send(changed_by_another, LEAD, "msg_3").status_code == 200
    assert send(anything, LEAD, "msg_4").status_code == 401
    keys = ReceivedDelivery.objects.values_list("key", flat=True)
    assert set(keys) == {fingerprint("msg_1"), fingerprint("msg_3")}


def test_what_is_known_of_a_connection_ends_with_it(anything: Connection) -> None:
    send(anything, LEAD, "msg_1")
    switch(anything.pk, is_on=False)
    assert send(anything, LEAD, "msg_2").status_code == 200
    switch(anything.pk, is_on=True)
    assert ReceivedDelivery.objects.count() == 1
    Connection.objects.all().delete()
    assert send(anything, LEAD, "msg_3").status_code == 404


def test_a_delivery_goes_around_what_is_for_pages(anything: Connection) -> None:
    for response in (send(anything, LEAD), Client().post("/connections/in/")):
        assert "Content-Security-Policy" not in response.headers
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Cache-Control"] == "no-store, private"
    assert Client().post("/connections/in/").json()["error"] == "unknown_connection"


def test_a_bearer_token_is_enough(anything: Connection) -> None:
    secret = anything.secret_values["signing_secret"]
    delivery = replace(
        signed(anything, b'{"what": "lead"}'),
        headers={"authorization": f"Bearer {secret}"},
    )
    assert post(anything, delivery).status_code == 200
    wrong = replace(delivery, headers={"authorization": "Bearer whsec_AAAA"})
    assert post(anything, wrong).json()["error"] == "bad_signature"


def with_header(name: str, value: str) -> Any:
    return lambda one: replace(one, headers={**one.headers, name: value})


BAD = {
    "nothing": (lambda one: replace(one, headers={}), 401, "not_signed"),
    "another body": (lambda one: replace(one, body=b"{}"), 401, "bad_signature"),
    "N/A": (with_header("webhook-signature", "N/A"), 401, "bad_signature"),
    "cut": (with_header("webhook-signature", "v1,AAA"), 401, "bad_signature"),
    "an umlaut": (with_header("webhook-signature", "v1,ä"), 401, "bad_signature"),
    "no number": (with_header("webhook-timestamp", "now"), 401, "bad_signature"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_delivery_with_a_wrong_signature_is_refused(
    anything: Connection, name: str
) -> None:
    change, status, code = BAD[name]
    response = post(anything, change(signed(anything, b'{"what": "lead"}')))
    assert (response.status_code, response.json()["error"]) == (status, code)
    assert not ReceivedDelivery.objects.exists()
    assert counts() == {code: 1}


def test_a_delivery_from_ten_minutes_ago_is_refused(
    anything: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = signed(anything, b'{"what": "lead"}')
    now = clock.now() + timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert post(anything, delivery).json()["error"] == "too_old"


UNREADABLE = {
    "no JSON": b"what=lead",
    "a list": b"[]",
    "NUL": b'{"what": "lead\\u0000"}',
    "half a surrogate": b'{"what": "lead", "id": "\\ud800"}',
    "no UTF-8": b'{"what": "\xff"}',
    "a key twice": b'{"what": "lead", "what": "paid"}',
    "NaN": b'{"what": "paid", "amount": NaN}',
    "an unknown what": b'{"what": "sold"}',
    "an event without id": b'{"what": "paid", "when": "2026-03-02T10:00:00Z"}',
    "a time without zone": b'{"what": "paid", "id": "1", "when": "2026-03-02T10:00"}',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_body_is_refused_without_quoting_it(
    anything: Connection, name: str
) -> None:
    response = send(anything, UNREADABLE[name])
    assert (response.status_code, response.json()["error"]) == (400, "unreadable")
    assert "sold" not in response.content.decode()


def test_a_body_that_is_too_large_or_too_deep_is_refused(anything: Connection) -> None:
    large = send(anything, b'{"what": "' + b"a" * 300_000 + b'"}')
    assert (large.status_code, large.json()["error"]) == (413, "too_large")
    deep = send(anything, b'{"what": ' + b"[" * 1000 + b"]" * 1000 + b"}")
    assert (deep.status_code, deep.json()["error"]) == (400, "too_deep")


def test_an_unknown_connection_is_not_found(anything: Connection) -> None:
    assert Client().post("/connections/in/nowhere/").status_code == 404
    assert Client().get(f"/connections/in/{anything.pk}/").status_code == 404


def test_a_connection_without_a_secret_takes_nothing(clinic: None) -> None:
    row = connect("connect")
    assert (
        Client()
        .post(f"/connections/in/{row.pk}/", b"{}", "application/json")
        .json()["error"]
        == "not_signed"
    )


def test_a_connection_that_is_off_forgets_what_it_gets(anything: Connection) -> None:
    switch(anything.pk, is_on=False)
    assert send(anything, LEAD).status_code == 200
    assert not ReceivedDelivery.objects.exists()
    assert counts() == {"off": 1}


def test_what_does_not_matter_is_answered_and_counted(clinic: None) -> None:
    door = connected("stripe")
    body = changed(fixture("stripe", "charge_succeeded"), type="customer.created")
    assert send(door, body).status_code == 200
    assert not ReceivedDelivery.objects.exists()
    assert counts() == {"ignored": 1}


def test_what_can_not_be_stored_is_asked_for_again(anything: Connection) -> None:
    delivery = signed(anything, b'{"what": "lead"}')
    with database.cursor() as cursor:
        # As when the database waits for a lock too long.
        cursor.execute(
            "CREATE FUNCTION pg_temp.busy() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '57014'; END$$"
        )
        cursor.execute(
            "CREATE TRIGGER busy BEFORE INSERT ON connections_receiveddelivery"
            " EXECUTE FUNCTION pg_temp.busy()"
        )
    response = post(anything, delivery)
    assert (response.status_code, response.json()["error"]) == (503, "busy")
    assert response["Retry-After"]


def test_a_worker_rests_only_in_a_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_off, "FLOOD", 2)
    door = connected()
    for number in range(3):
        assert working_off.rest_after(0.2) == 0
        send(door, PAID, f"msg_{number}")
    assert working_off.rest_after(0.2) == 0.2
    assert working_off.rest_after(60) == working_off.LONGEST_REST
    work_off_all()
    assert working_off.rest_after(0.2) == 0


def test_a_worker_that_comes_second_changes_nothing(anything: Connection) -> None:
    send(anything, LEAD)
    row = ReceivedDelivery.objects.get()
    work_off(row.pk)
    work_off(row.pk)
    assert ItemOutcome.objects.count() == 1


def test_a_lead_without_a_first_name_is_refused_with_its_reason(
    anything: Connection,
) -> None:
    send(anything, {"what": "lead", "who": {"email": "bea@example.com"}})
    work_off_all()
    outcome = ItemOutcome.objects.get()
    assert (outcome.outcome, outcome.reason) == ("refused", "no_first_name")


def test_a_lead_without_a_contact_is_none(anything: Connection) -> None:
    """Nobody could call them, and the next delivery would not find them again."""
    send(anything, {"what": "lead", "who": {"first_name": "Nora"}})
    work_off_all()
    assert not Lead.objects.exists()
    outcome = ItemOutcome.objects.get()
    assert (outcome.outcome, outcome.reason) == ("refused", "no_contact")


def test_a_payment_of_nobody_ends_its_delivery_and_waits(anything: Connection) -> None:
    send(anything, PAID)
    work_off_all()
    assert ReceivedDelivery.objects.get().state == DeliveryState.DONE
    assert UnmatchedEvent.objects.get().why == "nobody"


def test_what_a_person_must_see_is_parked(anything: Connection) -> None:
    send(anything, LEAD, "msg_1")
    send(anything, {**PAID, "currency": "EUR"}, "msg_2")
    work_off_all()
    parked = ReceivedDelivery.objects.get(kind="paid")
    assert (parked.state, parked.reason) == ("parked", "other_currency")


def test_a_fault_while_reading_is_counted_and_asked_for_again(
    anything: Connection, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    send(anything, LEAD, "msg_1")
    known = DOORS[anything.door]

    def fails(delivery: Delivery) -> Any:
        raise KeyError("kumquat")

    monkeypatch.setitem(DOORS, anything.door, replace(known, read=fails))
    answer = send(anything, PAID, "msg_2")
    assert (answer.status_code, answer.json()["error"]) == (500, "failed")
    assert counts() == {"failed": 1}
    assert "KeyError at fails" in caplog.text and "kumquat" not in caplog.text
    monkeypatch.setitem(DOORS, anything.door, known)
    assert send(anything, PAID, "msg_2").status_code == 200


def test_no_body_reaches_the_log(
    anything: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.INFO, "medspa"):
        send(anything, {**LEAD, "notes": "kumquat"})
        send(anything, b'{"what": "kumquat"}')
        work_off_all()
    assert caplog.records
    assert "kumquat" not in caplog.text
    assert "example.com" not in caplog.text
