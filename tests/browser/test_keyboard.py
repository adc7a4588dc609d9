"""What every page lets keys and screen readers reach."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from leads.models import Lead, LeadStage
from medspa.models import User
from medspa.roles import FRONT_DESK, MANAGER
from tests import factories
from tests.browser.accessibility import faults
from tests.browser.conftest import sign_in
from tests.browser.test_lead_page import OpenLead, said
from tests.browser.test_lead_page import lead as lead
from tests.browser.test_lead_page import open_lead as open_lead
from tests.browser.test_signed_out import UNAUTHORIZED, shut_out

__all__ = ["lead", "open_lead"]
pytestmark = pytest.mark.django_db(transaction=True)
ROOM_BESIDE_PLACEHOLDER = """async field => {
    await document.fonts.ready
    const style = getComputedStyle(field)
    const pen = document.createElement("canvas").getContext("2d")
    pen.font = style.font
    const sides = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight)
    return field.clientWidth - sides - pen.measureText(field.placeholder).width
}"""
CAPS_LOCK_CONTROL_K = """document.activeElement.dispatchEvent(new KeyboardEvent(
    "keydown", {key: "K", ctrlKey: true, bubbles: true, cancelable: true}))"""
LIST_STYLE = """() => {
    const card = document.querySelector(".card").cloneNode(true)
    return getComputedStyle(document.body.appendChild(card)).listStyleType
}"""


def test_the_account_menu_and_the_content_are_reached_by_keys(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    window = login_as(FRONT_DESK)
    window.goto("/leads/board/")
    window.keyboard.press("Tab")
    expect(window.get_by_role("link", name="Skip to content")).to_be_focused()
    window.keyboard.press("Enter")
    expect(window.get_by_role("main")).to_be_focused()
    sidebar = window.get_by_role("navigation")
    pipeline = sidebar.get_by_role("link", name="Pipeline", exact=True)
    expect(pipeline).to_have_attribute("aria-current", "page")
    account = window.locator(".account summary")
    expect(account).to_contain_text("Account:")
    account.focus()
    window.keyboard.press("Enter")
    dark = window.get_by_role("button", name="Dark")
    dark.focus()
    window.keyboard.press("Enter")
    expect(dark).to_have_attribute("aria-pressed", "true")
    expect(window.get_by_role("button", name="Sign out")).to_be_visible()
    window.keyboard.press("Escape")
    expect(dark).to_be_hidden()
    expect(account).to_be_focused()
    # A card that is dragged stands in the page, outside its list.
    assert window.evaluate(LIST_STYLE) == "none"


def test_m_and_a_digit_move_and_back_opens_nothing(
    open_lead: OpenLead, lead: Lead
) -> None:
    window = open_lead()
    window.keyboard.press("m")
    window.keyboard.press("2")
    expect(said(window)).to_contain_text("Ana moved to Contacted.")
    expect(window.get_by_role("button", name="Contacted", exact=True)).to_be_focused()
    window.keyboard.press("m")
    window.keyboard.press("3")
    expect(said(window)).to_contain_text("Ana moved to Consult Booked.")
    assert LeadStage.objects.current().get(lead=lead).stage.name == "Consult Booked"
    expect(window.get_by_label("Date and time")).to_be_focused()
    window.goto("/leads/board/")
    window.go_back()
    expect(said(window)).to_be_attached()
    expect(window.get_by_label("Date and time")).to_be_hidden()


def test_a_bad_amount_keeps_the_box_and_what_was_typed(open_lead: OpenLead) -> None:
    window = open_lead()
    window.keyboard.press("p")
    amount = window.get_by_label("Amount")
    amount.fill("45x")
    window.keyboard.press("Enter")
    expect(said(window)).to_contain_text("Enter the amount")
    expect(amount).to_have_value("45x")
    expect(amount).to_be_focused()


@pytest.fixture
def plain_phone(
    chromium: Browser, live_server: LiveServer, front_desk: User
) -> Iterator[Page]:
    """A phone's browser that runs no script, with the front desk signed in."""
    context = chromium.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        viewport={"width": 390, "height": 844},
    )
    sign_in(context, front_desk, live_server.url)
    yield context.new_page()
    context.close()


def test_a_phone_without_scripts_reaches_the_menu(plain_phone: Page) -> None:
    plain_phone.goto("/leads/today/")
    plain_phone.get_by_role("link", name="Menu").click()
    campaigns = plain_phone.get_by_role("link", name="Campaigns", exact=True)
    expect(campaigns).to_be_in_viewport()
    plain_phone.locator(".account summary").click()
    expect(plain_phone.get_by_role("button", name="Sign out")).to_be_visible()
    campaigns.click()
    expect(plain_phone).to_have_url("/campaigns/")


@pytest.mark.parametrize("path", ["board/", "", "today/", "{lead}/"])
def test_a_phone_shows_no_keys(
    path: str, login_as: Callable[..., Page], lead: Lead
) -> None:
    window = login_as(FRONT_DESK, width=390)
    window.goto("/leads/" + path.format(lead=lead.pk))
    expect(window.get_by_role("main")).to_be_visible()
    shown = window.locator("main").locator("kbd, .keys-button").filter(visible=True)
    expect(shown).to_have_count(0)


@pytest.mark.parametrize(("role", "refunds"), [(FRONT_DESK, 0), (MANAGER, 1)])
def test_the_keys_are_those_of_what_one_may_do(
    role: str, refunds: int, open_lead: OpenLead
) -> None:
    window = open_lead(role)
    window.keyboard.press("?")
    keys = window.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys.get_by_text("Payment")).to_be_visible()
    expect(keys.get_by_text("Refund")).to_have_count(refunds)


@pytest.mark.parametrize(
    ("address", "key", "meaning"),
    [("/leads/", "/", "Search"), ("/leads/today/", "U", "Undo last action")],
)
def test_the_list_and_today_list_their_keys(
    address: str, key: str, meaning: str, login_as: Callable[..., Page]
) -> None:
    factories.LeadFactory(admitted=True)
    window = login_as(FRONT_DESK)
    window.goto(address)
    window.keyboard.press("?")
    keys = window.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys.get_by_text(meaning, exact=True)).to_be_visible()
    expect(keys.get_by_text(key, exact=True)).to_be_visible()
    # The page's keys rest meanwhile.
    window.keyboard.press("/")
    window.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    window.get_by_role("button", name="Keyboard shortcuts").click()
    expect(keys).to_be_visible()


@pytest.mark.parametrize("path", ["board/", ""])
@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_what_to_search_for_is_not_cut_off(
    width: int, path: str, login_as: Callable[..., Page], lead: Lead
) -> None:
    window = login_as(FRONT_DESK, width=width)
    window.goto(f"/leads/{path}")
    search = window.get_by_label("Search name, phone or email")
    assert search.evaluate(ROOM_BESIDE_PLACEHOLDER) >= 0


def searching(window: Page) -> Locator:
    """The field of the search that Ctrl+K opens."""
    window.keyboard.press("Control+k")
    field = window.get_by_role("combobox", name="Search", exact=True)
    expect(field).to_be_focused()
    return field


def test_the_search_of_every_page_opens_a_lead_and_closes_again(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    window = login_as(FRONT_DESK)
    window.goto("/leads/today/")
    field = window.get_by_role("combobox", name="Search", exact=True)
    expect(field).to_be_hidden()
    button = window.get_by_role("button", name="Search", exact=True)
    button.click()
    expect(field).to_be_focused()
    window.keyboard.type("qqqq")
    dialog = window.get_by_role("dialog", name="Search")
    expect(dialog.get_by_role("status")).to_contain_text("Nothing found")
    window.keyboard.press("Enter")
    window.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(button).to_be_focused()
    searching(window)
    window.keyboard.type(lead.first_name[:3])
    option = dialog.get_by_role("option", selected=True)
    expect(option).to_contain_text(lead.first_name)
    assert faults(window, within="#site-search") == []
    window.keyboard.press("Enter")
    window.wait_for_url(f"**/leads/{lead.pk}/")


def test_the_search_keeps_its_keys_and_closes_however_one_leaves_it(
    open_lead: OpenLead,
) -> None:
    window = open_lead()
    window.keyboard.press("p")
    amount = window.get_by_label("Amount", exact=True)
    expect(amount).to_be_focused()
    menu = window.locator("details.menu[open]")
    opened = window.url
    # From a field, and with Caps Lock on.
    window.evaluate(CAPS_LOCK_CONTROL_K)
    field = window.get_by_role("combobox", name="Search", exact=True)
    expect(field).to_be_focused()
    window.keyboard.press("Tab")
    close = window.get_by_role("dialog").get_by_role("button", name="Close")
    expect(close).to_be_focused()
    for key in "ctnx1":
        window.keyboard.press(key)
    expect(window.locator("dialog[open]")).to_have_count(1)
    window.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(amount).to_be_focused()
    expect(menu).to_have_count(1)
    searching(window)
    window.mouse.click(5, 400)
    expect(field).to_be_hidden()
    searching(window)
    close.click()
    expect(field).to_be_hidden()
    assert window.evaluate("getComputedStyle(document.body).overflowY") != "hidden"
    assert window.url == opened
    # Nor does it open beneath another dialog.
    window.evaluate("document.activeElement.blur()")
    window.keyboard.press("?")
    keys = window.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    window.keyboard.press("Control+k")
    expect(window.locator("dialog[open]")).to_have_count(1)
    expect(keys).to_be_visible()


def test_enter_opens_what_is_found_for_what_is_typed_now(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    factories.LeadFactory(admitted=True, first_name="Aaron")
    window = login_as(FRONT_DESK)
    window.goto("/leads/today/")
    field = searching(window)
    results = window.get_by_role("option")
    window.keyboard.type("aaron")
    expect(results).to_contain_text(["Aaron"])
    # The same text again is asked for again.
    field.fill("")
    expect(results).to_have_count(0)
    field.fill("aaron")
    expect(results).to_contain_text(["Aaron"])
    # Of what was found and closed nothing is left for Enter.
    window.keyboard.press("Escape")
    searching(window)
    expect(field).to_have_value("")
    expect(results).to_have_count(0)
    window.keyboard.press("Enter")
    expect(window).to_have_url(re.compile("/leads/today/$"))
    window.keyboard.type("aaron")
    expect(results).to_contain_text(["Aaron"])
    field.fill(lead.first_name)
    window.keyboard.press("Enter")
    window.wait_for_url(f"**/leads/{lead.pk}/")


def test_arrows_choose_a_result_and_a_phone_can_close(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    for name in ("Zoe", "Zora"):
        factories.LeadFactory(admitted=True, first_name=name)
    window = login_as(FRONT_DESK, width=390)
    window.goto("/leads/today/")
    window.get_by_role("button", name="Search", exact=True).click()
    dialog = window.get_by_role("dialog", name="Search")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    searching(window)
    window.keyboard.type("zo")
    chosen = dialog.get_by_role("option", selected=True)
    second = dialog.get_by_role("option").nth(1)
    expect(second).to_be_visible()
    expect(chosen).to_have_attribute("id", "search-result-1")
    dialog.click(position={"x": 20, "y": 20})
    window.keyboard.press("ArrowDown")
    expect(chosen).to_have_attribute("id", "search-result-2")
    address = second.get_attribute("href")
    window.keyboard.press("Enter")
    window.wait_for_url(f"**{address}")


def test_the_search_says_that_one_is_signed_out(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    window = login_as(FRONT_DESK, expected=UNAUTHORIZED)
    window.goto("/leads/today/")
    searching(window)
    shut_out()
    window.keyboard.type("ana")
    told = window.get_by_role("dialog").get_by_role("alert")
    expect(told).to_contain_text("You're signed out")
    expect(told.get_by_role("link", name="Sign in")).to_be_visible()
