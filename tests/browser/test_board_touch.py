"""The board under a finger, and under an impatient one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer

from leads.models import LeadStage
from medspa.models import User
from tests.browser.conftest import sign_in
from tests.browser.test_board import card, column, expect_count, stage_of
from tests.browser.test_board import stages as stages
from tests.leads.board_rows import Pipeline

__all__ = ["stages"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tablet(
    chromium: Browser, live_server: LiveServer, front_desk: User, stages: Pipeline
) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=live_server.url,
        viewport={"width": 1024, "height": 768},
        has_touch=True,
    )
    sign_in(context, front_desk, live_server.url)
    yield context.new_page()
    context.close()


def finger(touch: CDPSession, kind: str, x: float = 0, y: float = 0) -> None:
    points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
    touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def centre(window: Page, name: str) -> tuple[float, float]:
    box = card(window, name).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + 12


def test_a_finger_that_rests_drags_the_card(tablet: Page, stages: Pipeline) -> None:
    lead = stages.lead(first_name="Wanda")
    tablet.goto("/leads/board/")
    x, y = centre(tablet, "Wanda")
    target = column(tablet, "Beta").locator(".cards").bounding_box()
    assert target
    touch = tablet.context.new_cdp_session(tablet)
    finger(touch, "touchStart", x, y)
    expect(tablet.locator(".sortable-chosen")).to_have_count(1)
    end = target["x"] + target["width"] / 2, target["y"] + 40
    for step in range(1, 11):
        share = step / 10
        finger(touch, "touchMove", x + (end[0] - x) * share, y + (end[1] - y) * share)
    expect(column(tablet, "Beta").locator(".drag-place")).to_have_count(1)
    finger(touch, "touchEnd")
    expect_count(tablet, "Beta", 1)
    expect(tablet.get_by_role("status")).to_have_text("Wanda moved to Beta.")
    assert stage_of(lead.id) == "Beta"


def test_a_finger_that_swipes_scrolls_and_moves_nothing(
    tablet: Page, stages: Pipeline
) -> None:
    for minute in range(20):
        stages.lead(first_name="Wanda" if not minute else "Other", minutes_ago=minute)
    tablet.goto("/leads/board/")
    cards = column(tablet, "Alpha").locator(".cards")
    x, y = centre(tablet, "Wanda")
    touch = tablet.context.new_cdp_session(tablet)
    finger(touch, "touchStart", x, y + 300)
    for step in range(1, 9):
        finger(touch, "touchMove", x, y + 300 - 30 * step)
    finger(touch, "touchEnd")
    tablet.wait_for_function("(it) => it.scrollTop > 50", arg=cards.element_handle())
    expect(tablet.locator("body.dragging")).to_have_count(0)
    expect_count(tablet, "Alpha", 20)


def test_a_tap_on_the_dots_moves_without_dragging(
    tablet: Page, stages: Pipeline
) -> None:
    lead = stages.lead(first_name="Wanda")
    tablet.goto("/leads/board/")
    tablet.get_by_role("link", name="Move Wanda…").tap()
    tablet.get_by_role("dialog").get_by_text("Beta").tap()
    tablet.get_by_role("dialog").get_by_role("button", name="Move").dblclick()
    expect_count(tablet, "Beta", 1)
    assert LeadStage.objects.filter(lead=lead).count() == 2
