"""What counts in March and what doesn't: figures of a small clinic, written by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kpis.metrics.definitions import Basis
from kpis.metrics.figures import Counts, SoFar
from kpis.models import KpiEvent
from kpis.period import Period, Window
from kpis.queries import cohorts, tags, trend
from kpis.queries import counts as queries
from kpis.queries.counts import Slice
from kpis.rollups import rebuild_rollups
from kpis.rollups.reading import freshness
from medspa.clinic_time import clinic_zone
from tests.clinics import ChangeClinic
from tests.kpis import edges
from tests.kpis.edges import AS_OF, END, MARCH, START, TICK, window

APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))
FIRST = Slice("C1", "google", "FILLER")
EARLY = Slice("C2", "google", None)
LATE = Slice("C1", "referral", None)
LAST = Slice(None, "walk_in", None)
PERIOD = {
    FIRST: Counts(
        leads=1,
        booked_events=2,
        booked_leads=1,
        show_events=1,
        shown_leads=1,
        paid_invoices=4,
        paying_leads=1,
        new_customers=1,
        gross_collected_cents=1500,
        refunds_cents=7,
    ),
    EARLY: Counts(
        show_events=1,
        shown_leads=1,
        paid_invoices=1,
        paying_leads=1,
        gross_collected_cents=2,
        refunds_cents=1,
    ),
    LATE: Counts(
        booked_events=1,
        booked_leads=1,
        paid_invoices=1,
        paying_leads=1,
        new_customers=1,
        gross_collected_cents=4,
    ),
    LAST: Counts(
        leads=1,
        paid_invoices=1,
        paying_leads=1,
        new_customers=1,
        gross_collected_cents=32,
    ),
    Slice("C1", None, None): Counts(ad_clicks=4),
    Slice("C2", None, None): Counts(ad_clicks=1),
    Slice("C2", "google", "FILLER"): Counts(ad_clicks=1),
    Slice(None, "google", "FILLER"): Counts(ad_clicks=1),
}
FOLLOWED_FIRST = Counts(
    leads=1,
    booked_events=2,
    booked_leads=1,
    show_events=1,
    shown_leads=1,
    shown_and_won=1,
    paid_invoices=8,
    paying_leads=1,
    new_customers=1,
    gross_collected_cents=25_500,
    refunds_cents=7,
)
FOLLOWED_LAST = Counts(
    leads=1,
    booked_events=1,
    booked_leads=1,
    paid_invoices=1,
    paying_leads=1,
    new_customers=1,
    gross_collected_cents=32,
)


@pytest.fixture(params=["made at once", "folded in"], autouse=True)
def clinic(request: pytest.FixtureRequest, db: None) -> None:
    """The sums are made from all rows, or follow the rows one by one."""
    if request.param == "folded in":
        rebuild_rollups(clinic_zone().key)
    edges.load()
    if request.param == "made at once":
        rebuild_rollups(clinic_zone().key)
    assert freshness(window())[:2] == (True, True)


def test_events_count_by_their_own_date_and_leads_by_their_creation() -> None:
    assert queries.period_slices_from_rows(window()) == PERIOD
    assert queries.period_slices_from_rollups(window()) == PERIOD


def test_what_is_outside_of_march_is_in_the_months_beside_it() -> None:
    """Together with March: nothing is counted twice or lost at the edges."""
    february = Period(date(2026, 2, 1), date(2026, 2, 28))
    for slices in (queries.period_slices_from_rollups, queries.period_slices_from_rows):
        before, after = slices(window(february)), slices(window(APRIL))
        assert before == {
            EARLY: Counts(
                leads=1,
                booked_events=1,
                booked_leads=1,
                paid_invoices=1,
                paying_leads=1,
                new_customers=1,
                gross_collected_cents=1,
            ),
            LAST: Counts(booked_events=1, booked_leads=1),
            Slice("C1", None, None): Counts(ad_clicks=1),
        }
        assert after == {
            FIRST: Counts(paid_invoices=1, paying_leads=1, gross_collected_cents=1600)
            + Counts(paid_invoices=1, gross_collected_cents=3200),
            EARLY: Counts(show_events=1, shown_leads=1),
            LATE: Counts(
                leads=1,
                booked_events=1,
                booked_leads=1,
                paid_invoices=1,
                paying_leads=1,
                gross_collected_cents=16,
            ),
            Slice("C1", None, None): Counts(ad_clicks=1),
        }


def test_a_click_that_is_voided_or_moved_leaves_its_month() -> None:
    """Clicks without a lead are noted by campaign and UTC month."""
    KpiEvent.objects.filter(pk="N3").update(deleted_at=AS_OF)
    KpiEvent.objects.filter(pk="N2").update(occurred_at=END)
    KpiEvent.objects.filter(pk="NO").update(campaign_id="C1")
    KpiEvent.objects.filter(pk="N1").delete()
    assert freshness(window()).for_period
    for slices in (queries.period_slices_from_rollups, queries.period_slices_from_rows):
        march, april = slices(window()), slices(window(APRIL))
        assert march[Slice("C1", None, None)].ad_clicks == 2
        assert Slice("C2", None, None) not in march
        assert april[Slice("C1", None, None)].ad_clicks == 2


def test_leads_of_march_are_followed_up_to_as_of() -> None:
    plain = {FIRST: FOLLOWED_FIRST, LAST: FOLLOWED_LAST}
    assert queries.cohort_slices_from_rows(window()) == plain
    assert queries.cohort_slices_from_rollups(window()) == plain


@pytest.mark.parametrize(("tick", "cents"), [(TICK, 3100), (0 * TICK, 6300)])
def test_what_happened_in_the_very_moment_of_as_of_is_known(
    tick: timedelta, cents: int
) -> None:
    as_of = START + timedelta(hours=1440) - tick
    found = queries.cohort_slices(window(as_of=as_of))[FIRST]
    assert found.gross_collected_cents == cents
    assert cohorts.cohorts(window(as_of=as_of))[0].net_revenue_cents == cents - 7 + 32


def test_the_sums_follow_leads_until_something_happened_after_as_of() -> None:
    newest = KpiEvent.objects.order_by("-occurred_at")[0].occurred_at
    assert freshness(window(as_of=newest))[:2] == (True, True)
    assert freshness(window(as_of=newest - TICK))[:2] == (True, False)


@pytest.mark.parametrize(("tick", "young"), [(TICK, 2), (0 * TICK, 1)])
def test_a_lead_is_young_for_thirty_times_24_hours(tick: timedelta, young: int) -> None:
    """`first` came 30 days before; `last` at the other end of the month."""
    seen = window(as_of=START + timedelta(days=30) - tick)
    for slices in (queries.cohort_slices_from_rollups, queries.cohort_slices_from_rows):
        assert queries.total(slices(seen)).immature_leads == young


@pytest.mark.parametrize(("tick", "young"), [(TICK, 1), (0 * TICK, 0)])
def test_the_last_lead_of_the_month_grows_up_last(tick: timedelta, young: int) -> None:
    seen = window(as_of=END - TICK + timedelta(days=30) - tick)
    for slices in (queries.cohort_slices_from_rollups, queries.cohort_slices_from_rows):
        assert queries.total(slices(seen)).immature_leads == young


def test_revenue_of_the_first_days_ends_to_the_hour() -> None:
    """A payment exactly 168 hours after the lead came is not of its first 7 days."""
    for ask in (cohorts.cohorts_from_rollups, cohorts.cohorts_from_rows):
        (march,) = ask(window())
        assert march.revenue == (125, 725, 3125, 12_725)
        assert (march.leads, march.new_customers) == (2, 2)
        assert march.net_revenue_cents == 25_525
        assert march.followed == AS_OF - END


def test_months_of_a_range_are_cut_off_at_its_ends() -> None:
    part = Period(date(2026, 2, 28), date(2026, 4, 1))
    for ask in (cohorts.cohorts_from_rollups, cohorts.cohorts_from_rows):
        found = {one.period: one for one in ask(window(part))}
        assert list(found) == [
            Period(date(2026, 2, 28), date(2026, 2, 28)),
            MARCH,
            Period(date(2026, 4, 1), date(2026, 4, 1)),
        ]
        assert [one.leads for one in found.values()] == [1, 2, 1]
        assert [one.net_revenue_cents for one in found.values()] == [2, 25_525, 20]
        assert [one.new_customers for one in found.values()] == [1, 2, 1]


@pytest.mark.parametrize(("tick", "is_over"), [(TICK, False), (0 * TICK, True)])
def test_revenue_is_so_far_until_the_youngest_lead_is_old_enough(
    tick: timedelta, is_over: bool
) -> None:
    (march,) = cohorts.cohorts_from_rows(window(as_of=END + timedelta(days=7) - tick))
    assert march.after(7) == (125 if is_over else SoFar(125))
    assert march.after(30) == SoFar(725)
    assert march.mature_days == 6 + is_over


def test_a_month_that_has_not_ended_is_followed_for_no_day() -> None:
    (march,) = cohorts.cohorts_from_rows(window(as_of=START + timedelta(days=3)))
    assert (march.mature_days, march.after(7)) == (0, SoFar(0))


def test_a_retired_tag_marks_nobody_and_a_lead_with_two_is_in_both() -> None:
    first = {FIRST: PERIOD[FIRST]}
    without = PERIOD[LATE] + PERIOD[LAST]
    plain = {"T1": first[FIRST], "T2": first[FIRST] + PERIOD[EARLY], None: without}
    for ask in (tags.BY_TAG.from_rollups, tags.BY_TAG.from_rows):
        assert ask(window(), Basis.PERIOD) == plain
    plain = {"T1": FOLLOWED_FIRST, "T2": FOLLOWED_FIRST, None: FOLLOWED_LAST}
    for ask in (tags.BY_TAG.from_rollups, tags.BY_TAG.from_rows):
        assert ask(window(), Basis.COHORT) == plain


def test_the_days_of_the_trend_are_the_clinics() -> None:
    for ask in (trend.trend_from_rollups, trend.trend_from_rows):
        steps = {step.period.first.day: step for step in ask(window())}
        assert len(steps) == 31
        assert {n: s.leads for n, s in steps.items() if s.leads} == {1: 1, 31: 1}
        booked = {n: s.booked_leads for n, s in steps.items() if s.booked_leads}
        assert booked == {1: 1, 31: 1}
        cents = {n: s.net_revenue_cents for n, s in steps.items()}
        # Up to the 8th the clinic's day begins at 5:00 UTC, then at 4:00.
        assert {n: c for n, c in cents.items() if c} == {
            1: 2,
            7: 100 - 7,
            8: 200,
            31: 400 + 800 + 32 + 4 - 1,
        }


def test_clicks_of_utc_and_of_the_clinic_are_of_other_days() -> None:
    """The same clicks, asked day by day."""
    for number, clicks in ((1, 1), (15, 1), (12, 1), (13, 1), (31, 3), (30, 0)):
        one = date(2026, 3, number)
        for ask in (
            queries.period_slices_from_rollups,
            queries.period_slices_from_rows,
        ):
            found = queries.total(ask(window(Period(one, one))))
            assert found.ad_clicks == clicks, one


def test_sums_in_another_zone_have_other_days(clinic_is: ChangeClinic) -> None:
    clinic_is(time_zone="Pacific/Kiritimati")
    april = date(2026, 4, 1)
    there = Window(Period(april, april), clinic_zone(), AS_OF)
    for ask in (queries.period_slices, queries.period_slices_from_rows):
        found = queries.total(ask(there))
        # The first of April lasts there from 10:00 to 10:00 UTC.
        assert (found.ad_clicks, found.leads, found.booked_leads) == (4, 2, 1)
    assert datetime(2026, 3, 31, 10, tzinfo=UTC) == there.start
