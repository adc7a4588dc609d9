"""Views, columns and files of the lead list in a real browser."""

import re
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from leads.models import Lead, SavedView
from medspa.models import User
from medspa.roles import FRONT_DESK, MANAGER
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leads(live_server: object) -> list[Lead]:
    stage = factories.StageFactory(name="Warm")
    return [
        factories.LeadFactory(first_name=name, stage=stage, source=source)
        for name, source in (("Ana", "google"), ("Bea", "google"), ("Cleo", "tiktok"))
    ]


def menu(window: Page, name: str) -> None:
    window.locator("summary", has_text=name).click()


def test_a_view_is_saved_shared_pinned_and_used_by_somebody_else(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(MANAGER)
    window.goto("/leads/")
    window.locator("[data-filter=source] summary").click()
    window.get_by_role("checkbox", name="Google").check()
    expect(window.get_by_text("2 leads")).to_be_visible()
    menu(window, "Save as view")
    window.get_by_label("Name", exact=True).fill("From Google")
    window.get_by_label("Share with the team").check()
    window.get_by_role("button", name="Save", exact=True).click()
    expect(window.get_by_text("View “From Google” saved.")).to_be_visible()
    menu(window, "View options")
    window.get_by_role("button", name="Pin to the sidebar").click()
    pinned = window.locator("#nav-sidebar").get_by_role("link", name="From Google")
    expect(pinned).to_be_visible()
    other = login_as(FRONT_DESK)
    other.goto("/leads/")
    expect(other.get_by_text("3 leads")).to_be_visible()
    menu(other, "All leads")
    other.get_by_role("link", name="From Google").click()
    expect(other.get_by_text("2 leads")).to_be_visible()
    menu(other, "View options")
    expect(other.get_by_role("button", name="Delete")).to_have_count(0)


def test_a_deleted_view_comes_back(
    login_as: Callable[..., Page], leads: list[Lead], person: Callable[[str], User]
) -> None:
    view = factories.SavedViewFactory(owner=person(MANAGER), name="Mine")
    window = login_as(MANAGER)
    window.goto(f"/leads/?view={view.pk}")
    menu(window, "View options")
    window.get_by_role("button", name="Delete", exact=True).last.click()
    window.get_by_role("button", name="Undo").click()
    expect(window.get_by_text("View “Mine” is back.")).to_be_visible()
    assert SavedView.objects.get() == view


def test_columns_are_chosen_moved_and_remembered(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(FRONT_DESK)
    window.goto("/leads/")
    menu(window, "Sort & columns")
    for name in ("Contact", "Tags", "Source", "Campaign", "Assigned to", "Created"):
        window.locator(".column-list").get_by_label(name, exact=True).uncheck()
    window.get_by_role("button", name="Move Expected value up").click()
    for _ in range(4):
        window.keyboard.press("Enter")
    window.locator("#columns").get_by_role("button", name="Apply").click()
    heads = window.locator("thead th")
    expect(heads).to_have_text(["Name", "Expected value", "Stage"])
    window.goto("/leads/?source=google")
    expect(heads).to_have_text(["Name", "Expected value", "Stage"])
    window.get_by_role("link", name="Name", exact=True).click()
    names = window.locator("tbody .who .lead-link")
    expect(names).to_have_text(["Ana", "Bea"])
    menu(window, "Sort & columns")
    window.locator("select[name=order]").select_option("name_down")
    expect(names).to_have_text(["Bea", "Ana"])


def test_a_filter_says_how_many_it_would_give(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(FRONT_DESK)
    window.goto("/leads/")
    window.locator("[data-filter=source] summary").click()
    options = window.locator("[data-filter=source] label")
    expect(options.filter(has_text=re.compile(r"Google\s+\(2\)"))).to_have_count(1)
    expect(options.filter(has_text=re.compile(r"Referral\s+\(0\)"))).to_have_count(1)


def test_the_list_is_downloaded_as_a_workbook(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(MANAGER)
    window.goto("/leads/?source=google")
    menu(window, "Export")
    with window.expect_download() as download:
        window.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    path = download.value.path()
    with path.open("rb") as file:
        rows = list(openpyxl.load_workbook(file).active.values)
    assert [row[0] for row in rows] == ["First name", "Bea", "Ana"]


def test_all_results_are_tagged_and_it_is_taken_back(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    tag = factories.TagFactory(name="Spring")
    window = login_as(MANAGER)
    window.goto("/leads/?source=google")
    window.get_by_label("Select Ana").check()
    window.get_by_label("All results (2)").check()
    expect(window.get_by_text("All results selected")).to_be_visible()
    menu(window.locator("#bulk"), "Tag")
    window.locator("#bulk").get_by_label("Tag").select_option(tag.pk)
    window.locator("#bulk button[value=tag]").click()
    expect(window.get_by_text("2 leads tagged: Spring.")).to_be_visible()
    assert tag.lead_tags.count() == 2
    window.get_by_role("button", name="Undo").click()
    expect(window.get_by_text("Undone.")).to_be_visible()
    assert tag.lead_tags.count() == 0
