"""Each number of the small clinic opens exactly its rows, on both bases."""

import pytest

from kpis.drill import MetricRef, find
from kpis.metrics.definitions import Basis
from kpis.period import Period, Window
from medspa.postgres.keyset import Cursor
from tests.kpis import edges
from tests.kpis.edges import END, START, TICK, window

# Newest first. Clicks of nobody begin with N.
PERIOD = {
    "leads": "last first",
    "leads_with_campaign": "first",
    "ad_clicks": "N4 N3 N2 NO A2 A1 N1",
    "booked_events": "B5 B3 B1",
    "booked_leads": "B5 B1",
    "show_events": "S2 S1",
    "shown_leads": "S2 S1",
    "paid_invoices": "L1 Z1 P3 P2 P1 P0 E1",
    "paying_leads": "L1 Z1 P0 E1",
    "new_customers": "L1 Z1 P0",
    "attributed_new_customers": "L1 P0",
    "refunds_cents": "R2 R1",
    "net_revenue_cents": "R2 L1 Z1 P3 P2 P1 R1 P0 E1",
    "attributed_net_revenue_cents": "R2 L1 P3 P2 P1 R1 P0 E1",
}
# Lead by lead, the newest lead first, then by id from the end.
COHORT = {
    "leads": "last first",
    "leads_with_campaign": "first",
    "booked_events": "B7 B3 B1",
    "booked_leads": "last first",
    "show_events": "S1",
    "shown_leads": "first",
    "paid_invoices": "Z1 P7 P6 P5 P4 P3 P2 P1 P0",
    "paying_leads": "last first",
    "new_customers": "last first",
    "attributed_new_customers": "first",
    "refunds_cents": "R1",
    "net_revenue_cents": "Z1 R1 P7 P6 P5 P4 P3 P2 P1 P0",
    "attributed_net_revenue_cents": "R1 P7 P6 P5 P4 P3 P2 P1 P0",
}
OF_ROWS = (
    ("leads", "campaign", "C1", "first"),
    ("leads", "campaign", None, "last"),
    ("leads", "source", "walk_in", "last"),
    ("leads", "procedure", "FILLER", "first"),
    ("leads", "procedure", None, "last"),
    ("leads", "platform", "facebook", "first"),
    ("leads", "platform", None, "last"),
    ("leads", "tag", "T1", "first"),
    ("leads", "tag", "T3", ""),
    ("leads", "tag", None, "last"),
    ("paying_leads", "campaign", "C1", "L1 P0"),
    ("paying_leads", "campaign", "C2", "E1"),
    ("paying_leads", "tag", "T2", "P0 E1"),
    ("paying_leads", "tag", None, "L1 Z1"),
    ("paying_leads", "source", "referral", "L1"),
)


@pytest.fixture(autouse=True)
def clinic(db: None) -> None:
    edges.load()


def opened(asked: MetricRef, basis: Basis, seen: Window | None = None) -> str:
    found = find(asked, seen or window(), basis)
    return " ".join(row.row_id for row in found.rows)


def test_numbers_of_a_period_open_their_rows() -> None:
    for metric, names in PERIOD.items():
        assert opened(MetricRef(metric), Basis.PERIOD) == names, metric


def test_numbers_of_a_cohort_open_their_rows() -> None:
    for metric, names in COHORT.items():
        assert opened(MetricRef(metric), Basis.COHORT) == names, metric


def test_rows_of_a_tables_row_are_of_its_leads() -> None:
    for metric, by, key, names in OF_ROWS:
        assert opened(MetricRef(metric, by, key), Basis.PERIOD) == names, (
            metric,
            by,
            key,
        )


def test_revenue_of_the_first_days_opens_its_payments() -> None:
    for days, names in (
        (7, "Z1 R1 P0"),
        (30, "Z1 R1 P2 P1 P0"),
        (60, "Z1 R1 P4 P3 P2 P1 P0"),
        (90, "Z1 R1 P6 P5 P4 P3 P2 P1 P0"),
    ):
        asked = MetricRef(f"revenue_{days}_cents", "cohorts", "2026-03")
        assert opened(asked, Basis.COHORT) == names


def test_a_refund_takes_from_the_amount() -> None:
    rows = find(MetricRef("net_revenue_cents"), window(), Basis.PERIOD).rows
    cents = {row.row_id: row.cents for row in rows}
    assert (cents["R1"], cents["P0"], cents["R2"]) == (-7, 100, -1)


def test_what_a_lead_did_after_as_of_is_not_known() -> None:
    seen = window(as_of=START + (END - START) / 2)
    assert opened(MetricRef("paid_invoices"), Basis.COHORT, seen) == "P1 P0"
    seen = window(as_of=START)
    assert opened(MetricRef("booked_leads"), Basis.COHORT, seen) == "last first"
    seen = window(as_of=START - TICK)
    assert opened(MetricRef("booked_leads"), Basis.COHORT, seen) == "last"


def test_a_day_of_the_trend_counts_who_was_not_counted_before() -> None:
    """`since` is the first day of the range of which the day is a part."""
    late = Period(edges.MARCH.first.replace(day=9), edges.MARCH.last)
    asked = MetricRef("paying_leads", "trend", since=edges.MARCH.first)
    assert opened(asked, Basis.PERIOD, window(late)) == "L1 Z1"
    asked = MetricRef("paying_leads", "trend")
    assert opened(asked, Basis.PERIOD, window(late)) == "L1 Z1 P2"
    asked = MetricRef("booked_leads", "trend", since=edges.MARCH.first)
    assert opened(asked, Basis.PERIOD, window(late)) == "B5"


def test_pages_follow_each_other_without_gap_or_repetition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kpis.drill.rows.PAGE_SIZE", 2)
    for basis, numbers in ((Basis.PERIOD, PERIOD), (Basis.COHORT, COHORT)):
        for metric, names in numbers.items():
            found, after = [], None
            while True:
                page = find(MetricRef(metric), window(), basis, after)
                assert len(page.rows) <= 2
                found += [row.row_id for row in page.rows]
                after = page.following
                if after is None:
                    break
            assert " ".join(found) == names, metric


def test_a_page_that_is_exactly_full_is_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kpis.drill.rows.PAGE_SIZE", 2)
    page = find(MetricRef("leads"), window(), Basis.PERIOD)
    assert (len(page.rows), page.following) == (2, None)
    place = Cursor(END - TICK, "last")
    (row,) = find(MetricRef("leads"), window(), Basis.PERIOD, place).rows
    assert row.row_id == "first"


def test_equal_moments_are_told_apart_by_their_ids() -> None:
    for name in ("same1", "same2", "same3"):
        edges.add_lead(name, edges.day(3))
    place = Cursor(edges.day(3), "same2")
    rows = find(MetricRef("leads"), window(), Basis.PERIOD, place).rows
    assert [row.row_id for row in rows] == ["same1", "first"]
    edges.add_event("same4", "first", "invoice_paid", edges.day(4), 3)
    edges.add_event("same5", "first", "invoice_paid", edges.day(4), 3)
    edges.add_event("same6", "same1", "invoice_paid", edges.day(4), 3)
    edges.add_event("same7", "same1", "invoice_paid", edges.day(4), 3)
    assert opened(MetricRef("new_customers"), Basis.PERIOD) == "L1 Z1 same6 same4"
