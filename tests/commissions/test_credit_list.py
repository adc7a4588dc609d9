"""The page of commission credits: by month and provider, at a bounded cost."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissions.models import Credit, Provider
from medspa.clinic_time import clinic_zone
from medspa.models import User
from medspa.postgres import keyset_page
from medspa.postgres.keyset import Cursor
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/commissions/credits/"
MARCH = datetime(2026, 3, 10, 15, tzinfo=clinic_zone())


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def credited(name: str, at: datetime = MARCH, **more: Any) -> Credit:
    lead = factories.LeadFactory(first_name=name)
    paid = factories.KpiEventFactory(lead=lead, paid=True, occurred_at=at)
    return factories.CreditFactory(kpi_event=paid, **more)


def names(office: Client, **asked: str) -> list[str]:
    answer = office.get(PAGE, {"month": "2026-03"} | asked)
    assert answer.status_code == 200
    return [str(row.event.lead) for row in answer.context["page"].rows]


def test_credits_of_a_month_stand_newest_first(office: Client) -> None:
    credited("Ana")
    credited("Bea", MARCH + timedelta(days=1))
    # Ten minutes before and after March by the clinic's clock.
    month_begins = datetime(2026, 3, 1, tzinfo=clinic_zone())
    credited("Cleo", month_begins - timedelta(minutes=10))
    credited("Dora", month_begins + timedelta(minutes=10))
    assert names(office) == ["Bea", "Ana", "Dora"]
    assert names(office, month="2026-02") == ["Cleo"]


def test_without_a_month_this_one_is_shown(office: Client) -> None:
    credited("Ana")
    credited("Bea", timezone.now())
    page = office.get(PAGE).context["page"]
    assert [str(row.event.lead) for row in page.rows] == ["Bea"]
    assert page.next is None


def test_the_page_is_of_one_provider(office: Client) -> None:
    dee: Provider = factories.ProviderFactory(name="Dr. Dee")
    credited("Ana", provider=dee, share_bps=2_550)
    credited("Bea")
    assert names(office, provider=dee.pk) == ["Ana"]
    assert names(office, provider="nobody") == ["Bea", "Ana"]
    html = office.get(PAGE, {"month": "2026-03", "provider": dee.pk}).text
    assert "25.5%" in html
    assert "$500.00" in html


def test_what_was_voided_is_not_credited(office: Client) -> None:
    credited("Ana").kpi_event.delete()
    assert names(office) == []


def test_a_row_leads_to_its_payment_its_lead_and_the_form_of_its_shares(
    office: Client,
) -> None:
    credit = credited("Ana")
    html = office.get(PAGE, {"month": "2026-03"}).text
    payments = "/payments/?kind=invoice_paid&amp;from=2026-03-10&amp;to=2026-03-10"
    assert payments in html
    assert f"/leads/{credit.kpi_event.lead_id}/" in html
    change = f"/commissions/credit/{credit.kpi_event_id}/?back="
    assert change in html
    assert "/commissions/uncredited/?month=2026-03" in html
    shares = {credit.provider_id: "40"}
    back = f"{PAGE}?month=2026-03"
    address = f"/commissions/credit/{credit.kpi_event_id}/"
    answer = office.post(f"{address}?back={back}", shares)
    assert answer["Location"] == back
    assert Credit.objects.get().share_bps == 4_000


def test_pages_follow_each_other_within_a_month(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset_page, "KEYSET_PAGE_SIZE", 2)
    monkeypatch.setattr(keyset_page, "LOOKED_ROWS", 2)
    dee = factories.ProviderFactory()
    for number in range(5):
        credited("Ana", MARCH + timedelta(hours=number), provider=dee)
    for asked in ({}, {"provider": dee.pk}):
        seen, after = [], ""
        while True:
            asked |= {"month": "2026-03", "after": after}
            page = office.get(PAGE, asked).context["page"]
            seen += [row.credit.pk for row in page.rows]
            if not page.following:
                break
            after = str(page.following)
        assert len(seen) == len(set(seen)) == 5


def test_the_link_to_older_credits_keeps_the_filters(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset_page, "KEYSET_PAGE_SIZE", 1)
    dee = factories.ProviderFactory()
    for number in range(2):
        credited("Ana", MARCH + timedelta(hours=number), provider=dee)
    asked = f"?month=2026-03&amp;provider={dee.pk}"
    first = office.get(PAGE, {"month": "2026-03", "provider": dee.pk}).text
    assert "Back to the newest" not in first
    (older,) = re.findall(rf'href="({re.escape(asked)}&amp;after=[^"]+)"', first)
    second = office.get(PAGE + older.replace("&amp;", "&")).text
    assert f'href="{asked}">Back to the newest<' in second
    assert "Show older" not in second


def test_an_empty_page_says_whose_and_whether_there_are_newer_ones(
    office: Client,
) -> None:
    dee = factories.ProviderFactory()
    asked = {"month": "2026-03"}
    words = "Payments are credited to the lead's provider as they are recorded."
    assert f"No credits in March 2026. {words}" in office.get(PAGE, asked).text
    page = office.get(PAGE, {**asked, "provider": dee.pk}).text
    assert "No credits of this provider in March 2026." in page
    before = Cursor(datetime(2026, 3, 1, tzinfo=UTC), "0")
    page = office.get(PAGE, {**asked, "after": str(before)}).text
    assert "No older credits in March 2026." in page


@pytest.mark.parametrize("rows", [2, 30])
def test_the_page_costs_the_same_with_more_rows(rows: int, office: Client) -> None:
    for number in range(rows):
        credited("Ana", MARCH + timedelta(minutes=number))
    # The session; the person; the providers of the filter; the credits.
    with CaptureQueriesContext(connection) as captured:
        assert len(names(office)) == rows
    assert len(captured) == 4


@pytest.mark.parametrize("role", ["Front desk", "Provider"])
def test_only_management_sees_credits(role: str, client: Client, person: Any) -> None:
    client.force_login(person(role))
    assert client.get(PAGE).status_code == 403


def test_the_month_is_linked_for_those_who_may_see_it(client: Client) -> None:
    rows = Permission.objects.filter(content_type__app_label="commissions")
    for names in ({"view_credit"}, {"view_credit", "view_month"}):
        user = factories.UserFactory(is_staff=True)
        user.user_permissions.set(rows.filter(codename__in=names))
        client.force_login(user)
        trail = client.get(PAGE).context["breadcrumbs_trail"]
        assert (trail != []) == ("view_month" in names)
