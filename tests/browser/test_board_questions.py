"""The move dialog's questions, in a real browser."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kpis.events.bookings import Arrangement
from kpis.events.consults import book
from kpis.models import KpiEvent
from leads.models import PipelineStage
from medspa.clinic_time import clinic_zone
from tests.browser.test_board import column, desk, drag, expect_count, stage_of
from tests.browser.test_board import stages as stages
from tests.factories import ProviderFactory, StageFactory
from tests.leads.board_rows import Pipeline

__all__ = ["desk", "stages"]
pytestmark = pytest.mark.django_db(transaction=True)
OpenBoard = Callable[..., Page]


def clinic_now() -> datetime:
    return timezone.localtime(timezone=clinic_zone()).replace(second=0, microsecond=0)


@pytest.fixture
def booked(stages: Pipeline) -> PipelineStage:
    return StageFactory(name="Booked", records_kpi="consult_booked")


def test_dragging_to_booked_offers_the_consults_date(
    desk: OpenBoard, stages: Pipeline, booked: PipelineStage
) -> None:
    lead = stages.lead(first_name="Wanda")
    window = desk()
    drag(window, "Wanda", column(window, "Booked").locator(".cards"))
    field = window.get_by_role("dialog").get_by_label("When is the consult?")
    expect(field).to_be_focused()
    typed = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT10:00")
    field.fill(typed)
    field.press("Enter")
    expect_count(window, "Booked", 1)
    event = KpiEvent.objects.get(lead=lead)
    local = timezone.localtime(event.metadata.scheduled_for)
    assert local.strftime("%Y-%m-%dT%H:%M") == typed


def test_moving_to_won_shows_the_value_first(desk: OpenBoard, stages: Pipeline) -> None:
    lead = stages.lead(first_name="Wanda", cents=48_000)
    window = desk()
    window.keyboard.press("ArrowDown")
    window.keyboard.press("m")
    window.keyboard.press("3")
    dialog = window.get_by_role("dialog", name="Move Wanda")
    expect(dialog.get_by_text("Expected value: $480")).to_be_visible()
    expect(dialog.get_by_label("When is the consult?")).to_be_hidden()
    window.keyboard.press("Enter")
    expect_count(window, "Gamma", 1)
    assert stage_of(lead.id) == "Gamma"


def test_a_double_booking_is_asked_about_in_the_dialog_and_undone(
    desk: OpenBoard, stages: Pipeline, booked: PipelineStage
) -> None:
    provider = ProviderFactory(name="Dr. Ode")
    at = (clinic_now() + timedelta(days=2)).replace(hour=10, minute=0)
    book(stages.lead(first_name="Ana"), at, Arrangement(provider.pk))
    lead = stages.lead(first_name="Wanda")
    window = desk(expected=("status of 409",))
    drag(window, "Wanda", column(window, "Booked").locator(".cards"))
    dialog = window.get_by_role("dialog", name="Move Wanda")
    dialog.get_by_label("Provider").select_option("Dr. Ode")
    dialog.get_by_label("When is the consult?").fill(f"{at:%Y-%m-%dT%H:%M}")
    dialog.get_by_role("button", name="Move").click()
    expect(dialog).to_contain_text("Dr. Ode already has a consult then: Ana")
    expect(dialog.get_by_label("Provider")).to_have_value(provider.pk)
    assert not KpiEvent.objects.filter(lead=lead).exists()
    dialog.get_by_role("button", name="Book anyway").click()
    expect_count(window, "Booked", 2)
    details = KpiEvent.objects.get(lead=lead).consult_details
    assert details.provider == provider
    window.keyboard.press("u")
    expect_count(window, "Booked", 1)
    assert not KpiEvent.objects.filter(lead=lead).exists()


def test_the_sheet_asks_for_the_provider_once_there_is_a_consult(
    desk: OpenBoard, booked: PipelineStage
) -> None:
    provider = ProviderFactory(name="Dr. Ode")
    window = desk()
    window.keyboard.press("n")
    sheet = window.get_by_role("dialog", name="Add lead")
    sheet.get_by_label("First name").fill("Zoe")
    sheet.get_by_label("Source").select_option("walk_in")
    expect(sheet.get_by_label("Provider")).to_have_count(0)
    at = clinic_now() + timedelta(days=2)
    sheet.get_by_label("Consult", exact=True).fill(f"{at:%Y-%m-%dT10:00}")
    sheet.get_by_label("Provider").select_option("Dr. Ode")
    sheet.get_by_role("button", name="Add lead", exact=True).click()
    expect_count(window, "Booked", 1)
    assert KpiEvent.objects.get().consult_details.provider == provider
