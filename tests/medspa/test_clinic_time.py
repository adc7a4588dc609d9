"""The clinic's days, wherever the clinic is and whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from medspa.clinic_time import (
    SkippedTime,
    clinic_today,
    clinic_zone,
    day_range,
    local_date,
    local_moment,
    read_day,
    read_local_moment,
    read_moment,
    start_of_day,
)
from medspa.web.forms.fields import LocalMomentField
from tests.clinics import ChangeClinic

ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/Sao_Paulo",  # skipped midnights until 2018
        "America/Havana",  # has some midnights twice
        "Asia/Beirut",  # skips midnight
        "Asia/Kolkata",  # half an hour
        "Asia/Kathmandu",  # three quarters
        "Australia/Lord_Howe",  # changes by half an hour
        "Pacific/Apia",  # skipped a whole day in 2011
        "Europe/London",
    )
]
zones = st.sampled_from(ZONES)
days = st.dates(date(2012, 1, 1), date(2037, 12, 31))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_each_day_of_three_years_starts_where_the_one_before_ends(
    zone: ZoneInfo,
) -> None:
    day = date(2016, 12, 30)
    for _ in range(3 * 366):
        start, end = day_range(day, day, zone)
        assert local_date(start, zone) == day
        assert local_date(start - SECOND, zone) == day - timedelta(days=1)
        assert local_date(end - SECOND, zone) == day
        assert timedelta(hours=22) < end - start < timedelta(hours=26)
        day += timedelta(days=1)


@given(days, st.integers(0, 800), zones)
def test_a_range_is_made_of_its_days(first: date, length: int, zone: ZoneInfo) -> None:
    last = first + timedelta(days=length)
    start, end = day_range(first, last, zone)
    assert start == start_of_day(first, zone)
    assert end == start_of_day(last + timedelta(days=1), zone)
    assert start.tzinfo is end.tzinfo is UTC


@given(
    st.datetimes(datetime(2012, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zones,
)
def test_every_moment_is_in_the_range_of_its_own_day(
    moment: datetime, zone: ZoneInfo
) -> None:
    day = local_date(moment, zone)
    start, end = day_range(day, day, zone)
    assert start <= moment < end


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("America/Sao_Paulo", date(2017, 10, 15), "2017-10-15T03:00:00+00:00"),
        ("Asia/Beirut", date(2021, 3, 28), "2021-03-27T22:00:00+00:00"),
        ("America/Havana", date(2022, 11, 6), "2022-11-06T04:00:00+00:00"),
        ("Asia/Kolkata", date(2026, 5, 1), "2026-04-30T18:30:00+00:00"),
        ("America/New_York", date(2026, 3, 8), "2026-03-08T05:00:00+00:00"),
        ("America/New_York", date(2026, 3, 9), "2026-03-09T04:00:00+00:00"),
    ],
)
def test_days_around_clock_changes_start_at_their_first_moment(
    zone: str, day: date, start: str
) -> None:
    assert start_of_day(day, ZoneInfo(zone)).isoformat() == start


def test_a_day_that_the_calendar_left_out_is_empty() -> None:
    start, end = day_range(date(2011, 12, 30), date(2011, 12, 30), ZONES[9])
    assert start == end


def test_today_is_the_clinics_day_and_not_the_servers(clinic_is: ChangeClinic) -> None:
    clinic_is(time_zone="America/Los_Angeles")
    assert clinic_zone() == ZoneInfo("America/Los_Angeles")
    assert clinic_today(datetime(2026, 1, 1, 7, 59, tzinfo=UTC)) == date(2025, 12, 31)
    assert clinic_today(datetime(2026, 1, 1, 8, 0, tzinfo=UTC)) == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2028-02-29", date(2028, 2, 29)),
        ("2027-02-29", None),
        ("2028-2-9", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_it_is_written_in_addresses(
    text: str, day: date | None
) -> None:
    assert read_day(text) == day


def test_a_moment_from_an_address_has_its_offset() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert read_moment(noon.isoformat()) == noon
    assert read_moment("2026-03-01T12:00") is None
    assert read_moment("yesterday") is None


def test_a_moment_that_a_person_enters_is_in_the_clinics_zone() -> None:
    entered = read_local_moment("2026-03-01T12:00")
    assert entered == datetime(2026, 3, 1, 12, tzinfo=clinic_zone())
    assert read_local_moment("2026-03-01T12:00Z") is None
    assert read_local_moment("2026-02-30T12:00") is None
    assert read_local_moment("soon") is None


@pytest.mark.parametrize(
    ("zone", "entered", "sentence"),
    [
        (
            "America/New_York",
            datetime.fromisoformat("2027-03-14T02:30"),
            "2:30 AM on Mar 14 does not exist: the clocks go forward. "
            "The next time is 3:00 AM.",
        ),
        (
            "Australia/Lord_Howe",
            datetime.fromisoformat("2026-10-04T02:15"),
            "next time is 2:30 AM.",
        ),
        (
            "Africa/Cairo",
            datetime.fromisoformat("2027-04-30T00:00"),
            "The next time is 1:00 AM.",
        ),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_with_the_next_one(
    zone: str, entered: datetime, sentence: str
) -> None:
    with pytest.raises(SkippedTime) as refusal:
        local_moment(entered, ZoneInfo(zone))
    assert sentence in refusal.value.sentence


def test_times_beside_the_change_are_taken_and_of_two_the_first() -> None:
    zone = ZoneInfo("America/New_York")
    before, after = (
        datetime.fromisoformat("2027-03-14T01:59"),
        datetime.fromisoformat("2027-03-14T03:00"),
    )
    change = local_moment(after, zone).astimezone(UTC) - local_moment(before, zone)
    assert change == timedelta(minutes=1)
    twice = local_moment(datetime.fromisoformat("2026-11-01T01:30"), zone)
    assert twice.astimezone(UTC) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_field_says_the_same_and_the_calendars_end_is_no_error(
    clinic_is: ChangeClinic,
) -> None:
    clinic_is(time_zone="America/New_York")
    field = LocalMomentField()
    with pytest.raises(ValidationError, match="The next time is 3:00 AM"):
        field.clean("2027-03-14T02:30")
    with pytest.raises(ValidationError, match="Enter a date and time"):
        field.clean("2027-02-30T02:30")
    assert field.clean("9999-12-31T23:30").year == 9999
