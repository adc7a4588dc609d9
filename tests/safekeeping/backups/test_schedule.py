"""What is due when; a worker that was away makes up once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from medspa.models import JobRun
from safekeeping.backups import periodic
from safekeeping.backups.health import log_line
from safekeeping.backups.running import is_due
from safekeeping.backups.schedule import is_backup_due, is_drill_due, is_full_due
from safekeeping.backups.storage.config import current_config
from safekeeping.erasure.periodic import keep_ledger
from safekeeping.models import (
    Backup,
    BackupDrill,
    BackupKind,
    BackupState,
    LogArchive,
)

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 27, 15, tzinfo=UTC)  # ten in the morning there
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def due(done: datetime | None, tried: datetime | None = None) -> bool:
    return is_backup_due(NOW, "02:00", ZONE, done, tried or done)


def test_a_backup_is_due_once_a_night_by_the_clinics_clock() -> None:
    night = datetime(2026, 11, 27, 2, tzinfo=ZONE)
    assert due(None)
    assert due(night - HOUR)
    assert not due(night)
    assert due(NOW - 2 * DAY)
    assert not due(NOW - 2 * DAY, tried=NOW - HOUR / 2)
    assert not is_backup_due(night - HOUR, "02:00", ZONE, night - DAY, night - DAY)


def test_a_full_one_is_due_each_week_and_a_drill_too() -> None:
    assert is_full_due(NOW, None)
    assert is_full_due(NOW, NOW - 7 * DAY + HOUR)
    assert not is_full_due(NOW, NOW - 6 * DAY)
    assert is_drill_due(NOW, None, None)
    assert is_drill_due(NOW, NOW - 8 * DAY, NOW - 8 * DAY)
    assert not is_drill_due(NOW, NOW - 8 * DAY, NOW - HOUR / 2)
    assert not is_drill_due(NOW, NOW - 6 * DAY, NOW - 6 * DAY)


@pytest.mark.django_db
def test_two_days_without_a_worker_are_made_up_by_one_backup_and_one_drill(
    settings: Settings,
) -> None:
    settings.BACKUP_AT = "02:00"
    long_ago = datetime.now(UTC) - 10 * DAY
    row = Backup.objects.create(
        label="a", kind=BackupKind.FULL, state=BackupState.DONE, started_at=long_ago
    )
    BackupDrill.objects.create(started_at=long_ago, finished_at=long_ago)
    for _ in range(3):
        periodic.start_what_is_due()
    assert [run.kind for run in JobRun.objects.all()] == [periodic.BACKUP]
    row.started_at = datetime.now(UTC)
    row.save()
    JobRun.objects.all().delete()
    for _ in range(3):
        periodic.start_what_is_due()
    assert [run.kind for run in JobRun.objects.all()] == [periodic.DRILL]


@pytest.mark.django_db
def test_where_nights_make_exports_no_backup_of_files_counts(
    settings: Settings,
) -> None:
    settings.BACKUP_METHOD, settings.BACKUP_AT = "export", "02:00"
    for kind in (BackupKind.FULL, BackupKind.LOGICAL):
        assert is_due(current_config(), datetime.now(UTC))
        Backup.objects.create(
            label=kind, kind=kind, state=BackupState.DONE, started_at=datetime.now(UTC)
        )
    assert not is_due(current_config(), datetime.now(UTC))
    assert log_line().is_ok
    LogArchive.objects.create(id=1, copy_problem="The bucket is away.")
    assert log_line().words.endswith("switched on. The bucket is away.")
    assert not log_line().is_ok
    with pytest.raises(CommandError, match="kept by the database's provider"):
        call_command("archive_wal", once=True)


@pytest.mark.django_db
def test_a_trial_on_an_outside_database_needs_no_role_for_backups(
    settings: Settings, tmp_path: Path
) -> None:
    settings.BACKUP_DIR, settings.BACKUP_SECOND = str(tmp_path), ""
    settings.BACKUP_DATABASE_URL, settings.BACKUP_AT = "", ""
    settings.IS_DATABASE_EXTERNAL = True
    periodic.backups_due(0)
    periodic.copy(0)
    keep_ledger(0)
    assert not JobRun.objects.exists()
    assert (tmp_path / "erasures/ledger.txt").is_file()
