"""Stripe's door: payments once, refunds and disputes by their objects."""

import hashlib
import hmac
from typing import Any

import pytest

from connections.door_parts.foreign_ids import fingerprint
from connections.doors.stripe import DOOR
from connections.items import IncomingEvent
from connections.refusals import UnreadableDelivery
from tests.connections.deliveries import (
    NOW,
    changed,
    delivery_of,
    fixture,
    items_of,
    keys_of,
    signed,
    take,
)


def event_of(name: str, **values: object) -> IncomingEvent:
    (item,) = items_of(DOOR, delivery_of(changed(fixture("stripe", name), **values)))
    assert isinstance(item, IncomingEvent)
    return item


def ignored(body: Any) -> bool:
    return take(DOOR, signed(DOOR, delivery_of(body))) == []


def test_a_charge_is_a_payment_of_who_was_billed() -> None:
    event = event_of("charge_succeeded")
    assert (event.what, event.amount_cents, event.currency) == ("paid", 45_000, "USD")
    assert event.who.email == "dana@example.com"
    assert event.who.phone == "+15125550123"
    assert event.who.first_name == "Dana"
    assert event.who.ids == (("customer", fingerprint("cus_Dana1")),)


def test_a_charge_and_its_intent_are_one_payment() -> None:
    charge, intent = event_of("charge_succeeded"), event_of("payment_intent_succeeded")
    assert charge.object_id == intent.object_id == fingerprint("pi_1Dana")
    assert charge.amount_cents == intent.amount_cents


def test_an_intent_is_paid_when_it_succeeded_not_when_it_was_made() -> None:
    assert int(event_of("payment_intent_succeeded").occurred_at.timestamp()) == (
        1_780_325_101
    )


def test_a_charge_without_an_intent_is_known_by_itself() -> None:
    event = event_of("charge_succeeded", data__object__payment_intent=None)
    assert event.object_id == fingerprint("ch_1Dana")


def test_nothing_of_description_and_metadata_is_kept() -> None:
    body = fixture("stripe", "charge_succeeded")
    (projection,) = take(DOOR, signed(DOOR, delivery_of(body)))
    kept = str(projection.data)
    for word in ("lidocaine", "Allergic", "Sampleton", "needles", "Austin"):
        assert word not in kept
    assert {"metadata", "description", "billing_details.address"} <= {
        *projection.dropped
    }


def test_a_name_with_an_email_in_it_gives_no_second_name() -> None:
    event = event_of(
        "charge_succeeded",
        data__object__billing_details__name="dana.sampleton@example.com",
    )
    assert event.who.first_name == ""


def test_an_authorization_is_no_payment_until_it_is_captured() -> None:
    body = fixture("stripe", "charge_succeeded")
    assert ignored(changed(body, data__object__captured=False))
    event = event_of(
        "charge_succeeded", type="charge.captured", data__object__amount_captured=40_000
    )
    assert event.amount_cents == 40_000


def test_a_refund_names_its_payment() -> None:
    event = event_of("refund_created")
    assert (event.what, event.object_id, event.parent_id, event.amount_cents) == (
        ("refunded", fingerprint("re_1Dana"), fingerprint("pi_1Dana"), 20_000)
    )


def test_a_refund_that_waits_is_ignored_and_one_that_failed_is_zero() -> None:
    body = fixture("stripe", "refund_created")
    assert ignored(changed(body, data__object__status="pending"))
    event = event_of(
        "refund_created", type="refund.failed", data__object__status="failed"
    )
    assert (event.object_id, event.amount_cents) == (fingerprint("re_1Dana"), 0)


def test_a_refunds_created_and_updated_are_one_object() -> None:
    created = event_of("refund_created")
    updated = event_of("refund_created", type="refund.updated", id="evt_2Updated")
    assert created.object_id == updated.object_id


def test_a_dispute_takes_the_amount_until_it_is_won() -> None:
    lost = event_of("dispute_created")
    assert (lost.what, lost.object_id, lost.amount_cents) == (
        ("refunded", fingerprint("dp_1Dana"), 45_000)
    )
    won = event_of(
        "dispute_created",
        type="charge.dispute.closed",
        created=1_780_611_500,
        data__object__status="won",
    )
    assert won.amount_cents == 0
    assert won.status_at
    assert lost.status_at
    assert won.status_at > lost.status_at


def test_an_inquiry_takes_nothing() -> None:
    body = fixture("stripe", "dispute_created")
    assert ignored(changed(body, data__object__status="warning_needs_response"))


def test_cumulative_refunds_test_mode_and_unknown_types_are_ignored() -> None:
    body = fixture("stripe", "charge_succeeded")
    assert ignored(changed(body, type="charge.refunded"))
    assert ignored(changed(body, livemode=False))
    assert ignored(changed(body, type="invoice.finalized"))


def test_events_of_other_kinds_may_have_any_shape() -> None:
    """Those of Stripe's newer interface have a text as moment, and other ids."""
    thin = {"id": "evt_test_65R", "type": "v1.billing.meter.error", "created": "2026"}
    assert ignored(thin)
    with pytest.raises(UnreadableDelivery):
        take(DOOR, signed(DOOR, delivery_of({**thin, "type": "charge.succeeded"})))


def test_a_payment_of_nobody_named_is_one() -> None:
    event = event_of("charge_succeeded", data__object__billing_details=None)
    assert (event.amount_cents, event.who.first_name) == (45_000, "")


@pytest.mark.parametrize(
    ("currency", "cents"), [("usd", 45_000), ("jpy", 4_500_000), ("kwd", 4_500)]
)
def test_amounts_are_hundredths_of_any_currency(currency: str, cents: int) -> None:
    event = event_of("charge_succeeded", data__object__currency=currency)
    assert event.amount_cents == cents


def test_the_signature_is_that_of_stripes_documentation() -> None:
    """Any of several keys' signatures is enough, while a key is replaced."""
    delivery = delivery_of(fixture("stripe", "charge_succeeded"))
    seconds = str(int(NOW.timestamp()))
    key = keys_of(DOOR)["signing_secret"].encode()
    signature = hmac.new(
        key, seconds.encode() + b"." + delivery.body, hashlib.sha256
    ).hexdigest()
    header = f"t={seconds},v1={'0' * 64},v1={signature},v0={'1' * 64}"
    take(DOOR, delivery_of(delivery.body, headers={"stripe-signature": header}))
