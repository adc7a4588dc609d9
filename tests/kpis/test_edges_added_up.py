"""What several leads did on one day is added up, not counted once."""

from dataclasses import replace

from kpis.metrics.figures import Counts
from kpis.queries import cohorts, trend
from kpis.queries import counts as queries
from kpis.queries import durations as pace
from kpis.queries import leads_by_hour as arrivals
from kpis.queries.counts import Slice
from kpis.rollups.reading import freshness
from tests.kpis import edges
from tests.kpis.edges import window
from tests.kpis.test_edges import clinic

__all__ = ["clinic"]


def test_leads_of_one_slice_and_day_are_added_up() -> None:
    """Three came on 3 March; two booked, twice each; both came and paid."""
    edges.add_lead("three", edges.day(3), "C2", "organic")
    for name in ("one", "two"):
        edges.add_lead(name, edges.day(3), "C2", "organic")
        for number in range(2):
            at = edges.day(4 + 3 * number)
            edges.add_event(f"{name}B{number}", name, "consult_booked", at)
            edges.add_event(f"{name}S{number}", name, "consult_show", at)
            edges.add_event(f"{name}P{number}", name, "invoice_paid", at, 50)
            edges.add_event(
                f"{name}R{number}",
                name,
                "invoice_refunded",
                at,
                20,
                refund_of_id=f"{name}P{number}",
            )
    plain = Counts(
        leads=3,
        booked_events=4,
        booked_leads=2,
        show_events=4,
        shown_leads=2,
        paid_invoices=4,
        paying_leads=2,
        new_customers=2,
        gross_collected_cents=200,
        refunds_cents=80,
    )
    place = Slice("C2", "organic", None)
    assert freshness(window()).for_cohort
    for slices in (queries.period_slices_from_rollups, queries.period_slices_from_rows):
        assert slices(window())[place] == plain
    for slices in (queries.cohort_slices_from_rollups, queries.cohort_slices_from_rows):
        assert slices(window())[place] == replace(plain, shown_and_won=2)
    for ask in (cohorts.cohorts_from_rollups, cohorts.cohorts_from_rows):
        (march,) = ask(window())
        assert (march.leads, march.new_customers) == (5, 4)
        assert march.revenue[0] == 125 + 120
    for steps in (trend.trend_from_rollups(window()), trend.trend_from_rows(window())):
        days = {step.period.first.day: step for step in steps}
        assert (days[3].leads, days[4].booked_leads, days[7].booked_leads) == (3, 2, 0)
        assert (days[4].net_revenue_cents, days[7].net_revenue_cents) == (60, 60 + 93)


def test_a_lead_with_two_events_of_a_kind_on_one_day_is_one_lead() -> None:
    edges.add_lead("twice", edges.day(3), "C2", "organic")
    for hour in (15, 16):
        at = edges.day(4, hour)
        edges.add_event(f"B{hour}", "twice", "consult_booked", at)
        edges.add_event(f"S{hour}", "twice", "consult_show", at)
        edges.add_event(f"P{hour}", "twice", "invoice_paid", at, 50)
    plain = Counts(
        leads=1,
        booked_events=2,
        booked_leads=1,
        show_events=2,
        shown_leads=1,
        paid_invoices=2,
        paying_leads=1,
        new_customers=1,
        gross_collected_cents=100,
    )
    place = Slice("C2", "organic", None)
    assert freshness(window()).for_period
    for slices in (queries.period_slices_from_rollups, queries.period_slices_from_rows):
        assert slices(window())[place] == plain


def test_many_waits_of_one_length_are_as_many() -> None:
    for number in range(3):
        edges.add_lead(f"W{number}", edges.day(3))
        edges.add_touch(f"WA{number}", f"W{number}", edges.day(3) + edges.HOUR / 60)
    for ask in (pace.speeds_from_rollups, pace.speeds_from_rows):
        if ask is pace.speeds_from_rollups:
            assert freshness(window()).for_period
        assert ask(window())["any"] == pace.Speed(5, 3, 3, 60.0)
    for arrived in (arrivals.arrivals_from_rollups, arrivals.arrivals_from_rows):
        assert arrivals.LeadsOfHour(2, 12, 3, 3, 3) in arrived(window())
