"""Any moment comes back as it was, and what can't says why."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from safekeeping.backups.restoring.identities import name_of
from safekeeping.backups.restoring.plan import OutsideWindow
from safekeeping.backups.restoring.scratch import scratch_servers
from safekeeping.backups.storage.config import BackupRefused
from safekeeping.backups.storage.destinations import first_of
from safekeeping.backups.storage.manifest import FULL, INCREMENTAL
from safekeeping.backups.storage.sealing import identities_in
from safekeeping.backups.storage.wal import PARTIAL, Segment, WalGap
from tests.safekeeping.backups.cluster import ESCROW, OWNER, Cluster

COUNT = "SELECT count(*), max(id) FROM ledger"


def test_each_moment_is_what_was_acknowledged_until_then(cluster: Cluster) -> None:
    """Of a full backup with the log, and of an incremental one on top of it."""
    cluster.back_up(is_full=True)
    before = cluster.write(5)
    cluster.write(5)
    made = cluster.back_up()
    assert (made.kind, len(cluster.archive_of.plan(None).chain)) == (INCREMENTAL, 2)
    after = cluster.write(5)
    cluster.write(2)
    cluster.archive()
    for moment, key in ((before, OWNER), (after, ESCROW), (None, OWNER)):
        known = cluster.ledger_at(moment) if moment else len(cluster.written)
        with cluster.restored(moment, key) as restored:
            [found] = restored.server.ask(COUNT, "medspa")
            assert found == (known, known)
            settings = restored.server.ask("SHOW summarize_wal")
            assert settings == [("off",)]  # nothing of the old server's settings
    assert not scratch_servers(cluster.config)


def test_segments_archived_together_all_come_back(
    cluster: Cluster, tmp_path: Path
) -> None:
    """A segment doesn't hold what was written in those after it."""
    own = cluster.with_first(tmp_path)
    own.back_up(is_full=True)
    moments = []
    for _ in range(3):
        moments.append(own.write(2))
        own.run("SELECT pg_switch_wal()")
    own.archive()
    with own.restored(moments[1]) as restored:
        [(count, _)] = restored.server.ask(COUNT, "medspa")
        assert count == own.ledger_at(moments[1])


def test_moments_outside_the_backups_are_refused_with_the_window(
    cluster: Cluster,
) -> None:
    archive = cluster.archive_of
    window = archive.window()
    for moment in (
        window.first - timedelta(seconds=1),
        window.last + timedelta(seconds=1),
    ):
        with pytest.raises(OutsideWindow, match=r"from 20.* to 20.*choose a moment"):
            archive.plan(moment)
    assert archive.plan(window.first)
    assert archive.plan(window.last)


def test_a_gap_in_the_log_is_named_and_a_new_backup_ends_it(
    cluster: Cluster, tmp_path: Path
) -> None:
    own = cluster.with_first(tmp_path)
    made = own.back_up(is_full=True)
    for _ in range(3):
        own.write()
        own.run("SELECT pg_switch_wal()")
        moment = own.archive()
    archive, place = own.archive_of, first_of(own.config)
    third = Segment.at(made.timeline, made.start_lsn).following.following
    place.delete(archive.segments[third])
    with pytest.raises(WalGap, match="Earlier ones can"):
        own.archive_of.plan(moment)
    assert own.archive_of.plan(made.finished_at).label == made.label
    newer = own.back_up()
    assert own.archive_of.plan(None).label == newer.label


def test_a_segment_cut_short_in_the_middle_is_a_gap(
    cluster: Cluster, tmp_path: Path
) -> None:
    """Its partial copy says less than the segment did."""
    own = cluster.with_first(tmp_path)
    own.back_up(is_full=True)
    own.write()
    own.archive()
    [partial] = [n for n in own.archive_of.segments.values() if n.endswith(PARTIAL)]
    kept = (tmp_path / partial).read_bytes()
    own.run("SELECT pg_switch_wal()")
    own.write()
    moment = own.archive()
    (tmp_path / partial.removesuffix(PARTIAL)).unlink()
    (tmp_path / partial).write_bytes(kept)
    with pytest.raises(WalGap):
        own.archive_of.plan(moment)


def test_a_lost_identity_is_told_before_anything_is_fetched(cluster: Cluster) -> None:
    with pytest.raises(BackupRefused, match="encrypted to other keys"):
        name_of([], cluster.config.recipients)
    assert name_of([ESCROW], cluster.config.recipients) == "escrow"
    with pytest.raises(BackupRefused, match="isn't an age identity"):
        identities_in("AGE-SECRET-KEY-1NOTONE")


def test_the_server_keeps_no_key_that_opens_its_backups(cluster: Cluster) -> None:
    config = cluster.config
    secret = str(OWNER).encode()
    stored = [path for path in config.work.rglob("*") if path.is_file()]
    assert not [path for path in stored if secret in path.read_bytes()]
    assert secret.decode() not in repr(config)


def test_only_we_may_enter_the_restored_server(cluster: Cluster) -> None:
    with cluster.restored(None) as restored:
        assert restored.server.socket.stat().st_mode & 0o077 == 0
        assert restored.server.ask("SHOW listen_addresses") == [("",)]
    assert not restored.server.socket.exists()
    with pytest.raises(psycopg.OperationalError):
        restored.server.ask("SELECT 1")


def test_a_full_backup_is_made_when_nothing_is_known_of_the_last(
    cluster: Cluster, tmp_path: Path
) -> None:
    """Its folder is empty: an incremental one would stand on nothing."""
    assert cluster.with_first(tmp_path).back_up().kind == FULL
