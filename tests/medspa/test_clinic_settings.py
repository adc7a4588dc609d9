"""The clinic as the program reads it: hours, holidays, and when it is read."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from medspa.clinic.current import clinic_scope, current_clinic
from medspa.clinic.settings import ClinicSettings
from medspa.clinic_time import clinic_zone
from medspa.formats import clinic_formats
from medspa.models import Clinic, User
from medspa.setup.models import the_clinic

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
OPEN = ClinicSettings(
    opening_hours={"monday": {"opens": "09:00:00", "closes": "17:30:00"}},
    holidays=[{"on": "2026-11-30", "name": "Founder's day"}],
)


def test_the_clinic_is_open_in_its_hours_by_its_own_clock() -> None:
    (hours,) = OPEN.open_ranges(MONDAY)
    assert hours == (
        datetime(2026, 11, 23, 14, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 22, 30, tzinfo=UTC),
    )
    assert OPEN.is_open(hours[0])
    assert not OPEN.is_open(hours[1])


def test_a_clinic_with_a_break_is_open_before_and_after_it() -> None:
    day = {"opens": "09:00:00", "closes": "18:00:00"}
    day |= {"break_from": "12:00:00", "break_to": "13:00:00"}
    clinic = ClinicSettings(opening_hours={"monday": day})
    morning, afternoon = clinic.open_ranges(MONDAY)
    assert [moment.hour for moment in (*morning, *afternoon)] == [14, 17, 18, 23]
    at_noon = morning[1]
    assert not clinic.is_open(at_noon)
    assert clinic.is_open(at_noon - timedelta(minutes=1))
    assert clinic.is_open(afternoon[0])


def test_the_clinic_is_closed_on_other_days_and_on_holidays() -> None:
    assert OPEN.open_ranges(TUESDAY) == []
    assert OPEN.open_ranges(date(2026, 11, 30)) == []
    assert OPEN.holiday_on(date(2026, 11, 30)) == "Founder's day"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("time_zone", "America/Atlantis", "Choose a time zone from the list."),
        ("time_zone", "../../etc/passwd", "Choose a time zone from the list."),
        ("holidays", [{"on": "2026-02-30", "name": "x"}], "holidays.0.on"),
        ("holidays", [{"on": "2026-12-25", "name": "x"}] * 2, "A day is entered twice"),
        ("opening_hours", {"monday": {"opens": "9", "closes": "17:00"}}, "opens"),
        ("opening_hours", {"monday": {"opens": "09:00Z", "closes": "17:00"}}, "time"),
        ("opening_hours", {"monday": {"opens": "09:00"}}, "closes"),
        (
            "opening_hours",
            {"monday": {"opens": "09:00", "closes": "17:00", "break_to": "12:00"}},
            "a break needs both times",
        ),
    ],
)
def test_what_can_be_no_clinic_is_refused(
    field: str, value: Any, sentence: str
) -> None:
    clinic = the_clinic()
    setattr(clinic, field, value)
    with pytest.raises(ValidationError) as refused:
        clinic.full_clean()
    assert sentence in " ".join(refused.value.message_dict[field])


@pytest.mark.django_db
def test_a_new_clinic_is_that_of_the_settings() -> None:
    with clinic_scope():
        assert current_clinic() == ClinicSettings()


@pytest.mark.django_db
def test_a_job_reads_the_clinic_once_and_the_next_one_sees_the_change() -> None:
    with clinic_scope():
        assert clinic_zone().key == "America/New_York"
        Clinic.objects.update(time_zone="Asia/Tokyo", country="GB", currency="GBP")
        with CaptureQueriesContext(connection) as queries:
            assert clinic_zone().key == "America/New_York"
            assert clinic_formats().country == "US"
        assert len(queries) == 0
    with clinic_scope(), CaptureQueriesContext(connection) as queries:
        assert clinic_zone().key == "Asia/Tokyo"
        assert clinic_formats().money(100) == "£1"
    assert len(queries) == 1


@pytest.mark.django_db
def test_who_saves_the_clinic_sees_the_change_at_once() -> None:
    with clinic_scope():
        current_clinic()
        clinic = the_clinic()
        clinic.time_zone = "Asia/Tokyo"
        clinic.save()
        assert clinic_zone().key == "Asia/Tokyo"


@pytest.mark.django_db
def test_djangos_own_dates_follow_the_clinic() -> None:
    moment = datetime(2026, 11, 22, 21, 14, tzinfo=UTC)
    Clinic.objects.update(time_zone="Asia/Tokyo")
    with clinic_scope():
        assert timezone.localtime(moment).isoformat() == "2026-11-23T06:14:00+09:00"
        entered = timezone.make_aware(datetime(2026, 11, 23, 6, 14))  # noqa: DTZ001
        assert entered == moment
        assert timezone.get_current_timezone_name() == "Asia/Tokyo"


@pytest.mark.django_db
def test_a_page_knows_the_clinics_paper_without_a_query_for_it(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)
    Clinic.objects.update(country="GB", currency="GBP", time_zone="Europe/London")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/runs/")
    assert page.status_code == 200
    assert b' data-paper="a4"' in page.content
    alone = [one for one in queries if one["sql"].startswith("SELECT \n(SELECT row_to")]
    assert alone == []
    assert any("row_to_json(clinic)" in one["sql"] for one in queries)
