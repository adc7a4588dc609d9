"""Each figure of a small clinic, divided by hand; all amounts are primes."""

from datetime import date
from fractions import Fraction

import pytest

from campaigns.spend.entered import EnteredSpend
from kpis.metrics.figures import (
    Counts,
    RateShare,
    Ratio,
    SoFar,
    cohort_figures,
    per,
    period_figures,
    ratio,
    row_figures,
    share,
    total_row,
)
from kpis.metrics.spend import CampaignCost, Plan, Spend
from kpis.period import Period
from kpis.queries import breakdown
from kpis.queries.breakdown import Row
from kpis.queries.counts import CampaignFacts, Slice
from medspa.months import DayRange

WHOLE = Counts(
    leads=101,
    immature_leads=3,
    ad_clicks=1009,
    booked_events=67,
    booked_leads=61,
    show_events=43,
    shown_leads=41,
    shown_and_won=19,
    paid_invoices=37,
    paying_leads=31,
    new_customers=29,
    gross_collected_cents=1_000_003,
    refunds_cents=10_007,
)
ADS = Counts(
    leads=53, new_customers=13, gross_collected_cents=500_009, refunds_cents=5003
)


def costs(planned_days: int = 0, /, **cents: Fraction | int) -> Spend:
    return Spend(
        {
            campaign: CampaignCost(Fraction(exact), planned_days)
            for campaign, exact in cents.items()
        }
    )


SPEND = costs(a=200_003, b=Fraction(199_997, 2))


def test_every_figure_of_a_period() -> None:
    assert period_figures(WHOLE, ADS, SPEND) == {
        "leads": 101,
        "ad_clicks": 1009,
        "booked_events": 67,
        "booked_leads": 61,
        "show_events": 43,
        "shown_leads": 41,
        "paid_invoices": 37,
        "paying_leads": 31,
        "new_customers": 29,
        "gross_collected_cents": 1_000_003,
        "refunds_cents": -10_007,
        "net_revenue_cents": 989_996,
        "spend_cents": 300_002,
        "spend_exact": Fraction(600_003, 2),
        "leads_with_campaign": 53,
        "attributed_net_revenue_cents": 495_006,
        "attributed_new_customers": 13,
        "cpl_cents": 2970,
        "paid_cpl_cents": 5660,
        "cost_per_booked_cents": 4918,
        "cost_per_show_cents": 7317,
        "cac_blended_cents": 10_345,
        "cac_paid_cents": 23_077,
        "roas_attributed": Ratio(495_006, 300_002),
        "mer_blended": Ratio(989_996, 300_002),
        "roi_attributed": Ratio(195_004, 300_002),
        "revenue_per_lead_cents": 9802,
        "lead_to_booked": Ratio(61, 101),
        "show_rate": Ratio(41, 61),
        "close_rate": Ratio(29, 41),
        "aov_cents": 27_027,
        "click_to_lead": Ratio(53, 1009),
    }


def test_the_figures_of_a_row_and_of_the_last_one() -> None:
    row = row_figures(WHOLE, 300_002)
    assert row["cpl_cents"] == 2970
    assert row["cac_cents"] == 10_345
    assert row["roas"] == Ratio(989_996, 300_002)
    assert row["spend_cents"] == 300_002
    assert row["show_rate"] == Ratio(41, 61)
    assert row["refunds_cents"] == -10_007
    total = total_row(period_figures(WHOLE, ADS, SPEND))
    assert (total["cac_cents"], total["roas"]) == (23_077, Ratio(495_006, 300_002))
    assert total["leads"] == 101


def test_the_steps_of_a_cohort_name_what_they_are_of() -> None:
    figures = cohort_figures(WHOLE)
    counts = {key: value for key, value in figures.items() if isinstance(value, int)}
    assert counts == {
        "leads": 101,
        "booked": 61,
        "shown": 41,
        "won": 29,
        "shown_and_won": 19,
        "net_revenue_cents": 989_996,
    }
    shares = {
        key: (value.k, value.n)
        for key, value in figures.items()
        if isinstance(value, RateShare)
    }
    assert shares == {
        "lead_to_booked": (61, 101),
        "booked_to_shown": (41, 61),
        "shown_to_won": (19, 41),
        "lead_to_won": (29, 101),
    }


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, 857-872, table I (score, 95 %).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(k: int, n: int, low: float, high: float) -> None:
    found = share(k, n)
    assert found and found.low is not None and found.high is not None
    assert round(float(found.low), 4) == low
    assert round(float(found.high), 4) == high
    assert found.value == Fraction(k, n)


def test_the_interval_of_all_ends_at_one_and_of_nobody_is_none() -> None:
    found = share(20, 20)
    assert found and found.high == 1 and round(float(found.low or 0), 4) == 0.8389
    assert share(0, 0) is None
    assert share(2, 1) == RateShare(2, 1, None, None)


def test_quotients_of_nothing_are_none() -> None:
    assert (ratio(3, 0), per(3, 0), per(None, 3)) == (None, None, None)
    assert (ratio(0, 3), per(0, 3)) == (Ratio(0, 3), 0)
    assert (Ratio(1, 3).value, SoFar(7).value) == (Fraction(1, 3), Fraction(7))


# Spend ---------------------------------------------------------------------------


def test_spend_is_by_the_days_of_each_month_and_from_first_to_last_day() -> None:
    april = DayRange(date(2026, 4, 1), date(2026, 4, 30))
    entered = [EnteredSpend(april, 3000)]
    plan = Plan(31_000, date(2026, 3, 10), date(2026, 4, 15), entered)
    cost = plan.cost(Period(date(2026, 3, 1), date(2026, 4, 30)))
    assert cost == 22 * 1000 + 3000
    one = Period(date(2026, 3, 10), date(2026, 3, 10))
    assert plan.cost(one) == 1000
    assert plan.cost(Period(date(2026, 3, 1), date(2026, 3, 9))) == 0
    # What was paid counts even after the last day.
    assert plan.cost(Period(date(2026, 4, 16), date(2026, 4, 30))) == 1500
    assert plan.cost(Period(date(2026, 5, 1), date(2026, 5, 31))) == 0


def test_an_entered_zero_is_zero_and_not_the_plan() -> None:
    march = DayRange(date(2026, 3, 1), date(2026, 3, 31))
    plan = Plan(31_000, entered=[EnteredSpend(march, 0)])
    assert plan.cost(Period(date(2026, 3, 1), date(2026, 3, 31))) == 0


def test_spend_of_plans_is_rounded_for_each_of_them() -> None:
    day = Period(date(2026, 3, 1), date(2026, 3, 1))
    spend = Spend.of({"a": Plan(100), "b": Plan(47)}, day)
    assert spend == costs(1, a=Fraction(100, 31), b=Fraction(47, 31))
    assert (spend.cents("a"), spend.cents("b"), spend.total_cents) == (3, 2, 5)
    assert spend.total_exact == Fraction(147, 31)


# Tables --------------------------------------------------------------------------

MARCH = date(2026, 3, 1)
FACTS = [
    CampaignFacts("c1", "Glow", "google", Plan(0), MARCH),
    CampaignFacts("c2", "Reels", "facebook", Plan(0), MARCH),
    CampaignFacts("c3", "Old (deleted)", "facebook", Plan(0), MARCH, True),
    CampaignFacts("c4", "Gone (deleted)", "tiktok", Plan(0), MARCH, True),
    CampaignFacts("c5", "Paid (deleted)", "bing", Plan(0), MARCH, True),
]
COSTS = costs(c1=10, c2=20, c3=0, c4=0, c5=7)
SLICES = {
    Slice("c1", "google", "FILLER"): Counts(leads=1),
    Slice("c1", "referral", None): Counts(leads=2),
    Slice("c3", "google", "BTX"): Counts(leads=4),
    Slice(None, "walk_in", None): Counts(leads=8),
    Slice("c2", None, None): Counts(ad_clicks=16),
}


def table(by: str) -> list[tuple[str | None, str, object, object, object]]:
    rows: list[Row] = breakdown.breakdown(by, SLICES, FACTS, COSTS).rows
    return [
        (
            row.id,
            row.name,
            row.figures["leads"],
            row.figures["ad_clicks"],
            row.figures["spend_cents"],
        )
        for row in rows
    ]


def test_a_deleted_campaign_has_a_row_while_it_has_leads_or_a_cost() -> None:
    assert table("campaign") == [
        ("c1", "Glow", 3, 0, 10),
        ("c2", "Reels", 0, 16, 20),
        ("c3", "Old (deleted)", 4, 0, 0),
        ("c5", "Paid (deleted)", 0, 0, 7),
        (None, "Unattributed", 8, 0, 0),
    ]


def test_platforms_are_those_of_the_campaigns() -> None:
    assert table("platform") == [
        ("bing", "Bing", 0, 0, 7),
        ("facebook", "Facebook", 4, 16, 20),
        ("google", "Google", 3, 0, 10),
        ("tiktok", "TikTok", 0, 0, 0),
        (None, "Unattributed", 8, 0, 0),
    ]


@pytest.mark.django_db
def test_sources_and_procedures_have_no_cost_and_nothing_comes_last() -> None:
    assert table("source") == [
        ("google", "Google", 5, 0, 0),
        ("referral", "Referral", 2, 0, 0),
        ("walk_in", "Walk-in", 8, 0, 0),
        (None, "Without a lead", 0, 16, 0),
    ]
    found = table("procedure")
    assert [row[0] for row in found] == ["BTX", "FILLER", None]
    assert found[2] == (None, "No procedure", 10, 16, 0)
    (unattributed,) = breakdown.breakdown("campaign", {}, [], COSTS).rows
    assert (unattributed.id, unattributed.figures["cpl_cents"]) == (None, None)
