"""An evening's figures are kept once, and stay as they were."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from kpis.models import MonthSnapshot
from kpis.period import Period, whole_month
from kpis.restatements.reading import baseline
from kpis.restatements.snapshots import (
    KEPT_MONTHS,
    missed_evenings,
    snapshot_of,
    take_snapshots,
)
from kpis.tasks import snapshot
from medspa.clinic_time import clinic_today, clinic_zone
from tests.clinics import ChangeClinic
from tests.kpis.test_restatements import MONTH, window


@pytest.fixture
def kept() -> MonthSnapshot:
    row = snapshot_of(window())
    row.full_clean()
    row.save()
    return row


@pytest.mark.parametrize(
    ("changes", "sentence", "rule"),
    [
        ({}, "This month was already saved on that day.", "once_a_day"),
        (
            {"month": MONTH.first + timedelta(days=1)},
            "A month must be given as its first day.",
            "month_is_a_first_day",
        ),
    ],
)
@pytest.mark.django_db
def test_rules_in_words_and_in_sql(
    kept: MonthSnapshot, changes: dict[str, date], sentence: str, rule: str
) -> None:
    row = snapshot_of(window())
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises(ValidationError, match=sentence):
        row.full_clean()
    with pytest.raises(IntegrityError, match=f"kpis_monthsnapshot_{rule}"):
        row.save()


@pytest.mark.parametrize("hour", [20, 21, 23])
@pytest.mark.django_db
def test_the_evenings_job_waits_for_the_clinics_evening(
    hour: int, clinic_is: ChangeClinic
) -> None:
    at_hour(hour, clinic_is)
    snapshot(timestamp=0)
    assert MonthSnapshot.objects.count() == (0 if hour < 21 else KEPT_MONTHS)


def at_hour(hour: int, clinic_is: ChangeClinic) -> None:
    """At whatever hour this runs, some zone of the world has that hour."""
    zones = {
        (datetime.now(UTC) + timedelta(hours=offset)).hour: f"Etc/GMT{-offset:+d}"
        for offset in range(-12, 12)
    }
    clinic_is(time_zone=zones[hour])


@pytest.mark.django_db
def test_a_missed_evening_is_made_up_for_the_next_morning(
    clinic_is: ChangeClinic,
) -> None:
    at_hour(8, clinic_is)
    today = clinic_today()
    yesterday, first = today - timedelta(days=1), today - timedelta(days=3)
    take_snapshots(first)
    assert missed_evenings(today) == [today - timedelta(days=2), yesterday]
    snapshot(timestamp=0)
    assert missed_evenings(today) == [today - timedelta(days=2)]
    made_up = MonthSnapshot.objects.filter(taken_on=yesterday)
    assert made_up.count() == KEPT_MONTHS
    assert {row.taken_at > datetime.now(UTC) - timedelta(hours=1) for row in made_up}
    assert not MonthSnapshot.objects.filter(taken_on=today).exists()


@pytest.mark.django_db
def test_before_the_first_snapshot_no_evening_was_missed(
    clinic_is: ChangeClinic,
) -> None:
    at_hour(8, clinic_is)
    assert missed_evenings(clinic_today()) == []
    snapshot(timestamp=0)
    assert not MonthSnapshot.objects.exists()


@pytest.mark.django_db
def test_an_evening_keeps_each_month_once() -> None:
    assert take_snapshots() == KEPT_MONTHS
    assert take_snapshots() == 0
    months = MonthSnapshot.objects.values_list("month", flat=True)
    assert len(set(months)) == KEPT_MONTHS == 14
    assert max(months) == whole_month(clinic_today()).first
    output = io.StringIO()
    call_command("snapshot_kpis", stdout=output)
    assert "already saved" in output.getvalue()


def test_two_workers_at_once_keep_each_month_once(committed: None) -> None:
    start = Barrier(2)

    def keep(_: int) -> None:
        start.wait(10)
        try:
            take_snapshots()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(keep, range(2)))
    assert MonthSnapshot.objects.count() == KEPT_MONTHS


@pytest.mark.django_db
def test_what_was_kept_never_changes(kept: MonthSnapshot) -> None:
    for change in (kept.delete, lambda: MonthSnapshot.objects.update(leads=0)):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            change()


@pytest.mark.django_db
def test_the_first_evening_after_the_month_is_the_one_to_compare_with() -> None:
    for days in (0, 2, 9):
        row = snapshot_of(window())
        row.taken_on = MONTH.last + timedelta(days=days)
        row.save()
    found = baseline(MONTH, clinic_zone().key)
    assert found is not None and found.taken_on == MONTH.last + timedelta(days=2)
    assert baseline(MONTH, "Antarctica/Troll") is None
    shorter = Period(MONTH.first, MONTH.last - timedelta(days=1))
    assert baseline(shorter, clinic_zone().key) is None
