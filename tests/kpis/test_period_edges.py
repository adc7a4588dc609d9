"""The ends of what may be asked: years, leap days, months and years of labels."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kpis.period import (
    CUSTOM,
    DEFAULT,
    PRESETS,
    Period,
    PeriodRefused,
    RangeChoice,
    Window,
    read_choice,
    read_date,
)

TODAY = date(2026, 4, 1)
ZONE = ZoneInfo("America/New_York")


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("1999-12-31", "2000-01-01", "between 2000 and 2100"),
        ("2100-12-31", "2101-01-01", "between 2000 and 2100"),
        ("2026-03-02", "2026-03-01", "start date is after the end"),
        ("2000-01-01", "2010-01-01", "at most 10 years"),
        ("2016-02-29", "2026-03-01", "at most 10 years"),
        ("2015-03-01", "2025-03-01", "at most 10 years"),
    ],
)
def test_a_range_just_outside_is_refused(first: str, last: str, sentence: str) -> None:
    with pytest.raises(PeriodRefused, match=sentence):
        Period.between(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("first", "last", "length"),
    [
        ("2000-01-01", "2000-01-01", 1),
        ("2100-12-31", "2100-12-31", 1),
        ("2000-01-01", "2009-12-31", 3653),
        ("2016-02-29", "2026-02-28", 3653),
        ("2090-02-28", "2100-02-27", 3652),
        ("2091-01-01", "2100-12-31", 3652),
        ("2028-02-29", "2028-02-29", 1),
    ],
)
def test_a_range_just_inside_is_one(first: str, last: str, length: int) -> None:
    between = Period.between(date.fromisoformat(first), date.fromisoformat(last))
    assert between == days(first, last)
    assert between.days == length


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        ("2026-03-01", "2026-03-02", "Mar 1–2, 2026"),
        ("2025-03-01", "2026-03-01", "Mar 1, 2025 – Mar 1, 2026"),
        ("2025-03-01", "2026-03-31", "Mar 1, 2025 – Mar 31, 2026"),
        ("2026-01-01", "2026-12-31", "Jan 1 – Dec 31, 2026"),
        ("2028-02-29", "2028-02-29", "Feb 29, 2028"),
        ("2028-02-29", "2028-03-01", "Feb 29 – Mar 1, 2028"),
    ],
)
def test_a_label_names_month_and_year_where_they_differ(
    first: str, last: str, label: str
) -> None:
    assert days(first, last).label == label


def test_the_days_before_a_range_are_as_many() -> None:
    march = days("2028-03-01", "2028-03-31")
    assert march.previous() == days("2028-01-30", "2028-02-29")
    as_of = datetime(2028, 4, 1, tzinfo=UTC)
    assert Window(march, ZONE, as_of).previous() == Window(
        march.previous(), ZONE, as_of
    )


@pytest.mark.parametrize(
    ("first", "last", "part"),
    [
        (None, None, ("2026-03-05", "2026-03-10")),
        ("2026-03-06", None, ("2026-03-06", "2026-03-10")),
        ("2026-03-01", "2026-03-05", ("2026-03-05", "2026-03-05")),
        ("2026-03-10", "2026-03-31", ("2026-03-10", "2026-03-10")),
        (None, "2026-03-04", None),
        ("2026-03-11", None, None),
        ("2026-03-08", "2026-03-07", None),
    ],
)
def test_the_part_of_a_range_between_two_days(
    first: str | None, last: str | None, part: tuple[str, str] | None
) -> None:
    asked = [day and date.fromisoformat(day) for day in (first, last)]
    found = days("2026-03-05", "2026-03-10").within(*asked)
    assert found == (days(*part) if part else None)


@pytest.mark.parametrize(
    ("key", "today", "first", "last"),
    [
        ("last_month", "2028-03-31", "2028-02-01", "2028-02-29"),
        ("last_month", "2026-01-01", "2025-12-01", "2025-12-31"),
        ("this_month", "2028-02-29", "2028-02-01", "2028-02-29"),
        ("this_quarter", "2026-01-01", "2026-01-01", "2026-01-01"),
        ("this_quarter", "2026-03-31", "2026-01-01", "2026-03-31"),
        ("this_quarter", "2026-04-01", "2026-04-01", "2026-04-01"),
        ("this_quarter", "2026-06-30", "2026-04-01", "2026-06-30"),
        ("this_quarter", "2026-07-01", "2026-07-01", "2026-07-01"),
        ("this_quarter", "2026-12-31", "2026-10-01", "2026-12-31"),
        ("this_year", "2026-01-01", "2026-01-01", "2026-01-01"),
        ("this_year", "2026-12-31", "2026-01-01", "2026-12-31"),
        ("30d", "2028-03-01", "2028-02-01", "2028-03-01"),
        ("7d", "2028-03-02", "2028-02-25", "2028-03-02"),
    ],
)
def test_presets_at_the_ends_of_months_quarters_and_years(
    key: str, today: str, first: str, last: str
) -> None:
    assert PRESETS[key].period(date.fromisoformat(today)) == days(first, last)


def test_presets_have_the_names_of_their_ranges() -> None:
    assert {key: preset.label for key, preset in PRESETS.items()} == {
        "today": "Today",
        "7d": "7 days",
        "30d": "30 days",
        "this_month": "This month",
        "last_month": "Last month",
        "this_quarter": "This quarter",
        "this_year": "This year",
    }
    assert all(preset.key == key for key, preset in PRESETS.items())


def test_an_address_without_a_range_is_the_last_30_days() -> None:
    choice = read_choice({}, TODAY)
    assert choice == RangeChoice(days("2026-03-03", "2026-04-01"), "30d")
    assert choice.query == {"range": "30d"}
    assert read_choice({"range": "today"}, TODAY).period == Period(TODAY, TODAY)


def test_dates_in_an_address_count_before_a_named_range() -> None:
    asked = {"range": "today", "from": "2026-03-01", "to": "2026-03-31"}
    choice = read_choice(asked, TODAY)
    assert choice == RangeChoice(days("2026-03-01", "2026-03-31"), CUSTOM)
    assert choice.query == {"from": "2026-03-01", "to": "2026-03-31"}
    one = read_choice({"from": "2026-03-01", "to": "2026-03-01"}, TODAY)
    assert (one.period.days, one.notice) == (1, "")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"range": "ever"}, "Unknown date range."),
        ({"from": "2026-03-01"}, "Enter both dates like 2026-03-01."),
        ({"to": "2026-03-01"}, "Enter both dates like 2026-03-01."),
        (
            {"from": "1999-01-01", "to": "2000-01-02"},
            "Choose dates between 2000 and 2100.",
        ),
        ({"from": "2030-01-01", "to": "2010-01-01"}, "Choose at most 10 years."),
    ],
)
def test_what_is_no_range_falls_back_with_its_reason(
    asked: dict[str, str], sentence: str
) -> None:
    choice = read_choice(asked, TODAY)
    assert (choice.period, choice.preset) == (PRESETS[DEFAULT].period(TODAY), DEFAULT)
    assert choice.notice == f"{sentence} These are the last 30 days."


def test_a_date_is_read_with_blanks_around_it() -> None:
    assert read_date(" 2028-02-29 ") == date(2028, 2, 29)
    with pytest.raises(PeriodRefused):
        read_date("2027-02-29")


def test_a_window_knows_its_moments_and_the_clinics_day() -> None:
    window = Window(
        days("2026-03-08", "2026-03-08"), ZONE, datetime(2026, 4, 1, 3, 59, tzinfo=UTC)
    )
    assert window.start == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert window.end == datetime(2026, 3, 9, 4, tzinfo=UTC)
    assert window.today == date(2026, 3, 31)
    assert window.hours == (window.end - window.start) / timedelta(hours=1) == 23
