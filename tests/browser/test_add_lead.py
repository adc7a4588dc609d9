"""Adding a lead over the board and editing one in its place: hands, keys, sessions."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from leads.models import Lead, PipelineStage, Procedure
from medspa.models import User
from medspa.roles import FRONT_DESK
from tests import factories
from tests.browser.conftest import sign_in
from tests.browser.test_board import column, expect_count
from tests.browser.test_signed_out import UNAUTHORIZED, shut_out

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = ("status of 422",)
CLICKS = "window.clicks = 0; addEventListener('click', () => clicks++, true)"


@pytest.fixture
def stage(db: None) -> PipelineStage:
    made: PipelineStage = factories.StageFactory(name="Alpha", order=1, is_entry=True)
    factories.LeadFactory(first_name="Rosa", phone="+16175550149", stage=made)
    return made


def type_walk_in(window: Page) -> None:
    expect(window.get_by_label("First name")).to_be_focused()
    window.keyboard.type("Talia")
    window.keyboard.press("Tab")
    window.keyboard.type("6175550149")


def no_violations(window: Page) -> None:
    results = Axe().run(window, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()


def test_a_double_click_adds_and_says_it_once(
    login_as: Callable[..., Page], stage: PipelineStage
) -> None:
    window = login_as(FRONT_DESK)
    window.goto("/leads/today/")
    sent: list[str] = []
    window.on("request", lambda asked: sent.append(f"{asked.method} {asked.url}"))
    window.keyboard.press("n")
    window.get_by_label("First name").fill("Talia")
    window.get_by_label("Source", exact=True).select_option("walk_in")
    window.get_by_role("button", name="Add lead", exact=True).last.dblclick()
    expect(window.locator(".said-one")).to_have_text(re.compile("Talia added"))
    window.wait_for_load_state("networkidle")
    expect(window.locator(".said-one")).to_have_count(1)
    posts = [one for one in sent if one.startswith("POST")]
    assert len([one for one in posts if one.endswith("/leads/new/")]) == 1
    assert Lead.objects.filter(first_name="Talia").count() == 1


def test_a_walk_in_takes_three_clicks_or_the_key_n_without_leaving_the_board(
    login_as: Callable[..., Page], stage: PipelineStage
) -> None:
    window = login_as(FRONT_DESK)
    window.goto("/leads/board/?source=walk_in")
    expect_count(window, "Alpha", 0)
    window.evaluate(CLICKS)
    window.get_by_role("link", name="Add lead").click()
    type_walk_in(window)
    same = window.get_by_text("Same contact: Rosa, (617) 555-0149, Alpha")
    expect(same).to_be_visible()
    no_violations(window)
    window.get_by_label("Source", exact=True).select_option("walk_in")
    window.get_by_role("button", name="Add lead", exact=True).last.click()
    expect(
        column(window, "Alpha").get_by_role("link", name="Talia", exact=True)
    ).to_be_visible()
    expect(window.locator("#toast")).to_contain_text("Talia added.")
    assert window.evaluate("clicks") <= 2, "and one in the list of sources"
    assert window.url.endswith("/leads/board/?source=walk_in")
    expect(window.get_by_role("link", name="Add lead")).to_be_focused()

    window.keyboard.press("u")
    expect(window.locator("#toast")).to_contain_text("Talia removed.")
    expect_count(window, "Alpha", 0)

    window.keyboard.press("n")
    expect(window.get_by_label("First name")).to_be_focused()
    window.keyboard.type("Ben")
    window.keyboard.press("Escape")
    expect(window.get_by_role("dialog")).to_have_count(0)
    # What was typed is there again, until it is canceled.
    window.keyboard.press("n")
    expect(window.get_by_label("First name")).to_have_value("Ben")
    window.get_by_role("link", name="Cancel").click()
    window.keyboard.press("n")
    expect(window.get_by_label("First name")).to_have_value("")


def test_what_was_wrong_with_a_field_is_gone_once_it_is_edited(
    login_as: Callable[..., Page], stage: PipelineStage
) -> None:
    window = login_as(FRONT_DESK, expected=REFUSED)
    window.goto("/leads/board/")
    window.keyboard.press("n")
    window.get_by_role("button", name="Add lead", exact=True).last.click()
    name, source = window.get_by_label("First name"), window.get_by_label("Source")
    expect(window.get_by_text("Enter a first name.")).to_be_visible()
    name.press_sequentially("T")
    expect(window.get_by_text("Enter a first name.")).to_have_count(0)
    expect(name).not_to_have_attribute("aria-invalid", "true")
    expect(window.get_by_text("Choose a source.")).to_be_visible()
    source.last.select_option("walk_in")
    expect(window.get_by_text("Choose a source.")).to_have_count(0)


def test_a_session_that_ended_costs_nothing_that_was_typed(
    login_as: Callable[..., Page], stage: PipelineStage, live_server: object
) -> None:
    window = login_as(FRONT_DESK, expected=(*UNAUTHORIZED, *REFUSED), width=390)
    window.goto("/leads/today/")
    window.keyboard.press("n")
    type_walk_in(window)
    expect(window.get_by_text("Add to Rosa")).to_be_visible()
    shut_out()
    add = window.get_by_role("button", name="Add lead", exact=True).last
    add.click()
    told = window.get_by_role("alert").filter(has_text="What you entered is still here")
    expect(told.get_by_role("link", name="Sign in")).to_have_attribute(
        "target", "_blank"
    )
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
    person = User.objects.get(username="frontdesk")
    sign_in(window.context, person, live_server.url)  # type: ignore[attr-defined]
    # Signing in gives a new token; the form still has the old one.
    window.context.clear_cookies(name="csrftoken")
    other = window.context.new_page()
    other.goto("/leads/today/")
    other.close()
    add.click()
    expect(window.get_by_text("Choose a source.")).to_be_visible()
    expect(window.get_by_label("First name")).to_have_value("Talia")
    window.get_by_label("Source", exact=True).select_option("walk_in")
    add.click()
    expect(window.get_by_text("Talia added.")).to_be_visible()
    assert Lead.objects.get(first_name="Talia").phone == "+16175550149"


def test_a_fact_is_edited_in_its_place_by_keys(
    login_as: Callable[..., Page], stage: PipelineStage
) -> None:
    lead = Lead.objects.get(first_name="Rosa")
    window = login_as(FRONT_DESK, dark=True, expected=REFUSED)
    window.goto(f"/leads/{lead.pk}/")
    edit = window.get_by_role("link", name="Edit first name")
    edit.focus()
    window.keyboard.press("Enter")
    field = window.get_by_role("textbox", name="First name")
    expect(field).to_be_focused()
    no_violations(window)
    window.keyboard.type("Rose")
    window.keyboard.press("Escape")
    expect(edit).to_be_focused()
    expect(window.get_by_role("heading", name="Rosa", exact=True)).to_be_visible()

    window.keyboard.press("Enter")
    expect(field).to_be_focused()
    lead.first_name = "Rosie"
    lead.save()
    window.keyboard.type("Rose")
    window.keyboard.press("Enter")
    told = window.get_by_text("changed first name from Rosa to Rosie just now")
    expect(told).to_be_visible()
    # Until htmx has taken it over, the new form would be sent as a page of its own.
    expect(window.locator(".fact-form.htmx-added")).to_have_count(0)
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Rose", exact=True)).to_be_visible()
    expect(edit).to_be_focused()
    expect(window.get_by_text("Changed first name from Rosie")).to_be_visible()
    window.keyboard.press("u")
    expect(window.get_by_role("heading", name="Rosie", exact=True)).to_be_visible()


def test_a_procedure_fills_in_its_usual_value_and_overwrites_no_other(
    login_as: Callable[..., Page], stage: PipelineStage
) -> None:
    for code, cents in (("BTX", 45_000), ("FILLER", 60_050)):
        Procedure.objects.filter(code=code).update(default_value_cents=cents)
    window = login_as(FRONT_DESK)
    window.goto("/leads/board/")
    window.keyboard.press("n")
    procedure = window.locator("#add_procedure_code")
    value = window.locator("#add_expected_value_cents")
    for code, filled in (("BTX", "450.00"), ("FILLER", "600.50"), ("LASER", "")):
        procedure.select_option(code)
        expect(value).to_have_value(filled)
    value.fill("300")
    procedure.select_option("BTX")
    expect(value).to_have_value("300")
