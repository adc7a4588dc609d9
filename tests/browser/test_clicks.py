"""The daily tasks of the front desk and the manager cost as few clicks as they may.

Counted from the page where the thought occurs; typing is not counted.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from kpis.models import KpiEvent
from leads.models import Lead
from medspa.roles import ADMINISTRATOR, FRONT_DESK, MANAGER
from tests import factories
from tests.connections.doors import connected, send, work_off_all
from tests.connections.test_receiving import PAID

pytestmark = pytest.mark.django_db(transaction=True)


class Clicks:
    """Counts the clicks of one task."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, *places: Locator) -> None:
        for place in places:
            place.click()
            self.count += 1

    def task(self) -> int:
        """How many there were since the last task."""
        count, self.count = self.count, 0
        return count


@pytest.fixture
def lead(live_server: object) -> Lead:
    stage = factories.StageFactory(name="New", order=1)
    factories.StageFactory(name="Consult Booked", order=3, records_kpi="consult_booked")
    lead = factories.LeadFactory(first_name="Ana", email="a@example.com", stage=stage)
    factories.OpportunityFactory(lead=lead)
    return lead


def test_a_lead_is_called_booked_and_planned_for_in_few_clicks(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    window, clicks = login_as(FRONT_DESK), Clicks()
    window.goto(f"/leads/{lead.pk}/")
    said = window.locator(".said")

    clicks.on(
        window.locator("summary", has_text="Call").first,
        window.get_by_role("button", name="Left a voicemail"),
    )
    expect(said).to_contain_text("Call logged.")
    assert clicks.task() <= 2

    clicks.on(said.get_by_role("button", name="Undo"))
    expect(said).to_contain_text("Call undone.")
    assert clicks.task() == 1

    clicks.on(window.locator("summary", has_text="Add next step"))
    steps = window.get_by_role("region", name="Next step")
    clicks.on(steps.get_by_role("button", name="Add", exact=True))
    expect(steps).to_contain_text("Call back")
    expect(steps).to_contain_text("9:00 AM")
    assert clicks.task() <= 2

    clicks.on(window.locator("summary", has_text="Book consult"))
    clicks.on(window.get_by_role("button", name="Book", exact=True))
    expect(said).to_contain_text("Consult booked for")
    assert clicks.task() <= 3


def test_a_consult_that_showed_is_one_click(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    now = timezone.now()
    factories.KpiEventFactory(
        lead=lead,
        occurred_at=now - timedelta(days=3),
        metadata_json={"scheduled_for": (now - timedelta(minutes=2)).isoformat()},
    )
    window, clicks = login_as(FRONT_DESK), Clicks()
    for page in (f"/leads/{lead.pk}/", "/leads/today/"):
        window.goto(page)
        clicks.on(window.get_by_role("button", name="Showed").first)
        expect(window.locator(".said")).to_contain_text("Marked as showed.")
        assert clicks.task() == 1
        clicks.on(window.locator(".said").get_by_role("button", name="Undo"))
        expect(window.locator(".said")).to_contain_text("undone")
        assert clicks.task() == 1


def test_fifty_leads_are_assigned_in_four_clicks_and_given_back_in_one(
    login_as: Callable[..., Page], live_server: object
) -> None:
    stage = factories.StageFactory()
    for _ in range(50):
        factories.LeadFactory(stage=stage, admitted=True)
    bea = factories.UserFactory(role=FRONT_DESK)
    window, clicks = login_as(MANAGER), Clicks()
    window.goto("/leads/")
    bar = window.get_by_label("Act on the selected leads")
    clicks.on(window.get_by_label("Select all on this page"))
    clicks.on(bar.locator("summary", has_text="Assign"))
    bar.locator("select[name=person]").select_option(bea.pk)
    clicks.count += 1
    clicks.on(bar.get_by_role("button", name="Assign", exact=True))
    expect(window.locator(".said")).to_contain_text("50 leads")
    assert clicks.task() <= 4
    assert Lead.objects.filter(assigned_to=bea).count() == 50

    clicks.on(window.get_by_role("button", name="Undo").first)
    expect(window.locator(".said")).to_contain_text("Undone.")
    assert clicks.task() == 1
    assert not Lead.objects.filter(assigned_to=bea).exists()


def test_a_number_is_one_click_from_its_rows_and_two_from_a_list_to_act_on(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    window, clicks = login_as(MANAGER), Clicks()
    window.goto("/kpis/")
    card = window.locator(".kpi-card", has_text="Leads").first
    clicks.on(card.get_by_role("link", name="1", exact=True))
    expect(window.get_by_role("link", name="Ana").first).to_be_visible()
    assert clicks.task() == 1
    clicks.on(window.get_by_role("link", name="Open as a list"))
    expect(window.get_by_label("Select Ana")).to_be_visible()
    assert clicks.task() == 1


def test_half_a_name_or_the_last_four_digits_find_a_lead_by_one_click(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    lead.phone = "+12125550187"
    lead.save()
    window, clicks = login_as(FRONT_DESK), Clicks()
    for typed in ("(212) 555-0187", "0187", "An"):
        window.goto("/leads/board/")
        clicks.on(window.get_by_role("searchbox"))
        window.keyboard.type(typed)
        window.keyboard.press("Enter")
        window.wait_for_url("**q=**")
        expect(window.get_by_role("link", name="Ana", exact=True)).to_be_visible()
        assert clicks.task() == 1, typed


def test_a_deleted_lead_is_back_by_two_clicks(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    lead.delete()
    window, clicks = login_as(ADMINISTRATOR), Clicks()
    window.goto("/leads/")
    clicks.on(
        window.get_by_role("link", name="Deleted leads").last,
        window.get_by_role("button", name="Restore Ana"),
    )
    expect(window.locator(".said")).to_contain_text("restored")
    assert clicks.task() == 2
    assert Lead.objects.exists()


def test_a_consult_is_canceled_by_two_clicks(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    factories.KpiEventFactory(
        lead=lead, metadata_json={"scheduled_for": tomorrow.isoformat()}
    )
    window, clicks = login_as(FRONT_DESK), Clicks()
    window.goto(f"/leads/{lead.pk}/")
    clicks.on(
        window.locator("summary", has_text="Cancel consult"),
        window.locator("[name=reason]").first,
    )
    expect(window.locator(".said")).to_contain_text("Consult canceled")
    assert clicks.task() == 2


def test_a_payment_without_a_lead_is_matched_by_two_clicks(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    send(connected(), {**PAID, "who": {"email": "x@example.com", "first_name": "Ana"}})
    work_off_all()
    window, clicks = login_as(MANAGER), Clicks()
    window.goto("/connections/")
    clicks.on(
        window.get_by_role("link", name="Match", exact=True),
        window.get_by_role("button", name="Match to Ana"),
    )
    expect(window.get_by_text("Recorded for the lead.")).to_be_visible()
    assert clicks.task() <= 2
    assert KpiEvent.objects.get(lead=lead).value_cents == 30_000


def test_two_campaigns_are_side_by_side_after_two_clicks(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    for name in ("Glow", "Fillers"):
        campaign = factories.CampaignFactory(name=name)
        factories.LeadFactory(campaign=campaign, admitted=True)
    window, clicks = login_as(MANAGER), Clicks()
    window.goto("/leads/board/")
    clicks.on(window.get_by_role("link", name="KPIs", exact=True))
    parts = window.get_by_role("navigation", name="Parts of this page")
    clicks.on(parts.get_by_role("link", name="Campaigns", exact=True))
    for name in ("Glow", "Fillers"):
        row = window.get_by_role("row").filter(has_text=name).first
        expect(row).to_be_in_viewport()
    assert clicks.task() <= 2
