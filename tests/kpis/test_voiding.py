"""Voiding says why; refunds never exceed their payment, whoever writes them."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from kpis.choices import VoidReason
from kpis.events.refusals import VoidRefused
from kpis.events.voiding import void
from kpis.models import KpiEvent
from medspa.models import User
from tests.factories import KpiEventFactory, LeadFactory

EVENTS = "/admin/kpis/kpievent/"


def payment(cents: int = 50_000) -> KpiEvent:
    return KpiEventFactory(paid=True, value_cents=cents)


def pay_back(paid: KpiEvent, cents: int) -> KpiEvent:
    return KpiEventFactory(
        refunded=True, lead=paid.lead, refund_of=paid, value_cents=cents
    )


def is_refused(change: object, *arguments: object) -> bool:
    try:
        with transaction.atomic():
            change(*arguments)  # type: ignore[operator]
    except IntegrityError as error:
        return "kpis_kpievent_refunds_fit" in str(error.__cause__.diag.constraint_name)
    return False


def test_a_payment_can_be_paid_back_to_the_last_cent(db: None) -> None:
    paid = payment(500)
    pay_back(paid, 200)
    pay_back(paid, 300)
    assert is_refused(pay_back, paid, 1)


def test_a_voided_refund_leaves_room_for_another(db: None) -> None:
    paid = payment(500)
    voided = pay_back(paid, 500)
    voided.delete()
    pay_back(paid, 400)
    assert is_refused(voided.restore)


def test_only_a_living_payment_can_be_paid_back(db: None) -> None:
    voided = payment()
    voided.delete()
    assert is_refused(pay_back, voided, 1)
    assert is_refused(pay_back, KpiEventFactory(), 1)


def test_a_payment_that_was_paid_back_stays(db: None) -> None:
    paid = payment(500)
    pay_back(paid, 200)
    assert is_refused(paid.delete)
    less = KpiEvent.objects.filter(pk=paid.pk)
    assert is_refused(lambda: less.update(value_cents=199))
    assert not is_refused(lambda: less.update(value_cents=200))


def test_two_refunds_at_once_do_not_exceed_the_payment(committed: None) -> None:
    paid = payment(500)
    start = threading.Barrier(2)

    def refund() -> bool:
        start.wait()
        try:
            return is_refused(pay_back, paid, 300)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        refused = [done.result() for done in [threads.submit(refund) for _ in "ab"]]
    assert sorted(refused) == [False, True]
    assert KpiEvent.objects.filter(refund_of=paid).count() == 1


def test_the_reason_is_in_the_history(db: None) -> None:
    event = payment()
    void(event.pk, VoidReason.TWICE)
    assert not KpiEvent.objects.exists()
    assert event.history.first().history_change_reason == "Entered twice"


def test_voiding_twice_and_voiding_what_was_paid_back_is_refused(db: None) -> None:
    paid = payment()
    refund = pay_back(paid, 5)
    with pytest.raises(VoidRefused, match="Void the refund first"):
        void(paid.pk, VoidReason.TEST)
    void(refund.pk, VoidReason.TEST)
    void(paid.pk, VoidReason.TEST)
    with pytest.raises(VoidRefused, match="already"):
        void(paid.pk, VoidReason.TEST)


@pytest.fixture
def browser(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def void_in_the_list(browser: Client, *events: KpiEvent, **choice: str) -> str:
    chosen = {
        "action": "void_selected",
        "_selected_action": [event.pk for event in events],
        **choice,
    }
    return browser.post(EVENTS, chosen, follow=True).content.decode()


def test_the_list_voids_a_payment_together_with_its_refund(browser: Client) -> None:
    paid = payment()
    html = void_in_the_list(browser, paid, pay_back(paid, 5), reason="wrong_person")
    assert "2 voided." in html
    assert not KpiEvent.objects.exists()
    assert paid.history.first().history_change_reason == "Wrong person"


@pytest.mark.parametrize("reason", ["", "because"])
def test_the_list_asks_why(browser: Client, reason: str) -> None:
    html = void_in_the_list(browser, payment(), reason=reason)
    assert "1 voided." not in html
    assert KpiEvent.objects.count() == 1


def test_the_front_desk_voids_nothing_in_the_list(
    client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    event = KpiEventFactory(lead=LeadFactory())
    void_in_the_list(client, event, reason="test")
    assert KpiEvent.objects.count() == 1
