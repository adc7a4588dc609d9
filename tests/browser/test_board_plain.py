"""The board's plain-form ways, in a real browser that runs no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from leads.models import LeadStage
from medspa.models import User
from tests.browser.conftest import sign_in
from tests.browser.test_board import card, expect_count
from tests.browser.test_board import stages as stages
from tests.leads.board_rows import Pipeline

__all__ = ["stages"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plain_window(
    chromium: Browser, live_server: LiveServer, front_desk: User
) -> Iterator[Page]:
    """A browser that runs no script, with the front desk signed in."""
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    sign_in(context, front_desk, live_server.url)
    yield context.new_page()
    context.close()


def test_without_a_script_a_plain_form_moves_the_lead(
    plain_window: Page, stages: Pipeline
) -> None:
    lead = stages.lead(first_name="Wanda")
    plain_window.goto("/leads/board/")
    plain_window.get_by_role("link", name="Move Wanda…").click()
    plain_window.get_by_text("Delta").click()
    plain_window.get_by_text("Not the right time").click()
    plain_window.get_by_role("button", name="Move").click()
    expect(plain_window.get_by_text("Wanda moved to Delta.")).to_be_visible()
    expect_count(plain_window, "Delta", 1)
    assert LeadStage.objects.current().get(lead=lead).lost_reason == "timing"


def test_without_a_script_filters_and_folds_work(
    plain_window: Page, stages: Pipeline
) -> None:
    stages.lead(stages.won, first_name="Willow")
    stages.lead(first_name="Other")
    plain_window.goto("/leads/board/")
    plain_window.get_by_role("button", name="Show the leads in Gamma").click()
    expect(card(plain_window, "Willow")).to_be_visible()
    plain_window.get_by_label("Search name, phone or email").fill("will")
    plain_window.keyboard.press("Enter")
    expect(card(plain_window, "Willow")).to_be_visible()
    expect(card(plain_window, "Other")).to_have_count(0)
