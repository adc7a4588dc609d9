from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.spend.entered import EnteredSpend
from kpis.metrics.definitions import PERIOD, Unit
from kpis.metrics.display import Change, change, text
from kpis.metrics.figures import (
    COUNTED_MEASURES,
    Counts,
    Ratio,
    cohort_figures,
    per,
    period_figures,
    row_figures,
    share,
)
from kpis.metrics.spend import CampaignCost, Plan, Spend
from kpis.period import Period
from medspa.months import DayRange

FEBRUARY = DayRange(date(2026, 2, 1), date(2026, 2, 28))
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
bases = st.builds(Counts, **{name: st.integers(0, 10**9) for name in COUNTED_MEASURES})


def test_nothing_over_nothing_is_nothing_never_zero() -> None:
    figures = period_figures(Counts(), Counts(), Spend({}))
    for key in figures.keys() & PERIOD.keys():
        is_quotient = "÷" in PERIOD[key].formula
        assert figures[key] == (None if is_quotient else 0), key


def test_free_leads_cost_nothing_and_have_no_return_on_spend() -> None:
    row = row_figures(Counts(leads=2, gross_collected_cents=500), 0)
    assert (row["cpl_cents"], row["cac_cents"], row["roas"]) == (0, None, None)


def test_what_has_no_campaign_has_no_cost() -> None:
    row = row_figures(Counts(leads=2, new_customers=1), None)
    assert (row["spend_cents"], row["cpl_cents"], row["cac_cents"]) == (0, None, None)


@given(bases, bases)
def test_every_measure_of_two_bases_is_added(left: Counts, right: Counts) -> None:
    both = left + right
    for name in COUNTED_MEASURES:
        assert getattr(both, name) == getattr(left, name) + getattr(right, name)


@given(bases, bases)
def test_every_figure_of_the_page_has_a_definition(whole: Counts, part: Counts) -> None:
    figures = period_figures(whole, part, Spend({}))
    unnamed = set(figures) - set(PERIOD)
    assert unnamed == {"spend_exact"}


@pytest.mark.parametrize(
    ("cents", "count", "each"), [(100, 3, 33), (5, 2, 3), (-5, 2, -3), (1, 0, None)]
)
def test_cents_are_rounded_half_up(cents: int, count: int, each: int | None) -> None:
    assert per(cents, count) == each


@given(st.integers(1, 10**7), st.data())
def test_the_interval_holds_the_rate_and_stays_between_0_and_1(
    n: int, data: st.DataObject
) -> None:
    k = data.draw(st.integers(0, n))
    found = share(k, n)
    assert found is not None and found.low is not None and found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_more_shown_than_booked_has_no_interval() -> None:
    figures = cohort_figures(Counts(leads=3, booked_leads=1, shown_leads=2))
    shown = figures["booked_to_shown"]
    assert (shown.value, shown.low, shown.high) == (2, None, None)


def test_actual_spend_takes_the_place_of_the_plan_month_by_month() -> None:
    plan = Plan(310_00, entered=[EnteredSpend(FEBRUARY, 280_00)])
    period = Period(date(2026, 2, 28), date(2026, 3, 1))
    assert plan.cost(period) == 10_00 + 10_00


def test_only_days_on_which_the_campaign_runs_cost() -> None:
    plan = Plan(310_00, starts_on=date(2026, 3, 30), ends_on=date(2026, 4, 5))
    assert plan.cost(MARCH) == 20_00
    assert plan.cost(Period(date(2026, 5, 1), date(2026, 5, 31))) == 0


@given(st.integers(0, 10**9), st.integers(0, 200), st.integers(1, 300))
def test_spend_of_two_neighbouring_ranges_is_the_spend_of_both(
    monthly: int, first: int, second: int
) -> None:
    start = date(2024, 1, 15)
    middle = start + timedelta(days=first)
    left = Period(start, middle)
    right = Period(middle + timedelta(days=1), middle + timedelta(days=second))
    plan = Plan(monthly)
    assert plan.cost(left) + plan.cost(right) == plan.cost(
        Period(left.first, right.last)
    )


def test_each_campaign_is_rounded_once_so_that_rows_add_up() -> None:
    thirds = {"a": Fraction(1, 2), "b": Fraction(1, 2), "c": Fraction(1, 3)}
    spend = Spend({key: CampaignCost(cents) for key, cents in thirds.items()})
    assert spend.total_cents == 1 + 1 + 0
    assert spend.total_exact == Fraction(4, 3)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, Unit.COUNT, "–"),
        (1234, Unit.COUNT, "1,234"),
        (-20_050, Unit.CENTS, "−$200.50"),
        (Ratio(12, 5), Unit.RATIO, "2.4×"),
        (Ratio(1, 3), Unit.RATE, "33%"),
        (Ratio(1, 30), Unit.RATE, "3.3%"),
        (Ratio(999, 10_000), Unit.RATE, "10%"),
        (31.4, Unit.SECONDS, "31\u00a0s"),
        (660.0, Unit.SECONDS, "11\u00a0min"),
    ],
)
def test_figures_are_written_by_their_unit(
    value: object, unit: Unit, words: str
) -> None:
    assert text(value, unit) == words


@pytest.mark.parametrize(
    ("key", "now", "before", "expected"),
    [
        ("leads", 112, 100, Change("+12%", "▲", "good", "better")),
        ("cpl_cents", 112, 100, Change("+12%", "▲", "bad", "worse")),
        ("spend_cents", 90, 100, Change("−10%", "▼")),
        ("leads", 100, 100, Change("0%", verdict="unchanged")),
        ("leads", 5, 0, Change("n/a")),
        ("cpl_cents", None, 100, Change("n/a")),
        ("net_revenue_cents", 50, -100, Change("+150%", "▲", "good", "better")),
        (
            "roas_attributed",
            Ratio(24, 10),
            Ratio(21, 10),
            Change("+0.3", "▲", "good", "better"),
        ),
        (
            "show_rate",
            Ratio(1, 2),
            Ratio(3, 5),
            Change("−10\u00a0pt", "▼", "bad", "worse"),
        ),
    ],
)
def test_a_change_says_sign_and_whether_it_is_good(
    key: str, now: object, before: object, expected: Change
) -> None:
    assert change(PERIOD[key], now, before) == expected
