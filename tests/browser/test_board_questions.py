"""The move dialog's questions and the ghost of a hidden card, in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kpis.models import KpiEvent
from leads.models import Lead, PipelineStage
from tests.browser.test_board import card, column, desk, drag, expect_count, stage_of
from tests.browser.test_board import stages as stages
from tests.factories import StageFactory
from tests.leads.board_rows import Pipeline

__all__ = ["desk", "stages"]
pytestmark = pytest.mark.django_db(transaction=True)
OpenBoard = Callable[..., Page]


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


def test_a_card_that_the_filter_hides_leaves_a_ghost_with_a_way_back(
    desk: OpenBoard, stages: Pipeline
) -> None:
    lead = stages.lead(first_name="Wanda", source="google")
    window = desk("?source=google")
    Lead.objects.filter(pk=lead.pk).update(source="walk_in")
    drag(window, "Wanda", column(window, "Beta").locator(".cards"))
    ghost = column(window, "Alpha").locator(".ghost")
    expect(ghost).to_contain_text("Wanda moved to Beta, hidden by your filter")
    expect(card(window, "Wanda")).to_have_count(0)
    ghost.get_by_role("button", name="Undo").click()
    expect(window.get_by_role("status")).to_have_text("Wanda is back in Alpha.")
    expect(ghost).to_have_count(0)
    assert stage_of(lead.id) == "Alpha"
