"""The days that are offered for a next step: the clinic is open on them."""

from datetime import datetime

import pytest
from django.utils import timezone

from leads.services.next_steps import due_choices
from medspa.clinic_time import clinic_zone
from tests.clinics import ChangeClinic

pytestmark = pytest.mark.django_db

HOURS = {"opens": "10:00:00", "closes": "16:00:00"}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
CLOSED_ON_WEEKENDS = dict.fromkeys(WEEKDAYS, HOURS)


def friday_at(hour: int) -> datetime:
    return datetime(2026, 11, 27, hour, tzinfo=clinic_zone())


def offered(now: datetime) -> dict[str, tuple[str, str]]:
    """Key → label, and day and time by the clinic's clock."""
    return {
        key: (words, f"{timezone.localtime(at, clinic_zone()):%a %d %H:%M}")
        for key, words, at in due_choices(now)
    }


def test_without_hours_every_day_is_open() -> None:
    found = offered(friday_at(12))
    assert found["today"] == ("Today, 5:00 PM", "Fri 27 17:00")
    assert found["tomorrow"] == ("Tomorrow, 9:00 AM", "Sat 28 09:00")
    assert found["three_days"] == ("In three days (Mon, Nov 30)", "Mon 30 09:00")


def test_a_closed_day_is_replaced_by_the_next_open_one(
    clinic_is: ChangeClinic,
) -> None:
    clinic_is(
        opening_hours=CLOSED_ON_WEEKENDS,
        holidays=[{"on": "2026-11-30", "name": "Inventory"}],
    )
    found = offered(friday_at(12))
    assert found["today"] == ("Today, 4:00 PM", "Fri 27 16:00")
    assert found["tomorrow"] == ("Tue, Dec 1, 10:00 AM", "Tue 01 10:00")
    assert found["three_days"] == ("In three days (Tue, Dec 1)", "Tue 01 10:00")
    assert found["week"] == ("In a week (Fri, Dec 4)", "Fri 04 10:00")


def test_today_is_offered_only_until_the_clinic_closes(
    clinic_is: ChangeClinic,
) -> None:
    clinic_is(opening_hours=CLOSED_ON_WEEKENDS)
    assert "today" in offered(friday_at(15))
    assert "today" not in offered(friday_at(16))
    saturday = datetime(2026, 11, 28, 9, tzinfo=clinic_zone())
    assert "today" not in offered(saturday)


def test_a_clinic_that_never_opens_is_asked_for_the_day_itself(
    clinic_is: ChangeClinic,
) -> None:
    days = [f"2026-{month}-{day:02}" for month in (11, 12) for day in range(1, 31)]
    clinic_is(holidays=[{"on": day, "name": "Closed"} for day in days])
    assert offered(friday_at(12))["tomorrow"][1] == "Sat 28 09:00"
