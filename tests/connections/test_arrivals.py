"""How leads came: kept each time, shown on their page, the first one counted."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from connections.registry import DOORS
from connections.taking_in import ItemResult, ItemSource, take_in
from leads.arrivals import Arrival
from leads.intake.incoming import IncomingLead
from leads.models import Lead, LeadArrival, Opportunity
from leads.services.merging import MergeChoice, merge
from medspa import clock
from medspa.models import User
from safekeeping.erasure.erasing import erase_person
from tests.connections.deliveries import delivery_of, fixture
from tests.connections.doors import connected, post, work_off_all
from tests.factories import (
    CampaignFactory,
    LeadArrivalFactory,
    LeadFactory,
    ProcedureFactory,
    StageFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db
CLICK = "Cj0KCQiA1234567890"


def came(minutes: int = 5, **fields: str) -> IncomingLead:
    arrival = Arrival(
        door="web_form",
        form="glow-up",
        click_kind="gclid" if "campaign_name" in fields else "",
        click_id=CLICK if "campaign_name" in fields else "",
        agreed_to_text=True,
        wording_version=3,
    )
    return IncomingLead(
        first_name="Ana",
        email="ana@example.com",
        form="glow-up",
        submitted_at=clock.now() - timedelta(minutes=minutes),
        arrival=arrival,
        **fields,  # type: ignore[arg-type]
    )


def bring(*leads: IncomingLead) -> list[ItemResult]:
    StageFactory()
    return take_in(leads, ItemSource("web_form", "form1"))


def test_each_arrival_is_kept_and_the_first_is_what_counts() -> None:
    spring = CampaignFactory(name="Spring glow")
    fall = CampaignFactory(name="Fall glow")
    first = came(50, source="google", ad_platform="google", campaign_name="Spring glow")
    bring(first)
    bring(came(5, source="facebook", ad_platform="facebook", campaign_name="fall GLOW"))
    bring(first)  # the same form again is no arrival
    lead = Lead.objects.get()
    assert (lead.source, lead.campaign) == ("google", spring)
    one, two = lead.arrivals.all()
    assert (one.campaign, one.ad_platform) == (spring, "google")
    assert (two.campaign, two.ad_platform) == (fall, "facebook")
    assert two.click_id == CLICK
    assert (two.agreed_to, two.wording_version) == ("texts", 3)


def test_googles_click_id_is_in_the_touch_trail(manager: User, client: Client) -> None:
    """From `gcl_id` in Google's delivery to the lead's page."""
    StageFactory()
    row, sign = connected("google_ads"), DOORS["google_ads"].sign
    assert sign
    sent = delivery_of({**fixture("google_ads", "lead"), "gcl_id": CLICK})
    assert post(row, sign(sent, row.secret_values)).status_code == 200
    work_off_all()
    arrival = LeadArrival.objects.get()
    assert (arrival.door, arrival.click_kind, arrival.click_id) == (
        ("google_ads", "gclid", CLICK)
    )
    client.force_login(manager)
    page = client.get(reverse("lead", args=[arrival.lead_id])).text
    assert "Google click ID" in page
    assert "Certain: the ad&#x27;s click ID came with it." in page


def test_what_a_visitor_asks_for_is_expected_at_its_usual_price() -> None:
    ProcedureFactory(name="Aqua glow", code="AQUA", default_value_cents=25_000)
    tag = TagFactory(name="Aqua glow")
    bring(came(procedure="AQUA"))
    worth = Opportunity.objects.get()
    assert (worth.procedure_code, worth.expected_value_cents) == ("AQUA", 25_000)
    assert [link.tag for link in worth.lead.lead_tags.all()] == [tag]


def test_the_lead_page_shows_how_they_came_and_gains_no_query(
    manager: User, client: Client
) -> None:
    client.force_login(manager)
    lead = LeadFactory(admitted=True, source="google")
    address = reverse("lead", args=[lead.pk])
    assert "How they found you" not in client.get(address).text
    before = _queries(client, address)
    for _ in range(5):
        LeadArrivalFactory(
            lead=lead,
            campaign=CampaignFactory(name="Spring glow"),
            click_kind="fbclid",
            click_id=CLICK,
            agreed_to_email=True,
            wording_version=2,
        )
    page = client.get(address).text
    assert "First touch: Google" in page
    assert "Spring glow · Meta click ID" in page
    assert "Certain: the ad&#x27;s click ID came with it." in page
    assert "Agreed to emails (wording 2)." in page
    assert _queries(client, address) == before


def _queries(client: Client, address: str) -> int:

    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


def test_what_the_desk_is_told_is_kept_apart_and_compared(
    front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    lead = LeadFactory(admitted=True, source="google")
    edit = reverse("lead_edit", args=[lead.pk, "heard_from"])
    client.post(edit, {"heard_from": "instagram"})
    page = client.get(reverse("lead", args=[lead.pk])).text
    assert "Says Instagram, came by Google. Reports count Google." in page
    lead.refresh_from_db()
    assert (lead.source, lead.heard_from) == ("google", "instagram")
    client.post(edit, {"heard_from": "google"})
    assert "came by" not in client.get(reverse("lead", args=[lead.pk])).text
    client.post(edit, {"heard_from": ""})
    lead.refresh_from_db()
    assert lead.heard_from is None


def test_a_merged_leads_arrivals_are_shown_with_the_other(
    manager: User, client: Client
) -> None:
    client.force_login(manager)
    stays, goes = LeadFactory.create_batch(2, admitted=True)
    LeadArrivalFactory(lead=goes, form="from-before")
    merge(stays.pk, goes.pk, MergeChoice())
    page = client.get(reverse("lead", args=[stays.pk])).text
    assert "Form “from-before”" in page


def test_an_erased_persons_click_ids_are_gone() -> None:
    arrival = LeadArrivalFactory(
        lead=LeadFactory(admitted=True), click_kind="gclid", click_id=CLICK
    )
    erase_person(arrival.lead_id)
    left = LeadArrival.objects.get()
    assert (left.click_kind, left.click_id, left.form) == ("", "", "consult")
