"""Looking at the board of a past day, in a real browser."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from leads import board
from leads.services import pipeline
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from tests.browser.accessibility import faults
from tests.browser.test_board import card, column, desk, expect_count
from tests.browser.test_board import stages as stages
from tests.leads.board_rows import Pipeline

__all__ = ["desk", "stages"]
pytestmark = pytest.mark.django_db(transaction=True)
OpenBoard = Callable[..., Page]
DAY = clinic_today() - timedelta(days=5)


@pytest.fixture
def noon() -> datetime:
    return start_of_day(DAY, clinic_zone()) + timedelta(hours=12)


def test_a_day_is_picked_in_the_bar_and_the_board_is_read_only(
    desk: OpenBoard, stages: Pipeline, noon: datetime
) -> None:
    lead = stages.lead(first_name="Wanda", source="google", created_at=noon)
    pipeline.move(lead.id, stages.second.id)
    window = desk("?source=google")
    expect(column(window, "Beta").locator(".card")).to_contain_text("Wanda")
    window.locator("[name=as_of]").fill(DAY.isoformat())
    expect(window.get_by_text("Read-only: the board as it stood")).to_be_visible()
    assert f"as_of={DAY.isoformat()}" in window.url
    expect(column(window, "Alpha").locator(".card")).to_contain_text("Wanda")
    expect(window.get_by_role("link", name="Move Wanda…")).to_have_count(0)
    window.keyboard.press("ArrowDown")
    window.keyboard.press("m")
    window.keyboard.press("c")
    expect(window.get_by_role("dialog")).to_have_count(0)
    assert not faults(window)
    window.get_by_role("link", name="Back to now").first.click()
    expect(column(window, "Beta").locator(".card")).to_contain_text("Wanda")
    assert window.url.endswith("?source=google")


def test_a_past_column_shows_more_and_unfolds(
    desk: OpenBoard, stages: Pipeline, noon: datetime
) -> None:
    for minute in range(30):
        stages.lead(created_at=noon + timedelta(minutes=minute))
    stages.lead(stages.won, first_name="Willow", created_at=noon)
    window = desk(f"?as_of={DAY.isoformat()}")
    expect_count(window, "Alpha", 30)
    alpha = column(window, "Alpha")
    alpha.get_by_role("link", name="Show 5 more (5)").click()
    expect(alpha.locator(".card")).to_have_count(30)
    window.get_by_role("button", name="Show the leads in Gamma").click()
    expect(card(window, "Willow")).to_be_visible()


def test_where_there_are_very_many_the_days_figures_follow_the_cards(
    desk: OpenBoard,
    stages: Pipeline,
    noon: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(board, "COUNTED_AT_ONCE", 0)
    lead = stages.lead(first_name="Wanda", created_at=noon)
    pipeline.move(lead.id, stages.second.id)
    window = desk(f"?as_of={DAY.isoformat()}")
    expect(column(window, "Alpha").locator(".card")).to_contain_text("Wanda")
    expect_count(window, "Alpha", 1)
    expect_count(window, "Beta", 0)
