from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.period import (
    CUSTOM,
    DEFAULT,
    PRESETS,
    Period,
    PeriodRefused,
    Window,
    read_choice,
)

# Changes at midnight, by half an hour, with odd offsets, and none at all.
ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/St_Johns",
        "America/Asuncion",
        "America/Havana",
        "Europe/London",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
    )
]
zones = st.sampled_from(ZONES)
days = st.dates(date(2000, 1, 1), date(2037, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(days)
    return Period(first, first + timedelta(days=draw(st.integers(0, 800))))


@given(periods(), zones, st.integers(-400_000, 100_000_000))
def test_a_moment_is_in_the_range_exactly_when_its_local_date_is(
    period: Period, zone: ZoneInfo, seconds: int
) -> None:
    start, end = period.utc_range(zone)
    moment = start + timedelta(seconds=seconds)
    local = moment.astimezone(zone).date()
    assert (start <= moment < end) == (period.first <= local <= period.last)


@given(periods(), zones)
def test_neighbouring_ranges_touch_and_do_not_overlap(
    period: Period, zone: ZoneInfo
) -> None:
    assert period.previous().utc_range(zone)[1] == period.utc_range(zone)[0]


@given(periods())
def test_the_previous_period_is_as_long_and_ends_the_day_before(
    period: Period,
) -> None:
    before = period.previous()
    assert before.days == period.days
    assert before.last + timedelta(days=1) == period.first


@given(days, zones)
def test_a_day_is_as_long_as_its_clock_says(day: date, zone: ZoneInfo) -> None:
    start, end = Period(day, day).utc_range(zone)
    assert timedelta(hours=23) <= end - start <= timedelta(hours=25)


def test_days_of_clock_changes_have_23_and_25_hours() -> None:
    zone, as_of = ZONES[0], datetime(2026, 11, 22, tzinfo=UTC)
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    assert Window(Period(spring, spring), zone, as_of).hours == 23
    assert Window(Period(autumn, autumn), zone, as_of).hours == 25


@given(periods())
def test_the_parts_of_months_follow_each_other_and_add_up(period: Period) -> None:
    parts = list(period.by_month())
    assert (parts[0].first, parts[-1].last) == (period.first, period.last)
    for earlier, later in pairwise(parts):
        assert later.first.day == 1
        assert later.first - earlier.last == timedelta(days=1)
    assert sum(part.days for part in parts) == period.days


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("today", "2026-11-22", "2026-11-22"),
        ("7d", "2026-11-16", "2026-11-22"),
        ("30d", "2026-10-24", "2026-11-22"),
        ("this_month", "2026-11-01", "2026-11-22"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("this_quarter", "2026-10-01", "2026-11-22"),
        ("this_year", "2026-01-01", "2026-11-22"),
    ],
)
def test_presets_end_today_or_with_their_month(key: str, first: str, last: str) -> None:
    choice = read_choice({"range": key}, date(2026, 11, 22))
    assert (str(choice.period.first), str(choice.period.last)) == (first, last)
    assert read_choice(choice.query, date(2026, 11, 22)) == choice


@given(st.sampled_from(sorted(PRESETS)), days)
def test_every_preset_is_a_range_on_every_day(key: str, today: date) -> None:
    period = PRESETS[key].period(today)
    assert period.first <= period.last <= today


def test_reversed_dates_are_swapped_and_it_is_said() -> None:
    choice = read_choice({"from": "2026-03-31", "to": "2026-03-01"}, date(2026, 4, 1))
    assert choice.period == Period(date(2026, 3, 1), date(2026, 3, 31))
    assert choice.preset == CUSTOM
    assert "swapped" in choice.notice


@pytest.mark.parametrize(
    "parameters",
    [
        {"from": "0001-01-01", "to": "2026-03-01"},
        {"from": "2026-01-01", "to": "9999-12-31"},
        {"from": "2026-01-01", "to": "12026-01-01"},
        {"from": "2010-01-01", "to": "2020-01-01"},
        {"from": "2026-02-30", "to": "2026-03-01"},
        {"from": "2026-01-01"},
        {"to": "\x00"},
        {"range": "forever"},
    ],
)
def test_absurd_ranges_fall_back_and_say_why(parameters: dict[str, str]) -> None:
    choice = read_choice(parameters, date(2026, 4, 1))
    assert choice.preset == DEFAULT
    assert choice.notice.endswith("These are the last 30 days.")


def test_ten_years_are_the_longest_range() -> None:
    assert Period.between(date(2016, 3, 1), date(2026, 2, 28)).days == 3652
    with pytest.raises(PeriodRefused, match="at most 10 years"):
        Period.between(date(2016, 3, 1), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2026, 10, 1), date(2026, 10, 1), "Oct 1, 2026"),
        (date(2026, 10, 1), date(2026, 10, 31), "Oct 1–31, 2026"),
        (date(2026, 8, 31), date(2026, 9, 30), "Aug 31 – Sep 30, 2026"),
        (date(2025, 12, 31), date(2026, 1, 1), "Dec 31, 2025 – Jan 1, 2026"),
    ],
)
def test_labels_are_short_and_unambiguous(first: date, last: date, label: str) -> None:
    assert Period(first, last).label == label
