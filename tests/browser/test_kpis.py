"""The KPI page in a real browser: numbers opened and left again, keys, widths, dark."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from medspa.roles import MANAGER
from tests.factories import (
    ActivityFactory,
    CampaignFactory,
    KpiEventFactory,
    LeadFactory,
    OpportunityFactory,
    StageFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
LoginAs = Callable[..., Page]
CARDS = 6  # that open rows: leads, booked, shown, customers, revenue, contacted


@pytest.fixture
def clinic(live_server: LiveServer) -> None:
    now = datetime.now(UTC)
    stage, campaign = StageFactory(), CampaignFactory()
    for age in range(1, 9):
        lead = LeadFactory(
            stage=stage, campaign=campaign, created_at=now - timedelta(days=age)
        )
        OpportunityFactory(lead=lead)
        ActivityFactory(lead=lead, created_at=lead.created_at + timedelta(minutes=1))
        KpiEventFactory(lead=lead, occurred_at=now - timedelta(hours=age))
        if age % 2:
            KpiEventFactory(lead=lead, kind="consult_show")
            KpiEventFactory(lead=lead, paid=True)
            KpiEventFactory(lead=lead, paid=True)


@pytest.fixture
def kpis(login_as: LoginAs, clinic: None) -> Callable[..., Page]:
    def open_page(query: str = "?range=30d", **options: object) -> Page:
        window = login_as(MANAGER, **options)
        window.goto(f"/kpis/{query}")
        return window

    return open_page


def amount(text: str) -> int:
    return round(float(re.sub(r"[^0-9.]", "", text)) * 100)


def test_each_card_opens_as_many_rows_as_it_says_and_back_keeps_the_page(
    kpis: Callable[..., Page],
) -> None:
    window = kpis()
    address = window.url
    links = window.locator(".kpi-value a")
    expect(links).to_have_count(CARDS)
    for place in range(CARDS):
        number = links.nth(place).inner_text()
        links.nth(place).click()
        expect(window.locator("[data-number]")).to_be_visible()
        rows = window.locator("tbody tr")
        if "$" in number:
            amounts = window.locator("tbody td.number").all_inner_texts()
            assert sum(map(amount, amounts)) == amount(number)
        else:
            expect(rows).to_have_count(int(number.split(" ")[0]))
        window.go_back()
        assert window.url == address


def test_chart_table_and_card_say_the_same(kpis: Callable[..., Page]) -> None:
    window = kpis()
    charts = window.locator(".kpi-chart figcaption strong").all_inner_texts()
    cards = window.locator(".kpi-card .kpi-value").all_inner_texts()
    total = window.locator("[aria-labelledby=campaign-title] tfoot td")
    totals = total.all_inner_texts()
    assert charts == [cards[0], cards[1], cards[4]]
    assert [totals[1], totals[2], totals[5]] == charts


def test_stages_and_forecast_appear_by_themselves(kpis: Callable[..., Page]) -> None:
    window = kpis()
    expect(window.get_by_role("heading", name="Forecast")).to_be_visible()
    expect(window.get_by_role("heading", name="Time in stage")).to_be_visible()


def test_presets_dates_and_basis_are_in_the_address(kpis: Callable[..., Page]) -> None:
    window = kpis()
    window.get_by_role("link", name="7 days").click()
    expect(window).to_have_url(re.compile("range=7d"))
    window.get_by_role("link", name="Cohort").click()
    expect(window).to_have_url(re.compile("range=7d&basis=cohort"))
    window.get_by_label("First day").fill("2026-01-01")
    window.get_by_label("Last day").fill("2026-01-31")
    window.get_by_role("button", name="Show", exact=True).click()
    expect(window).to_have_url(re.compile("from=2026-01-01&to=2026-01-31&basis=cohort"))


def test_a_number_opens_by_keyboard(kpis: Callable[..., Page]) -> None:
    window = kpis()
    window.locator(".kpi-value a").first.focus()
    window.keyboard.press("Enter")
    expect(window.locator("[data-number]")).to_have_text("8")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("query", ["?range=30d", "rows/?range=30d&rows=leads"])
def test_nothing_bars_the_way(
    kpis: Callable[..., Page], dark: bool, query: str
) -> None:
    window = kpis(query, dark=dark)
    window.wait_for_load_state("networkidle")
    report = Axe().run(window, context="main")
    assert report.violations_count == 0, report.generate_report()


@pytest.mark.parametrize("query", ["?range=30d", "rows/?range=30d&rows=leads"])
def test_a_phone_scrolls_only_down(kpis: Callable[..., Page], query: str) -> None:
    window = kpis(query, width=390)
    window.wait_for_load_state("networkidle")
    wide = window.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
