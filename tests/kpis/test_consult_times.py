"""The times that are suggested for a consult, and what is said of unusual ones."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from kpis.events.consult_times import (
    CONSULT_LENGTH,
    SUGGESTED,
    closed_in_words,
    default_time,
    suggested_times,
)
from kpis.events.opening_hours import first_open, open_ranges
from leads.services.next_steps import due_choices
from medspa.clinic_time import clinic_zone, local_date
from tests.clinics import ChangeClinic

NINE_TO_FIVE = {"opens": "09:00:00", "closes": "17:00:00"}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OPEN = dict.fromkeys(WEEKDAYS, NINE_TO_FIVE)
HOLIDAY = {"on": "2026-03-09", "name": "Spring Day"}
# The Friday before the clocks go forward.
FRIDAY = datetime(2026, 3, 6, 17, tzinfo=UTC)


def is_within_hours(at: datetime) -> bool:
    ranges = open_ranges(local_date(at, clinic_zone()))
    return any(start <= at <= end - CONSULT_LENGTH for start, end in ranges)


def test_no_time_in_a_break_is_suggested_or_called_usual(
    clinic_is: ChangeClinic,
) -> None:
    early = {"break_from": "09:30:00", "break_to": "16:00:00"}
    clinic_is(opening_hours={"monday": NINE_TO_FIVE | early})
    times = suggested_times(FRIDAY)
    assert times
    assert all(map(is_within_hours, times))
    noon = datetime(2026, 3, 9, 12, tzinfo=clinic_zone())
    assert closed_in_words(noon) == "This is outside opening hours."
    assert closed_in_words(noon.replace(hour=16)) == ""


@pytest.mark.parametrize("ahead", range(14))
def test_suggested_times_come_soon_and_lie_in_opening_hours(
    ahead: int, clinic_is: ChangeClinic
) -> None:
    short = {"opens": "12:15:00", "closes": "14:20:00"}
    clinic_is(opening_hours={"monday": NINE_TO_FIVE, "saturday": short})
    now = FRIDAY + timedelta(days=ahead)
    times = suggested_times(now)
    assert len(times) == len(set(times)) == SUGGESTED
    assert times == sorted(times)
    for at in times:
        assert is_within_hours(at)
        assert at > now


def test_over_a_weekend_the_next_suggestion_is_on_monday() -> None:
    """Also where nobody has entered any hours."""
    local = suggested_times(FRIDAY)[0].astimezone(clinic_zone())
    assert (local.date(), local.time()) == (date(2026, 3, 9), time(10))


@pytest.mark.parametrize("hours", [{}, OPEN])
def test_no_time_of_a_holiday_is_suggested(
    hours: dict[str, object], clinic_is: ChangeClinic
) -> None:
    clinic_is(opening_hours=hours, holidays=[HOLIDAY])
    local = suggested_times(FRIDAY)[0].astimezone(clinic_zone())
    assert local.date() == date(2026, 3, 10)
    noon = datetime(2026, 3, 9, 12, tzinfo=clinic_zone())
    assert closed_in_words(noon) == "The clinic is closed that day: Spring Day."


def test_a_clinic_that_is_never_open_suggests_nothing(clinic_is: ChangeClinic) -> None:
    days = [str(FRIDAY.date() + timedelta(days=ahead)) for ahead in range(40)]
    clinic_is(holidays=[{"on": day, "name": "Closed"} for day in days])
    assert suggested_times(FRIDAY) == []
    assert default_time(FRIDAY).astimezone(clinic_zone()).hour == 10


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-03-06T09:00", True),
        ("2026-03-06T08:59", False),
        ("2026-03-06T16:30", True),
        ("2026-03-06T16:31", False),
        ("2026-03-07T12:00", False),
    ],
)
def test_a_consult_outside_opening_hours_is_named(
    local: str, is_open: bool, clinic_is: ChangeClinic
) -> None:
    when = datetime.fromisoformat(local).replace(tzinfo=clinic_zone())
    # Nothing is called unusual while nobody has entered the hours.
    assert closed_in_words(when) == ""
    clinic_is(opening_hours=OPEN)
    said = "" if is_open else "This is outside opening hours."
    assert closed_in_words(when) == said


LONG_BREAK = {"break_from": "12:00:00", "break_to": "13:30:00"}


@pytest.mark.parametrize(
    ("local", "opens"),
    [
        ("2026-03-06T08:10", "2026-03-06T09:00"),
        ("2026-03-06T10:10", "2026-03-06T10:10"),
        ("2026-03-06T12:00", "2026-03-06T13:30"),
        ("2026-03-06T16:59", "2026-03-06T16:59"),
        # A weekend and a holiday follow.
        ("2026-03-06T17:00", "2026-03-10T09:00"),
        ("2026-03-08T03:30", "2026-03-10T09:00"),
    ],
)
def test_a_moment_at_which_the_clinic_is_closed_waits_until_it_opens(
    local: str, opens: str, clinic_is: ChangeClinic
) -> None:
    week = dict.fromkeys(WEEKDAYS, NINE_TO_FIVE | LONG_BREAK)
    clinic_is(opening_hours=week, holidays=[HOLIDAY])
    moment, expected = (
        datetime.fromisoformat(text).replace(tzinfo=clinic_zone())
        for text in (local, opens)
    )
    assert first_open(moment) == expected


@pytest.mark.parametrize(
    ("local", "opens"),
    [
        ("2026-03-07T08:10", "2026-03-07T09:00"),
        ("2026-03-07T11:10", "2026-03-07T11:10"),
        ("2026-03-07T17:10", "2026-03-08T09:00"),
        # A holiday follows.
        ("2026-03-08T18:00", "2026-03-10T09:00"),
    ],
)
def test_where_hours_are_unknown_next_steps_are_due_on_any_day(
    local: str, opens: str, clinic_is: ChangeClinic
) -> None:
    """As what can be chosen for them, which is every day from nine to five."""
    clinic_is(holidays=[HOLIDAY])
    moment, expected = (
        datetime.fromisoformat(text).replace(tzinfo=clinic_zone())
        for text in (local, opens)
    )
    assert first_open(moment) == expected
    chosen = {key: due for key, _, due in due_choices(moment)}
    assert chosen["tomorrow"] == first_open(chosen["tomorrow"])


def test_a_clinic_that_is_never_open_lets_nothing_wait(clinic_is: ChangeClinic) -> None:
    days = [str(FRIDAY.date() + timedelta(days=ahead)) for ahead in range(40)]
    clinic_is(holidays=[{"on": day, "name": "Closed"} for day in days])
    assert first_open(FRIDAY) == FRIDAY
