"""Deliveries of Stripe and Square, from their bytes to the clinic's payments."""

from typing import Any

import pytest

from connections.door import Door
from connections.models import UnmatchedEvent, WaitState
from connections.registry import DOORS
from connections.taking_in import ItemResult, ItemSource, take_in
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead
from medspa import clock
from tests.connections.deliveries import changed, delivery_of, fixture, items_of
from tests.factories import LeadFactory

pytestmark = pytest.mark.usefixtures("clinic")
STRIPE, SQUARE = DOORS["stripe"], DOORS["square"]
# The fixtures' moments must lie in the past of any test run.
NOW = int(clock.now().timestamp())


@pytest.fixture(autouse=True)
def dana(clinic: None) -> Lead:
    return LeadFactory(first_name="Dana", email="dana@example.com")


def deliver(door: Door, name: str, **values: Any) -> list[ItemResult]:
    body = changed(fixture(door.name, name), **values)
    return take_in(items_of(door, delivery_of(body)), ItemSource(door.name))


def stripe(name: str, seconds_ago: int, **values: Any) -> str:
    """The outcome of one of Stripe's events, made so long ago."""
    at = NOW - seconds_ago
    moments = {"created": at, "data__object__created": at}
    [result] = deliver(STRIPE, name, **moments | values)
    return result.outcome.value


def standing(kind: Kind) -> list[int]:
    events = KpiEvent.objects.filter(kind=kind)
    return [event.value_cents or 0 for event in events]


def test_a_charge_and_its_intent_count_once_in_either_order() -> None:
    assert stripe("charge_succeeded", 90) == "created"
    assert stripe("payment_intent_succeeded", 80) == "unchanged"
    assert standing(Kind.INVOICE_PAID) == [45_000]


def test_an_intent_of_nobody_is_matched_by_its_charge() -> None:
    """The intent doesn't say who paid; the charge that follows does."""
    intent = {"data__object__customer": None}
    assert stripe("payment_intent_succeeded", 90, **intent) == "parked"
    assert stripe("charge_succeeded", 80) == "created"
    assert not UnmatchedEvent.objects.filter(state=WaitState.WAITING).exists()


def test_a_refund_before_its_payment_waits_for_it() -> None:
    assert stripe("refund_created", 60) == "parked"
    assert stripe("charge_succeeded", 90) == "created"
    assert standing(Kind.INVOICE_REFUNDED) == [20_000]


def test_a_refund_that_failed_later_counts_no_longer() -> None:
    stripe("charge_succeeded", 90)
    assert stripe("refund_created", 60) == "created"
    failed = {"type": "refund.failed", "data__object__status": "failed"}
    assert stripe("refund_created", 30, **failed) == "updated"
    assert standing(Kind.INVOICE_REFUNDED) == []
    assert stripe("refund_created", 60) == "unchanged"
    assert stripe("refund_created", 30, **failed) == "unchanged"
    assert standing(Kind.INVOICE_REFUNDED) == []


def test_a_failed_refund_that_comes_first_keeps_the_refund_out() -> None:
    stripe("charge_succeeded", 90)
    failed = {"type": "refund.failed", "data__object__status": "failed"}
    assert stripe("refund_created", 30, **failed) == "unchanged"
    assert stripe("refund_created", 60) == "unchanged"
    assert standing(Kind.INVOICE_REFUNDED) == []


def test_a_dispute_that_was_won_gives_the_money_back() -> None:
    stripe("charge_succeeded", 90)
    assert stripe("dispute_created", 60) == "created"
    assert standing(Kind.INVOICE_REFUNDED) == [45_000]
    won = {"type": "charge.dispute.closed", "data__object__status": "won"}
    assert stripe("dispute_created", 30, **won) == "updated"
    assert standing(Kind.INVOICE_REFUNDED) == []


def test_a_payment_of_another_currency_is_not_recorded() -> None:
    assert stripe("charge_succeeded", 90, data__object__currency="eur") == "refused"
    assert standing(Kind.INVOICE_PAID) == []


def test_squares_dozen_events_of_a_refund_record_one() -> None:
    at = clock.now()
    buyer = {"data__object__payment__buyer_email_address": "dana@example.com"}
    moments = {
        "data__object__payment__created_at": at.isoformat(),
        "data__object__payment__updated_at": at.isoformat(),
    }
    deliver(SQUARE, "payment_updated", **buyer | moments)
    for number in range(12):
        deliver(
            SQUARE,
            "refund_updated",
            event_id=f"event-{number}",
            data__object__refund__created_at=at.isoformat(),
            data__object__refund__updated_at=at.isoformat(),
        )
    assert standing(Kind.INVOICE_PAID) == [30_000]
    assert standing(Kind.INVOICE_REFUNDED) == [10_000]
