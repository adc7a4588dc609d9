"""A sum that is wrong is found under the name of the question that it answers."""

from datetime import date, datetime, timedelta

import pytest
from django.db.models import F

from kpis import verify as checking
from kpis.models import DaySum, Kept, Repeat, WaitSum
from kpis.period import Period
from kpis.rollups import rebuild
from kpis.verify import NotKept, check
from tests.kpis import edges
from tests.kpis.edges import START, add_event, add_lead, add_touch, day

ZONE = "America/New_York"
SLICES, TAGS, HOURS = ("d", "m"), ("t", "u"), ("h", "i")
SPOILED = (
    (
        SLICES,
        "leads",
        ["period", "cohort", "speed to lead", "trend", "cohorts by month"],
    ),
    (SLICES, "ad_clicks", ["period"]),
    (SLICES, "booked_events", ["period"]),
    (SLICES, "booked_days", ["period", "trend"]),
    (SLICES, "show_events", ["period"]),
    (SLICES, "shown_days", ["period"]),
    (SLICES, "paid_invoices", ["period"]),
    (SLICES, "paid_days", ["period"]),
    (SLICES, "new_customers", ["period"]),
    (SLICES, "gross_cents", ["period", "trend"]),
    (SLICES, "refunds_cents", ["period", "trend"]),
    (SLICES, "due", ["consults"]),
    (SLICES, "held", ["consults"]),
    (SLICES, "cohort_booked_events", ["cohort"]),
    (SLICES, "cohort_booked_leads", ["cohort"]),
    (SLICES, "cohort_show_events", ["cohort"]),
    (SLICES, "cohort_shown_leads", ["cohort"]),
    (SLICES, "cohort_shown_and_won", ["cohort"]),
    (SLICES, "cohort_paid_invoices", ["cohort"]),
    (SLICES, "cohort_paying_leads", ["cohort", "cohorts by month"]),
    (SLICES, "cohort_gross_cents", ["cohort", "cohorts by month"]),
    (SLICES, "cohort_refunds_cents", ["cohort", "cohorts by month"]),
    (SLICES, "cohort_any_contacted", ["speed to lead"]),
    (SLICES, "cohort_any_within", ["speed to lead"]),
    (SLICES, "cohort_human_contacted", ["speed to lead"]),
    (SLICES, "cohort_human_within", ["speed to lead"]),
    (SLICES, "cohort_7_cents", ["cohorts by month"]),
    (SLICES, "cohort_30_cents", ["cohorts by month"]),
    (SLICES, "cohort_60_cents", ["cohorts by month"]),
    (SLICES, "cohort_90_cents", ["cohorts by month"]),
    (TAGS, "gross_cents", ["tags"]),
    (TAGS, "cohort_gross_cents", ["tags"]),
    (HOURS, "leads", ["arrivals"]),
    (HOURS, "cohort_any_contacted", ["arrivals"]),
    (HOURS, "cohort_any_within", ["arrivals"]),
)
MARCH = edges.MARCH


@pytest.fixture
def clinic(db: None) -> None:
    edges.load()
    planned = {"scheduled_for": day(12).isoformat()}
    add_event("BP", "first", "consult_booked", day(2), metadata_json=planned)
    add_event("SP", "first", "consult_show", day(12), metadata_json={"booking": "BP"})
    add_touch("A1", "first", START + timedelta(minutes=1), "call")
    rebuild(ZONE)


def wrong(period: Period) -> set[str]:
    return set(checking._differences(period))


def test_each_sum_is_compared_with_the_rows(clinic: None) -> None:
    assert wrong(MARCH) == set()
    for spans, measure, names in SPOILED:
        spoiled = DaySum.objects.filter(
            span__in=spans, day__range=(MARCH.first, MARCH.last)
        ).exclude(**{measure: 0})
        rows = [(one.pk, getattr(one, measure)) for one in spoiled]
        assert rows, measure
        spoiled.update(**{measure: F(measure) + 1000})
        assert wrong(MARCH) == set(names), measure
        for pk, value in rows:
            DaySum.objects.filter(pk=pk).update(**{measure: value})
    assert wrong(MARCH) == set()


def test_repeats_and_waits_are_compared_too(clinic: None) -> None:
    Repeat.objects.filter(span="m", kind="consult_booked").update(n=50)
    assert wrong(MARCH) == {"period"}
    rebuild(ZONE)
    assert wrong(MARCH) == set()
    WaitSum.objects.update(n=0)
    assert wrong(MARCH) == {"speed to lead"}


def test_every_month_and_all_of_them_are_checked(clinic: None) -> None:
    periods = [one.period for one in check()]
    assert periods[0] == Period(date(2026, 2, 1), date(2026, 2, 28))
    # The last payment came 90 days after 1 March, in New York on 30 May.
    assert periods[-2] == Period(date(2026, 5, 1), date(2026, 5, 31))
    assert periods[-1] == Period(date(2026, 2, 20), date(2026, 5, 30))
    assert len(periods) == 5
    DaySum.objects.filter(span="m", day=MARCH.first).update(gross_cents=1)
    found = {one.period: one.wrong for one in check()}
    assert "period" in found[MARCH]
    assert found[Period(date(2026, 4, 1), date(2026, 4, 30))] == []
    assert "period" in found[periods[-1]]


def test_a_clinic_with_one_lead_and_nothing_else_has_a_lifetime(db: None) -> None:
    add_lead("one", datetime(2026, 3, 1, 4, 59, tzinfo=START.tzinfo))
    assert [one.period for one in check()] == [
        Period(date(2026, 2, 1), date(2026, 2, 28)),
        Period(date(2026, 2, 28), date(2026, 2, 28)),
    ]


def test_what_is_not_kept_cannot_be_checked(
    clinic: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpis.rollups.reading.SMALL", 0)
    Kept.objects.all().delete()
    with pytest.raises(NotKept, match="no sums for the clinic's time zone"):
        list(check())
