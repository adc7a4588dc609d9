"""What a filter hides leaves a placeholder; an old filtered address still opens."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from leads import board
from leads.models import Lead, LeadTag, Opportunity
from medspa.models import User
from medspa.roles import FRONT_DESK
from tests.browser.accessibility import faults
from tests.browser.test_board import card, column, desk, drag, expect_count, stage_of
from tests.browser.test_board import stages as stages
from tests.factories import (
    CampaignFactory,
    LeadTagFactory,
    OpportunityFactory,
    TagFactory,
)
from tests.leads.board_rows import Pipeline

__all__ = ["desk", "stages"]
pytestmark = pytest.mark.django_db(transaction=True)
OpenBoard = Callable[..., Page]
WEEK = 7 * 24 * 60
# The filter → what somebody else changes, so that the lead no longer fits it.
CHANGES: dict[str, Callable[[str], Any]] = {
    "q": lambda pk: Lead.objects.filter(pk=pk).update(first_name="Renamed"),
    "source": lambda pk: Lead.objects.filter(pk=pk).update(source="walk_in"),
    "campaign": lambda pk: Lead.objects.filter(pk=pk).update(campaign=None),
    "tag": lambda pk: LeadTag.objects.filter(lead=pk).delete(),
    "procedure": lambda pk: Opportunity.objects.filter(lead=pk).update(
        procedure_code="BTX"
    ),
    "mine": lambda pk: Lead.objects.filter(pk=pk).update(assigned_to=None),
    # The move itself makes it young, and undoing it as old as before: it fits again.
    "age": lambda pk: None,
}


@pytest.fixture
def wanda(stages: Pipeline, front_desk: User) -> Lead:
    lead = stages.lead(
        first_name="Wanda",
        source="google",
        campaign=CampaignFactory(),
        assigned_to=front_desk,
        minutes_ago=WEEK,
    )
    OpportunityFactory(lead=lead, procedure_code="LASER")
    LeadTagFactory(lead=lead, tag=TagFactory())
    return lead


def query_for(name: str, lead: Lead) -> str:
    tag = LeadTag.objects.get(lead=lead).tag_id
    values = {"q": "wan", "campaign": lead.campaign_id, "tag": tag, "mine": "on"}
    values |= {"source": "google", "procedure": "LASER", "age": "3"}
    return f"?{name}={values[name]}"


@pytest.mark.parametrize("name", CHANGES)
def test_a_card_that_a_filter_hides_leaves_a_placeholder_with_ways_to_it_and_back(
    desk: OpenBoard, stages: Pipeline, wanda: Lead, name: str
) -> None:
    window = desk(query_for(name, wanda))
    expect(card(window, "Wanda")).to_be_visible()
    CHANGES[name](wanda.pk)
    drag(window, "Wanda", column(window, "Gamma"))
    window.get_by_role("dialog").get_by_role("button", name="Move").click()
    placeholder = column(window, "Alpha").locator(".card-placeholder")
    expect(placeholder).to_contain_text("Wanda moved to Gamma, hidden by your filter")
    expect(card(window, "Wanda")).to_have_count(0)
    expect_count(window, "Gamma", 0)
    assert stage_of(wanda.pk) == "Gamma"
    placeholder.get_by_role("button", name="Undo").click()
    expect(window.get_by_role("status")).to_contain_text("is back in Alpha.")
    assert stage_of(wanda.pk) == "Alpha"
    if name != "age":
        back = "Wanda is back in Alpha, hidden by your filter"
        expect(placeholder).to_contain_text(back)
        placeholder.get_by_role("link", name="Show").click()
    shown = "Renamed" if name == "q" else "Wanda"
    expect(column(window, "Alpha").locator(".card")).to_contain_text(shown)
    expect(placeholder).to_have_count(0)


def test_a_placeholder_shows_where_the_lead_is(
    desk: OpenBoard, stages: Pipeline, wanda: Lead
) -> None:
    window = desk("?age=3")
    window.get_by_role("link", name="Wanda", exact=True).focus()
    window.keyboard.press("m")
    window.keyboard.press("3")
    window.keyboard.press("Enter")
    link = window.locator(".card-placeholder").get_by_role("link", name="Show")
    expect(link).to_be_focused()
    assert not faults(window)
    window.keyboard.press("Enter")
    expect(column(window, "Gamma").locator(".card")).to_contain_text("Wanda")


def test_a_placeholder_keeps_its_place_when_others_move(
    desk: OpenBoard, stages: Pipeline, wanda: Lead
) -> None:
    for minutes in range(5):
        stages.lead(first_name="Lower", minutes_ago=WEEK + 10 + minutes)
    window = desk("?age=3")
    window.get_by_role("link", name="Wanda", exact=True).focus()
    window.keyboard.press("m")
    alpha = column(window, "Alpha")
    seen = alpha.get_attribute("data-version") or ""
    window.keyboard.press("2")
    expect(alpha).not_to_have_attribute("data-version", seen, timeout=7000)
    first = alpha.locator(".cards > li").first
    expect(first).to_contain_text("Wanda moved to Beta, hidden by your filter")
    expect(alpha.locator(".card")).to_have_count(5)


def test_the_age_filter_lives_in_the_address_and_is_named_in_the_bar(
    desk: OpenBoard, stages: Pipeline, wanda: Lead
) -> None:
    stages.lead(first_name="Fresh")
    window = desk()
    window.get_by_role("combobox", name="Age").select_option("7 days or longer")
    expect(card(window, "Fresh")).to_have_count(0)
    expect(card(window, "Wanda")).to_be_visible()
    assert window.url.endswith("?age=7")
    window.get_by_role("link", name="Clear Age: 7 days or longer").click()
    expect(card(window, "Fresh")).to_be_visible()


def test_an_address_of_last_year_opens_with_what_still_exists(
    desk: OpenBoard, stages: Pipeline, wanda: Lead
) -> None:
    window = desk("?campaign=gone&tag=gone&unfold=gone&age=5000&source=google")
    for gone in ("a campaign", "a tag", "an age"):
        expect(window.get_by_text(f"asks for {gone} that no longer")).to_be_visible()
    expect(card(window, "Wanda")).to_be_visible()


def test_a_script_in_a_tags_name_is_shown_and_not_run(
    desk: OpenBoard, stages: Pipeline
) -> None:
    tag = TagFactory(name="<img src=x onerror=alert(1)>")
    LeadTagFactory(lead=stages.lead(first_name="Wanda"), tag=tag)
    window = desk(f"?tag={tag.pk}", own=True)
    window.on("dialog", lambda dialog: pytest.fail(dialog.message))
    expect(card(window, "Wanda")).to_contain_text("<img src=x onerror=alert(1)>")
    drag(window, "Wanda", column(window, "Beta").locator(".cards"))
    expect_count(window, "Beta", 1)
    expect(card(window, "Wanda")).to_contain_text("<img src=x onerror=alert(1)>")


def test_where_there_are_very_many_the_figures_follow_the_cards(
    desk: OpenBoard, stages: Pipeline, wanda: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "COUNTED_AT_ONCE", 0)
    monkeypatch.setattr(board, "MATCHES_COUNTED_AT_ONCE", 0)
    stages.lead(first_name="Other", source="walk_in")
    window = desk("?source=google")
    expect(card(window, "Wanda")).to_be_visible()
    expect_count(window, "Alpha", 1)
    drag(window, "Wanda", column(window, "Beta").locator(".cards"))
    expect_count(window, "Alpha", 0)
    expect_count(window, "Beta", 1)


@pytest.mark.parametrize("width", [1280, 1440])
def test_buttons_stay_beside_the_search_when_a_filter_is_chosen(
    width: int, login_as: OpenBoard, wanda: Lead
) -> None:
    window = login_as(FRONT_DESK, width=width)
    for query in ("", "?q=wan", "?source=google&procedure=LASER"):
        window.goto(f"/leads/board/{query}")
        search, button = (
            one.bounding_box()
            for one in (
                window.locator("#board-search"),
                window.get_by_role("link", name="Add lead"),
            )
        )
        assert search and button
        middle = button["y"] + button["height"] / 2
        assert search["y"] < middle < search["y"] + search["height"], query
