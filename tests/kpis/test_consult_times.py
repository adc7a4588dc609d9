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
from kpis.events.opening_hours import open_ranges
from medspa.clinic_time import clinic_zone, local_date

# The Friday before the clocks go forward.
FRIDAY = datetime(2026, 3, 6, 17, tzinfo=UTC)


@pytest.mark.parametrize("ahead", range(14))
def test_suggested_times_come_soon_and_lie_in_opening_hours(ahead: int) -> None:
    now = FRIDAY + timedelta(days=ahead)
    times = suggested_times(now)
    assert len(times) == len(set(times)) == SUGGESTED
    assert times == sorted(times)
    for at in times:
        opens, closes = open_ranges(local_date(at, clinic_zone()))[0]
        assert opens <= at
        assert at + CONSULT_LENGTH <= closes
        assert at > now
    assert default_time(now) == times[0]


def test_over_a_weekend_the_next_suggestion_is_on_monday() -> None:
    local = suggested_times(FRIDAY)[0].astimezone(clinic_zone())
    assert (local.date(), local.time()) == (date(2026, 3, 9), time(10))


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
def test_a_consult_outside_opening_hours_is_named(local: str, is_open: bool) -> None:
    when = datetime.fromisoformat(local).replace(tzinfo=clinic_zone())
    said = "" if is_open else "This is outside opening hours."
    assert closed_in_words(when) == said
