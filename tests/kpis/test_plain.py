"""Every figure equals a slow computation in plain Python, in any clinic and zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kpis.metrics import definitions
from kpis.metrics.definitions import Basis
from kpis.period import Period, Window
from kpis.queries import assigned, cohorts, forecast, tags, trend
from kpis.queries import counts as queries
from kpis.queries import drop_off as drop_off_steps
from kpis.queries import durations as pace
from kpis.queries import leads_by_hour as arrivals
from kpis.queries.numbers import KpiData
from kpis.rollups.reading import BY_ATTRIBUTION, freshness
from tests.clinics import ChangeClinic
from tests.kpis import plain_clinic, plain_figures, plain_people
from tests.kpis.plain_clinic import DAYS, FIRST, PlainClinic
from tests.kpis.random_clinics import clinics

pytestmark = pytest.mark.slow

ZONES = (
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "Europe/London",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
)
ranges = st.tuples(
    st.integers(-3, DAYS) | st.integers(7, 19),
    st.integers(1, DAYS + 10) | st.integers(1, 9),
)


def compare(clinic: PlainClinic, window: Window) -> None:
    """What is kept, what is counted, and what plain Python says."""
    first, last = window.period.first, window.period.last
    there = (clinic, first, last, window.zone)
    plain = plain_figures.period_bases(*there)
    assert queries.period_slices_from_rollups(window) == plain
    assert queries.period_slices_from_rows(window) == plain
    plain = plain_figures.cohort_bases(*there, window.as_of)
    assert queries.cohort_slices_from_rollups(window) == plain
    assert queries.cohort_slices_from_rows(window) == plain
    compare_wholes(window)
    held = plain_figures.consults(*there, window.as_of)
    for answer in (pace.consults_from_rollups(window), pace.consults_from_rows(window)):
        assert (answer.due, answer.held) == held
    for speeds in (pace.speeds_from_rollups(window), pace.speeds_from_rows(window)):
        for who, one in speeds.items():
            assert (
                one.leads,
                one.contacted,
                one.within_5min,
                one.median_seconds,
            ) == plain_figures.speed(*there, human=who == "human")
    assert (
        pace.speeds_from_rollups(window, ("any",))["any"]
        == pace.speeds_from_rollups(window)["any"]
    )
    figures = KpiData(window).figures
    for steps in (trend.trend_from_rollups(window), trend.trend_from_rows(window)):
        for name, total in trend.totals(steps).items():
            assert total == figures[name]


def compare_wholes(window: Window) -> None:
    """In few slices there is as much, of campaigns and in all."""
    for slices, few in (
        (
            queries.period_slices_from_rollups(window),
            queries.period_slices_from_rollups(window, BY_ATTRIBUTION),
        ),
        (
            queries.cohort_slices_from_rollups(window),
            queries.cohort_slices_from_rollups(window, BY_ATTRIBUTION),
        ),
    ):
        assert queries.total(few) == queries.total(slices)
        assert queries.total(few, _has_campaign) == queries.total(slices, _has_campaign)


def _has_campaign(place: queries.Slice) -> bool:
    return place.campaign is not None


def compare_people(clinic: PlainClinic, window: Window) -> None:
    """Those who are followed: by month, step, hour and tag."""
    there = (clinic, window.period.first, window.period.last, window.zone)
    plain = plain_people.cohorts(*there, window.as_of)
    assert cohorts.cohorts_from_rollups(window) == plain
    assert cohorts.cohorts_from_rows(window) == plain
    lost = drop_off_steps.steps_from_rollups(window)
    assert lost == plain_people.drop_off_steps(*there, window.as_of)
    assert lost == drop_off_steps.steps_from_rows(window)
    for figure in definitions.LEAKS:
        alone = drop_off_steps.drop_off_steps(
            window, drop_off_steps.measures_of(figure)
        )
        assert [getattr(leak, figure) for leak in alone] == [
            getattr(leak, figure) for leak in lost
        ]
    hours = plain_people.arrivals(*there)
    assert arrivals.arrivals_from_rollups(window) == hours
    assert arrivals.arrivals_from_rows(window) == hours
    for basis, as_of in ((Basis.PERIOD, None), (Basis.COHORT, window.as_of)):
        tagged = plain_people.by_tag(*there, as_of)
        assert tags.BY_TAG.from_rollups(window, basis) == tagged
        assert tags.BY_TAG.from_rows(window, basis) == tagged
        theirs = plain_people.by_assigned(*there, as_of)
        assert assigned.BY_ASSIGNED.from_rollups(window, basis) == theirs
        assert assigned.BY_ASSIGNED.from_rows(window, basis) == theirs
    compare_speed_by_person(clinic, window)


def compare_speed_by_person(clinic: PlainClinic, window: Window) -> None:
    there = (clinic, window.period.first, window.period.last, window.zone)
    plain = plain_people.speed_by_assigned(*there)
    for found in (
        pace.speed_by_assigned_from_rollups(window),
        pace.speed_by_assigned_from_rows(window),
    ):
        assert plain == {
            person: (one.leads, one.contacted, one.within_5min, one.median_seconds)
            for person, one in found.items()
        }


def compare_pipeline(clinic: PlainClinic, window: Window) -> None:
    """What left the stages, what is in them, and what is expected of it."""
    there = (clinic, window.period.first, window.period.last, window.zone)
    left = pace.ended_from_rollups(window)
    assert left == pace.ended_from_rows(window)
    ended = {
        stage_periods.place[2]: (
            stage_periods.n,
            stage_periods.mean_seconds,
            stage_periods.median_seconds,
        )
        for stage_periods in left
    }
    assert ended == plain_people.ended_stage_periods(*there)
    open_now = pace.open_from_rollups(window)
    assert open_now == pace.open_from_rows(window)
    still = {s.place[2]: (s.n, s.median_seconds) for s in open_now}
    assert still == plain_people.open_stage_periods(clinic, window.as_of)
    months = forecast.forecast_from_rollups(window)
    assert months == forecast.forecast_from_rows(window)
    expected = {
        one.month: (
            one.count,
            one.value_cents,
            one.weighted_exact * 10_000,
            one.overdue,
        )
        for one in months
    }
    assert expected == plain_people.forecast(clinic, window.today)


def in_a_clinic_of_its_own(
    clinic: PlainClinic, zone: str, where: list[tuple[int, int]]
) -> None:
    as_of = FIRST + timedelta(days=DAYS + 1)
    with transaction.atomic():
        clinic.load()
        for start, days in where:
            first = (FIRST + timedelta(days=start)).date()
            period = Period(first, first + timedelta(days=days - 1))
            window = Window(period, ZoneInfo(zone), as_of)
            assert freshness(window).for_cohort
            compare(clinic, window)
            compare_people(clinic, window)
            compare_pipeline(clinic, window)
        transaction.set_rollback(True)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(clinic=clinics(), where=st.lists(ranges, min_size=3, max_size=6))
def test_every_figure_is_what_plain_python_says(
    clinic: PlainClinic, where: list[tuple[int, int]]
) -> None:
    in_a_clinic_of_its_own(clinic, "America/New_York", where)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
def test_every_figure_holds_where_clocks_change(
    clinic_is: ChangeClinic, zone: str
) -> None:
    clinic_is(time_zone=zone)
    ranges = [(day, length) for day in range(0, DAYS, 9) for length in (1, 40)]
    some = st.lists(st.sampled_from(ranges), min_size=6, max_size=6, unique=True)

    @hypothesis_settings(
        max_examples=4, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(clinic=clinics(), where=some)
    def sweep(clinic: PlainClinic, where: list[tuple[int, int]]) -> None:
        in_a_clinic_of_its_own(clinic, zone, where)

    sweep()


@pytest.mark.django_db
def test_what_happens_after_as_of_is_counted_from_the_rows() -> None:
    lead = plain_clinic.PlainLead("google", None, None, FIRST)
    paid = plain_clinic.PlainEvent(
        "E1", 0, "invoice_paid", FIRST + timedelta(days=9), 500
    )
    clinic = PlainClinic([lead], [paid])
    clinic.load()
    period = Period(FIRST.date() - timedelta(days=1), FIRST.date())
    for as_of, is_paid in ((FIRST + timedelta(days=8), 0), (datetime.now(UTC), 1)):
        window = Window(period, ZoneInfo("America/New_York"), as_of)
        assert queries.total(queries.cohort_slices(window)).paying_leads == is_paid
