"""The lead page in a real browser: acts by click and key, undo, merging, conflicts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kpis.models import KpiEvent
from leads.models import Activity, Lead, LeadMerge, Task
from leads.services.pipeline import move
from medspa.roles import ADMINISTRATOR, FRONT_DESK, MANAGER
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
OpenLead = Callable[..., Page]


@pytest.fixture
def lead(live_server: object) -> Lead:
    stage = factories.StageFactory(name="New", order=1)
    factories.StageFactory(name="Contacted", order=2)
    factories.StageFactory(name="Consult Booked", order=3, records_kpi="consult_booked")
    lead = factories.LeadFactory(first_name="Ana", email="a@example.com", stage=stage)
    factories.OpportunityFactory(lead=lead)
    return lead


@pytest.fixture
def open_lead(login_as: Callable[..., Page], lead: Lead) -> OpenLead:
    def opened(role: str = FRONT_DESK, query: str = "", **options: object) -> Page:
        window = login_as(role, **options)
        window.goto(f"/leads/{lead.pk}/{query}")
        return window

    return opened


def said(window: Page) -> object:
    return window.locator(".said")


def test_a_call_is_noted_by_two_keys_and_taken_back_by_one(open_lead: OpenLead) -> None:
    window = open_lead()
    window.keyboard.press("c")
    expect(window.get_by_role("button", name="Left a voicemail")).to_be_visible()
    window.keyboard.press("3")
    expect(said(window)).to_contain_text("Call logged.")
    expect(window.locator('[data-key="c"]')).to_be_focused()
    expect(window.locator(".timeline")).to_contain_text("Call, left a voicemail")
    assert Activity.objects.get(type="call").payload_json == {"outcome": "voicemail"}

    window.keyboard.press("u")
    expect(said(window)).to_contain_text("Call undone.")
    expect(window.locator(".timeline")).not_to_contain_text("voicemail")
    assert not Activity.objects.filter(type="call").exists()


def test_an_undo_stays_in_the_timeline_when_the_toast_is_gone(
    open_lead: OpenLead,
) -> None:
    window = open_lead(own=True)
    window.clock.install()
    window.locator("summary", has_text="Text").click()
    window.get_by_role("button", name="Replied").click()
    expect(said(window)).to_contain_text("Text logged.")
    window.clock.run_for(11_000)
    expect(said(window)).to_be_empty()
    window.keyboard.press("u")
    expect(said(window)).to_contain_text("Nothing recent to undo.")
    window.clock.run_for(11_000)
    expect(said(window)).to_be_empty()
    window.get_by_role("button", name="Undo: Text sent, replied").click()
    expect(said(window)).to_contain_text("Text sent undone.")


def test_a_consult_is_booked_and_its_stage_follows(
    open_lead: OpenLead, lead: Lead
) -> None:
    window = open_lead()
    window.keyboard.press("b")
    expect(window.get_by_label("Date and time")).to_be_focused()
    window.get_by_role("button", name="Book", exact=True).click()
    expect(said(window)).to_contain_text("Consult booked for")
    current = window.locator(".stage-steps [aria-current]")
    expect(current).to_have_text("Consult Booked")
    window.keyboard.press("u")
    expect(current).to_have_text("New")
    assert not KpiEvent.objects.exists()


def test_who_said_yes_is_asked_for_a_date_and_who_said_later_for_a_reminder(
    open_lead: OpenLead,
) -> None:
    window = open_lead()
    window.keyboard.press("c")
    window.keyboard.press("6")
    expect(window.get_by_label("Date and time")).to_be_focused()
    window.keyboard.press("Escape")
    window.keyboard.press("c")
    window.keyboard.press("5")
    expect(window.get_by_role("combobox", name="Task")).to_be_focused()


def test_a_no_show_plans_the_follow_up(open_lead: OpenLead, lead: Lead) -> None:
    now = timezone.now()
    factories.KpiEventFactory(
        lead=lead,
        occurred_at=now - timedelta(days=3),
        metadata_json={"scheduled_for": (now - timedelta(minutes=2)).isoformat()},
    )
    window = open_lead()
    window.get_by_role("button", name="No-show").click()
    expect(window.get_by_role("region", name="Next step")).to_contain_text(
        "Follow up after a no-show"
    )
    window.wait_for_load_state()  # keys are heard when the scripts have run
    window.keyboard.press("u")
    step = window.get_by_role("region", name="Next step")
    expect(step).to_contain_text("No next step")


def test_payment_and_refund_by_keys(open_lead: OpenLead) -> None:
    window = open_lead(MANAGER)
    window.keyboard.press("p")
    window.keyboard.type("450.50")
    window.keyboard.press("Enter")
    expect(said(window)).to_contain_text("Payment of $450.50 recorded.")
    window.wait_for_load_state()  # keys are heard when the scripts have run
    window.keyboard.press("r")
    window.get_by_label("Amount").last.fill("500")
    window.get_by_role("button", name="Record refund").click()
    expect(said(window)).to_contain_text("Only $450.50 of this payment can be refunded")
    expect(window.get_by_label("Amount").last).to_have_value("500")
    window.get_by_label("Amount").last.fill("50")
    window.get_by_role("button", name="Record refund").click()
    expect(window.locator(".timeline")).to_contain_text("Refund: $50")


def test_a_double_click_records_one_payment(open_lead: OpenLead) -> None:
    window = open_lead()
    window.keyboard.press("p")
    window.keyboard.type("100")
    window.get_by_role("button", name="Record payment").dblclick()
    expect(said(window)).to_contain_text("Payment of $100 recorded.")
    assert KpiEvent.objects.count() == 1


def test_a_next_step_is_planned_and_ticked_off(open_lead: OpenLead) -> None:
    window = open_lead()
    window.keyboard.press("n")
    window.get_by_role("combobox", name="Task").select_option("send_prices")
    window.get_by_role("button", name="Add", exact=True).click()
    steps = window.get_by_role("region", name="Next step")
    expect(steps).to_contain_text("Send prices")
    window.keyboard.press("d")
    expect(steps).to_contain_text("No next step.")
    assert Task.objects.get().done_at is not None
    window.keyboard.press("u")
    expect(steps).to_contain_text("Send prices")


def test_escape_closes_a_menu_and_gives_the_focus_back(open_lead: OpenLead) -> None:
    window = open_lead()
    window.keyboard.press("e")
    window.keyboard.press("Escape")
    expect(window.get_by_role("button", name="Bounced")).to_be_hidden()
    expect(window.locator("summary[data-key=e]")).to_be_focused()


def test_next_and_previous_of_the_column_it_was_opened_from(
    open_lead: OpenLead, lead: Lead
) -> None:
    stage = lead.stage_periods.get().stage
    later = factories.LeadFactory(first_name="Bea", stage=stage)
    window = open_lead(query=f"?in={stage.pk}")
    beside = window.get_by_role("navigation", name="Previous and next lead")
    expect(beside).to_contain_text("2 of 2")
    window.keyboard.press("k")
    expect(window.get_by_role("heading", name="Bea", level=2)).to_be_visible()
    expect(beside).to_contain_text("1 of 2")
    # The place in the column outlives a move out of it.
    move(later.pk, factories.StageFactory().pk)
    window.reload()
    window.keyboard.press("j")
    expect(window.get_by_role("heading", name="Ana", level=2)).to_be_visible()


def test_two_duplicates_are_merged_and_taken_apart(
    open_lead: OpenLead, lead: Lead
) -> None:
    twin = factories.LeadFactory(
        first_name="Anna", email="A@example.com", phone="+12125550177", admitted=True
    )
    window = open_lead(MANAGER)
    window.get_by_role("link", name="Merge Anna into Ana").click()
    window.get_by_role("row", name=re.compile("Phone")).get_by_text("0177").click()
    window.get_by_role("button", name="Merge", exact=True).click()
    expect(said(window)).to_contain_text("Anna was merged into Ana.")
    contact = window.get_by_role("region", name="Contact")
    expect(contact).to_contain_text("(212) 555-0177")
    expect(window.locator(".timeline")).to_contain_text("Merged with Anna")

    window.get_by_role("button", name="Undo merge").click()
    expect(said(window)).to_contain_text("Anna is a separate lead again.")
    expect(window.get_by_text("1 possible duplicate")).to_be_visible()
    assert LeadMerge.objects.get().undone_at is not None
    assert Lead.objects.filter(pk=twin.pk).exists()


def test_two_people_saving_at_once_choose_field_by_field(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    address = f"/admin/leads/lead/{lead.pk}/change/"
    desk, boss = login_as(ADMINISTRATOR), login_as(ADMINISTRATOR)
    for window in (desk, boss):
        window.goto(address)
    boss.get_by_label("First name").fill("Anna")
    boss.get_by_label("Source").select_option("referral")
    boss.get_by_role("button", name="Save", exact=True).click()
    expect(boss.get_by_role("heading", name="Anna", level=2)).to_be_visible()

    desk.get_by_label("First name").fill("Anne")
    desk.get_by_label("Email").fill("anne@example.com")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("You and someone else changed this lead")).to_be_visible()
    lead.refresh_from_db()
    assert lead.first_name == "Anna"

    desk.get_by_label("Anne", exact=True).check()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("heading", name="Anne", level=2)).to_be_visible()
    lead.refresh_from_db()
    assert (lead.first_name, lead.email, lead.source) == (
        "Anne",
        "anne@example.com",
        "referral",
    )
