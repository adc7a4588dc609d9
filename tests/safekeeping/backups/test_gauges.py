"""What Prometheus is told of backups and seals."""

from datetime import timedelta

import pytest

from medspa import clock
from medspa.audit.downloads import record_download
from medspa.probes.metrics import metrics_text
from safekeeping.models import LogArchive
from tests.factories import BackupDrillFactory, BackupFactory

pytestmark = pytest.mark.django_db


def figures() -> dict[str, float]:
    lines = metrics_text().decode().splitlines()
    return {
        line.split()[0]: float(line.split()[1])
        for line in lines
        if line.startswith("medspa_") and "{" not in line
    }


def test_ages_are_told_once_there_is_something() -> None:
    names = {
        "medspa_backup_age_seconds": 60,
        "medspa_restore_drill_age_seconds": 120,
        "medspa_wal_archive_lag_seconds": 180,
    }
    assert not names.keys() & figures().keys()
    now = clock.now()
    for minutes in (1, 9):
        BackupFactory(started_at=now - timedelta(minutes=minutes))
        BackupDrillFactory(started_at=now - timedelta(minutes=2 * minutes))
    BackupDrillFactory(started_at=now, problem="It was changed.")
    row = LogArchive.current()
    row.archived_at = now - timedelta(minutes=3)
    row.save()
    found = figures()
    for name, seconds in names.items():
        assert found[name] == pytest.approx(seconds, abs=10)


def test_the_lag_of_seals_is_that_of_the_oldest_unsealed_line() -> None:
    assert figures()["medspa_seal_lag_seconds"] == 0
    record_download("KPIs", "csv")
    assert 0 <= figures()["medspa_seal_lag_seconds"] < 10
