"""Spend is typed, pasted and imported; a month says what restated it."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from campaigns.models import Campaign, CampaignSpend
from kpis.models import KpiEvent
from kpis.period import whole_month
from kpis.restatements.snapshots import snapshot_of
from medspa.clinic_time import clinic_today
from medspa.models import User
from tests import factories
from tests.browser.conftest import OpenPage
from tests.kpis.test_restatements import MONTH, START, refund_late, window

EXPORTS = Path(__file__).parents[1] / "campaigns" / "exports"


@pytest.fixture
def fillers(transactional_db: None) -> Campaign:
    first = whole_month(clinic_today() - timedelta(days=70)).first
    return factories.CampaignFactory(
        name="Instagram Fillers",
        platform="instagram",
        monthly_spend_cents=0,
        starts_on=first,
    )


def test_a_manager_types_a_months_spend(
    page: OpenPage, manager: User, fillers: Campaign
) -> None:
    window_ = page(user=manager)
    window_.goto("/campaigns/")
    window_.get_by_role("link", name="Instagram Fillers", exact=True).click()
    box = window_.get_by_label(f"Spend for {fillers.starts_on:%b %Y}")
    box.fill("1,200.50")
    window_.get_by_role("button", name="Save spend").click()
    expect(
        window_.get_by_text(f"Spend of {fillers.starts_on:%b %Y} saved.")
    ).to_be_visible()
    expect(box).to_have_value("1200.50")
    assert CampaignSpend.objects.get().spend_cents == 120_050


def test_pasted_months_are_seen_before_they_are_written(
    page: OpenPage, manager: User, fillers: Campaign
) -> None:
    window_ = page(width=390, dark=True, user=manager)
    window_.goto(f"/campaigns/{fillers.pk}/")
    window_.get_by_text("Paste months from a spreadsheet").click()
    window_.locator("[name=pasted]").fill(
        f"Month\tSpend\n{fillers.starts_on:%Y-%m}\t$980\n"
    )
    window_.get_by_role("button", name="Preview").click()
    expect(window_.locator(".spend-plan tbody td", has_text="$980")).to_be_visible()
    change = window_.locator(".spend-plan tbody td", has_text="new").bounding_box()
    assert change
    assert change["x"] + change["width"] <= 390
    assert not CampaignSpend.objects.exists()
    window_.get_by_role("button", name="Save 1 amount").click()
    expect(window_.get_by_text("Instagram Fillers: 1 new.")).to_be_visible()
    assert CampaignSpend.objects.get().spend_cents == 98_000


def test_a_file_is_matched_looked_at_and_written(
    page: OpenPage, manager: User, fillers: Campaign
) -> None:
    botox = factories.CampaignFactory(name="Botox", platform="facebook")
    window_ = page(user=manager)
    window_.goto("/campaigns/import/")
    window_.set_input_files("[name=file]", EXPORTS / "meta_by_month.csv")
    window_.get_by_role("button", name="Preview").click()
    expect(window_.get_by_text("1 name without a campaign is skipped.")).to_be_visible()
    window_.get_by_label("BOTOX | Lookalike, 2 % campaign").select_option(botox.pk)
    window_.get_by_role("button", name="Preview again").click()
    window_.get_by_role("button", name="Save 5 amounts").click()
    expect(window_.get_by_text("$5,910.42 in the file = $5,910.42")).to_be_visible()
    assert CampaignSpend.objects.count() == 5
    # The next file finds the name by itself, and has nothing to change.
    window_.get_by_role("link", name="Choose another file").click()
    window_.set_input_files("[name=file]", EXPORTS / "meta_by_month.csv")
    window_.get_by_role("button", name="Preview").click()
    expect(window_.get_by_text("All of this is already entered.")).to_be_visible()


def test_a_month_says_what_restated_it_and_opens_the_rows(
    page: OpenPage, manager: User
) -> None:
    lead = factories.LeadFactory(first_name="Paula", created_at=START)
    factories.KpiEventFactory(
        lead=lead, paid=True, occurred_at=START + timedelta(days=3)
    )
    snapshot_of(window()).save()
    refund_late(KpiEvent.objects.get())
    window_ = page(user=manager)
    window_.goto(f"/kpis/?from={MONTH.first}&to={MONTH.last}")
    line = window_.locator(".kpi-restated")
    expect(line).to_contain_text("Net revenue −$200 (1 refund recorded late)")
    line.get_by_role("link", name="−$200").first.click()
    rows = window_.get_by_role("group", name="Rows")
    expect(rows.get_by_role("link", name="Paula")).to_be_visible()
    expect(rows.locator("tbody tr")).to_have_count(1)
    expect(rows.locator("tfoot")).to_contain_text("−$200")
