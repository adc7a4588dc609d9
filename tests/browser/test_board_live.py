"""Other people's moves on an open board: they appear, and disturb nobody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from leads import pipeline
from tests.browser.test_board import card, column, desk, drag, expect_count
from tests.browser.test_board import stages as stages
from tests.leads.board_rows import Pipeline

__all__ = ["desk", "stages"]
pytestmark = pytest.mark.django_db(transaction=True)
OpenBoard = Callable[..., Page]
WITHIN_MS = 7000


def top_of(window: Page, name: str) -> float:
    box = card(window, name).bounding_box()
    assert box
    return box["y"]


def test_a_move_elsewhere_appears_and_keeps_focus_and_scroll(
    desk: OpenBoard, stages: Pipeline
) -> None:
    for minute, letter in enumerate("abcdefghijklmnopqrst", 1):
        stages.lead(first_name=f"Lead{letter}", minutes_ago=minute)
    lead = stages.lead(stages.second, first_name="Wanda")
    window = desk()
    link = window.get_by_role("link", name="Leadp", exact=True)
    link.scroll_into_view_if_needed()
    link.focus()
    before = top_of(window, "Leadp")
    pipeline.move(lead.id, stages.first.id)
    first = column(window, "Alpha").locator(".card").first
    expect(first).to_contain_text("Wanda", timeout=WITHIN_MS)
    expect_count(window, "Alpha", 21)
    expect(card(window, "Wanda")).to_have_count(1)
    expect(link).to_be_focused()
    assert abs(top_of(window, "Leadp") - before) < 2


def test_news_wait_while_a_dialog_is_open(desk: OpenBoard, stages: Pipeline) -> None:
    stages.lead(first_name="Wanda")
    window = desk()
    window.clock.install()
    window.reload()
    asked: list[str] = []
    window.on(
        "request",
        # The browser fetches its icon when it likes; a script asks for news.
        lambda request: (
            asked.append(request.url)
            if request.resource_type in ("fetch", "xhr")
            else None
        ),
    )
    window.keyboard.press("ArrowDown")
    window.keyboard.press("m")
    dialog = window.get_by_role("dialog", name="Move Wanda")
    stages.lead(first_name="Other")
    window.clock.run_for(9000)
    assert asked == []
    dialog.get_by_role("button", name="Cancel").click()
    window.clock.run_for(5000)
    expect(card(window, "Other")).to_have_count(1)
    drag(window, "Other", column(window, "Beta").locator(".cards"))
    expect_count(window, "Beta", 1)
