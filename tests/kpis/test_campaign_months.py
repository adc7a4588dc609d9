"""A campaign's months and costs: from the sums, from the rows, and by hand."""

from datetime import date, datetime, timedelta

import pytest

from campaigns.models import Campaign
from campaigns.spend.entered import EnteredSpend
from kpis.campaign_page.months import (
    campaign_months,
    counted_bases,
    kept_bases,
)
from kpis.drill import MetricRef
from kpis.drill.spend import SpendRow, spend_rows
from kpis.metrics.figures import Counts
from kpis.metrics.spend import Plan
from kpis.period import Period
from kpis.queries import counts as queries
from kpis.queries.numbers import KpiData
from kpis.rollups import rebuild_rollups
from medspa.clinic_time import clinic_zone
from medspa.months import DayRange, last_day
from tests.factories import CampaignSpendFactory
from tests.kpis import edges
from tests.kpis.edges import END, MARCH, START, TICK, window

FEBRUARY, APRIL = date(2026, 2, 1), date(2026, 4, 1)


def test_the_last_day_of_a_month() -> None:
    assert last_day(date(2028, 2, 1)) == date(2028, 2, 29)
    assert last_day(date(2100, 2, 1)) == date(2100, 2, 28)
    assert last_day(date(2026, 12, 1)) == date(2026, 12, 31)
    assert last_day(APRIL) == date(2026, 4, 30)


@pytest.mark.django_db
def test_the_months_of_a_campaign_are_its_own() -> None:
    edges.load()
    rebuild_rollups(clinic_zone().key)
    months = Period(FEBRUARY, date(2026, 4, 30))
    plain = {
        FEBRUARY: Counts(ad_clicks=1),
        MARCH.first: Counts(
            leads=1,
            ad_clicks=4,
            booked_events=3,
            booked_leads=2,
            show_events=1,
            shown_leads=1,
            paid_invoices=5,
            paying_leads=2,
            new_customers=2,
            gross_collected_cents=1504,
            refunds_cents=7,
        ),
        APRIL: Counts(
            leads=1,
            ad_clicks=1,
            booked_events=1,
            booked_leads=1,
            paid_invoices=3,
            paying_leads=2,
            gross_collected_cents=1600 + 3200 + 16,
        ),
    }
    assert kept_bases("C1", months) == plain
    assert counted_bases("C1", window(months)) == plain
    assert kept_bases("C1", MARCH) == {MARCH.first: plain[MARCH.first]}
    entered = EnteredSpend(DayRange(MARCH.first, MARCH.last), 3010)
    plan = Plan(0, entered=[entered])
    part = Period(date(2026, 3, 31), date(2026, 4, 1))
    april, march = campaign_months("C1", plan, window(part))
    assert (april.first, april.entered, march.entered) == (APRIL, [], [entered])
    assert (march.last, march.figures["cac_cents"]) == (date(2026, 3, 31), 1505)
    assert march.figures["leads"] == 1
    assert april.figures["gross_collected_cents"] == 4816


@pytest.mark.django_db
def test_what_numbers_need_to_know_of_campaigns() -> None:
    """Costs of days of the range and of the one before, and no others."""
    glow = edges.CampaignFactory(
        id="C1", name="Glow", platform="google", starts_on=date(2026, 1, 5)
    )
    deleted_at = datetime.combine(date(2026, 3, 10), datetime.min.time(), START.tzinfo)
    edges.CampaignFactory(
        id="C2", name="Old", ends_on=date(2026, 3, 20), deleted_at=deleted_at
    )
    edges.CampaignFactory(
        id="C3", name="End", ends_on=date(2026, 3, 2), deleted_at=deleted_at
    )
    for month in (date(2026, 1, 1), FEBRUARY, MARCH.first, APRIL):
        CampaignSpendFactory(campaign=glow, month=month, spend_cents=month.month)
    facts = {fact.id: fact for fact in queries.campaign_facts(window())}
    assert list(facts) == ["C1", "C2", "C3"]
    one = facts["C1"]
    # 31 days before 1 March begin in January.
    assert {entry.days.first: entry.cents for entry in one.plan.entered} == {
        date(2026, month, 1): month for month in (1, 2, 3)
    }
    assert (one.plan.starts_on, one.plan.ends_on) == (date(2026, 1, 5), None)
    assert (one.name, one.platform_name, one.is_deleted) == ("Glow", "Google", False)
    assert one.runs_since == date(2026, 1, 5)
    # Deleted at midnight UTC of the 10th: in New York it is the 9th.
    assert facts["C2"].plan.ends_on == date(2026, 3, 9)
    assert (facts["C2"].name, facts["C2"].is_deleted) == ("Old (deleted)", True)
    assert facts["C3"].plan.ends_on == date(2026, 3, 2)


@pytest.mark.django_db
def test_spend_is_told_by_campaign_and_month_and_adds_up() -> None:
    edges.CampaignFactory(
        id="C1",
        name="Glow",
        platform="google",
        monthly_spend_cents=100,
        starts_on=date(2026, 2, 27),
        ends_on=date(2026, 4, 15),
    )
    edges.CampaignFactory(id="C2", name="Free", monthly_spend_cents=0)
    edges.CampaignFactory(id="C3", name="Reels", monthly_spend_cents=31)
    CampaignSpendFactory(
        campaign=Campaign.objects.get(pk="C1"), month=MARCH.first, spend_cents=777
    )
    whole = Period(date(2026, 2, 15), date(2026, 4, 20))
    numbers = KpiData(window(whole))
    april = Period(APRIL, date(2026, 4, 15))
    # February: 2 of 28 days of 100, April: 15 of 30.
    glow = [
        SpendRow("Glow", "C1", april, 50, True),
        SpendRow("Glow", "C1", MARCH, 777, False, 1),
        SpendRow("Glow", "C1", Period(date(2026, 2, 27), date(2026, 2, 28)), 7, True),
    ]
    asked = MetricRef("spend_cents", "campaign", "C1")
    assert spend_rows(asked, numbers) == glow
    assert spend_rows(MetricRef("spend_cents", "platform", "google"), numbers) == glow
    assert spend_rows(MetricRef("spend_cents", "campaign", "C2"), numbers) == []
    everything = spend_rows(MetricRef("spend_cents"), numbers)
    assert sum(row.cents for row in everything) == numbers.figures["spend_cents"]
    assert [row.campaign for row in everything] == ["Glow"] * 3 + ["Reels"] * 3


@pytest.mark.django_db
def test_the_first_and_the_second_of_a_lead_in_a_month_are_one() -> None:
    """On two days of one month and on one of the next."""
    edges.CampaignFactory(id="C1", name="Glow")
    edges.add_lead("one", START, "C1")
    for number, at in enumerate((START, END - TICK, END, END + timedelta(days=3))):
        edges.add_event(f"B{number}", "one", "consult_booked", at)
        edges.add_event(f"S{number}", "one", "consult_show", at)
        edges.add_event(f"P{number}", "one", "invoice_paid", at, 1)
    rebuild_rollups(clinic_zone().key)
    found = kept_bases("C1", Period(MARCH.first, date(2026, 4, 30)))
    for month, is_new in ((MARCH.first, 1), (APRIL, 0)):
        base = found[month]
        assert (base.booked_leads, base.shown_leads, base.paying_leads) == (1, 1, 1)
        assert (base.booked_events, base.show_events, base.paid_invoices) == (2, 2, 2)
        assert base.new_customers == is_new
    assert found == counted_bases("C1", window(Period(MARCH.first, date(2026, 4, 30))))
