"""Leads and payments by the one road: once, in any order, and added up."""

from dataclasses import replace

import pytest

from connections.items import Deleted, DoNotContact, Who
from connections.models import ExternalId, ItemOutcome, UnmatchedEvent, WaitState
from connections.taking_in import ItemSource, match
from kpis.choices import Kind, VoidReason
from kpis.events.voiding import void
from kpis.models import KpiEvent
from leads.models import Lead
from leads.timeline import read_timeline
from tests.connections.bringing import GHL, STRIPE, ago, bring, event, lead, outcomes
from tests.factories import ConnectionFactory, LeadFactory, ReceivedDeliveryFactory

pytestmark = pytest.mark.usefixtures("clinic")


@pytest.fixture(autouse=True)
def ana(clinic: None) -> Lead:
    return LeadFactory(first_name="Ana", email="ana@example.com")


def paid() -> list[int]:
    payments = KpiEvent.objects.filter(kind=Kind.INVOICE_PAID).order_by("value_cents")
    return list(payments.values_list("value_cents", flat=True))


def test_a_lead_is_created_and_the_same_again_changes_nothing() -> None:
    bea = lead("Bea", "bea@example.com")
    assert outcomes(bea, bea) == ["created", "unchanged"]
    assert outcomes(bea) == ["unchanged"]
    assert Lead.objects.count() == 2


def test_an_update_is_noted_with_what_was_before(ana: Lead) -> None:
    ana.phone = ""
    ana.save()
    [result] = bring(lead(phone="+12125550123"))
    assert result.outcome == "updated"
    assert result.fields == ("phone",)
    note = ItemOutcome.objects.get()
    assert Lead.history.get(history_id=note.before).phone == ""
    assert Lead.history.get(history_id=note.after).phone == "+12125550123"


def test_a_payment_is_recorded_once_however_often_it_comes() -> None:
    payment = event("paid", "pi_1")
    assert outcomes(payment, payment) == ["created", "unchanged"]
    assert outcomes(payment) == ["unchanged"]
    assert paid() == [30_000]


def test_a_lead_and_its_payment_come_in_one_batch_in_any_order() -> None:
    items = (event("paid", "pi_1", "bea@example.com"), lead("Bea", "bea@example.com"))
    assert outcomes(*items) == ["created", "created"]


def test_a_payment_that_was_voided_here_does_not_come_back() -> None:
    [result] = bring(event("paid", "pi_1"))
    void(str(result.event_id), VoidReason.MISTAKE)
    assert outcomes(event("paid", "pi_1")) == ["unchanged"]
    assert paid() == []


def test_what_a_person_decides_is_parked_where_there_is_a_delivery() -> None:
    """What a file or a poll brought would wait for ever, with nothing to click on."""
    bring(event("paid", "pi_1"))
    told = ReceivedDeliveryFactory(connection=ConnectionFactory(door="stripe"))
    delivered = replace(STRIPE, connection=told.connection, delivery=told)
    for source, outcome in ((STRIPE, "refused"), (delivered, "parked")):
        [result] = bring(event("paid", "pi_1", amount_cents=31_000), source=source)
        assert (result.outcome, result.reason) == (outcome, "other_amount")
        [result] = bring(event("paid", "pi_2", currency="EUR"), source=source)
        assert (result.outcome, result.reason) == (outcome, "other_currency")
        [result] = bring(event("paid", "pi_3", occurred_at=ago(days=-2)), source=source)
        assert (result.outcome, result.reason) == (outcome, "in_the_future")
    assert paid() == [30_000]


@pytest.mark.parametrize(
    ("more", "outcome", "reason"),
    [
        ({"amount_cents": 0}, "refused", "no_amount"),
        ({"amount_cents": None}, "refused", "no_amount"),
        ({"amount_cents": -1}, "refused", "no_amount"),
        ({"amount_cents": 10**10}, "refused", "amount_too_large"),
        ({"currency": "EUR"}, "refused", "other_currency"),
        ({"occurred_at": ago(days=-2)}, "refused", "in_the_future"),
    ],
)
def test_money_that_can_not_be_recorded_is_told(
    more: dict, outcome: str, reason: str
) -> None:
    [result] = bring(event("paid", "pi_1", **more))
    assert (result.outcome.value, result.reason) == (outcome, reason)
    assert paid() == []


def test_money_of_a_clock_that_is_ahead_counts_as_of_now() -> None:
    soon = ago(hours=-11)
    refund = event("refunded", "re_1", parent_id="pi_1", occurred_at=soon)
    assert outcomes(event("paid", "pi_1", occurred_at=soon)) == ["created"]
    assert outcomes(refund) == ["created"]
    assert not KpiEvent.objects.filter(occurred_at__gt=ago()).exists()


def test_the_same_payment_by_two_systems_counts_once() -> None:
    bring(event("paid", "pi_1", occurred_at=ago(hours=2)))
    [double] = bring(event("paid", "txn1", occurred_at=ago(hours=1)), source=GHL)
    assert (double.outcome, double.reason) == ("duplicate", "other_system")
    assert outcomes(event("paid", "txn1"), source=GHL) == ["unchanged"]
    assert paid() == [30_000]


def test_the_lead_page_names_the_systems_of_a_payment_in_their_order(
    ana: Lead,
) -> None:
    at = ago(hours=1)
    bring(event("paid", "ghl_1", occurred_at=at, system="gohighlevel"), source=GHL)
    bring(event("paid", "pi_1", occurred_at=at))
    bring(event("paid", "pi_2", occurred_at=ago(days=9)))
    told = [item.text for item in read_timeline(ana) if "counts once" in item.text]
    assert told == [
        "Payment of $300 came from Stripe and GoHighLevel. It counts once, as Stripe "
        "reports it."
    ]


def test_two_equal_payments_by_two_systems_count_twice() -> None:
    bring(event("paid", "pi_1"), event("paid", "pi_2"))
    twice = outcomes(event("paid", "txn1"), event("paid", "txn2"), source=GHL)
    assert twice == ["duplicate", "duplicate"]
    assert outcomes(event("paid", "txn3"), source=GHL) == ["created"]
    assert paid() == [30_000] * 3


def test_a_payment_of_another_day_is_another_one() -> None:
    bring(event("paid", "pi_1", occurred_at=ago(days=3)))
    assert outcomes(event("paid", "txn1"), source=GHL) == ["created"]


def test_a_payment_of_nobody_waits_and_is_matched_by_a_person(ana: Lead) -> None:
    who = Who(ids=(("customer", "cus_1"),), email="someone@example.com")
    assert outcomes(event("paid", "pi_1", who=who)) == ["parked"]
    assert outcomes(event("paid", "pi_1", who=who)) == ["parked"]
    waiting = UnmatchedEvent.objects.get(state=WaitState.WAITING)
    match(waiting.pk, ana.pk)
    assert paid() == [30_000]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.content) == (WaitState.MATCHED, "")
    told = sorted(ItemOutcome.objects.values_list("outcome", flat=True))
    assert told == ["created", "unchanged"]
    # The customer is known from now on.
    assert outcomes(event("paid", "pi_2", who=who)) == ["created"]


def test_a_waiting_payment_is_taken_when_it_comes_again_after_its_lead() -> None:
    payment = event("paid", "pi_1", "bea@example.com")
    bring(payment)
    assert outcomes(lead("Bea", "bea@example.com"), payment) == ["created", "created"]
    assert not UnmatchedEvent.objects.filter(state=WaitState.WAITING).exists()


def test_a_refund_before_its_payment_waits_for_it() -> None:
    refund = event("refunded", "re_1", parent_id="pi_1", amount_cents=10_000)
    [parked] = bring(refund)
    assert (parked.outcome, parked.reason) == ("parked", "no_payment")
    bring(event("paid", "pi_1", occurred_at=ago(hours=3)))
    assert KpiEvent.objects.get(kind=Kind.INVOICE_REFUNDED).value_cents == 10_000
    assert outcomes(refund) == ["unchanged"]
    counts = ItemOutcome.objects.filter(what="refunded")
    assert sorted(counts.values_list("outcome", flat=True)) == ["created", "unchanged"]


def test_a_refund_by_two_systems_counts_once() -> None:
    bring(event("paid", "pi_1", occurred_at=ago(hours=3)))
    bring(event("paid", "txn1", occurred_at=ago(hours=3)), source=GHL)
    bring(event("refunded", "re_1", parent_id="pi_1", amount_cents=10_000))
    again = event("refunded", "ref1", parent_id="txn1", amount_cents=10_000)
    assert outcomes(again, source=GHL) == ["duplicate"]
    assert KpiEvent.objects.filter(kind=Kind.INVOICE_REFUNDED).count() == 1


def test_a_refund_above_its_payment_waits_with_the_reason() -> None:
    bring(event("paid", "pi_1", occurred_at=ago(hours=3)))
    [result] = bring(event("refunded", "re_1", parent_id="pi_1", amount_cents=40_000))
    assert (result.outcome, result.reason) == ("parked", "refused")
    assert "Only $300" in result.sentence


def test_a_deletion_there_deletes_here_and_a_person_can_restore_it() -> None:
    contact_id = "abcdefghij0123456789"
    bea = LeadFactory(first_name="Bea", external_id=contact_id)
    gone = Deleted(external_id=contact_id, at=ago(minutes=1))
    assert outcomes(gone, source=GHL) == ["updated"]
    assert outcomes(gone, source=GHL) == ["unchanged"]
    bea.refresh_from_db()
    assert bea.is_deleted


def test_many_deletions_at_once_wait_for_a_person() -> None:
    ids = [f"abcdefghij{number:010}" for number in range(21)]
    for one in ids:
        LeadFactory(external_id=one)
    items = [Deleted(external_id=one, at=ago(minutes=1)) for one in ids]
    assert set(outcomes(*items, source=GHL)) == {"parked"}
    assert Lead.objects.count() == 22
    asked = ItemSource("gohighlevel", "loc1", is_asked=True)
    assert set(outcomes(*items, source=asked)) == {"updated"}


def test_many_deletions_one_by_one_wait_for_a_person_too() -> None:
    ids = [f"abcdefghij{number:010}" for number in range(22)]
    LeadFactory.create_batch(100)
    for one in ids:
        LeadFactory(external_id=one)
    found = [
        outcomes(Deleted(external_id=one, at=ago(minutes=1)), source=GHL) for one in ids
    ]
    assert found == [["updated"]] * 20 + [["parked"]] * 2


def test_every_item_has_one_outcome() -> None:
    items = [
        lead("Bea", "bea@example.com"),
        event("paid", "pi_1"),
        event("paid", "pi_2", "nobody@example.com"),
        event("refunded", "re_1", parent_id="pi_9"),
        event("paid", "pi_3", amount_cents=0),
        DoNotContact(who=Who(email="ana@example.com"), at=ago(hours=1)),
    ]
    results = bring(*items)
    assert len(results) == len(items) == ItemOutcome.objects.count()
    told = ItemOutcome.objects.order_by("number").values_list("outcome", flat=True)
    assert list(told) == [result.outcome.value for result in results]


def test_a_wish_not_to_be_contacted_marks_its_lead_and_nobody_else() -> None:
    ana, bea = (Who(email=f"{name}@example.com") for name in ("ana", "bea"))
    bring(lead("Ana", "ana@example.com"))
    wishes = [DoNotContact(who=who, at=ago(hours=1)) for who in (ana, bea)]
    assert outcomes(*wishes) == ["updated", "unchanged"]
    assert outcomes(*wishes) == ["unchanged", "unchanged"]
    [marked] = Lead.objects.exclude(do_not_contact_at=None)
    assert marked.email == "ana@example.com"


def test_one_item_that_the_database_refuses_holds_up_no_other() -> None:
    # No id of any system has a space.
    items = [
        event("paid", pk, amount_cents=cents, system="gohighlevel")
        for pk, cents in (("txn 1", 300), ("txn_2", 500))
    ]
    assert outcomes(*items, source=GHL) == ["refused", "created"]
    assert ExternalId.objects.get().value == "txn_2"
    assert STRIPE.system == "stripe"
