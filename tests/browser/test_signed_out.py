"""A session that ends while a page is open: it is said above the page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from medspa.models import User
from medspa.roles import FRONT_DESK
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
    person = User.objects.get(username="frontdesk")
    sign_in(window.context, person, live_server.url)  # type: ignore[attr-defined]
    # Signing in gives a new token; the page still has the old one.
    window.context.clear_cookies(name="csrftoken")
    other = window.context.new_page()
    other.goto("/leads/board/")
    other.close()
    window.locator("#toast").get_by_role("button", name="Try again").click()
    expect_count(window, "Beta", 1)
