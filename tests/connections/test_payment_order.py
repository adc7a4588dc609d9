"""The same payment by several systems: it counts as the first of them reports it."""

from datetime import timedelta

import pytest
from django.test import Client

from connections.models import ExternalId, ItemOutcome
from connections.payment_order import default_order, move_before, payment_order
from connections.registry import DOORS
from connections.taking_in import ItemSource, take_in
from connections.undoing.run import start
from connections.undoing.scope import UndoScope
from kpis.events.payments import record_refund
from kpis.extension_points import closed_days
from kpis.models import KpiEvent
from kpis.period import Period, Window
from kpis.queries.numbers import KpiData
from leads.models import Lead
from leads.timeline import read_timeline
from medspa import clock
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.models import AuditEvent, User
from tests.connections.bringing import GHL, ago, bring, event, outcomes
from tests.connections.doors import connected
from tests.connections.replayed_day import total_of
from tests.connections.undoing import kept
from tests.factories import LeadFactory, ProcedureFactory

pytestmark = pytest.mark.usefixtures("clinic")
AT_STRIPE, AT_GHL = ago(hours=2), ago(hours=1)


@pytest.fixture
def ana() -> Lead:
    return LeadFactory(first_name="Ana", email="ana@example.com")


def by_stripe() -> list[str]:
    return outcomes(event("paid", "pi_1", occurred_at=AT_STRIPE))


def by_ghl(**more: object) -> list[str]:
    paid = event("paid", "txn1", occurred_at=AT_GHL, system="gohighlevel", **more)
    return outcomes(paid, source=GHL)


def what_counts() -> list[tuple[int | None, bool]]:
    """Cents of what stands, and whether it is as Stripe says."""
    return [
        (one.value_cents, one.occurred_at == AT_STRIPE)
        for one in KpiEvent.objects.all()
    ]


@pytest.mark.parametrize("is_stripe_first", [True, False])
def test_the_card_processors_payment_counts_whichever_comes_first(
    ana: Lead, is_stripe_first: bool
) -> None:
    if is_stripe_first:
        assert (by_stripe(), by_ghl()) == (["created"], ["duplicate"])
    else:
        assert (by_ghl(), by_stripe()) == (["created"], ["updated"])
    assert what_counts() == [(30_000, True)]
    assert (by_stripe(), by_ghl()) == (["unchanged"], ["unchanged"])
    assert what_counts() == [(30_000, True)]
    [told] = [one.text for one in read_timeline(ana) if "counts once" in one.text]
    assert told == (
        "Payment of $300 came from Stripe and GoHighLevel. It counts once, as Stripe "
        "reports it."
    )


@pytest.mark.parametrize("is_stripe_first", [True, False])
def test_the_figures_are_the_same_in_either_order(
    ana: Lead, is_stripe_first: bool
) -> None:
    """To the cent, and on the day that Stripe says."""
    refund = event("refunded", "re_1", parent_id="pi_1", amount_cents=10_001)
    reports = [by_stripe, by_ghl] if is_stripe_first else [by_ghl, by_stripe]
    for report in reports:
        report()
    bring(refund)
    today = clinic_today()
    window = Window(
        Period(today - timedelta(days=2), today), clinic_zone(), clock.now()
    )
    total = total_of(KpiData(window))
    assert (total.gross_collected_cents, total.refunds_cents) == (30_000, 10_001)
    assert (total.paid_invoices, total.paying_leads) == (1, 1)


def test_an_undo_gives_the_earlier_report_back(ana: Lead, manager: User) -> None:
    by_ghl()
    door = connected("stripe")
    paid = event("paid", "pi_1", occurred_at=AT_STRIPE)
    take_in([paid], ItemSource("stripe", "", door))
    assert what_counts() == [(30_000, True)]
    scope = UndoScope(None, door, ago(hours=1), clock.now())
    assert not kept(start(scope, manager))
    assert what_counts() == [(30_000, False)]
    # What the system sends again stays undone.
    take_in([paid], ItemSource("stripe", "", door))
    assert what_counts() == [(30_000, False)]
    assert by_ghl() == ["unchanged"]


def test_an_undo_leaves_what_another_system_reported_too(
    ana: Lead, manager: User
) -> None:
    door = connected("stripe")
    paid = event("paid", "pi_1", occurred_at=AT_STRIPE)
    take_in([paid], ItemSource("stripe", "", door))
    assert by_ghl() == ["duplicate"]
    scope = UndoScope(None, door, ago(hours=1), clock.now())
    assert kept(start(scope, manager)) == ["Another system reported this, too."]
    assert what_counts() == [(30_000, True)]


def test_the_clinic_may_choose_another_order(ana: Lead) -> None:
    move_before("gohighlevel", "stripe")
    by_stripe()
    assert by_ghl() == ["updated"]
    assert what_counts() == [(30_000, False)]


def test_what_only_the_first_report_knew_is_kept(ana: Lead) -> None:
    code = ProcedureFactory().code
    by_ghl(procedure=code)
    by_stripe()
    [payment] = KpiEvent.objects.all()
    assert payment.metadata_json == {"procedure": code}


def test_a_refund_by_the_id_of_either_system_finds_the_payment(ana: Lead) -> None:
    by_ghl()
    by_stripe()
    refund = event(
        *("refunded", "re_1"), parent_id="txn1", amount_cents=10_000, system=GHL.system
    )
    assert outcomes(refund, source=GHL) == ["created"]
    other = event("refunded", "re_2", parent_id="pi_1", amount_cents=20_000)
    assert outcomes(other) == ["created"]
    assert sorted(one.value_cents or 0 for one in KpiEvent.objects.all()) == [
        10_000,
        20_000,
        30_000,
    ]


def test_a_payment_that_was_refunded_stays(ana: Lead) -> None:
    by_ghl()
    record_refund(ana, KpiEvent.objects.get().pk, 10_000)
    assert by_stripe() == ["duplicate"]
    [reason] = ItemOutcome.objects.filter(outcome="duplicate").values_list("reason")
    assert reason == ("other_system_stays",)
    assert KpiEvent.objects.count() == 2


def test_a_payment_of_a_closed_month_stays(ana: Lead) -> None:
    by_ghl()
    with closed_days.extended(lambda day: "This month is locked."):
        assert by_stripe() == ["duplicate"]
    assert what_counts() == [(30_000, False)]
    [told] = [one.text for one in read_timeline(ana) if "counts once" in one.text]
    assert told.endswith("as GoHighLevel reports it.")


def test_two_equal_payments_are_two_in_either_order(ana: Lead) -> None:
    earlier, later = ago(hours=5), ago(hours=3)
    ghl = [
        event("paid", f"txn{number}", occurred_at=at, system="gohighlevel")
        for number, at in enumerate([earlier, later])
    ]
    bring(*ghl, source=GHL)
    minute = timedelta(minutes=1)
    stripe = [
        event("paid", f"pi_{number}", occurred_at=at + minute)
        for number, at in enumerate([later, earlier])
    ]
    assert outcomes(*stripe) == ["updated", "updated"]
    moments = KpiEvent.objects.order_by("occurred_at").values_list("occurred_at")
    assert [at for (at,) in moments] == [earlier + minute, later + minute]
    events = ExternalId.objects.values_list("event").distinct()
    assert events.count() == 2


def test_the_page_shows_the_order_and_an_administrator_changes_it(
    admin_client: Client, client: Client, manager: User
) -> None:
    page = admin_client.get("/connections/").content.decode()
    places = page[page.index('id="payment-order"') :]
    buttons = [f'value="{name}"' for name in ("square", "zenoti", "gohighlevel")]
    at = [places.index(button) for button in buttons]
    assert at == sorted(at)
    address = "/connections/payment-order/"
    admin_client.post(address, {"system": "square", "before": "stripe"})
    assert payment_order()[:2] == ["square", "stripe"]
    [told] = AuditEvent.objects.filter(kind="payment_order_changed")
    assert told.details == {"system": "Square"}
    nothing = [{"system": "square", "before": name} for name in ("square", "stripe")]
    for wrong in (*nothing, {"before": "stripe"}, {"system": "paypal"}):
        admin_client.post(address, wrong)
    admin_client.post(address, {"system": "stripe", "before": "paypal"})
    assert AuditEvent.objects.filter(kind="payment_order_changed").count() == 1
    client.force_login(manager)
    sent = client.post(address, {"system": "zenoti", "before": "stripe"})
    assert sent.status_code == 403
    assert payment_order() == ["square", "stripe", *default_order()[2:]]


def test_a_system_can_be_moved_to_the_end() -> None:
    assert move_before("stripe", "") == [*default_order()[1:], "stripe"]
    assert payment_order()[-1] == "stripe"


def test_every_system_that_reports_payments_has_a_place() -> None:
    paying = {"stripe", "square", "connect", "gohighlevel"}
    assert paying <= set(DOORS)
    assert paying <= set(default_order())
    assert len(default_order()) == len(set(default_order()))
