"""Destinations that fail, and backups that are killed: the next one works."""

import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from safekeeping.backups.making import archiving, receiving
from safekeeping.backups.making.base_backup import (
    About,
    AlreadyRunning,
    alone,
    make_backup,
)
from safekeeping.backups.making.server import APPLICATION_NAME, SLOT
from safekeeping.backups.storage.destinations import DestinationFailed, first_of
from safekeeping.backups.storage.folder import FolderDestination
from safekeeping.backups.storage.manifest import labels_in
from tests.forked import forked
from tests.safekeeping.backups.cluster import Cluster

Notes = list[tuple[datetime | None, str, str]]


@contextmanager
def files_are_at_most(size: int) -> Iterator[None]:
    """As on a full disk: writing beyond that is an error."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


@contextmanager
def following(cluster: Cluster, notes: Notes) -> Iterator[None]:
    """`archive_wal` in a thread."""
    stop = threading.Event()
    thread = threading.Thread(
        target=receiving.follow,
        args=(cluster.config, lambda *note: notes.append(note), stop.is_set),
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def no_write_is_lost(cluster: Cluster) -> None:
    plan = cluster.archive_of.plan(cluster.written[-1][0])
    assert plan.until > cluster.written[-1][0]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "SECONDS_BETWEEN_CHECKS", 0.2)
    monkeypatch.setattr(archiving, "SAID_AGAIN_AFTER", timedelta(seconds=0.5))


def test_a_full_disk_ends_a_backup_in_words_and_leaves_nothing(
    cluster: Cluster, tmp_path: Path
) -> None:
    own = cluster.with_first(tmp_path)
    made = own.back_up(is_full=True)
    stored = tmp_path / made.object_names[-1]
    with (
        files_are_at_most(1_000_000),
        pytest.raises(DestinationFailed, match=r"can't be written: File too large"),
    ):
        first_of(own.config).write("backups/big", stored.with_name("base.tar.zst.age"))
    names = first_of(own.config).names("")
    assert not [name for name in names if "big" in name or ".new-" in name]
    assert not list(tmp_path.rglob(".new-*"))


@pytest.mark.parametrize("act", ["backup", "list"])
def test_a_destination_that_is_gone_is_named(
    cluster: Cluster, tmp_path: Path, act: str
) -> None:
    """A file in the folder's place: root may write everywhere else."""
    (tmp_path / "disk").write_text("")
    own = cluster.with_first(tmp_path / "disk" / "backups")
    with pytest.raises(DestinationFailed, match=f"{tmp_path}.* can't be"):
        own.back_up() if act == "backup" else first_of(own.config).size("wal/1")


def test_a_folder_that_nobody_may_write_is_named(tmp_path: Path) -> None:
    """Not even root may write there: as on a disk that is mounted read-only."""
    (tmp_path / "segment").write_bytes(b"sealed")
    with pytest.raises(
        DestinationFailed, match=r"^The backup folder /sys/.* written: "
    ):
        FolderDestination(Path("/sys/backups")).write("wal/1", tmp_path / "segment")


def test_while_the_destination_is_away_the_log_is_kept_and_then_archived(
    cluster: Cluster, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    own, notes = cluster.with_first(disk), Notes()
    made = own.back_up(is_full=True)
    disk.rename(tmp_path / "elsewhere")
    disk.write_text("")
    with following(own, notes):
        own.write(3)
        own.run("SELECT pg_switch_wal()")
        own.write(3)
        patiently(lambda: any("can't be written" in note[2] for note in notes))
        disk.unlink()
        (tmp_path / "elsewhere").rename(disk)
        written = own.written[-1][0]
        patiently(lambda: any(note[0] and note[0] > written for note in notes))
    no_write_is_lost(own)
    with own.restored(None) as restored:
        [(count,)] = restored.server.ask("SELECT count(*) FROM ledger", "medspa")
        assert count == len(own.written)
    assert restored.plan.label == made.label


def test_a_follower_archives_a_quiet_commit_within_seconds(
    cluster: Cluster, tmp_path: Path
) -> None:
    own, notes = cluster.with_first(tmp_path), Notes()
    own.back_up(is_full=True)
    with following(own, notes):
        own.write()
        written = own.written[-1][0]
        patiently(lambda: any(note[0] and note[0] > written for note in notes))
        with pytest.raises(Exception, match="by another process"):
            receiving.follow(own.config, print, lambda: True)
        assert receiving.catch_up(own.config) is None
    no_write_is_lost(own)


def test_what_is_committed_before_a_follower_is_stopped_is_archived(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "SECONDS_BETWEEN_CHECKS", 60)
    own, notes = cluster.with_first(tmp_path), Notes()
    own.back_up(is_full=True)
    with following(own, notes):
        patiently(lambda: any(note[0] for note in notes))
        own.write()
    no_write_is_lost(own)


def test_a_slot_that_was_lost_is_made_anew(cluster: Cluster, tmp_path: Path) -> None:
    """What follows a gap comes back from the next backup on."""
    own = cluster.with_first(tmp_path)
    own.back_up(is_full=True)
    own.run("SELECT pg_drop_replication_slot(%s)", SLOT)
    own.back_up()
    own.write()
    own.archive()
    no_write_is_lost(own)


def test_a_log_that_goes_on_behind_a_gap_is_followed_and_the_gap_is_told(
    cluster: Cluster, tmp_path: Path
) -> None:
    """The slot was lost while nobody followed, and a failed backup made it anew."""
    own, notes = cluster.with_first(tmp_path), Notes()
    own.back_up(is_full=True)
    own.run("SELECT pg_drop_replication_slot(%s)", SLOT)
    for _ in range(3):
        own.write()
        own.run("SELECT pg_switch_wal()")
        own.run("CHECKPOINT")
    own.run("SELECT pg_create_physical_replication_slot(%s, true)", SLOT)
    with following(own, notes):
        own.write()
        written = own.written[-1][0]
        patiently(lambda: any(note[0] and note[0] > written for note in notes))
        assert notes[-1][2] == receiving.GAP
        make_backup(own.config, About())
        patiently(lambda: not notes[-1][2])
        own.write()
        again = own.written[-1][0]
        patiently(lambda: notes[-1][0] and notes[-1][0] > again)
    no_write_is_lost(own)


def test_a_killed_backup_leaves_nothing_after_the_next_one(
    cluster: Cluster, tmp_path: Path
) -> None:
    own = cluster.with_first(tmp_path / "first")
    staging = own.config.work / "staging"
    with forked(partial(own.back_up, is_full=True)) as process:
        patiently(lambda: list(staging.glob("raw/base.tar")))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
    (tmp_path / "first" / "backups" / "20200101T000000-full").mkdir(parents=True)
    half = tmp_path / "first/backups/20200101T000000-full/base.tar.zst.age"
    half.write_bytes(b"half")
    made = own.back_up()
    assert labels_in(first_of(own.config)) == [made.label]
    assert not half.exists()
    assert not staging.exists()
    assert not own.run(
        "SELECT 1 FROM pg_stat_activity WHERE application_name = %s", APPLICATION_NAME
    )


def test_two_backups_at_once_are_one(cluster: Cluster) -> None:
    with alone(cluster.config), pytest.raises(AlreadyRunning):
        cluster.back_up()


def patiently(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, "waited for nothing"
        threading.Event().wait(0.02)
