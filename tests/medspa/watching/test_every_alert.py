"""Each condition that the clinic is told of: told once, and once that it is over."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from medspa import clock
from medspa.alerts.models import AlertMessage, MessageKind
from medspa.alerts.watching import watch
from medspa.clock import DATABASE_CLOCK
from medspa.health.measuring import CERTIFICATE, Result, keep
from medspa.models import KeyCheck
from medspa.request_counts.models import RequestMinute
from safekeeping.models import BackupDrill, LogArchive
from tests.factories import BackupDrillFactory
from tests.medspa.watching.test_probes import wait_in_queue

Patch = pytest.MonkeyPatch
Make = Callable[[Patch, bool], None]


def archived(patch: Patch, is_bad: bool) -> None:
    """Whether the log is archived: two minutes late, or almost."""
    moment = clock.now() - timedelta(seconds=130 if is_bad else 110)
    LogArchive.objects.update_or_create(id=1, defaults={"archived_at": moment})


def drilled(patch: Patch, is_bad: bool) -> None:
    BackupDrill.objects.all().delete()
    age = timedelta(days=8, hours=1 if is_bad else -1)
    BackupDrillFactory(started_at=clock.now() - age)


def waiting(patch: Patch, is_bad: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    wait_in_queue(timedelta(minutes=5, seconds=20 if is_bad else -20))


def failing(patch: Patch, is_bad: bool) -> None:
    RequestMinute.objects.all().delete()
    errors = 11 if is_bad else 10
    RequestMinute.objects.create(minute=clock.now(), requests=1000, errors=errors)


def filled(patch: Patch, is_bad: bool) -> None:
    free = 14 if is_bad else 15
    usage = SimpleNamespace(total=100, used=100 - free, free=free)
    patch.setattr(shutil, "disk_usage", lambda folder: usage)


def certified(patch: Patch, is_bad: bool) -> None:
    end = clock.now() + timedelta(days=14, hours=-1 if is_bad else 1)
    keep(CERTIFICATE, Result(end.timestamp()))


def keys_used(patch: Patch, is_bad: bool) -> None:
    age = timedelta(days=366 if is_bad else 364)
    KeyCheck.objects.update(created_at=clock.now() - age)


def clock_off(patch: Patch, is_bad: bool) -> None:
    skew = timedelta(minutes=-2 if is_bad else 0)
    patch.setattr(DATABASE_CLOCK, "wall", lambda: datetime.now(UTC) - skew)


CONDITIONS: dict[str, Make] = {
    "Archived log": archived,
    "Last proven restore": drilled,
    "Queue": waiting,
    "Requests that failed": failing,
    "Disk": filled,
    "Certificate": certified,
    "Age of keys": keys_used,
    "Clock": clock_off,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_is_told_once_and_once_that_it_is_over(
    name: str, db: None, settings: Settings, monkeypatch: Patch, tmp_path: Any
) -> None:
    settings.SITE_URL = "https://crm.example.com"
    settings.BACKUP_DIR = str(tmp_path)
    settings.ALERT_WEBHOOK_URL = "https://hooks.example.com/"
    told = AlertMessage.objects.filter(alert__name=name).order_by("created_at", "id")
    kinds: list[str] = []
    for is_bad, kind in ((False, None), (True, MessageKind.BEGAN), (False, "over")):
        CONDITIONS[name](monkeypatch, is_bad)
        watch()
        watch()
        kinds += [kind] if kind else []
        assert [message.kind for message in told.all()] == kinds
    assert all(message.alert.to_do for message in told.all())
