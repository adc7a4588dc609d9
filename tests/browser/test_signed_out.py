"""A session that ends while a page is open: it is said above the page."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kpis.models import KpiEvent
from medspa.models import User
from medspa.roles import FRONT_DESK, MANAGER
from tests import factories
from tests.browser.conftest import sign_in
from tests.browser.test_board import column, desk, drag, expect_count
from tests.browser.test_board import stages as stages
from tests.leads.board_rows import Pipeline

__all__ = ["desk", "stages"]
pytestmark = pytest.mark.django_db(transaction=True)
UNAUTHORIZED = ("status of 401", "Response Status Error Code 401")


def shut_out() -> None:
    User.objects.update(is_staff=False)
    User.objects.update(is_staff=True)


def test_a_list_that_is_asked_for_more_shows_no_form_but_a_sentence(
    login_as: Callable[..., Page], live_server: object
) -> None:
    stage = factories.StageFactory()
    for _ in range(51):
        factories.LeadFactory(stage=stage)
    window = login_as(FRONT_DESK, expected=UNAUTHORIZED)
    window.goto("/leads/")
    shut_out()
    window.get_by_role("link", name="Show 1 more").click()
    told = window.get_by_role("alert").filter(has_text="You're signed out")
    expect(told).to_be_visible()
    expect(window.locator("[name=password]")).to_have_count(0)
    link = told.get_by_role("link", name="Sign in")
    expect(link).to_have_attribute("href", "/admin/login/?next=%2Fleads%2F")
    told.get_by_role("button", name="Close").click()
    expect(told).to_be_hidden()


def come_back(window: Page, live_server: Any) -> None:
    """Signing in on another tab gives a new token; the page still has the old one."""
    sign_in(window.context, User.objects.get(username="frontdesk"), live_server.url)
    window.context.clear_cookies(name="csrftoken")
    other = window.context.new_page()
    other.goto("/leads/board/")
    other.close()


def test_what_was_typed_into_a_plain_form_is_still_there_and_sent_again(
    login_as: Callable[..., Page], live_server: object
) -> None:
    lead = factories.LeadFactory(admitted=True, first_name="Mia")
    window = login_as(FRONT_DESK, own=True, expected=UNAUTHORIZED)
    window.clock.install()
    window.goto(f"/leads/{lead.pk}/")
    window.locator("summary", has_text="Payment").first.click()
    window.get_by_label("Amount", exact=True).fill("450")
    window.clock.run_for(3_600_000)
    shut_out()
    record = window.get_by_role("button", name="Record payment")
    record.click()
    told = window.get_by_role("alert").filter(has_text="What you entered is still here")
    expect(told).to_contain_text("You're signed out")
    expect(told.get_by_role("link", name="Sign in")).to_have_attribute(
        "target", "_blank"
    )
    assert not KpiEvent.objects.exists()
    come_back(window, live_server)
    record.dblclick()
    expect(window.locator(".said")).to_contain_text("Payment of $450 recorded.")
    assert KpiEvent.objects.get().value_cents == 45_000


def test_without_a_network_a_plain_form_stays_as_it_was_typed(
    login_as: Callable[..., Page], live_server: object
) -> None:
    campaign = factories.CampaignFactory(name="Glow")
    window = login_as(MANAGER, own=True, expected=("ERR_INTERNET_DISCONNECTED",))
    window.clock.install()
    window.goto(f"/campaigns/{campaign.pk}/")
    box = window.get_by_label("Spend for").first
    box.fill("980")
    window.clock.run_for(3_600_000)
    window.context.set_offline(True)
    window.get_by_role("button", name="Save spend").click()
    told = window.get_by_role("alert").filter(has_text="No connection")
    expect(told).to_contain_text("What you entered is still here.")
    expect(box).to_have_value("980")
    window.context.set_offline(False)
    window.get_by_role("button", name="Save spend").click()
    expect(window.get_by_text("saved.")).to_be_visible()


def test_on_the_board_one_signs_in_on_another_tab_and_goes_on(
    desk: Callable[..., Page], stages: Pipeline, live_server: object
) -> None:
    stages.lead(first_name="Mia")
    window = desk(expected=UNAUTHORIZED)
    shut_out()
    drag(window, "Mia", column(window, "Beta"))
    expect(window.locator("#toast")).to_contain_text("You're signed out")
    expect(window.locator("#toast").get_by_role("link", name="Sign in")).to_be_visible()
    expect_count(window, "Alpha", 1)
    come_back(window, live_server)
    window.locator("#toast").get_by_role("button", name="Try again").click()
    expect_count(window, "Beta", 1)
