"""A drill from end to end: on a clinic of its own, backed up, restored and checked."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from medspa import clock
from medspa.models import AuditEvent
from safekeeping.backups import jobs
from safekeeping.backups.drills import drill as drills
from safekeeping.backups.drills.drill import random_minute, run_drill
from safekeeping.backups.health import drill_line, log_line
from safekeeping.backups.making.base_backup import make_backup
from safekeeping.backups.running import about, back_up, export
from safekeeping.backups.storage.config import EXPORT, BackupConfig
from safekeeping.backups.storage.copying import copy_to_second
from safekeeping.models import Backup, BackupDrill, BackupKind, BackupState
from tests.factories import BackupDrillFactory
from tests.safekeeping.backups.clinic_copy import backed_up_to, copied_to
from tests.safekeeping.backups.cluster import Cluster

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def clinic(
    cluster: Cluster, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The migrated tables on another server: no test here changes them."""
    with django_db_blocker.unblock(), copied_to(cluster) as url:
        yield url


@pytest.fixture
def config(cluster: Cluster, clinic: str, tmp_path: Path) -> BackupConfig:
    return backed_up_to(tmp_path, cluster, clinic)


def damage(folder: str, pattern: str) -> None:
    [path] = Path(folder).rglob(pattern)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)


def test_a_drill_proves_a_backup_and_notices_a_changed_byte(
    config: BackupConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = back_up(config, is_full=True)
    assert (row.state, row.problem) == (BackupState.DONE, "")
    drill = run_drill(config)
    assert drill.problem == ""
    assert (drill.label, drill.key_name) == (row.label, "owner")
    assert drill.report.count("ok: ") == 7
    assert 0 < drill.seconds < 60
    assert 0 <= drill.lost_seconds < 60
    assert drill_line().is_ok
    assert log_line().is_ok
    kinds = AuditEvent.objects.values_list("kind", flat=True)
    assert set(kinds) >= {"backup_made", "backup_drilled"}

    # The fourth, by a clock that jumped back: the first destination is of no use to it.
    copy_to_second(config)
    damage(config.first, "base.tar.zst.age")
    BackupDrillFactory.create_batch(2)
    earlier = clock.now() - 3 * DAY
    with monkeypatch.context() as jumped:
        jumped.setattr(drills.clock, "now", lambda: earlier)
        drill = run_drill(config)
    assert drill.problem == ""
    assert (drill.key_name, drill.is_second) == ("escrow", True)
    assert drill.source == config.second
    assert drill.lost_seconds == 0

    drill = run_drill(config)
    assert (drill.key_name, drill.is_second) == ("owner", False)
    assert "was changed or cut off" in drill.problem
    assert not drill_line().is_ok


def test_a_drill_proves_an_export_where_no_files_are_copied(
    config: BackupConfig,
) -> None:
    row = export(config)
    drill = run_drill(config)
    assert drill.problem == ""
    assert (drill.label, drill.key_name) == (row.label, "owner")
    assert drill.report.count("ok: ") == 7
    damage(config.first, "database.dump.zst.age")
    assert "was changed or cut off" in run_drill(config).problem


def test_a_night_without_files_exports_as_the_sites_role_and_deletes_old_exports(
    config: BackupConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the job, as the worker does it; that role copies no files."""
    url = config.database_url.replace("//postgres:", "//medspa:")
    config = replace(config, method=EXPORT, keep="1 day", database_url=url, second="")
    monkeypatch.setattr(jobs, "current_config", lambda: config)
    earlier = clock.now() - 3 * DAY
    with monkeypatch.context() as jumped:
        jumped.setattr(clock, "now", lambda: earlier)
        old = export(config)
    time.sleep(1)  # labels differ by the second
    asked: list[int] = []
    progress: Any = SimpleNamespace(step=asked.append)
    said = jobs.do_backup(jobs.BackupArguments(is_full=True), progress)
    row = Backup.objects.done().get()
    assert row.kind == BackupKind.LOGICAL
    assert said.startswith(f"Backup {row.label} was made: ")
    assert len(asked) > 10
    old.refresh_from_db()
    assert old.state == BackupState.DELETED
    assert [p.name for p in Path(config.first, "backups").iterdir()] == [row.label]


def test_between_the_end_of_the_log_and_the_last_backup_a_drill_takes_this_backup(
    config: BackupConfig,
) -> None:
    """As after an archive that was down: none of the log is archived."""
    make_backup(config, about(), is_full=True)
    last = make_backup(config, about(), is_full=False)
    drill = run_drill(config)
    assert drill.problem == ""
    assert (drill.label, drill.target) == (last.label, last.finished_at)

    asked = run_drill(config, target=last.finished_at - timedelta(microseconds=1))
    assert asked.problem.startswith("The backups reach from")


def test_a_drill_without_its_identity_says_what_to_do(
    cluster: Cluster, tmp_path: Path
) -> None:
    lost = replace(cluster.config, identities=(str(tmp_path / "lost.txt"),))
    drill = run_drill(lost)
    assert drill.problem.startswith("A drill needs an age identity: name its file")
    assert BackupDrill.objects.get() == drill


@pytest.mark.parametrize("days", [-400, -1, 0, 3, 400])
def test_whatever_the_clock_says_the_minute_can_be_restored(days: int) -> None:
    last = clock.now()
    first = last - 20 * DAY
    assert first <= random_minute(first, last, last + days * DAY) <= last
