"""Who earned a payment: defaults, splits, and the lead page that shows them."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from commissions.crediting import credit_defaults, split
from commissions.models import Credit, Provider
from kpis.models import KpiEvent
from medspa.models import User
from tests.commissions.clinic import MARCH, hire, pay
from tests.factories import LeadFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Provider:
    return hire("Ana RN", user=UserFactory())


@pytest.fixture
def bea() -> Provider:
    return hire("Bea RN")


def shares(payment: KpiEvent) -> dict[str, int]:
    rows = payment.credits.order_by("provider__name")
    return dict(rows.values_list("provider__name", "share_bps"))


def test_the_default_is_the_provider_of_the_lead(ana: Provider) -> None:
    hers = pay(None, 10_000, lead=LeadFactory(assigned_to=ana.user))
    nobodys = pay(None, 10_000)
    partly = pay(ana, 10_000, share=5_000, lead=LeadFactory(assigned_to=ana.user))
    assert credit_defaults(MARCH) == 1
    assert shares(hers) == {"Ana RN": 10_000}
    assert shares(nobodys) == {}
    assert shares(partly) == {"Ana RN": 5_000}
    assert hers.credits.get().history.count() == 1
    assert credit_defaults(MARCH) == 0


def test_a_payment_is_split_and_split_again(ana: Provider, bea: Provider) -> None:
    payment = pay(ana, 10_000)
    split(payment, {ana.pk: 4_000, bea.pk: 6_000})
    assert shares(payment) == {"Ana RN": 4_000, "Bea RN": 6_000}
    split(payment, {ana.pk: 9_000, bea.pk: 1_000})
    assert shares(payment) == {"Ana RN": 9_000, "Bea RN": 1_000}
    split(payment, {ana.pk: 0, bea.pk: 10_000})
    assert shares(payment) == {"Bea RN": 10_000}


def test_a_split_of_more_than_the_whole_is_refused(
    ana: Provider, bea: Provider
) -> None:
    payment = pay(ana, 10_000)
    with pytest.raises(ValidationError):
        split(payment, {ana.pk: 5_000, bea.pk: 5_001})
    assert shares(payment) == {"Ana RN": 10_000}


def test_the_form_is_in_per_cent_and_offers_the_default(
    ana: Provider, bea: Provider, manager: User, client: Client
) -> None:
    payment = pay(None, 10_000, lead=LeadFactory(assigned_to=ana.user))
    client.force_login(manager)
    address = reverse("credit_payment", args=[payment.pk])
    assert 'value="100"' in client.get(address).content.decode()
    page = client.post(address, {ana.pk: "60", bea.pk: "40.01"})
    assert "exceed 100 %" in page.content.decode()
    page = client.post(address, {ana.pk: "101", bea.pk: "-1"})
    assert "negative" in page.content.decode()
    back = reverse("uncredited")
    answer = client.post(f"{address}?back={back}", {ana.pk: "60", bea.pk: "40"})
    assert answer["Location"] == back
    assert shares(payment) == {"Ana RN": 6_000, "Bea RN": 4_000}


def test_nobody_is_sent_to_another_site(
    ana: Provider, manager: User, client: Client
) -> None:
    payment = pay(ana, 10_000)
    client.force_login(manager)
    address = f"{reverse('credit_payment', args=[payment.pk])}?back=https://evil.test/"
    assert client.post(address, {ana.pk: "50"})["Location"] == reverse("commissions")


def test_the_lead_page_shows_who_earned_it_to_those_who_credit(
    ana: Provider, manager: User, front_desk: User, client: Client
) -> None:
    payment = pay(ana, 10_000, share=6_000)
    address = reverse("lead", args=[payment.lead_id])
    client.force_login(manager)
    assert "Ana RN 60 %" in client.get(address).content.decode()
    client.force_login(front_desk)
    assert "Ana RN 60 %" not in client.get(address).content.decode()
    assert Credit.objects.count() == 1
