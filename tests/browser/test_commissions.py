"""A month's whole life, as the people who close it see it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from commissions.models import Provider
from commissions.statements.calculate import run_month
from commissions.statements.overview import default_month
from medspa.models import User
from medspa.months import previous_month
from medspa.roles import ADMINISTRATOR, MANAGER, PROVIDER
from tests.commissions.clinic import (
    TEN_PERCENT,
    agree,
    hire,
    pay,
    refund,
    statement_of,
)
from tests.commissions.test_payments_under_lines import TIERS
from tests.job_runs import work_meanwhile

pytestmark = pytest.mark.django_db(transaction=True)
LoginAs = Callable[..., Page]
FIRST_TIME = re.compile("^Calculate ")


@pytest.fixture
def ana(live_server: LiveServer, person: Callable[[str], User]) -> Iterator[Provider]:
    ana = hire("Ana RN", user=person(PROVIDER))
    agree(ana, TEN_PERCENT)
    return ana


def open_month(window: Page, month: object) -> None:
    window.goto(f"/commissions/?month={month:%Y-%m}")


def press(window: Page, name: str) -> None:
    window.get_by_role("button", name=name, exact=True).click()


def work_out(window: Page, name: str | re.Pattern[str] = "Recalculate") -> int:
    """Press the button and watch the worker come to an end, which shows the month.

    Returns how many clicks that took.
    """
    clicks = 1
    window.get_by_role("button", name=name).click()
    expect(window.get_by_role("heading", name="Calculating")).to_be_visible()
    result = window.get_by_role("link", name="View results")
    month = window.get_by_text("recalculated")
    with work_meanwhile():
        expect(result.or_(month).first).to_be_visible(timeout=60_000)
    if result.is_visible():
        result.click()
        clicks += 1
    expect(window.get_by_role("row", name="Ana RN")).to_be_visible()
    return clicks


def test_the_whole_life_of_a_month(login_as: LoginAs, ana: Provider) -> None:
    """Run, look, dispute, mend, approve, lock, refund late, next month, pay, export."""
    second = default_month()
    first = previous_month(second)
    sale = pay(ana, 100_000, first)
    wrong = pay(ana, 45_005, first, day=11)

    manager = login_as(MANAGER)
    open_month(manager, first)
    work_out(manager, FIRST_TIME)
    expect(manager.get_by_role("row", name="Ana RN")).to_contain_text("$145.01")

    provider = login_as(PROVIDER)
    provider.goto("/")
    provider.get_by_role("link", name=f"{first:%B %Y}").click()
    line = provider.locator(".pay-lines li", has_text="$45.01")
    line.locator("summary").click()
    expect(line).to_contain_text("$450.05 × 10% = $45.005, rounded to $45.01")
    why = line.get_by_label("Something wrong?")
    expect(why).to_have_value("")
    why.select_option(label="Someone else earned this")
    line.get_by_role("button", name="Dispute this line").click()
    expect(provider.get_by_text("Line disputed.")).to_be_visible()

    wrong.credits.all().delete()
    open_month(manager, first)
    expect(manager.get_by_role("row", name="Ana RN")).to_contain_text("1 disputed")
    work_out(manager)
    expect(manager.get_by_role("row", name="Ana RN")).to_contain_text("$100")
    expect(manager.get_by_text("not fully credited")).to_be_visible()

    manager.get_by_role("link", name="Ana RN").click()
    manager.get_by_label("Answer").select_option(label="Corrected")
    press(manager, "Resolve")
    open_month(manager, first)
    press(manager, "Approve")
    press(manager, "Approve (1)")
    expect(manager.get_by_role("row", name="Ana RN")).to_contain_text("Approved")
    press(manager, "Lock")
    press(manager, "Lock (1)")
    expect(manager.get_by_role("row", name="Ana RN")).to_contain_text("Locked")

    pay(ana, 20_000, first, day=20)
    refund(sale, 50_000, second)
    pay(ana, 80_000, second)
    open_month(manager, second)
    clicks = work_out(manager, FIRST_TIME)
    row = manager.get_by_role("row", name="Ana RN")
    expect(row).to_contain_text("$30")
    expect(row).to_contain_text("$50")
    row.get_by_role("link", name="Ana RN").click()
    expect(manager.get_by_text(f"corrects {first:%b %Y}")).to_be_visible()

    open_month(manager, second)
    for name in ("Approve", "Approve (1)"):
        press(manager, name)
        clicks += 1
    expect(manager.get_by_role("row", name="Ana RN")).to_contain_text("Approved")
    assert clicks <= 4

    open_month(manager, first)
    press(manager, "Mark as paid")
    press(manager, "Mark as paid (1)")
    expect(manager.get_by_role("row", name="Ana RN")).to_contain_text("Paid")
    with manager.expect_download() as csv:
        manager.get_by_role("link", name="CSV").click()
    assert csv.value.suggested_filename == f"commissions_{first:%Y-%m}.csv"
    manager.get_by_role("link", name="Ana RN").click()
    with manager.expect_download() as pdf:
        manager.get_by_role("link", name="PDF").click()
    assert pdf.value.suggested_filename.endswith(".pdf")
    manager.get_by_role("link", name="Changes since").click()
    expect(manager.get_by_text("All of it is posted")).to_be_visible()
    assert statement_of(ana, second).payable_cents == 5_000


def test_a_rule_is_tried_and_made(login_as: LoginAs, ana: Provider) -> None:
    pay(ana, 500_000, default_month())
    window = login_as(ADMINISTRATOR)
    window.goto("/commissions/rules/")
    window.get_by_role("link", name="Monthly tiers").click()
    window.get_by_label("Tier 1 up to").fill("1000")
    window.get_by_label("Tier 1 rate, in percent").fill("5")
    window.get_by_label("Tier 2 rate, in percent").fill("7.5")
    press(window, "Preview on last month")
    expect(window.get_by_role("row", name="Ana RN")).to_contain_text("$350")
    press(window, "Save")
    sentence = "5% up to $1,000 and 7.5% above that"
    expect(window.get_by_role("link", name=sentence)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_a_previewed_rule_shows_what_it_changes(
    width: int, login_as: LoginAs, ana: Provider
) -> None:
    pay(ana, 100_000, previous_month(default_month()))
    pay(ana, 100_000, default_month())
    window = login_as(ADMINISTRATOR, width=width)
    window.goto("/commissions/rules/new/?type=percent")
    window.get_by_label("Rate (%)").fill("20")
    window.get_by_role("button", name="Preview on last month").click()
    expect(window.get_by_role("heading", name="with this rule")).to_be_in_viewport()
    expect(window.get_by_text("$200.00").first).to_be_in_viewport(ratio=1)


def test_the_payments_under_a_tier_are_read_on_a_phone(
    login_as: LoginAs, live_server: LiveServer
) -> None:
    ana, month = hire("Ana RN"), default_month()
    agree(ana, TIERS)
    for cents in (900_000, 1_200_000):
        pay(ana, cents, month)
    run_month(month)
    window = login_as(MANAGER, width=390)
    window.goto(f"/commissions/{statement_of(ana, month).pk}/")
    window.locator(".pay-lines summary").first.click()
    expect(window.get_by_text("Total (2)").first).to_be_visible()
    for row in window.locator(".pay-lines li").first.locator(".pay-sources li").all():
        box = row.bounding_box()
        assert box
        # At most a date and two lines of words.
        assert box["height"] < 80
