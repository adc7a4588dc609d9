"""Noting calls by keys, and the bars under the headers, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from leads.models import Activity
from tests.browser.test_board import card, column, desk
from tests.browser.test_board import stages as stages
from tests.leads.board_rows import Pipeline

__all__ = ["desk", "stages"]
pytestmark = pytest.mark.django_db(transaction=True)
OpenBoard = Callable[..., Page]


def test_a_call_is_noted_by_two_keys_and_undone_by_a_third(
    desk: OpenBoard, stages: Pipeline
) -> None:
    lead = stages.lead(first_name="Wanda", minutes_ago=20)
    window = desk()
    expect(card(window, "Wanda")).to_contain_text("waiting 20 min")
    window.keyboard.press("ArrowDown")
    window.keyboard.press("c")
    expect(window.get_by_role("dialog", name="Call with Wanda")).to_be_visible()
    window.keyboard.press("3")
    said = window.get_by_role("status")
    expect(said).to_have_text("Call logged: left a voicemail.")
    expect(card(window, "Wanda")).not_to_contain_text("waiting")
    expect(window.get_by_role("link", name="Wanda", exact=True)).to_be_focused()
    assert Activity.objects.get(lead=lead).payload_json == {"outcome": "voicemail"}
    window.keyboard.press("u")
    expect(said).to_have_text("Call undone.")
    expect(card(window, "Wanda")).to_contain_text("waiting 20 min")
    assert not Activity.objects.filter(lead=lead).exists()
    window.keyboard.press("?")
    keys = window.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Log a call")


def test_without_a_network_nothing_is_noted_and_a_retry_notes_it_once(
    desk: OpenBoard, stages: Pipeline
) -> None:
    lead = stages.lead(first_name="Wanda", minutes_ago=20)
    window = desk(expected=("ERR_INTERNET_DISCONNECTED",))
    window.keyboard.press("ArrowDown")
    window.keyboard.press("c")
    window.context.set_offline(True)
    window.get_by_role("button", name="No answer").click()
    said = window.get_by_role("status")
    expect(said).to_contain_text("The call with Wanda wasn't saved.")
    window.context.set_offline(False)
    window.get_by_role("button", name="Try again").dblclick()
    expect(said).to_contain_text("Call logged: no answer.")
    assert Activity.objects.filter(lead=lead).count() == 1


def test_a_call_makes_an_overdue_lead_one_in_time(
    desk: OpenBoard, stages: Pipeline
) -> None:
    stages.lead(first_name="Wanda", minutes_ago=30 * 60)
    window = desk()
    bar = column(window, "Alpha").get_by_role("img")
    expect(bar).to_have_accessible_name("0 in time, 0 due, 1 overdue")
    window.keyboard.press("ArrowDown")
    window.keyboard.press("c")
    window.keyboard.press("1")
    expect(bar).to_have_accessible_name("1 in time, 0 due, 0 overdue")
