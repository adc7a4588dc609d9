"""What was paid and paid back: once, to the cent, by the right lead."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from kpis.choices import Kind
from kpis.events import payments
from kpis.events.refusals import PaymentRefused
from kpis.extension_points import after_recorded
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.ids import new_id
from medspa.models import User
from tests.factories import KpiEventFactory, LeadFactory, UserFactory
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
TEN_MILLION = 1_000_000_000  # in cents
NOTHING_LEFT = "This payment is already fully refunded. Nothing was recorded."


@pytest.fixture
def lead() -> Lead:
    return LeadFactory(first_name="Ana")


def paid(lead: Lead, cents: int = 10_000) -> KpiEvent:
    return KpiEventFactory(paid=True, lead=lead, value_cents=cents)


# Paying ---------------------------------------------------------------------


@pytest.mark.parametrize("cents", [1, 10_001, TEN_MILLION])
def test_up_to_ten_million_dollars_are_recorded(cents: int, lead: Lead) -> None:
    event = payments.record_payment(lead, cents)
    assert (event.lead, event.kind, event.value_cents) == (lead, "invoice_paid", cents)
    assert event.metadata_json == {}


@pytest.mark.parametrize("cents", [0, -1, TEN_MILLION + 1])
def test_nothing_and_more_than_ten_million_dollars_are_refused(
    cents: int, lead: Lead
) -> None:
    with pytest.raises(
        PaymentRefused, match=r"Enter an amount above zero, up to \$10,000,000\."
    ):
        payments.record_payment(lead, cents)
    assert not KpiEvent.objects.exists()


@pytest.mark.parametrize(
    ("procedure", "category", "noted"),
    [
        ("BTX", "", {"procedure": "BTX"}),
        ("", "retail", {"category": "retail"}),
        ("BTX", "retail", {"procedure": "BTX", "category": "retail"}),
    ],
)
def test_only_what_was_said_is_noted(
    procedure: str, category: str, noted: dict, lead: Lead
) -> None:
    assert payments.record_payment(lead, 1, procedure, category).metadata_json == noted


def test_words_outside_the_lists_are_refused_by_name(lead: Lead) -> None:
    with pytest.raises(PaymentRefused, match="Choose a procedure"):
        payments.record_payment(lead, 1, "retail")
    with pytest.raises(PaymentRefused, match="Choose a category"):
        payments.record_payment(lead, 1, "", "BTX")


def test_a_payment_has_the_key_that_it_was_given_or_one_of_its_own(lead: Lead) -> None:
    key = new_id()
    assert payments.record_payment(lead, 1, key=key).pk == key
    assert payments.record_payment(lead, 1).pk != payments.record_payment(lead, 1).pk


def test_apps_above_get_a_payment_and_what_was_entered_for_them(lead: Lead) -> None:
    heard: list[Any] = []
    extras = {"note": {"ana": 6_000}}
    with after_recorded.extended(
        lambda events, extras: heard.append((list(events), extras))
    ):
        event = payments.record_payment(lead, 1, extras=extras)
    assert heard == [([event], extras)]


def test_a_payment_that_an_app_above_refuses_is_not_recorded(lead: Lead) -> None:
    def refuse(events: Any, extras: Any) -> None:
        raise PaymentRefused("No.")

    with after_recorded.extended(refuse), pytest.raises(PaymentRefused):
        payments.record_payment(lead, 1)
    assert not KpiEvent.objects.exists()


# Paying back ----------------------------------------------------------------


def test_a_refund_is_the_lead_s_and_names_its_payment(lead: Lead) -> None:
    sale, key = paid(lead), new_id()
    event = payments.record_refund(lead, sale.pk, 4_000, key=key)
    assert (event.pk, event.lead, event.refund_of) == (key, lead, sale)
    assert (event.kind, event.value_cents) == ("invoice_refunded", 4_000)
    assert payments.refundable_cents(sale) == 6_000
    assert payments.record_refund(lead, sale.pk, 1).pk != key


def test_a_payment_is_paid_back_to_the_last_cent_and_no_further(lead: Lead) -> None:
    sale = paid(lead)
    with pytest.raises(PaymentRefused, match=r"Only \$100"):
        payments.record_refund(lead, sale.pk, 10_001)
    payments.record_refund(lead, sale.pk, 9_999)
    with pytest.raises(PaymentRefused, match=r"Only \$0\.01"):
        payments.record_refund(lead, sale.pk, 2)
    payments.record_refund(lead, sale.pk, 1)
    assert payments.refundable_cents(sale) == 0
    with pytest.raises(PaymentRefused) as refusal:
        payments.record_refund(lead, sale.pk, 1)
    assert str(refusal.value) == NOTHING_LEFT


@pytest.mark.parametrize("cents", [0, -1, -10_000])
def test_nothing_and_less_is_not_paid_back(cents: int, lead: Lead) -> None:
    sale = paid(lead)
    with pytest.raises(PaymentRefused, match=r"Only \$100"):
        payments.record_refund(lead, sale.pk, cents)
    assert not KpiEvent.objects.filter(refund_of=sale).exists()


def test_a_voided_refund_is_left_to_pay_back_again(lead: Lead) -> None:
    sale = paid(lead)
    payments.record_refund(lead, sale.pk, 10_000).delete()
    assert payments.refundable_cents(sale) == 10_000
    assert payments.record_refund(lead, sale.pk, 10_000).value_cents == 10_000


def test_refunds_of_another_payment_leave_this_one_whole(lead: Lead) -> None:
    first, second = paid(lead), paid(lead)
    payments.record_refund(lead, first.pk, 10_000)
    assert payments.refundable_cents(second) == 10_000


def somebody_else_s(lead: Lead) -> KpiEvent:
    return paid(LeadFactory())


def voided(lead: Lead) -> KpiEvent:
    sale = paid(lead)
    sale.delete()
    return sale


def refund_itself(lead: Lead) -> KpiEvent:
    return payments.record_refund(lead, paid(lead).pk, 5_000)


def consult(lead: Lead) -> KpiEvent:
    return KpiEventFactory(lead=lead)


@pytest.mark.parametrize(
    "other",
    [somebody_else_s, voided, refund_itself, consult],
    ids=lambda other: other.__name__,
)
def test_only_a_living_payment_of_the_lead_is_paid_back(
    other: Callable[[Lead], KpiEvent], lead: Lead
) -> None:
    event = other(lead)
    with pytest.raises(PaymentRefused, match="Choose the payment to refund"):
        payments.record_refund(lead, event.pk, 1)


# From the lead's page -------------------------------------------------------


def post(client: Client, lead: Lead, name: str, **data: Any) -> str:
    answer = client.post(f"/leads/{lead.pk}/{name}/", data, follow=True)
    assert answer.status_code == 200
    return text_of(answer)


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    """The front desk takes payments, but gives no money back."""
    client.force_login(manager)
    return client


def refunds() -> list[int]:
    rows = KpiEvent.objects.filter(kind=Kind.INVOICE_REFUNDED)
    return list(rows.values_list("value_cents", flat=True))


@pytest.mark.parametrize("amount", ["60", "100"])
def test_a_double_click_refunds_once(office: Client, lead: Lead, amount: str) -> None:
    """Also when nothing is left for the second click, which says the same."""
    sale, key = paid(lead), new_id()
    for _ in range(2):
        page = post(office, lead, "refund", payment=sale.pk, amount=amount, key=key)
        assert f"Refund of ${amount} recorded." in page
    assert refunds() == [int(amount) * 100]
    assert KpiEvent.objects.get(kind=Kind.INVOICE_REFUNDED).pk == key


def test_two_forms_refund_twice(office: Client, lead: Lead) -> None:
    sale = paid(lead)
    for _ in range(2):
        post(office, lead, "refund", payment=sale.pk, amount="40", key=new_id())
    assert refunds() == [4_000, 4_000]


@pytest.mark.parametrize("name", ["pay", "refund"])
def test_a_key_of_another_lead_records_nothing(
    name: str, office: Client, lead: Lead
) -> None:
    theirs, sale = paid(LeadFactory()), paid(lead)
    page = post(office, lead, name, payment=sale.pk, amount="1", key=theirs.pk)
    assert "This page is out of date." in page
    assert KpiEvent.objects.count() == 2


def test_a_double_click_pays_once_also_after_it_was_voided(
    office: Client, lead: Lead
) -> None:
    key = new_id()
    post(office, lead, "pay", amount="450.50", key=key)
    KpiEvent.objects.get(pk=key).delete()
    post(office, lead, "pay", amount="450.50", key=key)
    assert not KpiEvent.objects.exists()


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("0.01", 1),
        (" $1,234.5 ", 123_450),
        ("450", 45_000),
        ("450.00", 45_000),
        ("450.000", 45_000),
        ("10,000,000", TEN_MILLION),
        ("1 250", 125_000),
        ("45,50", 4_550),
        ("1.250,50", 125_050),
        ("USD 450", 45_000),
    ],
)
def test_dollars_are_read_to_the_cent(
    typed: str, cents: int, office: Client, lead: Lead
) -> None:
    post(office, lead, "pay", amount=typed)
    assert KpiEvent.objects.get().value_cents == cents


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed",
    ["", "abc", "1.005", "0.001", "Infinity", "NaN", "1 2", "1,2345", "1,23,456"],
)
def test_what_is_no_amount_in_cents_is_refused(
    typed: str, office: Client, lead: Lead
) -> None:
    sale = paid(lead)
    for name in ("pay", "refund"):
        page = post(office, lead, name, payment=sale.pk, amount=typed)
        assert "Enter the amount, like 450 or 450.50." in page
    assert KpiEvent.objects.get() == sale


def test_what_was_recorded_can_be_undone_from_its_message(
    office: Client, lead: Lead
) -> None:
    post(office, lead, "pay", amount="100", procedure="BTX", category="retail")
    sale = KpiEvent.objects.get()
    answer = office.post(
        f"/leads/{lead.pk}/refund/", {"payment": sale.pk, "amount": "5"}, follow=True
    )
    refund = KpiEvent.objects.get(kind=Kind.INVOICE_REFUNDED)
    (said,) = answer.context["messages"]
    assert said.extra_tags == f"undo:{lead.pk}:event:{refund.pk}"


# Who may --------------------------------------------------------------------


ACTS = {
    "book": "kpis.add_kpievent",
    "shown": "kpis.add_kpievent",
    "no-show": "leads.add_task",
    "pay": "kpis.add_kpievent",
    "refund": "kpis.void_kpievent",
}


def allowed(*names: str) -> User:
    user = UserFactory(is_staff=True)
    codes = [name.split(".")[1] for name in names]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user


@pytest.mark.parametrize(("name", "needed"), ACTS.items())
def test_each_act_needs_its_own_permission_and_no_other(
    name: str, needed: str, client: Client, lead: Lead
) -> None:
    every = {*ACTS.values(), "leads.view_lead", "leads.change_lead"}
    client.force_login(allowed(*(every - {needed})))
    assert client.post(f"/leads/{lead.pk}/{name}/").status_code == 403
    client.force_login(allowed(needed))
    assert client.post(f"/leads/{lead.pk}/{name}/").status_code == 302
