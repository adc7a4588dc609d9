"""The page of payments and events: what it lists, finds, voids, and what it costs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kpis.models import KpiEvent
from kpis.payments_page import filters
from medspa.models import User
from medspa.postgres import keyset_page
from tests import factories
from tests.factories import KpiEventFactory, LeadFactory
from tests.locks import proves, refused

pytestmark = pytest.mark.django_db
PAGE = "/payments/"
NOW = timezone.now()


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def paid(name: str = "Ana", cents: int = 50_000, days: int = 0, **more: object):
    lead = more.pop("lead", None) or LeadFactory(first_name=name)
    at = NOW - timedelta(days=days)
    return KpiEventFactory(
        lead=lead, paid=True, value_cents=cents, occurred_at=at, **more
    )


def names(office: Client, **asked: str) -> list[str]:
    answer = office.get(PAGE, asked)
    assert answer.status_code == 200
    return [str(row.lead or "") for row in answer.context["page"].rows]


def test_payments_stand_newest_first_and_other_events_on_their_own_tabs(
    office: Client,
) -> None:
    for name, days in (("Ana", 2), ("Bea", 1), ("Cleo", 3)):
        paid(name, days=days)
    KpiEventFactory(lead=LeadFactory(first_name="Dora"))
    assert names(office) == ["Bea", "Ana", "Cleo"]
    assert names(office, kind="consult_booked") == ["Dora"]
    assert names(office, kind="all") == ["Dora", "Bea", "Ana", "Cleo"]
    assert names(office, kind="nonsense") == ["Bea", "Ana", "Cleo"]


def test_refunds_stand_under_their_payment_and_on_their_own_tab(
    office: Client,
) -> None:
    payment = paid(cents=50_000, days=3)
    KpiEventFactory(
        refunded=True, lead=payment.lead, refund_of=payment, value_cents=12_345
    )
    (row,) = office.get(PAGE).context["page"].rows
    assert [refund.event.value_cents for refund in row.refunds] == [12_345]
    html = office.get(PAGE, {"kind": "invoice_refunded"}).text
    assert "$123.45" in html
    assert "Refund of $500" in html


def test_filters_find_by_lead_amount_day_and_campaign(office: Client) -> None:
    glow = factories.CampaignFactory(name="Glow")
    lead = LeadFactory(first_name="Ana", phone="+12125550177", campaign=glow)
    paid(lead=lead, cents=10_000, days=40)
    paid("Bea", cents=20_000, days=20)
    day = f"{timezone.localdate() - timedelta(days=30)}"
    assert names(office, q="an") == ["Ana"]
    assert names(office, q="(212) 555-0177") == ["Ana"]
    assert names(office, q="0177") == ["Ana"]
    assert names(office, q="zo") == []
    assert names(office, campaign=glow.pk) == ["Ana"]
    assert names(office, least="150") == ["Bea"]
    assert names(office, most="$150") == ["Ana"]
    assert names(office, **{"from": day}) == ["Bea"]
    assert names(office, to=day) == ["Ana"]


def test_a_click_is_found_by_its_own_campaign(office: Client) -> None:
    glow = factories.CampaignFactory()
    KpiEventFactory(lead=None, campaign=glow, kind="ad_click")
    assert names(office, kind="ad_click", campaign=glow.pk) == [""]


def test_what_cannot_be_read_is_left_out_and_said(office: Client) -> None:
    paid()
    answer = office.get(PAGE, {"from": "yesterday", "least": "much"})
    page = answer.context["page"]
    assert len(page.rows) == 1
    assert len(page.notices) == 2


def test_a_name_that_too_many_have_is_not_searched(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "LEADS_SEARCHED", 1)
    monkeypatch.setattr("kpis.payments_page.data.LEADS_SEARCHED", 1)
    for name in ("Ana", "Anja"):
        paid(name)
    page = office.get(PAGE, {"q": "an"}).context["page"]
    assert page.rows == ()
    assert "Type more of the name" in page.notices[0]
    assert names(office, q="anj") == ["Anja"]


def test_a_payment_is_voided_with_a_reason_and_listed_among_the_voided(
    office: Client, manager: User
) -> None:
    payment = paid()
    answer = office.post(f"{PAGE}{payment.pk}/void/?q=ana", {"reason": "twice"})
    assert answer["Location"] == f"{PAGE}?q=ana"
    assert not KpiEvent.objects.exists()
    assert names(office) == []
    (row,) = office.get(PAGE, {"status": "voided"}).context["page"].rows
    assert (row.voided.reason, row.voided.actor) == ("Entered twice", str(manager))
    assert not row.may_void


@proves("kpis.payments_page.views.void_event atomic")
def test_a_void_that_fails_leaves_the_event(office: Client) -> None:
    payment = paid()
    with refused("kpis_kpieventhistory"):
        office.post(f"{PAGE}{payment.pk}/void/", {"reason": "test"})


@pytest.mark.parametrize("reason", ["", "because"])
def test_without_a_reason_nothing_is_voided(office: Client, reason: str) -> None:
    payment = paid()
    answer = office.post(f"{PAGE}{payment.pk}/void/", {"reason": reason})
    told = [str(one) for one in get_messages(answer.wsgi_request)]
    assert told == ["Choose a reason for voiding this. Nothing was done."]
    assert KpiEvent.objects.exists()


def test_who_voids_second_is_told(office: Client) -> None:
    payment = paid()
    for _ in range(2):
        answer = office.post(f"{PAGE}{payment.pk}/void/", {"reason": "test"})
    *_, told = [str(one) for one in get_messages(answer.wsgi_request)]
    assert told == "This was already undone."


def test_a_refunded_payment_offers_no_void_before_its_refund(office: Client) -> None:
    payment = paid()
    refund = KpiEventFactory(
        refunded=True, lead=payment.lead, refund_of=payment, value_cents=100
    )
    html = office.get(PAGE).text
    assert f"{PAGE}{refund.pk}/void/" in html
    assert f"{PAGE}{payment.pk}/void/" not in html


def test_events_of_a_deleted_lead_are_marked_and_stay(office: Client) -> None:
    payment = paid()
    payment.lead.delete()
    (row,) = office.get(PAGE).context["page"].rows
    assert row.lead.is_deleted
    assert not row.may_void


def test_pages_follow_each_other_without_a_gap_or_a_repeat(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset_page, "KEYSET_PAGE_SIZE", 2)
    lead = LeadFactory()
    # The last three at the same moment.
    made = {paid(lead=lead, days=min(number, 2)).pk for number in range(5)}
    seen, after = [], ""
    while True:
        page = office.get(PAGE, {"after": after}).context["page"]
        seen += [row.event.pk for row in page.rows]
        if not page.following:
            break
        after = str(page.following)
    assert len(seen) == 5
    assert set(seen) == made


def test_a_filter_looks_through_a_bounded_number_of_rows_a_page(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset_page, "LOOKED_ROWS", 3)
    lead = LeadFactory()
    for number in range(8):
        paid(lead=lead, cents=(number + 1) * 100, days=min(number, 6))
    seen, pages, after = [], 0, ""
    while True:
        page = office.get(PAGE, {"least": "7", "after": after}).context["page"]
        seen += [row.event.value_cents for row in page.rows]
        pages += 1
        if not page.following:
            break
        after = str(page.following)
    assert sorted(seen) == [700, 800]
    assert pages == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "queries"),
    [
        # The session; the person; events; refunds; campaigns of the filter.
        ({}, 5),
        ({"kind": "all"}, 5),
        # And which leads are meant, or where the bounded scan ends.
        ({"q": "ana"}, 6),
        ({"least": "1"}, 6),
        # No refunds, but why they were voided.
        ({"status": "voided"}, 5),
    ],
)
@pytest.mark.parametrize("rows", [2, 30])
def test_a_page_costs_the_same_with_more_rows(
    asked: dict[str, str], queries: int, rows: int, office: Client
) -> None:
    campaign = factories.CampaignFactory()
    for _ in range(rows):
        payment = paid(
            campaign=None, lead=LeadFactory(first_name="Ana", campaign=campaign)
        )
        if asked.get("status"):
            payment.delete()
            continue
        KpiEventFactory(
            refunded=True, lead=payment.lead, refund_of=payment, value_cents=100
        )
    with CaptureQueriesContext(connection) as captured:
        assert office.get(PAGE, asked).status_code == 200
    assert len(captured) == queries


def test_the_front_desk_has_no_such_page(
    client: Client, person: Callable[[str], User]
) -> None:
    client.force_login(person("Front desk"))
    assert client.get(PAGE).status_code == 403
    assert (
        client.post(f"{PAGE}{paid().pk}/void/", {"reason": "test"}).status_code == 403
    )
    assert "/payments/" not in client.get("/leads/today/").text
