"""The move dialog's questions, in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kpis.models import KpiEvent
from leads.models import PipelineStage
from tests.browser.test_board import column, desk, drag, expect_count, stage_of
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
