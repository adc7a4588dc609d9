"""Square's door: payments, one refund of many events, bookings that move."""

import base64
import hashlib
import hmac
from typing import Any

from connections.door_parts.consult_types import ConsultTypes
from connections.door_parts.foreign_ids import fingerprint
from connections.doors.square import DOOR
from connections.items import IncomingEvent
from tests.connections.deliveries import (
    URL,
    answering,
    changed,
    delivery_of,
    fixture,
    items_of,
    keys_of,
    signed,
    take,
)

ANSWERS = {"/v2/customers/CUSTOMERKIM": fixture("square", "customer")}


def event_of(name: str, **values: object) -> IncomingEvent:
    body = changed(fixture("square", name), **values)
    (item,) = items_of(DOOR, delivery_of(body), fetch=answering(ANSWERS))
    assert isinstance(item, IncomingEvent)
    return item


def ignored(body: Any) -> bool:
    return take(DOOR, signed(DOOR, delivery_of(body))) == []


def test_a_payment_counts_without_its_tip() -> None:
    event = event_of("payment_updated")
    assert (event.what, event.object_id, event.amount_cents) == (
        ("paid", fingerprint("PAYMENTofKim1"), 30_000)
    )


def test_who_paid_is_asked_by_the_customers_id() -> None:
    who = event_of("payment_updated").who
    assert (who.first_name, who.email, who.phone) == (
        ("Kim", "kim@example.com", "+15125550124")
    )
    assert who.ids == (("customer", fingerprint("CUSTOMERKIM")),)


def test_an_email_in_the_payment_needs_no_question() -> None:
    body = changed(
        fixture("square", "payment_updated"),
        data__object__payment__buyer_email_address="buyer@example.com",
    )
    (item,) = items_of(DOOR, delivery_of(body))
    assert isinstance(item, IncomingEvent)
    assert item.who.email == "buyer@example.com"


def test_without_a_token_the_payment_comes_with_the_customers_id() -> None:
    (item,) = items_of(DOOR, delivery_of(fixture("square", "payment_updated")))
    assert isinstance(item, IncomingEvent)
    assert item.who.ids == (("customer", fingerprint("CUSTOMERKIM")),)


def test_a_payment_that_is_not_completed_is_ignored() -> None:
    body = fixture("square", "payment_updated")
    for status in ("APPROVED", "PENDING", "CANCELED", "FAILED"):
        assert ignored(changed(body, data__object__payment__status=status))


def test_a_dozen_events_of_a_refund_are_one_object() -> None:
    events = [
        event_of(
            "refund_updated",
            event_id=f"event-refund-{number}",
            data__object__refund__updated_at=f"2026-06-01T16:00:{number:02}Z",
        )
        for number in range(10, 22)
    ]
    assert {event.object_id for event in events} == {
        fingerprint("PAYMENTofKim1_REFUND1")
    }
    assert {event.parent_id for event in events} == {fingerprint("PAYMENTofKim1")}
    assert {event.amount_cents for event in events} == {10_000}


def test_a_refund_that_is_pending_is_ignored() -> None:
    body = fixture("square", "refund_updated")
    assert ignored(changed(body, data__object__refund__status="PENDING"))


def test_a_booking_is_a_consult_of_its_customer() -> None:
    event = event_of("booking_created")
    assert event.what == "booked"
    assert event.scheduled_for
    assert event.scheduled_for.isoformat() == "2026-06-08T17:00:00+00:00"
    assert event.provider == "TEAM1"
    assert event.who.email == "kim@example.com"


def test_two_moves_within_one_second_keep_their_order() -> None:
    first = event_of("booking_created", data__object__booking__version=3)
    second = event_of(
        "booking_created",
        data__object__booking__version=4,
        data__object__booking__start_at="2026-06-09T17:00:00Z",
    )
    assert first.status_at
    assert second.status_at
    assert first.object_id == second.object_id
    assert first.status_at < second.status_at


def test_what_a_bookings_status_means() -> None:
    meanings = {
        "CANCELLED_BY_CUSTOMER": "cancelled",
        "CANCELLED_BY_SELLER": "cancelled",
        "DECLINED": "cancelled",
        "NO_SHOW": "no_show",
    }
    for status, what in meanings.items():
        event = event_of("booking_created", data__object__booking__status=status)
        assert event.what == what
    body = fixture("square", "booking_created")
    assert ignored(changed(body, data__object__booking__status="PENDING"))


def test_only_the_chosen_services_are_consults() -> None:
    delivery = delivery_of(fixture("square", "booking_created"))

    def items(*chosen: str) -> list[Any]:
        settings = ConsultTypes(consult_types=chosen)
        fetch = answering(ANSWERS)
        return items_of(DOOR, delivery, settings=settings, fetch=fetch)

    assert items("CONSULTTYPE1")
    assert not items("ANOTHERTYPE")


def test_notes_birthdays_and_addresses_are_forgotten() -> None:
    for name in ("payment_updated", "refund_updated", "booking_created"):
        (projection,) = take(DOOR, signed(DOOR, delivery_of(fixture("square", name))))
        kept = str(projection.data) + str(event_of(name))
        for word in ("Botox", "pregnant", "bruised", "diabetic", "1990", "Example'"):
            assert word not in kept


def test_a_booking_without_its_services_is_one() -> None:
    path = "data__object__booking__appointment_segments"
    event = event_of("booking_created", **{path: None})
    assert (event.what, event.procedure, event.provider) == ("booked", "", "")


def test_unknown_types_are_ignored() -> None:
    body = fixture("square", "payment_updated")
    assert ignored(changed(body, type="inventory.count.updated"))
    assert ignored(changed(body, type="payment.deleted"))


def test_the_signature_covers_the_address() -> None:
    delivery = delivery_of(fixture("square", "payment_updated"))
    key = keys_of(DOOR)["signature_key"].encode()
    digest = hmac.new(key, URL.encode() + delivery.body, hashlib.sha256).digest()
    header = {"x-square-hmacsha256-signature": base64.b64encode(digest).decode()}
    take(DOOR, delivery_of(delivery.body, headers=header))
