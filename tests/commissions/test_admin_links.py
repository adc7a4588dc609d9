"""From the admin's events and credits to the page that splits one among providers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import Credit
from kpis.models import KpiEvent
from medspa.models import User
from tests import factories


@pytest.fixture
def credit(db: None) -> Credit:
    """A consult, which no other page lists: payments have one of their own."""
    return factories.CreditFactory(kpi_event=factories.KpiEventFactory())


def admin_page(row: Any, page: str = "change") -> str:
    return reverse(
        f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk]
    )


@pytest.mark.parametrize("of_credit", [True, False])
def test_a_manager_gets_to_the_split_and_back(
    of_credit: bool, credit: Credit, manager: User, client: Client
) -> None:
    row = credit if of_credit else credit.kpi_event
    client.force_login(manager)
    link = admin_page(row, "split")
    assert f'href="{link}"' in client.get(admin_page(row)).content.decode()
    answer = client.get(link)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("credit_payment", args=[credit.kpi_event_id]))
    other = factories.ProviderFactory()
    shares = {credit.provider_id: "60", other.pk: "40"}
    assert client.post(answer.url, shares).url == admin_page(row)
    assert dict(Credit.objects.values_list("provider", "share_bps")) == {
        credit.provider_id: 6_000,
        other.pk: 4_000,
    }


def test_what_counts_no_longer_is_split_no_longer(
    credit: Credit, manager: User, client: Client
) -> None:
    credit.kpi_event.delete()
    client.force_login(manager)
    for row in (credit, KpiEvent.all_objects.get()):
        page = client.get(admin_page(row))
        assert page.status_code == 200
        assert "Split" not in page.content.decode()
        assert client.get(admin_page(row, "split")).status_code == 403


def test_who_may_not_credit_is_not_shown_the_way(
    credit: Credit, front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    for row in (credit, credit.kpi_event):
        assert client.get(admin_page(row, "split")).status_code == 403


def test_amounts_and_shares_are_read_as_people_write_them(
    manager: User, client: Client
) -> None:
    paid = factories.KpiEventFactory(paid=True, value_cents=123_450)
    credit = factories.CreditFactory(kpi_event=paid, share_bps=2_550)
    opportunity = factories.OpportunityFactory(expected_value_cents=88_800)
    client.force_login(manager)
    for row, words in (
        (paid, "$1,234.50"),
        (credit, "25.5%"),
        (opportunity, "$888"),
    ):
        assert words in client.get(admin_page(row)).content.decode()
