"""The rows of each table of the small clinic: names, order, sums and the last row."""

from dataclasses import replace
from datetime import date

import pytest

from campaigns.models import Campaign
from kpis.metrics.definitions import Basis
from kpis.metrics.figures import Ratio, SoFar
from kpis.page.table import KpiTable
from kpis.page.tables import KPI_TABLES, stage_table
from kpis.period import Period
from kpis.queries.durations import StageDurations
from kpis.queries.numbers import KpiData
from tests.kpis import edges
from tests.kpis.edges import AS_OF, END, START, add_opportunity, add_stay, window


@pytest.fixture(autouse=True)
def clinic(db: None) -> None:
    edges.load()


def table(
    name: str, basis: Basis = Basis.PERIOD, period: Period = edges.MARCH
) -> KpiTable:
    return KPI_TABLES[name](KpiData(window(period), basis))


def named(found: KpiTable, *keys: str) -> list[tuple[object, ...]]:
    return [
        (row.id, row.name, *(row.figures[key] for key in keys)) for row in found.rows
    ]


def test_campaigns_come_by_cost_then_by_leads_and_nothing_comes_last() -> None:
    assert named(table("campaign"), "leads", "ad_clicks", "net_revenue_cents") == [
        ("C1", "C1", 1, 4, 1500 - 7 + 4),
        ("C2", "C2", 0, 2, 1),
        (None, "Unattributed", 1, 1, 32),
    ]
    Campaign.objects.filter(pk="C2").update(monthly_spend_cents=100)
    found = table("campaign")
    assert [row.id for row in found.rows] == ["C2", "C1", None]
    assert found.total and found.total.figures["spend_cents"] == 100
    assert found.total.figures["cac_cents"] == 100 // 2
    assert found.total.figures["roas"] == Ratio(1500 - 7 + 4 + 1, 100)


def test_rows_that_are_all_zero_are_left_out_where_nothing_costs() -> None:
    """Clicks without a lead make a row of no source, which shows no clicks."""
    assert [row.id for row in table("source").rows] == ["google", "walk_in", "referral"]
    assert [row.id for row in table("procedure").rows] == ["FILLER", None]
    assert [row.name for row in table("tag").rows] == ["T1", "T2", "Without a tag"]
    assert "both rows" in table("tag").note


def test_months_have_names_and_parts_of_months_their_days() -> None:
    part = Period(date(2026, 2, 28), date(2026, 3, 31))
    keys = "leads", "new_customers", "net_revenue_cents", "revenue_7_cents"
    # What `early` paid: 1 and 2, and a refund of 1 a month later.
    assert named(table("cohorts", period=part), *keys) == [
        ("2026-02", "Feb 28, 2026", 1, 1, 2, 3),
        ("2026-03", "March 2026", 2, 2, 25_525, 125),
    ]
    (march,) = table("cohorts").rows
    assert march.figures["revenue_90_cents"] == 12_725
    assert march.figures["mature_days"] == (AS_OF - END).days
    ten = KpiData(window(as_of=END + (END - START) / 10))
    assert KPI_TABLES["cohorts"](ten).rows[0].figures["revenue_30_cents"] == SoFar(725)


def test_the_leaks_end_with_all_steps_together() -> None:
    found = table("leaks")
    assert named(found, "reached", "went_on", "lost", "given_up") == [
        ("leads", "Lead → booked", 2, 2, 0, 0),
        ("booked", "Booked → showed", 2, 2, 0, 0),
        ("shown", "Showed → paid", 1, 1, 0, 0),
    ]
    assert found.total
    total = found.total.figures
    assert (total["reached"], total["went_on"], total["lost"]) == (2, 2, 0)
    edges.add_lead("stuck", START)
    edges.add_event("SB", "stuck", "consult_booked", START)
    add_opportunity("stuck", "BTX", 77)
    total = table("leaks").total
    assert total and total.name == "Lead → paid"
    keys = "reached", "went_on", "lost", "given_up", "lost_cents", "lost_rate"
    figures = [total.figures[key] for key in keys]
    assert figures == [3, 2, 1, 0, 77, Ratio(1, 3)]
    assert total.figures["median_seconds"] is None


def test_the_funnel_names_what_each_rate_is_of() -> None:
    found = table("funnel", Basis.COHORT)
    rows = [
        (row.id, row.name, row.figures["people"], row.figures.get("n"))
        for row in found.rows
    ]
    assert rows == [
        ("leads", "Leads", 2, None),
        ("booked", "Booked, of leads", 2, 2),
        ("shown", "Showed, of booked", 1, 2),
        ("shown_and_won", "Showed and paid, of showed", 1, 1),
        ("won", "Paid, of leads", 2, 2),
    ]
    assert found.rows[2].figures["k"] == 1


def test_the_trend_adds_up_to_its_last_row() -> None:
    found = table("trend")
    assert (found.title, found.first_column) == ("Trend by day", "Day")
    assert len(found.rows) == 31
    assert (found.rows[0].id, found.rows[0].name) == ("2026-03-01", "Mar 1, 2026")
    assert found.total and dict(found.total.figures) == {
        "leads": 2,
        "booked_leads": 2,
        "net_revenue_cents": 1500 + 2 + 4 + 32 - 8,
    }


def test_what_was_expected_before_this_month_is_overdue() -> None:
    edges.make_stages()
    for name, expected in (
        ("early", date(2026, 6, 30)),
        ("late", date(2026, 7, 1)),
        ("last", None),
    ):
        edges.Opportunity.all_objects.filter(lead=name)._raw_delete("default")
        add_opportunity(name, "FILLER", 100, expected_date=expected)
        add_stay(f"Y{name}", name, "new", END)
    found = table("forecast")
    rows = [(row.id, row.name, row.note) for row in found.rows]
    assert rows == [
        ("2026-06", "June 2026", "overdue"),
        ("2026-07", "July 2026", ""),
        (None, "No date", ""),
    ]
    keys = "open_count", "open_value_cents", "weighted_cents", "overdue_count"
    assert [found.rows[0].figures[key] for key in keys] == [1, 100, 10, 1]
    assert found.total and (found.total.id, found.total.name) == ("all", "All")
    assert [found.total.figures[key] for key in keys] == [3, 300, 30, 1]


def test_a_stage_that_was_left_and_one_in_which_somebody_is() -> None:
    one = StageDurations((False, 2, "b"), "Second", 3, 20.0, 30.0)
    other = StageDurations((False, 1, "a"), "First", 4, 40.0)
    keys = "n", "mean_seconds", "median_seconds", "ageing", "ageing_median_seconds"
    assert named(stage_table([one], [other], edges.MARCH), *keys) == [
        ("a", "First", 0, None, None, 4, 40.0),
        ("b", "Second", 3, 30.0, 20.0, 0, None),
    ]
    both = stage_table([one], [replace(one, n=5, median_seconds=50.0)], edges.MARCH)
    assert named(both, *keys) == [("b", "Second", 3, 30.0, 20.0, 5, 50.0)]


def test_speed_and_consults_have_their_rows() -> None:
    keys = "leads", "contacted", "uncontacted", "within_5min"
    assert named(table("speed"), *keys) == [
        ("any", "Any touch", 2, 0, 2, 0),
        ("human", "By a person", 2, 0, 2, 0),
    ]
    assert named(table("consults"), "due", "held", "no_show") == [
        (None, "Scheduled in the range", 0, 0, 0)
    ]
    assert named(table("arrivals"), "leads", "contacted") == [
        ("2-23", "Tue, 11 PM – 12 AM", 1, 0),
        ("7-00", "Sun, 12 AM – 1 AM", 1, 0),
    ]
