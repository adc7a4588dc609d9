"""A new clinic in the browser: from its owner's link to its first commission month."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from commissions.models import Statement
from medspa.clinic_time import clinic_today
from medspa.jobs.worker import work_off
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "violet-otter-7719"


def work() -> None:
    """As the worker does it, beside the loop of the browser."""
    asyncio.run(work_off())
    connections.close_all()


def press(window: Page, name: str | re.Pattern[str]) -> None:
    window.get_by_role("button", name=name, exact=isinstance(name, str)).click()


def follow(window: Page, name: str) -> None:
    window.get_by_role("link", name=name, exact=True).first.click()


def owner(window: Page, capsys: pytest.CaptureFixture[str]) -> None:
    """The terminal prints a link; all that follows is done on pages."""
    call_command("owner_link")
    link = urlsplit(capsys.readouterr().out.split()[-1])
    window.goto(f"{link.path}?{link.query}")
    for name, typed in (
        ("first_name", "Olga"),
        ("username", "olga"),
        ("email", "olga@example.com"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
        ("clinic_name", "Glow Med Spa"),
    ):
        window.locator(f"[name={name}]").fill(typed)
    window.locator("main").get_by_role("button").last.click()
    expect(window.get_by_role("heading", name="Get started")).to_be_visible()


def opening_hours(window: Page) -> None:
    follow(window, "Open settings")
    window.locator("[name=tuesday_opens]").fill("09:00")
    window.locator("[name=tuesday_closes]").fill("18:00")
    press(window, "Save")
    expect(window.get_by_text("Saved.", exact=True)).to_be_visible()
    window.goto("/setup/")
    expect(window.get_by_role("link", name="Open settings")).to_have_count(0)


def provider_with_a_rule(window: Page) -> None:
    follow(window, "Commissions")
    follow(window, "Add provider")
    window.get_by_label("Name").fill("Dr. Ode")
    window.locator("[name=role]").select_option("physician", force=True)
    press(window, "Save")
    expect(window.get_by_role("link", name="Dr. Ode").first).to_be_visible()
    follow(window, "Commissions")
    follow(window, "Rules")
    follow(window, "Percent of each payment")
    window.get_by_label("Rate (%)").fill("10")
    press(window, "Save")
    sentence = re.compile("10% of what was collected")
    expect(window.get_by_role("link", name=sentence)).to_be_visible()


def lead_with_a_consult(window: Page) -> None:
    follow(window, "Pipeline")
    window.wait_for_url("**/leads/board/")
    window.keyboard.press("n")
    sheet = window.get_by_role("dialog", name="Add lead")
    sheet.get_by_label("First name").fill("Talia")
    sheet.get_by_label("Phone").fill("(312) 555-0149")
    sheet.get_by_label("Source").select_option("walk_in")
    sheet.get_by_label("Procedure").select_option("BTX")
    sheet.get_by_label("Expected value ($)").fill("450")
    tomorrow = clinic_today() + timedelta(days=1)
    sheet.get_by_label("Consult", exact=True).fill(f"{tomorrow}T10:00")
    sheet.get_by_label("Provider").select_option("Dr. Ode")
    sheet.get_by_role("button", name="Add lead", exact=True).last.click()
    card = window.locator(".card", has_text="Talia")
    expect(card).to_contain_text("Consult tomorrow 10:00 AM with Dr. Ode")
    expect(window.get_by_role("heading", name="No leads yet")).to_be_hidden()
    card.get_by_role("link", name="Talia", exact=True).click()


def payment(window: Page) -> None:
    window.locator("summary", has_text="Payment").first.click()
    window.get_by_label("Amount", exact=True).fill("450")
    window.locator(".pay-shares > summary").click()
    window.get_by_label("Provider 1").select_option("Dr. Ode")
    window.get_by_label("Share 1 in percent").fill("100")
    press(window, "Record payment")
    expect(window.locator(".said")).to_contain_text("Payment of $450 recorded.")


def commission_month(window: Page) -> None:
    month = f"{clinic_today():%Y-%m}"
    follow(window, "Commissions")
    window.get_by_role("link", name=re.compile("→")).click()
    press(window, re.compile("^Calculate "))
    expect(window.get_by_role("heading", name="Calculating")).to_be_visible()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
    window.goto(f"/commissions/?month={month}")
    expect(window.get_by_role("row", name="Dr. Ode")).to_contain_text("$45.00")
    assert Statement.objects.get().payable_cents == 4_500


def test_a_new_clinic_comes_to_its_first_commission_month_by_its_pages(
    page: OpenPage, live_server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    # A migrated database has them; the one of the tests was emptied.
    call_command("loaddata", "pipeline_stages", "tags", verbosity=0)
    window = page(own=True)
    owner(window, capsys)
    opening_hours(window)
    provider_with_a_rule(window)
    lead_with_a_consult(window)
    payment(window)

    follow(window, "KPIs")
    expect(window).to_have_title("KPIs | Glow Med Spa")
    revenue = window.locator(".kpi-card", has_text="Payments minus refunds")
    expect(revenue.first).to_contain_text("$450")
    commission_month(window)
