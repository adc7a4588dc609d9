"""A campaign's page says what the KPI page's row of the campaign says."""

import csv
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from kpis.campaign_page.months import counted_bases, kept_bases
from kpis.metrics.definitions import Basis
from kpis.period import Period, Window
from kpis.queries.numbers import KpiData
from kpis.rollups import rebuild_rollups, refresh_rollups
from medspa.clinic_time import clinic_zone
from medspa.models import User
from tests.factories import CampaignFactory, LeadFactory, StageFactory
from tests.kpis.reference_case import ReferenceCase

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
MARCH = "from=2026-03-01&to=2026-03-31"


def window(period: Period) -> Window:
    return Window(period, clinic_zone(), datetime.now(UTC))


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.mark.parametrize("basis", list(Basis)[:2])
def test_the_funnel_is_the_campaigns_row_of_the_kpi_page(
    desk: Client, clinic: ReferenceCase, basis: Basis
) -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    rows = {row.id: row for row in KpiData(window(march), basis).by("campaign").rows}
    for campaign in Campaign.all_objects.all():
        if campaign.pk not in rows:
            continue
        address = reverse("campaign", args=[campaign.pk])
        page = desk.get(f"{address}?{MARCH}&basis={basis.value}").context["page"]
        figures = rows[campaign.pk].figures
        for key in (
            "leads",
            "booked_leads",
            "shown_leads",
            "new_customers",
            "net_revenue_cents",
            "spend_cents",
            "cpl_cents",
            "cac_cents",
            "roas",
        ):
            assert page.figures[key] == figures[key], (campaign, key)


def test_every_month_is_what_the_month_is_on_the_kpi_page(
    clinic: ReferenceCase,
) -> None:
    rebuild_rollups(clinic_zone().key)
    assert refresh_rollups(clinic_zone().key)
    some = 0
    for campaign in Campaign.all_objects.all():
        kept = kept_bases(campaign.pk, YEAR)
        counted = counted_bases(campaign.pk, window(YEAR))
        for month, base in counted.items():
            if month in kept:
                assert kept[month] == base
                some += base.leads
            else:
                assert not base.leads
    assert some


def test_the_months_come_as_a_file(desk: Client, clinic: ReferenceCase) -> None:
    campaign = Campaign.objects.first()
    answer = desk.get(reverse("campaign", args=[campaign.pk]) + "?export=months")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, *rows = csv.reader(text.splitlines())
    assert header[:3] == ["Month", "Ad spend ($)", "Ad clicks"]
    assert header[-1] == "ROAS"
    page = desk.get(reverse("campaign", args=[campaign.pk])).context["page"]
    assert len(rows) == len(page.lines) > 0


def test_the_page_asks_no_more_for_more_months(
    desk: Client, clinic: ReferenceCase, django_assert_max_num_queries: Any
) -> None:
    campaign = Campaign.objects.first()
    campaign.starts_on = date(2026, 6, 1)
    campaign.save()
    address = reverse("campaign", args=[campaign.pk])
    desk.get(address)
    for first_day in (date(2026, 6, 1), date(2024, 1, 1)):
        Campaign.objects.filter(pk=campaign.pk).update(starts_on=first_day)
        # Session, person, permissions; the campaign; the sums' state and sums of the
        # range; campaigns and spends of the range and of the months; the months' sums
        # and repeats; the first entered month; missing spend.
        with django_assert_max_num_queries(20):
            desk.get(address)


def test_an_unknown_campaign_is_not_found(desk: Client, db: None) -> None:
    assert desk.get("/campaigns/nobody/").status_code == 404


def test_the_front_desk_sees_how_far_its_leads_are_and_no_cost(
    front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    campaign = CampaignFactory()
    stage = StageFactory()
    LeadFactory(stage=stage, campaign=campaign)
    LeadFactory(stage=stage, campaign=campaign).delete()
    LeadFactory(stage=stage)
    answer = client.get(reverse("campaign", args=[campaign.pk]))
    assert "page" not in answer.context
    cell = answer.text.split(f"campaign={campaign.pk}&amp;stage={stage.pk}")[1]
    assert "".join(cell.split(">")[1].split()).startswith("1<")
    assert "Only managers can see this campaign" in answer.text
