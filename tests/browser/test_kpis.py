"""The KPI page in a real browser: numbers opened and left again, keys, paper."""

import csv
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from medspa.clinic_time import clinic_today
from medspa.models import User
from medspa.roles import MANAGER
from tests.browser.conftest import pages
from tests.browser.kpi_rows import kpi_rows
from tests.browser.windows import Windows
from tests.factories import UserFactory

OpenKpis = Callable[..., Page]
RIGHT_EDGES = """cells => cells.map(cell => {
  const words = document.createRange();
  words.selectNodeContents(cell);
  return words.getBoundingClientRect().right;
})"""


@pytest.fixture(scope="module")
def visitor(committed_once: None) -> User:
    """Who looks at numbers that nobody here changes."""
    kpi_rows()
    return UserFactory(role=MANAGER)


@pytest.fixture
def kpis(windows: Windows, server: LiveServer, visitor: User) -> Iterator[OpenKpis]:
    with pages(windows, server.url) as page:

        def open_page(query: str = "?range=30d") -> Page:
            window = page(user=visitor)
            window.goto(f"/kpis/{query}")
            return window

        yield open_page


@pytest.fixture(scope="module")
def report(windows: Windows, server: LiveServer, visitor: User) -> Iterator[Page]:
    """The page of 30 days, opened once, for who leaves it as it is."""
    with pages(windows, server.url) as page:
        window = page(user=visitor)
        window.goto("/kpis/?range=30d")
        yield below(window)


def amount(text: str) -> int:
    return round(float(re.sub(r"[^0-9.]", "", text)) * 100)


def below(window: Page) -> Page:
    """With everything that comes after the page, as on paper."""
    window.evaluate("document.body.dispatchEvent(new Event('kpis:whole'))")
    expect(window.get_by_role("heading", name="Forecast")).to_be_visible()
    expect(window.locator(".kpi-later")).to_have_count(0)
    return window


def rows_say(window: Page, number: str) -> None:
    """The rows are as many as the number, or add up to it, or are its two parts."""
    if window.locator(".kpi-parts").count():
        expect(window.locator(".kpi-parts dd")).to_have_count(2)
    elif "$" in number:
        amounts = window.locator("tbody td.number").all_inner_texts()
        assert sum(map(amount, amounts)) == amount(number)
    else:
        expect(window.locator("tbody tr")).to_have_count(int(number.split(" ")[0]))


def test_amounts_end_below_each_other(kpis: OpenKpis) -> None:
    window = kpis()
    revenue = window.locator(".kpi-card", has_text="Net revenue").first
    revenue.locator(".kpi-value a").click()
    amounts = window.get_by_role("columnheader", name="Amount")
    edges = window.locator("tbody td.number").evaluate_all(RIGHT_EDGES)
    edges.append(amounts.evaluate_all(RIGHT_EDGES)[0])
    assert len(edges) > 2
    assert max(edges) - min(edges) < 1


def test_each_card_opens_as_many_rows_as_it_says_and_back_keeps_the_page(
    kpis: OpenKpis,
) -> None:
    window = kpis()
    address = window.url
    cards = window.locator(".kpi-card")
    for place in range(cards.count()):
        link = cards.nth(place).locator(".kpi-value a")
        number = link.inner_text()
        link.click()
        expect(window.locator("[data-number]")).to_be_visible()
        rows_say(window, number)
        window.go_back()
        assert window.url == address


@pytest.mark.parametrize("query", ["?range=30d", "?range=30d&basis=cohort"])
def test_chart_table_and_card_say_the_same(kpis: OpenKpis, query: str) -> None:
    window = below(kpis(query))
    cards = {
        card.locator(".kpi-term").inner_text(): card.locator(".kpi-value").inner_text()
        for card in window.locator(".kpi-card").all()
    }
    for table in ("campaign", "platform", "source", "procedure", "tag"):
        panel = window.locator(f"[aria-labelledby={table}-title]")
        heads = panel.locator("thead .kpi-term").all_inner_texts()
        totals = panel.locator("tfoot td").all_inner_texts()
        said = dict(zip(heads, totals, strict=True))
        shared = said.keys() & cards.keys()
        assert len(shared) >= 5
        assert {head: said[head] for head in shared} == {
            head: cards[head] for head in shared
        }


def test_chart_and_card_say_the_same(report: Page) -> None:
    charts = report.locator(".kpi-chart figcaption strong").all_inner_texts()
    cards = report.locator(".kpi-card .kpi-value").all_inner_texts()
    assert charts == [cards[0], cards[1], cards[4]]


def test_the_file_says_what_the_page_says(report: Page) -> None:
    for table in ("campaign", "source", "tag", "cohorts", "leaks", "stages", "trend"):
        panel = report.locator(f"[aria-labelledby={table}-title]")
        with report.expect_download() as waiting:
            panel.get_by_role("link", name="as CSV").click()
        lines = waiting.value.path().read_text().splitlines()
        rows = panel.locator("tbody tr, tfoot tr")
        assert len(lines) - 1 == rows.count(), table
        for line, row in zip(csv.reader(lines[1:]), rows.all(), strict=True):
            shown = row.locator("td").all_text_contents()
            for cell, exact in zip(shown, line[1:], strict=True):
                assert_same(cell, exact)


def assert_same(shown: str, exact: str) -> None:
    """Counts and money to the cent; of what is rounded only that it is there."""
    if shown == "–":
        assert exact == ""
    elif "$" in shown:
        assert amount(shown) == amount(exact)
    elif re.fullmatch("[0-9,]+", shown):
        assert int(shown.replace(",", "")) == int(exact)
    else:
        assert exact


def test_what_stands_below_appears_by_itself(report: Page) -> None:
    for name in (
        "By tag",
        "Cohorts by month",
        "Drop-off",
        "Time in stage",
    ):
        expect(report.get_by_role("heading", name=name)).to_be_visible()


def test_a_stage_and_an_hour_open_their_rows(kpis: OpenKpis) -> None:
    window = below(kpis())
    for place in ("stages", "arrivals", "leaks", "forecast"):
        panel = window.locator(f"[aria-labelledby={place}-title]")
        link = panel.locator("td a.kpi-rows-link").first
        number = link.inner_text()
        link.click()
        expect(window.locator("[data-number]")).to_have_text(number)
        rows_say(window, number)
        window.go_back()
        below(window)


def test_without_comparison_the_cards_are_silent_about_before(
    kpis: OpenKpis,
) -> None:
    window = kpis("?range=7d")
    expect(window.get_by_text("compared with")).to_be_visible()
    toggle = window.get_by_role("switch", name="Compare")
    toggle.focus()
    window.keyboard.press("Enter")
    expect(window).to_have_url(re.compile("range=7d&compare=off"))
    expect(window.get_by_text("compared with")).to_have_count(0)
    window.locator(".kpi-value a").first.click()
    window.get_by_role("link", name="Back to KPIs").click()
    expect(window).to_have_url(re.compile("compare=off"))
    window.get_by_role("switch", name="Compare").click()
    expect(window.get_by_text("compared with")).to_be_visible()


def test_paper_has_numbers_and_no_buttons(kpis: OpenKpis) -> None:
    window = below(kpis())
    window.emulate_media(media="print")
    for hidden in (".kpi-bar", ".kpi-csv", "[data-print]", ".kpi-tip", "#nav-sidebar"):
        for part in window.locator(hidden).all():
            expect(part).to_be_hidden()
    expect(window.locator(".kpi-jump-wide")).to_be_hidden()
    expect(window.get_by_role("link", name="Help")).to_be_hidden()
    expect(window.locator(".kpi-value").first).to_be_visible()
    head = window.locator(".paper-head")
    expect(head).to_be_visible()
    expect(head).to_contain_text("MedSpa Growth Hub")
    expect(head).to_contain_text(f"{clinic_today().year}")
    # With what is said of it, it fits on a Letter page: 11 inches less margins.
    heatmap = window.locator(".kpi-panel:has(.kpi-heat)").bounding_box()
    assert heatmap and heatmap["height"] < (11 - 1) * 96
    expect(window.get_by_role("heading", name="Forecast")).to_be_visible()
    expect(window.get_by_text("compared with")).to_be_visible()


def test_prints_fit_the_paper_of_the_clinics_country(report: Page) -> None:
    for paper, size in (("a4", "594.95996 841.91998"), ("letter", "612 792")):
        report.evaluate("name => document.documentElement.dataset.paper = name", paper)
        page = report.pdf(prefer_css_page_size=True, page_ranges="1")
        assert f"/MediaBox [0 0 {size}]".encode() in page


def test_numbers_by_person_last_month_and_paper_take_a_click_or_two(
    kpis: OpenKpis,
) -> None:
    window = below(kpis())
    jump = window.get_by_role("navigation", name="Parts of this page")
    jump.get_by_role("link", name="By person").click()
    person = window.get_by_role("heading", name=re.compile("^By assigned"))
    expect(person).to_be_in_viewport()
    # The list stays in sight and covers nothing.
    top = person.bounding_box()
    bar = jump.bounding_box()
    assert top and bar and bar["y"] >= 0 and top["y"] >= bar["y"] + bar["height"]

    window.get_by_role("link", name="Last month").click()
    expect(window.get_by_text("compared with")).to_be_visible()
    window.evaluate("window.print = () => { window.isPrinted = true; }")
    window.get_by_role("button", name="Print").click()
    window.wait_for_function("window.isPrinted")
    expect(window.locator(".kpi-later")).to_have_count(0)


def test_presets_dates_and_basis_are_in_the_address(kpis: OpenKpis) -> None:
    window = kpis()
    window.get_by_role("link", name="7 days").click()
    expect(window).to_have_url(re.compile("range=7d"))
    window.get_by_role("link", name="By lead date", exact=True).click()
    expect(window).to_have_url(re.compile("range=7d&basis=cohort"))
    window.get_by_label("Start date").fill("2026-01-01")
    window.get_by_label("End date").fill("2026-01-31")
    window.get_by_role("button", name="Show", exact=True).click()
    expect(window).to_have_url(re.compile("from=2026-01-01&to=2026-01-31&basis=cohort"))


def test_a_number_opens_by_keyboard(kpis: OpenKpis) -> None:
    window = kpis()
    window.locator(".kpi-value a").first.focus()
    window.keyboard.press("Enter")
    expect(window.locator("[data-number]")).to_have_text("8")
