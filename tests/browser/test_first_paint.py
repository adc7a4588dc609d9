"""A page is shown before its scripts have run, as it will be when they have."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from medspa.roles import MANAGER
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db(transaction=True)
LoginAs = Callable[..., Page]

BACKGROUND = "getComputedStyle(document.getElementById('main')).backgroundColor"
PAINTED = "performance.getEntriesByName('first-contentful-paint').length"
WHITE = "rgb(255, 255, 255)"


@pytest.fixture
def window(login_as: LoginAs, live_server: LiveServer) -> Iterator[Page]:
    Pipeline().lead(first_name="Wanda")
    yield login_as(MANAGER, own=True)


def without_scripts(window: Page) -> list[Route]:
    """The board while it waits for the theme's script, which these routes hold back."""
    held: list[Route] = []
    window.route("**/vendor/theme*.js", lambda route: held.append(route))
    window.goto("/leads/board/", wait_until="commit")
    expect(window.locator(".card", has_text="Wanda")).to_be_visible()
    window.wait_for_function(PAINTED)
    assert window.evaluate("typeof Alpine") == "undefined"
    return held


def choose(window: Page, theme: str) -> None:
    window.locator("summary:has(+ .account-menu)").click()
    window.get_by_role("button", name=theme).click()


def with_scripts(window: Page, held: list[Route]) -> None:
    for route in held:
        route.continue_()
    window.unroute_all()
    window.wait_for_function("!document.documentElement.hasAttribute('x-cloak')")


def test_nothing_that_waits_for_a_click_is_shown(window: Page) -> None:
    held = without_scripts(window)
    hidden = window.locator("[x-show]")
    assert hidden.count() > 1
    assert not [one for one in hidden.all() if one.is_visible()]
    expect(window.locator("#nav-sidebar")).to_be_visible()
    with_scripts(window, held)


def test_dark_is_dark_at_once_and_can_be_left(window: Page) -> None:
    window.goto("/leads/board/")
    choose(window, "Dark")
    held = without_scripts(window)
    assert window.evaluate(BACKGROUND) != WHITE
    with_scripts(window, held)
    assert window.evaluate(BACKGROUND) != WHITE
    choose(window, "Light")
    expect(window.locator("html")).not_to_have_class("dark")
    assert window.evaluate(BACKGROUND) == WHITE
    held = without_scripts(window)
    assert window.evaluate(BACKGROUND) == WHITE
    with_scripts(window, held)


def test_the_theme_of_the_computer_is_there_at_once(window: Page) -> None:
    window.emulate_media(color_scheme="dark")
    held = without_scripts(window)
    assert window.evaluate(BACKGROUND) != WHITE
    with_scripts(window, held)
    assert window.evaluate(BACKGROUND) != WHITE


def test_a_closed_menu_stays_closed(window: Page) -> None:
    menu = window.locator("#nav-sidebar")
    window.goto("/leads/board/")
    window.get_by_role("button", name="Show or hide the menu").click()
    expect(menu).to_be_hidden()
    held = without_scripts(window)
    assert menu.is_hidden()
    with_scripts(window, held)
    expect(menu).to_be_hidden()
    window.get_by_role("button", name="Show or hide the menu").click()
    expect(menu).to_be_visible()


def test_a_theme_that_is_chosen_before_is_there_with_the_scripts(window: Page) -> None:
    held = without_scripts(window)
    choose(window, "Light")
    choose_again = window.get_by_role("button", name="Dark")
    choose_again.click()
    with_scripts(window, held)
    expect(window.locator("html")).to_have_class("dark")
    expect(choose_again).to_have_attribute("aria-pressed", "true")
    choose_again.click()
    window.get_by_role("button", name="Light").click()
    expect(window.locator("html")).not_to_have_class("dark")


def test_a_phone_s_menu_that_is_opened_before_opens_with_the_scripts(
    login_as: LoginAs, live_server: LiveServer
) -> None:
    Pipeline().lead(first_name="Wanda")
    window = login_as(MANAGER, own=True, width=390)
    menu = window.locator("#nav-sidebar")
    held = without_scripts(window)
    window.get_by_role("button", name="Open the menu").click()
    assert menu.is_hidden()
    with_scripts(window, held)
    expect(menu).to_be_visible()
    window.get_by_role("button", name="Close the menu").click()
    expect(menu).to_be_hidden()
