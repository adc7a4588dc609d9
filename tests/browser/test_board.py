"""The board in a real browser: dragging, keys and dialogs."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from leads.models import LeadStage
from leads.services import pipeline
from medspa.audit.actors import acting
from medspa.models import User
from medspa.roles import FRONT_DESK, MANAGER
from tests.factories import LeadTagFactory, TagFactory
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db(transaction=True)
LoginAs = Callable[..., Page]


@pytest.fixture
def stages(live_server: LiveServer) -> Pipeline:
    return Pipeline()


@pytest.fixture
def desk(login_as: LoginAs, stages: Pipeline) -> Callable[..., Page]:
    """`desk()`: the front desk's window with the board open."""

    def open_board(query: str = "", role: str = FRONT_DESK, **options: object) -> Page:
        window = login_as(role, **options)
        window.goto(f"/leads/board/{query}")
        return window

    return open_board


def column(window: Page, name: str) -> Locator:
    return window.locator(".column", has=window.get_by_role("heading", name=name))


def card(window: Page, name: str) -> Locator:
    return window.locator(".card", has=window.get_by_role("link", name=name))


def expect_count(window: Page, name: str, count: int) -> None:
    expect(column(window, name).locator(".count")).to_have_text(str(count))


def drag(window: Page, name: str, target: Locator) -> None:
    start, end = card(window, name).bounding_box(), target.bounding_box()
    assert start
    assert end
    x, y = start["x"] + start["width"] / 2, start["y"] + 10
    window.mouse.move(x, y)
    window.mouse.down()
    window.mouse.move(x + 15, y + 15, steps=3)
    end_x = end["x"] + end["width"] / 2
    window.mouse.move(end_x, end["y"] + end["height"] / 2, steps=8)
    window.mouse.move(end_x, end["y"] + end["height"] / 2 + 4, steps=2)
    window.mouse.up()


def stage_of(lead_id: str) -> str:
    return LeadStage.objects.current().get(lead=lead_id).stage.name


def test_a_dragged_card_moves_and_both_headers_follow(
    desk: LoginAs, stages: Pipeline
) -> None:
    lead = stages.lead(first_name="Wanda", cents=48_000)
    stages.lead(first_name="Other", minutes_ago=5)
    window = desk()
    drag(window, "Wanda", column(window, "Beta").locator(".cards"))
    expect_count(window, "Alpha", 1)
    expect_count(window, "Beta", 1)
    expect(column(window, "Beta")).to_contain_text("$480 expected")
    expect(column(window, "Beta").locator(".card")).to_contain_text("Wanda")
    expect(window.get_by_role("status")).to_have_text("Wanda moved to Beta.")
    assert stage_of(lead.id) == "Beta"


def test_a_folded_column_takes_drops_and_undo_brings_the_card_back(
    desk: LoginAs, stages: Pipeline
) -> None:
    lead = stages.lead(first_name="Wanda")
    window = desk()
    drag(window, "Wanda", column(window, "Gamma"))
    window.get_by_role("dialog").get_by_role("button", name="Move").click()
    expect_count(window, "Gamma", 1)
    expect(card(window, "Wanda")).to_be_hidden()
    window.get_by_role("button", name="Undo").click()
    expect_count(window, "Gamma", 0)
    expect(column(window, "Alpha").locator(".card")).to_contain_text("Wanda")
    assert stage_of(lead.id) == "Alpha"


def test_dragging_to_lost_asks_why_and_cancel_leaves_the_card(
    desk: LoginAs, stages: Pipeline
) -> None:
    lead = stages.lead(first_name="Wanda")
    window = desk()
    drag(window, "Wanda", column(window, "Delta"))
    dialog = window.get_by_role("dialog", name="Move Wanda")
    dialog.get_by_role("button", name="Cancel").click()
    expect(column(window, "Alpha").locator(".card")).to_contain_text("Wanda")
    assert stage_of(lead.id) == "Alpha"
    drag(window, "Wanda", column(window, "Delta"))
    dialog.get_by_role("button", name="Move").click()
    expect(dialog.get_by_role("alert")).to_have_text("Choose a reason.")
    dialog.get_by_text("Too expensive").click()
    dialog.get_by_role("button", name="Move").click()
    expect_count(window, "Delta", 1)
    assert LeadStage.objects.current().get(lead=lead).lost_reason == "price"


def test_a_lead_is_moved_by_keys_alone_and_the_move_is_announced(
    desk: LoginAs, stages: Pipeline
) -> None:
    stages.lead(first_name="Upper")
    lower = stages.lead(first_name="Lower", minutes_ago=5)
    window = desk()
    window.keyboard.press("ArrowDown")
    window.keyboard.press("ArrowDown")
    expect(window.get_by_role("link", name="Lower", exact=True)).to_be_focused()
    window.keyboard.press("m")
    expect(window.get_by_role("dialog", name="Move Lower")).to_be_visible()
    window.keyboard.press("2")
    expect(window.get_by_role("status")).to_have_text("Lower moved to Beta.")
    expect(window.get_by_role("link", name="Lower", exact=True)).to_be_focused()
    window.keyboard.press("ArrowLeft")
    expect(window.get_by_role("link", name="Upper", exact=True)).to_be_focused()
    window.keyboard.press("u")
    expect(window.get_by_role("status")).to_have_text("Lower is back in Alpha.")
    assert stage_of(lower.id) == "Alpha"
    window.keyboard.press("u")
    expect(window.get_by_role("status")).to_contain_text("Nothing recent to undo.")
    window.keyboard.press("?")
    expect(window.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    window.keyboard.press("Escape")
    window.keyboard.press("/")
    expect(window.get_by_label("Search name, phone or email")).to_be_focused()


def test_enter_opens_the_lead(desk: LoginAs, stages: Pipeline) -> None:
    lead = stages.lead(first_name="Wanda")
    window = desk()
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Enter")
    expect(window).to_have_url(re.compile(rf"/leads/{lead.id}/(\?|$)"))


def test_the_second_of_two_browsers_is_told_and_sees_the_new_place(
    desk: LoginAs, stages: Pipeline, manager: User
) -> None:
    lead = stages.lead(first_name="Wanda")
    manager.first_name = "Maria"
    manager.save()
    mine = desk(expected=("status of 409",))
    # Faster than the news of her move.
    mine.route("**/board/changes/**", lambda route: route.fulfill(status=204))
    hers = desk(role=MANAGER)
    drag(hers, "Wanda", column(hers, "Beta").locator(".cards"))
    expect_count(hers, "Beta", 1)
    drag(mine, "Wanda", column(mine, "Gamma"))
    mine.get_by_role("dialog").get_by_role("button", name="Move").click()
    expect(mine.get_by_role("status")).to_contain_text("Maria moved this to Beta")
    expect(column(mine, "Beta").locator(".card")).to_contain_text("Wanda")
    expect_count(mine, "Beta", 1)
    assert stage_of(lead.id) == "Beta"


def test_without_a_network_the_card_returns_and_a_retry_moves_it(
    desk: LoginAs, stages: Pipeline
) -> None:
    lead = stages.lead(first_name="Wanda")
    window = desk(expected=("ERR_INTERNET_DISCONNECTED",))
    window.context.set_offline(True)
    drag(window, "Wanda", column(window, "Beta").locator(".cards"))
    expect(window.get_by_role("status")).to_contain_text("Wanda is still in Alpha")
    expect(column(window, "Alpha").locator(".card")).to_contain_text("Wanda")
    window.context.set_offline(False)
    window.get_by_role("button", name="Try again").click()
    expect_count(window, "Beta", 1)
    assert stage_of(lead.id) == "Beta"


def test_a_lead_deleted_meanwhile_leaves_the_board_with_a_sentence(
    desk: LoginAs, stages: Pipeline
) -> None:
    lead = stages.lead(first_name="Wanda")
    window = desk(expected=("status of 409",))
    lead.delete()
    drag(window, "Wanda", column(window, "Beta").locator(".cards"))
    expect(window.get_by_role("status")).to_contain_text("This lead was deleted")
    expect(card(window, "Wanda")).to_have_count(0)
    expect_count(window, "Alpha", 0)


def test_show_more_adds_the_next_cards_in_place(
    desk: LoginAs, stages: Pipeline
) -> None:
    for minutes in range(30):
        stages.lead(minutes_ago=minutes)
    window = desk()
    alpha = column(window, "Alpha")
    expect(alpha.locator(".card")).to_have_count(25)
    alpha.get_by_role("link", name="Show 5 more (5)").click()
    expect(alpha.locator(".card")).to_have_count(30)
    expect(alpha.get_by_role("link", name="Show")).to_have_count(0)


def test_filters_and_open_columns_live_in_the_address(
    desk: LoginAs, stages: Pipeline
) -> None:
    stages.lead(first_name="Wanda", source="google")
    stages.lead(stages.won, first_name="Willow", source="google")
    stages.lead(first_name="Other", source="walk_in")
    window = desk()
    window.get_by_role("button", name="Show the leads in Gamma").click()
    expect(card(window, "Willow")).to_be_visible()
    window.get_by_label("Source").select_option("google")
    expect(card(window, "Other")).to_have_count(0)
    expect(card(window, "Willow")).to_be_visible()
    again = desk(window.url[window.url.index("?") :])
    expect(card(again, "Wanda")).to_be_visible()
    expect(card(again, "Willow")).to_be_visible()
    again.get_by_role("link", name="Clear Source: Google").click()
    expect(card(again, "Other")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_only_the_board_scrolls_sideways(
    desk: LoginAs, stages: Pipeline, width: int
) -> None:
    tag = TagFactory(name="A tag as long as any tag may be, forty c")
    LeadTagFactory(lead=stages.lead(first_name="Wanda", cents=999_999_900), tag=tag)
    window = desk(width=width)
    page_width = window.evaluate("document.documentElement.scrollWidth")
    assert page_width == width
    too_wide = window.locator(".card, .column > header").evaluate_all(
        "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    )
    assert too_wide == 0
    scrolls = window.locator("#board").evaluate(
        "(it) => it.scrollWidth > it.clientWidth"
    )
    assert scrolls is (width == 390)


def test_a_move_is_undone_from_the_recent_moves(
    desk: LoginAs, stages: Pipeline, front_desk: User
) -> None:
    lead = stages.lead(first_name="Wanda")
    with acting(user=front_desk):
        pipeline.move(lead.id, stages.second.id)
    window = desk()
    window.get_by_role("link", name="Recent moves").click()
    window.get_by_role("button", name="Undo: Wanda from Alpha to Beta").click()
    expect(window.get_by_role("status")).to_have_text("Wanda is back in Alpha.")
    expect(column(window, "Alpha").locator(".card")).to_contain_text("Wanda")
    expect_count(window, "Beta", 0)
