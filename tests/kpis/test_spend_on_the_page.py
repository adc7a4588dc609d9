"""Spend of months and other days on a campaign's page, and beside the KPIs."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, CampaignSpend
from kpis.metrics.definitions import PERIOD
from kpis.page.data import FIGURE_GROUPS
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.formats import format_days
from medspa.models import User
from medspa.months import DayRange, last_day
from tests.factories import CampaignFactory, CampaignSpendFactory, LeadFactory

pytestmark = pytest.mark.django_db
# Names that only the row of a table has.
ROW_METRICS = {"cac_cents", "roas"}


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def campaign() -> Campaign:
    return CampaignFactory(
        name="Glow",
        platform="google",
        monthly_spend_cents=300_000,
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 30),
    )


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def page_of(desk: Client, campaign: Campaign) -> str:
    return desk.get(reverse("campaign", args=[campaign.pk])).content.decode()


def save(desk: Client, campaign: Campaign, **typed: Any) -> str:
    address = reverse("campaign_spend", args=[campaign.pk])
    return words(desk.post(address, typed, follow=True).content.decode())


def entered() -> dict[DayRange, int]:
    return {row.days: row.spend_cents for row in CampaignSpend.objects.all()}


WEEK_1 = DayRange(date(2026, 9, 1), date(2026, 9, 7))
WEEK_2 = DayRange(date(2026, 9, 8), date(2026, 9, 14))
SEPTEMBER = DayRange.of_month(date(2026, 9, 1))


def test_two_weeks_of_a_month_are_told_beside_what_is_only_planned(
    desk: Client, campaign: Campaign
) -> None:
    month = DayRange.of_month(clinic_today().replace(day=1) - timedelta(days=1))
    campaign.starts_on, campaign.ends_on = month.first, month.last
    campaign.save()
    week_1, week_2, rest = (
        DayRange(month.first.replace(day=first), month.first.replace(day=last))
        for first, last in ((1, 7), (8, 14), (15, month.days))
    )
    for week, cents in ((week_1, 70_000), (week_2, 65_000)):
        CampaignSpendFactory(
            campaign=campaign, from_on=week.first, to_on=week.last, spend_cents=cents
        )
    html = page_of(desk, campaign)
    told = f"$1,350 entered for 14 days, {rest.days} days from budget"
    assert told in words(html)
    missing = format_days(rest, clinic_today().year)
    assert f"Spend missing: {missing}" in words(html)
    assert "The monthly budget is used for these days" in words(html)
    assert f'name="spend-{week_2.first}_{week_2.last}" value="650.00"' in html
    assert f'name="spend-{month.first:%Y-%m}" value=""' in html


def test_other_days_are_added_changed_and_taken_away(
    desk: Client, campaign: Campaign
) -> None:
    new = {"new-first": "2026-09-01", "new-last": "2026-09-07", "new-amount": "700"}
    assert "Spend of Sep 1–7, 2026 saved." in save(desk, campaign, **new)
    assert entered() == {WEEK_1: 70_000}
    key = "2026-09-01_2026-09-07"
    changed = {f"was-{key}": "70000", f"spend-{key}": "710"}
    save(desk, campaign, **changed)
    assert entered() == {WEEK_1: 71_000}
    assert "instead of 1 shorter entry" in save(
        desk, campaign, **{"was-2026-09": "", "spend-2026-09": "3000"}
    )
    assert entered() == {SEPTEMBER: 300_000}
    html = page_of(desk, campaign)
    assert 'name="was-2026-09" value="300000"' in html
    assert 'name="spend-2026-09" value="3000.00"' in html
    assert "Spend entered for other dates" not in html
    assert "Spend missing" not in html
    told = save(desk, campaign, **new)
    assert "Sep 2026 is one amount. Remove it first" in told
    assert "Nothing was saved." in told
    save(desk, campaign, **{"was-2026-09": "300000", "spend-2026-09": ""} | new)
    assert entered() == {WEEK_1: 70_000}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"new-first": "2026-09-01"}, "Enter the spend for these dates."),
        ({"new-first": "", "new-amount": "5"}, "Enter a month like 2026-03"),
        ({"new-first": "2026-09", "new-amount": "5"}, "the start and end dates"),
        (
            {"new-first": "2026-09-02", "new-last": "2026-09-01", "new-amount": "5"},
            "can't be before",
        ),
        ({"new-first": "2099-09-02", "new-amount": "5"}, "hasn't started"),
    ],
)
def test_days_that_can_not_be_are_refused_in_words(
    desk: Client, campaign: Campaign, typed: dict[str, str], sentence: str
) -> None:
    assert sentence in save(desk, campaign, **typed)
    assert entered() == {}


def test_the_running_month_is_entered_up_to_today(desk: Client) -> None:
    today = clinic_today()
    running = CampaignFactory(starts_on=today.replace(day=1))
    html = page_of(desk, running)
    if today != last_day(today):
        assert f'name="spend-{today.replace(day=1)}_{today}"' in html


def test_the_form_of_a_campaign_asks_for_a_start(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)
    page = client.get(reverse("admin:campaigns_campaign_add"))
    initial = page.context["adminform"].form.initial
    assert initial["starts_on"] == clinic_today()


# Beside the KPIs -----------------------------------------------------------------


def test_every_figure_is_on_the_page_once(desk: Client, campaign: Campaign) -> None:
    grouped = [key for _, keys in FIGURE_GROUPS for key in keys]
    assert sorted(grouped) == sorted(PERIOD.keys() - ROW_METRICS)
    LeadFactory(created_at=date_time(2026, 9, 3), campaign=campaign)
    address = "/kpis/?from=2026-09-01&to=2026-09-30"
    for basis in ("", "&basis=cohort"):
        html = desk.get(address + basis).content.decode()
        for key in grouped:
            assert html.count(f'data-figure="{key}"') == 1


def test_beside_spend_stands_how_many_days_are_only_planned(
    desk: Client, campaign: Campaign
) -> None:
    LeadFactory(created_at=date_time(2026, 9, 3), campaign=campaign)
    CampaignSpendFactory(
        campaign=campaign, from_on=WEEK_1.first, to_on=WEEK_1.last, spend_cents=70_000
    )
    page = desk.get("/kpis/?from=2026-09-01&to=2026-09-30").content.decode()
    assert "23 campaign days from budget" in words(page)
    rows = desk.get(
        "/kpis/rows/?from=2026-09-01&to=2026-09-30&rows=spend_cents"
    ).content.decode()
    assert "$2,300" in words(rows) and "$700" in words(rows)
    CampaignSpendFactory(
        campaign=campaign,
        from_on=WEEK_2.first,
        to_on=SEPTEMBER.last,
        spend_cents=0,
    )
    page = desk.get("/kpis/?from=2026-09-01&to=2026-09-30").content.decode()
    assert "from budget" not in words(page)


def test_the_share_in_time_opens_both_its_numbers(desk: Client) -> None:
    LeadFactory()
    page = desk.get("/kpis/?range=today").context["page"]
    card = page.content.cards[-1]
    rows = words(desk.get(f"/kpis/rows/?{card.rows}").content.decode())
    assert "Within 5 min" in rows and "Leads" in rows
    assert "Contacted in 5 min" in rows


def date_time(year: int, month: int, day: int) -> Any:
    return start_of_day(date(year, month, day), clinic_zone()) + timedelta(hours=9)
