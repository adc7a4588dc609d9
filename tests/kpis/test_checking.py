"""A sum that is wrong is found under the name of the question that it answers."""

from datetime import date, datetime, timedelta

import pytest
from django.db.models import F, Model

from kpis import verify as checking
from kpis.models import (
    DaySum,
    Dimension,
    Fact,
    Repeat,
    RollupState,
    StageFlow,
    StagePeriodSum,
    StepSum,
    WaitSum,
)
from kpis.period import Period
from kpis.rollups import rebuild_rollups
from kpis.verify import NoRollups, check
from leads.models import PipelineStage
from tests.kpis import edges
from tests.kpis.edges import START, add_event, add_lead, add_stay, add_touch, day

ZONE = "America/New_York"
BY_PERSON = ["by person"]
SPOILED = (
    (Dimension.SLICE, "leads", ["period", "cohort"]),
    (Dimension.SLICE, "ad_clicks", ["period"]),
    (Dimension.SLICE, "booked_events", ["period"]),
    (Dimension.SLICE, "booked_days", ["period"]),
    (Dimension.SLICE, "show_events", ["period"]),
    (Dimension.SLICE, "shown_days", ["period"]),
    (Dimension.SLICE, "paid_invoices", ["period"]),
    (Dimension.SLICE, "paid_days", ["period"]),
    (Dimension.SLICE, "new_customers", ["period"]),
    (Dimension.SLICE, "gross_cents", ["period"]),
    (Dimension.SLICE, "refunds_cents", ["period"]),
    (Dimension.SLICE, "cohort_booked_events", ["cohort"]),
    (Dimension.SLICE, "cohort_booked_leads", ["cohort"]),
    (Dimension.SLICE, "cohort_show_events", ["cohort"]),
    (Dimension.SLICE, "cohort_shown_leads", ["cohort"]),
    (Dimension.SLICE, "cohort_shown_and_won", ["cohort"]),
    (Dimension.SLICE, "cohort_paying_leads", ["cohort"]),
    (Dimension.SLICE, "cohort_gross_cents", ["cohort"]),
    (Dimension.SLICE, "cohort_refunds_cents", ["cohort"]),
    (
        Dimension.ASSIGNED,
        "leads",
        ["speed to lead", "trend", "cohorts by month", "speed by person", *BY_PERSON],
    ),
    (Dimension.ASSIGNED, "booked_days", ["trend", *BY_PERSON]),
    (Dimension.ASSIGNED, "gross_cents", ["trend", *BY_PERSON]),
    (Dimension.ASSIGNED, "refunds_cents", ["trend", *BY_PERSON]),
    (Dimension.ASSIGNED, "due", ["consults"]),
    (Dimension.ASSIGNED, "held", ["consults"]),
    (Dimension.ASSIGNED, "cohort_paying_leads", ["cohorts by month", *BY_PERSON]),
    (Dimension.ASSIGNED, "cohort_gross_cents", ["cohorts by month", *BY_PERSON]),
    (Dimension.ASSIGNED, "cohort_refunds_cents", ["cohorts by month", *BY_PERSON]),
    (Dimension.ASSIGNED, "cohort_any_contacted", ["speed to lead"]),
    (Dimension.ASSIGNED, "cohort_any_within", ["speed to lead"]),
    (
        Dimension.ASSIGNED,
        "cohort_human_contacted",
        ["speed to lead", "speed by person"],
    ),
    (Dimension.ASSIGNED, "cohort_human_within", ["speed to lead", "speed by person"]),
    (Dimension.ASSIGNED, "cohort_7_cents", ["cohorts by month"]),
    (Dimension.ASSIGNED, "cohort_30_cents", ["cohorts by month"]),
    (Dimension.ASSIGNED, "cohort_60_cents", ["cohorts by month"]),
    (Dimension.ASSIGNED, "cohort_90_cents", ["cohorts by month"]),
    (Dimension.TAG, "gross_cents", ["tags"]),
    (Dimension.TAG, "cohort_gross_cents", ["tags"]),
    (Dimension.HOUR, "leads", ["arrivals"]),
    (Dimension.HOUR, "cohort_any_contacted", ["arrivals"]),
    (Dimension.HOUR, "cohort_any_within", ["arrivals"]),
)
MARCH = edges.MARCH


@pytest.fixture
def clinic(db: None) -> None:
    edges.load()
    planned = {"scheduled_for": day(12).isoformat()}
    add_event("BP", "first", "consult_booked", day(2), metadata_json=planned)
    add_event("SP", "first", "consult_show", day(12), metadata_json={"booking": "BP"})
    add_touch("A1", "first", START + timedelta(minutes=1), "call")
    PipelineStage.objects.bulk_create([PipelineStage(id="here", name="Here", order=99)])
    add_lead("idle", day(4))
    add_stay("Y1", "first", "here", day(3), day(5))
    add_stay("Y2", "first", "here", day(5))
    rebuild_rollups(ZONE)


def wrong(period: Period) -> set[str]:
    return set(checking._differences(period))


@pytest.mark.slow
def test_each_sum_is_compared_with_the_rows(clinic: None) -> None:
    assert wrong(MARCH) == set()
    for dimension, measure, names in SPOILED:
        spoiled = DaySum.objects.filter(
            dimension=dimension, day__range=(MARCH.first, MARCH.last)
        ).exclude(**{measure: 0})
        rows = [(one.pk, getattr(one, measure)) for one in spoiled]
        assert rows, measure
        spoiled.update(**{measure: F(measure) + 1000})
        assert wrong(MARCH) == set(names), measure
        for pk, value in rows:
            DaySum.objects.filter(pk=pk).update(**{measure: value})
    assert wrong(MARCH) == set()


def test_repeats_and_waits_are_compared_too(clinic: None) -> None:
    Repeat.objects.filter(
        dimension="slice", granularity="month", kind="consult_booked"
    ).update(n=50)
    assert wrong(MARCH) == {"period"}
    rebuild_rollups(ZONE)
    assert wrong(MARCH) == set()
    WaitSum.objects.filter(dimension="slice").update(n=0)
    assert wrong(MARCH) == {"speed to lead"}
    rebuild_rollups(ZONE)
    WaitSum.objects.filter(dimension="owner").update(n=0)
    assert wrong(MARCH) == {"speed by person"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sums", "measure", "name"),
    [
        (StepSum, "n", "drop-off"),
        (StepSum, "given_up", "drop-off"),
        (StepSum, "lost_cents", "drop-off"),
        (StagePeriodSum, "n", "time in stage"),
        (StagePeriodSum, "microseconds", "time in stage"),
        (StageFlow, "leads", "past boards"),
        (StageFlow, "cents", "past boards"),
    ],
)
def test_steps_and_stage_periods_are_compared(
    clinic: None, sums: type[Model], measure: str, name: str
) -> None:
    rows = sums._default_manager
    rows.update(**{measure: F(measure) + 100_000})
    assert wrong(MARCH) == {name}


def test_what_is_open_is_compared(clinic: None) -> None:
    Fact.objects.filter(outcome="open").update(outcome="won")
    *months, of_all = check()
    assert [name for month in months for name in month.wrong] == []
    assert of_all.wrong == ["ageing", "forecast"]


@pytest.mark.slow
def test_every_month_and_all_of_them_are_checked(clinic: None) -> None:
    periods = [one.period for one in check()]
    assert periods[0] == Period(date(2026, 2, 1), date(2026, 2, 28))
    # The last payment came 90 days after 1 March, in New York on 30 May.
    assert periods[-2] == Period(date(2026, 5, 1), date(2026, 5, 31))
    assert periods[-1] == Period(date(2026, 2, 20), date(2026, 5, 30))
    assert len(periods) == 5
    DaySum.objects.filter(
        dimension="slice", granularity="month", day=MARCH.first
    ).update(gross_cents=1)
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
    monkeypatch.setattr("kpis.rollups.reading.SMALL_CLINIC", 0)
    RollupState.objects.all().delete()
    with pytest.raises(NoRollups, match="no totals for the clinic's time zone"):
        list(check())
