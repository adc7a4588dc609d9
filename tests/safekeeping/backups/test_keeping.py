"""Which backups the rule keeps."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from safekeeping.backups.making.base_backup import label_of
from safekeeping.backups.storage.config import BackupRefused
from safekeeping.backups.storage.folder import FolderDestination
from safekeeping.backups.storage.keeping import KeepRule, kept
from safekeeping.backups.storage.manifest import (
    FULL,
    INCREMENTAL,
    LOGICAL,
    Manifest,
)

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
RULE = KeepRule.read("7 days, 5 weeks, 12 months")


def made(days_ago: int, kind: str = FULL, parent: str = "") -> Manifest:
    at = NOW - timedelta(days=days_ago)
    return Manifest(
        label=label_of(at, kind),
        kind=kind,
        parent=parent,
        system_id="1",
        timeline=1,
        start_lsn="0/1",
        stop_lsn="0/2",
        started_at=at,
        finished_at=at,
        server_version=18,
        database="medspa",
        database_bytes=1,
        app_version="",
        migrations={},
        recipients=[],
        files=[],
    )


def history(days: int) -> list[Manifest]:
    """A full one each Sunday, else incremental ones on the day before."""
    backups: list[Manifest] = []
    for ago in range(days, -1, -1):
        is_sunday = (NOW - timedelta(days=ago)).isoweekday() == 7
        if is_sunday or not backups:
            backups.append(made(ago))
        else:
            backups.append(made(ago, INCREMENTAL, backups[-1].label))
    return backups


def test_the_rule_is_read_as_it_is_written() -> None:
    assert KeepRule(7, 5, 12) == RULE
    assert KeepRule.read("1 day") == KeepRule(1)
    for text in ("7", "7 weeks", "seven days", ""):
        with pytest.raises(BackupRefused, match="BACKUP_KEEP"):
            KeepRule.read(text)


def test_days_weeks_and_months_are_kept_and_nothing_else() -> None:
    backups = history(400)
    labels = kept(backups, RULE, NOW)
    ages = sorted((NOW - m.finished_at).days for m in backups if m.label in labels)
    assert set(range(7)) <= set(ages)
    fulls = {(NOW - m.finished_at).days for m in backups if m.kind == FULL}
    assert {age for age in fulls if age < 35} <= set(ages)
    older = [age for age in ages if age >= 40]
    assert set(older) <= fulls
    assert 10 <= len(older) <= 12
    assert max(ages) < 372


def test_exports_are_kept_for_days_weeks_and_months_beside_full_ones() -> None:
    exports = [made(ago, LOGICAL) for ago in range(400, -1, -1)]
    labels = kept(exports, RULE, NOW)
    ages = sorted((NOW - m.finished_at).days for m in exports if m.label in labels)
    assert set(range(7)) <= set(ages)
    assert len([age for age in ages if 7 <= age < 40]) in (5, 6)
    assert 10 <= len([age for age in ages if age >= 40]) <= 12
    assert kept([*exports, *history(400)], RULE, NOW) == labels | kept(
        history(400), RULE, NOW
    )


def test_no_kept_backup_stands_on_a_deleted_one() -> None:
    backups = history(60)
    labels = kept(backups, RULE, NOW)
    assert all(m.parent in labels for m in backups if m.label in labels and m.parent)


def test_the_first_day_of_the_window_can_be_restored() -> None:
    """The backup before it stays, on which that day's log is replayed."""
    backups = [made(30), made(20), made(2)]
    assert made(20).label in kept(backups, KeepRule.read("7 days"), NOW)
    assert made(30).label not in kept(backups, KeepRule.read("7 days"), NOW)


def test_the_last_backup_stays_however_old_it_is() -> None:
    for kind in (FULL, LOGICAL):
        last = made(900, kind)
        assert kept([made(950, kind), last], RULE, NOW) == {last.label}


def test_a_backup_of_exactly_the_first_moment_of_the_days_is_what_they_stand_on() -> (
    None
):
    backups = [made(8), made(7), made(1)]
    assert kept(backups, KeepRule(7), NOW) == {one.label for one in backups[1:]}


def test_a_file_that_another_process_is_writing_is_not_cleaned_away(
    tmp_path: Path,
) -> None:
    place = FolderDestination(tmp_path)
    being_written, left_behind = tmp_path / ".new-1-ledger", tmp_path / ".new-2-base"
    for draft in (being_written, left_behind):
        draft.write_text("half")
    yesterday = time.time() - 86_400
    os.utime(being_written, (time.time(), time.time()))
    os.utime(left_behind, (yesterday, yesterday))
    place.clean()
    assert list(tmp_path.iterdir()) == [being_written]
