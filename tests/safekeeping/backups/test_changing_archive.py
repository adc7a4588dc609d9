"""A destination changes while it is read: the log goes on, old backups are deleted."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from safekeeping.backups.restoring.restore import restore
from safekeeping.backups.storage import manifest as manifests
from safekeeping.backups.storage.copying import copy_to_second
from safekeeping.backups.storage.destinations import DestinationFailed, first_of
from safekeeping.backups.storage.folder import FolderDestination
from safekeeping.backups.storage.verifying import problems_in
from safekeeping.backups.storage.wal import PARTIAL
from tests.safekeeping.backups.cluster import OWNER, PUBLIC_KEY, Cluster
from tests.safekeeping.backups.test_keeping import made
from tests.safekeeping.backups.test_manifest import PUBLIC, store, with_file


def complete_the_segment(cluster: Cluster) -> None:
    cluster.write()
    cluster.run("SELECT pg_switch_wal()")
    cluster.archive()


def test_a_segment_completed_since_it_was_listed_is_read(
    cluster: Cluster, tmp_path: Path
) -> None:
    own = cluster.with_first(tmp_path)
    own.back_up(is_full=True)
    moment = own.write(2)
    own.archive()
    archive, place = own.archive_of, first_of(own.config)
    assert any(name.endswith(PARTIAL) for name in archive.segments.values())
    complete_the_segment(own)
    plan = archive.plan(moment)
    assert not any(name.endswith(PARTIAL) for name in plan.segments)
    own.write()
    own.archive()
    plan = own.archive_of.plan(None)
    assert plan.segments[-1].endswith(PARTIAL)
    complete_the_segment(own)
    restored = restore(own.config, place, plan, [OWNER], PUBLIC_KEY)
    try:
        [(found,)] = restored.server.ask("SELECT max(id) FROM ledger", "medspa")
    finally:
        restored.server.remove()
    assert found == len(own.written)


def test_a_segment_completed_since_it_was_listed_is_copied_the_next_time(
    cluster: Cluster, tmp_path: Path
) -> None:
    own = cluster.with_first(tmp_path / "first")
    config = replace(own.config, second=str(tmp_path / "second"))
    own.back_up(is_full=True)
    own.write()
    own.archive()
    [partial] = [
        name for name in own.archive_of.segments.values() if name.endswith(PARTIAL)
    ]
    beats = 0

    def while_it_copies() -> None:
        nonlocal beats
        beats += 1
        if beats == 1:
            complete_the_segment(own)

    copied = copy_to_second(config, while_it_copies)
    assert partial not in copied
    assert any("manifest.json" in name for name in copied)
    again = copy_to_second(config)
    assert partial.removesuffix(PARTIAL) in again
    assert not list(problems_in(FolderDestination(tmp_path / "second"), PUBLIC_KEY))


def test_a_backup_deleted_while_others_are_read_is_left_out(tmp_path: Path) -> None:
    place = FolderDestination(tmp_path)
    first, second, third = (with_file(made(days)) for days in (3, 2, 1))
    for backup in (first, second, third):
        store(place, backup)
    reading = manifests.read_all(place, PUBLIC)
    assert next(reading) == first
    for name in reversed(second.object_names):
        place.delete(name)
    assert list(reading) == [third]


def test_a_backup_without_its_signature_is_not_taken_for_a_deleted_one(
    tmp_path: Path,
) -> None:
    place = FolderDestination(tmp_path)
    backup = with_file(made(1))
    store(place, backup)
    place.delete(backup.object_name(manifests.SIGNATURE))
    with pytest.raises(DestinationFailed, match="No such file"):
        list(manifests.read_all(place, PUBLIC))
    assert len(list(problems_in(place, PUBLIC))) == 1


def test_folders_that_come_and_go_do_not_stop_the_listing(tmp_path: Path) -> None:
    place = FolderDestination(tmp_path)
    store(place, with_file(made(1)))
    is_over = threading.Event()

    def come_and_go() -> None:
        while not is_over.is_set():
            for number in range(40):
                (tmp_path / "backups" / f"going-{number}").mkdir()
            for number in range(40):
                (tmp_path / "backups" / f"going-{number}").rmdir()

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        for _ in range(300):
            assert len(place.names("backups/")) == 3
    finally:
        is_over.set()
        other.join()


def test_a_folder_that_cannot_be_read_is_not_an_empty_one(tmp_path: Path) -> None:
    place = FolderDestination(tmp_path)
    (tmp_path / "backups").symlink_to(tmp_path / "backups")
    with pytest.raises(DestinationFailed, match="can't be read"):
        place.names("backups/")
