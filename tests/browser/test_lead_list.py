"""The lead list in a real browser: search, filters, bulk with undo, export, a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from leads.models import Lead
from medspa.roles import FRONT_DESK, MANAGER
from tests import factories

# How many lines the words of a cell take; a stage's dot stands in the first.
LINES_OF_TEXT = """cell => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  const words = [...range.getClientRects()];
  return new Set(words.map(word => Math.round(word.bottom / 12))).size;
}"""
SCROLLED = """Math.max(...[...document.querySelectorAll("*")]
  .map(element => element.scrollTop))"""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leads(live_server: object) -> list[Lead]:
    stage = factories.StageFactory(name="Warm")
    made = [
        factories.LeadFactory(
            first_name=name, stage=stage, source="google", phone=f"+1212555010{number}"
        )
        for number, name in enumerate(("Ana", "Bea", "Cleo"))
    ]
    factories.LeadFactory(first_name="Dora", source="tiktok", admitted=True)
    tag = factories.TagFactory(name="A tag with a name as long as it may be")
    factories.LeadTagFactory(lead=made[0], tag=tag)
    return made


def test_search_and_filter_narrow_the_list_and_stay_in_the_address(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(FRONT_DESK)
    window.goto("/leads/")
    expect(window.get_by_text("4 leads")).to_be_visible()
    window.keyboard.press("/")
    window.keyboard.type("(212) 555-0101")
    window.keyboard.press("Enter")
    expect(window.get_by_role("link", name="Bea", exact=True)).to_be_visible()
    expect(window.get_by_role("link", name="Ana", exact=True)).to_have_count(0)
    window.get_by_role("link", name="Clear all").click()
    window.locator("[data-filter=source] summary").click()
    window.get_by_role("checkbox", name="Google").check()
    expect(window.get_by_text("3 leads")).to_be_visible()
    assert window.url.endswith("/leads/?source=google")
    window.get_by_role("link", name="Cleo", exact=True).click()
    expect(window.get_by_role("heading", name="Cleo", level=2)).to_be_visible()


def test_asked_for_botox_and_not_called_this_week_is_three_clicks(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    ana, bea, cleo = leads
    for lead in (ana, bea):
        factories.OpportunityFactory(lead=lead, procedure_code="BTX")
    factories.OpportunityFactory(lead=cleo, procedure_code="LASER")
    factories.ActivityFactory(lead=bea)
    window = login_as(FRONT_DESK)
    window.goto("/leads/")
    window.locator("[data-filter=procedure] summary").click()
    window.get_by_role("checkbox", name="Botox").check()
    window.get_by_role("link", name="Not called in 7 days").click()
    expect(window.get_by_text("1 lead ")).to_be_visible()
    expect(window.get_by_role("link", name="Ana", exact=True)).to_be_visible()
    # The call is logged from the row, which then is answered and gone.
    window.get_by_label("Log a call with Ana").click()
    window.keyboard.press("2")
    expect(window.get_by_text("Call logged.")).to_be_visible()
    expect(window.get_by_text("No leads match.")).to_be_visible()


def test_the_next_leads_come_below_and_can_be_chosen(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    factories.LeadFactory.create_batch(55, stage=factories.StageFactory())
    window = login_as(FRONT_DESK)
    window.goto("/leads/")
    window.get_by_label("Select all on this page").check()
    expect(window.get_by_text("50 selected")).to_be_visible()
    window.get_by_role("link", name="Show 9 more").click()
    expect(window.locator("input[name=lead]")).to_have_count(59)
    expect(window.get_by_role("link", name="Show 9 more")).to_have_count(0)
    window.get_by_label("Select Ana").last.check()
    expect(window.get_by_text("51 selected")).to_be_visible()


def test_exactly_two_chosen_leads_are_merged(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(MANAGER)
    window.goto("/leads/")
    merge = window.get_by_role("button", name="Merge")
    window.get_by_label("Select Ana").check()
    expect(window.get_by_text("1 selected")).to_be_visible()
    expect(merge).to_be_hidden()
    window.get_by_label("Select Bea").check()
    expect(merge).to_be_visible()
    window.get_by_label("Select Cleo").check()
    expect(merge).to_be_hidden()
    window.get_by_label("Select Cleo").uncheck()
    merge.click()
    expect(window.get_by_role("heading", name="Merge Bea into Ana")).to_be_visible()
    window.get_by_role("button", name="Merge").click()
    expect(window.get_by_text("Bea was merged into Ana.")).to_be_visible()


def test_all_results_are_offered_until_all_are_selected(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(FRONT_DESK)
    window.goto("/leads/?source=google")
    results = window.get_by_text("All results (3)")
    window.get_by_label("Select Ana").check()
    expect(results).to_be_visible()
    window.get_by_label("Select all on this page").check()
    expect(window.get_by_text("3 selected")).to_be_visible()
    expect(results).to_be_hidden()
    window.get_by_label("Select Ana").uncheck()
    results.click()
    expect(window.get_by_text("All results selected")).to_be_visible()
    window.get_by_label("Select Ana").check()
    expect(results).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_what_is_done_with_leads_stays_in_sight(
    width: int, login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    factories.LeadFactory.create_batch(40, stage=factories.StageFactory())
    window = login_as(MANAGER, width=width, height=800)
    window.goto("/leads/")
    window.locator("input[name=lead]").last.check()
    bar = window.get_by_label("Act on the selected leads")
    expect(bar.get_by_text("1 selected")).to_be_in_viewport()
    scrolled = window.evaluate(SCROLLED)
    assert scrolled
    bar.locator("summary", has_text="Assign").click()
    assign = bar.get_by_role("button", name="Assign", exact=True)
    expect(assign).to_be_in_viewport(ratio=1)
    assert window.evaluate(SCROLLED) == scrolled


def test_the_list_is_downloaded_as_it_is_filtered(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(MANAGER)
    window.goto("/leads/?source=tiktok")
    with window.expect_download() as download:
        window.locator("summary", has_text="Export").click()
        window.get_by_role("link", name="CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Dora,")


def test_on_a_phone_the_leads_begin_in_the_upper_third(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(MANAGER, width=390, height=844)
    window.goto("/leads/")
    first = window.get_by_role("link", name="Dora", exact=True).bounding_box()
    assert first
    assert first["y"] < 844 / 3


def test_on_a_phone_a_menu_of_the_bar_opens_below_its_button_wherever_one_is(
    login_as: Callable[..., Page], live_server: object
) -> None:
    factories.LeadFactory.create_batch(15, admitted=True)
    window = login_as(MANAGER, width=390, height=844)
    window.goto("/leads/")
    window.locator(".list input[name=lead]").last.check()
    assert window.evaluate("scrollY") > 200
    button = window.locator("#bulk summary", has_text="Move")
    button.click()
    menu = window.locator("#bulk details[open] > .menu-list")
    above, below = button.bounding_box(), menu.bounding_box()
    assert above
    assert below
    assert 0 <= below["y"] - above["y"] - above["height"] <= 8
    assert below["x"] >= 0
    assert below["x"] + below["width"] <= 390


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_the_longest_name_pushes_nothing_out_of_the_window(
    width: int, login_as: Callable[..., Page], live_server: object
) -> None:
    factories.LeadFactory(first_name="A" * 40)
    window = login_as(FRONT_DESK, width=width, height=844)
    window.goto("/leads/")
    expect(window.get_by_role("link", name="A" * 40, exact=True)).to_be_visible()
    assert window.evaluate("document.documentElement.scrollWidth") == width


def test_no_word_of_a_stage_or_a_source_is_cut_in_two_on_a_tablet(
    login_as: Callable[..., Page], live_server: object
) -> None:
    lead = factories.LeadFactory(
        stage=factories.StageFactory(name="Contacted"),
        source="instagram",
        campaign=factories.CampaignFactory(name="Laser hair removal for new clients"),
        phone="",
        email="gemma.796@example.com",
    )
    factories.LeadTagFactory(lead=lead, tag=factories.TagFactory(name="Membership"))
    factories.OpportunityFactory(lead=lead, expected_value_cents=1_675_000)
    window = login_as(FRONT_DESK)
    window.set_viewport_size({"width": 1024, "height": 800})
    window.goto("/leads/")
    for column in ("Stage", "Source"):
        cell = window.locator(f"td[data-label={column}]")
        assert cell.evaluate(LINES_OF_TEXT) == 1, column


@pytest.mark.parametrize("width", [920, 1024, 1180])
def test_the_actions_of_all_rows_stand_below_each_other(
    width: int, login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(FRONT_DESK, width=width)
    window.goto("/leads/?source=google")
    groups = window.locator(".list .row-actions").all()
    boxes = [group.bounding_box() for group in groups]
    assert len({box and round(box["x"]) for box in boxes}) == 1
    assert len(boxes) == len(leads)
