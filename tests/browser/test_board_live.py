"""Other people's moves on an open board: they appear, and disturb nobody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from leads.services import pipeline
from leads.services.contacting import log_contact
from tests.browser.test_board import card, column, desk, drag, expect_count
from tests.browser.test_board import stages as stages
from tests.factories import LeadTagFactory, StageFactory, TagFactory
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
    leads = [
        stages.lead(first_name=f"Lead{letter}", minutes_ago=minute)
        for minute, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 1)
    ]
    lead = stages.lead(stages.second, first_name="Wanda")
    window = desk()
    link = window.get_by_role("link", name="Leadp", exact=True)
    link.scroll_into_view_if_needed()
    link.focus()
    before = top_of(window, "Leadp")
    pipeline.move(lead.id, stages.first.id)
    first = column(window, "Alpha").locator(".card").first
    expect(first).to_contain_text("Wanda", timeout=WITHIN_MS)
    expect_count(window, "Alpha", 27)
    expect(card(window, "Wanda")).to_have_count(1)
    expect(link).to_be_focused()
    expect(window.locator("#announcer")).to_have_text("Wanda was moved to Alpha.")
    assert abs(top_of(window, "Leadp") - before) < 2
    # A card that was not on the page follows where one left the first 25.
    expect(card(window, "Leady")).to_have_count(0)
    pipeline.move(leads[0].id, stages.second.id)
    shown = column(window, "Alpha").locator(".card")
    expect(shown.last).to_contain_text("Leady", timeout=WITHIN_MS)
    expect(shown).to_have_count(25)


def test_news_wait_while_a_dialog_is_open(desk: OpenBoard, stages: Pipeline) -> None:
    stages.lead(first_name="Wanda")
    window = desk(own=True)
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


def test_a_stage_renamed_moved_and_coloured_shows_without_disturbing(
    desk: OpenBoard, stages: Pipeline
) -> None:
    for minute, letter in enumerate("abcdefghijklmnopqrst", 1):
        stages.lead(first_name=f"Lead{letter}", minutes_ago=minute)
    window = desk()
    link = window.get_by_role("link", name="Leadp", exact=True)
    link.scroll_into_view_if_needed()
    link.focus()
    before = top_of(window, "Leadp")
    stages.first.name, stages.first.color = "Omega", "#123456"
    stages.first.order = stages.second.order + 40
    stages.first.save()
    added = StageFactory(name="Added", order=stages.first.order + 1)
    heading = column(window, "Omega").get_by_role("heading")
    expect(heading).to_be_visible(timeout=WITHIN_MS)
    expect(heading.locator(".dot")).to_have_css("background-color", "rgb(18, 52, 86)")
    names = window.locator("#board .column h2").all_text_contents()
    names = [name.strip() for name in names]
    assert names[0] == "Beta"
    assert names[-2:] == ["Omega", "Added"]
    expect(link).to_be_focused()
    assert abs(top_of(window, "Leadp") - before) < 2
    drag(window, "Leadp", column(window, "Added").locator(".cards"))
    expect_count(window, "Added", 1)
    link.focus()
    window.keyboard.press("m")
    dialog = window.get_by_role("dialog")
    expect(dialog.get_by_text("Omega")).to_be_visible()
    window.keyboard.press("Escape")
    pipeline.move(added.stage_periods.get().lead_id, stages.second.id)
    added.delete()
    expect(column(window, "Added")).to_have_count(0, timeout=WITHIN_MS)


def test_calls_tags_and_deletions_elsewhere_reach_cards_that_more_brought(
    desk: OpenBoard, stages: Pipeline
) -> None:
    leads = [
        stages.lead(first_name=f"Lead{chr(97 + minute)}", minutes_ago=minute + 1)
        for minute in range(26)
    ]
    called, deleted = stages.lead(minutes_ago=50), stages.lead(minutes_ago=51)
    tag = TagFactory(name="Skin")
    window = desk()
    column(window, "Alpha").get_by_role("link", name="Show 3 more").click()
    shown = window.locator(".card")
    expect(shown).to_have_count(28)
    late = window.locator(f'.card[data-lead="{called.pk}"]')
    expect(late).to_contain_text("waiting")
    log_contact(called, "call", "answered")
    LeadTagFactory(lead=leads[0], tag=tag)
    deleted.delete()
    expect(late).not_to_contain_text("waiting", timeout=WITHIN_MS)
    expect(card(window, "Leada")).to_contain_text("Skin")
    expect(shown).to_have_count(27, timeout=WITHIN_MS)
    expect(window.locator(f'.card[data-lead="{deleted.pk}"]')).to_have_count(0)


def test_waiting_goes_on_while_the_board_is_open(
    desk: OpenBoard, stages: Pipeline
) -> None:
    stages.lead(first_name="Wanda", minutes_ago=4)
    window = desk(own=True)
    window.clock.install()
    window.reload()
    expect(card(window, "Wanda").locator(".wait.good")).to_have_text("waiting 4 min")
    window.clock.run_for(3 * 60_000)
    expect(card(window, "Wanda").locator(".wait.warn")).to_contain_text("waiting 7 min")
