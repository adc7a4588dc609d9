"""What changed hardly at all, and rates of nothing: said, judged and opened rightly."""

from datetime import UTC, date, datetime

import pytest

from kpis.drill import MetricRef, address
from kpis.metrics.definitions import PERIOD, Basis
from kpis.metrics.display import Value, change
from kpis.metrics.figures import RateShare, Ratio
from kpis.page.report import rows_report
from kpis.period import Period, Window
from kpis.queries.numbers import KpiData
from medspa.clinic_time import clinic_zone
from tests.factories import CampaignFactory, KpiEventFactory, LeadFactory

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("key", "now", "before", "says", "verdict"),
    [
        ("show_rate", Ratio(699, 1000), Ratio(703, 1000), "−0.4 pt", "worse"),
        ("show_rate", Ratio(70_001, 100_000), Ratio(7, 10), "0.0 pt", "unchanged"),
        ("roas_attributed", Ratio(231, 100), Ratio(23, 10), "0.0", "unchanged"),
        ("roas_attributed", Ratio(229, 100), Ratio(23, 10), "0.0", "unchanged"),
    ],
)
def test_what_rounds_to_nothing_is_no_change(
    key: str, now: Value, before: Value, says: str, verdict: str
) -> None:
    found = change(PERIOD[key], now, before)
    assert (found.text.replace("\u00a0", " "), found.verdict) == (says, verdict)
    assert bool(found.arrow) == (verdict == "worse")


@pytest.mark.parametrize(
    ("now", "before", "says", "verdict"),
    [
        (-50, -200, "−75%", "better"),
        (0, -200, "−100%", "better"),
        (-300, -200, "+50%", "worse"),
    ],
)
def test_fewer_refunds_are_a_decrease_and_better(
    now: int, before: int, says: str, verdict: str
) -> None:
    found = change(PERIOD["refunds_cents"], now, before)
    assert (found.text, found.verdict) == (says, verdict)


@pytest.mark.parametrize("rate", [Ratio(0, 7), RateShare(0, 7, None, None)])
def test_none_of_seven_opens_its_two_parts(rate: Value) -> None:
    asked = MetricRef("lead_to_booked", "source", "tiktok")
    assert address(MARCH, Basis.PERIOD, asked, rate)


def test_a_count_of_none_opens_nothing() -> None:
    assert address(MARCH, Basis.PERIOD, MetricRef("leads"), 0) == ""
    assert "rows=leads" in address(MARCH, Basis.PERIOD, MetricRef("leads"), 1)


def test_a_cohort_says_nothing_of_clicks_rather_than_zero(db: None) -> None:
    campaign, at = CampaignFactory(), datetime(2026, 3, 5, 17, tzinfo=UTC)
    lead = LeadFactory(campaign=campaign, created_at=at)
    KpiEventFactory(lead=lead, campaign=campaign, kind="ad_click", occurred_at=at)
    window = Window(MARCH, clinic_zone(), datetime.now(UTC))
    for basis in (Basis.PERIOD, Basis.COHORT):
        numbers = KpiData(window, basis)
        row = rows_report(numbers.by("campaign"), basis)[0]
        assert row["leads"] == 1
        assert row.get("ad_clicks") == (1 if basis == Basis.PERIOD else None)
