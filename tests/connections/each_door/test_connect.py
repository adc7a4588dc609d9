"""Connect anything: what its own JSON may hold, and what it may not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connections.door import UnreadableDelivery
from connections.door_parts.foreign_ids import fingerprint
from connections.doors.connect import DOOR
from connections.items import IncomingEvent
from leads.intake.incoming import IncomingLead
from tests.connections.deliveries import NOW, delivery_of, items_of

pytestmark = pytest.mark.django_db

WHO = {"first_name": "Ana", "email": "ana@example.com"}
PAID = {
    "what": "paid",
    "id": "inv_1",
    "when": "2026-03-02T10:00:00-05:00",
    "amount": "300.00",
    "who": WHO,
}


def only(body: dict[str, Any]) -> Any:
    [item] = items_of(DOOR, delivery_of(body))
    return item


def test_a_payment_is_read() -> None:
    item = only({**PAID, "currency": "usd", "parent_id": "x"})
    assert isinstance(item, IncomingEvent)
    assert (item.amount_cents, item.object_id) == (30_000, fingerprint("inv_1"))
    assert item.occurred_at == datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "amount",
    [
        *("Infinity", "-Infinity", "sNaN", "1e400", "1e999999", "1E+999999999"),
        *("3.005", "$3", "1,200.50", "9" * 5_000, [3]),
    ],
)
def test_an_amount_that_is_none_is_refused(amount: Any) -> None:
    with pytest.raises(UnreadableDelivery, match=r": amount\.$"):
        only({**PAID, "amount": amount})


@pytest.mark.parametrize(
    "when",
    [
        *("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"),
        *("1900-01-01T00:00:00Z", "2026-03-02T10:00:00", -1, 10**15, "yesterday"),
    ],
)
def test_a_moment_that_is_none_is_refused(when: Any) -> None:
    with pytest.raises(UnreadableDelivery, match=r": when\.$"):
        only({**PAID, "when": when})


@pytest.mark.parametrize("empty", ["", None, " ", "n/a"])
def test_a_key_without_a_value_counts_as_left_out(empty: Any) -> None:
    names = ("when", "status_at", "scheduled_for", "amount", "currency", "parent_id")
    who = {**WHO, "ids": {"customer": empty}}
    lead = only(
        {"what": "lead", "id": empty, "who": who, **dict.fromkeys(names, empty)}
    )
    assert isinstance(lead, IncomingLead)
    assert (lead.first_name, lead.created_at) == ("Ana", None)
    assert only({**PAID, "who": empty}).who.email == ""
    with pytest.raises(UnreadableDelivery, match="needs an “id” and a “when”"):
        only({**PAID, "id": empty})


def test_a_wrong_key_is_named_as_the_documentation_names_it() -> None:
    with pytest.raises(UnreadableDelivery, match=r": what\.$"):
        only({**PAID, "what": "birthday"})
    with pytest.raises(UnreadableDelivery, match=r": amount, who\.ids\.$"):
        only({**PAID, "amount": "x", "who": {"ids": {"customer": "two words"}}})


def test_a_lead_of_the_future_comes_in_as_of_now() -> None:
    lead = only({"what": "lead", "when": "2090-01-01T00:00:00Z", "who": WHO})
    assert (lead.email, lead.created_at) == ("ana@example.com", NOW)


def test_a_given_name_that_reads_like_no_value_is_one() -> None:
    assert (
        only({"what": "lead", "who": {**WHO, "first_name": "Nan"}}).first_name == "Nan"
    )
