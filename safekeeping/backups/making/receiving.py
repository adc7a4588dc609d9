"""Following the server's log: `pg_receivewal` fills the spool, which is archived.

The server keeps the log for our slot until it is in the spool, and the spool keeps it
until it is in the first destination. A dead second destination holds up neither.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import psycopg

from safekeeping.backups.making import programs
from safekeeping.backups.making.archiving import HISTORY, Archiver, spooled
from safekeeping.backups.making.server import (
    SLOT,
    connected,
    keep_log,
    look_at,
    moment_and_position,
    prepare,
)
from safekeeping.backups.storage.config import BackupConfig, BackupRefused
from safekeeping.backups.storage.destinations import first_of
from safekeeping.backups.storage.manifest import FULL, INCREMENTAL, read_all
from safekeeping.backups.storage.signing import public_key
from safekeeping.backups.storage.wal import PARTIAL, Segment, segments_in

SECONDS_BETWEEN_CHECKS = 10
SECONDS_TO_CATCH_UP = 5
# With more than this in the spool the server keeps the rest.
SPOOL_LIMIT = 4 * 1024**3
GAP = (
    "It has a gap after the last backup: what is newer can't be restored until the "
    "next one. Press Back up now."
)
CAUGHT_UP = """
    SELECT coalesce(bool_or(write_lsn >= %s::pg_lsn), false) FROM pg_stat_replication
    WHERE application_name = 'pg_receivewal'
"""

# (moment before which everything is archived, position, names) or a sentence.
Note = Callable[[datetime | None, str, str], object]


class AlreadyFollowed(BackupRefused):
    """Another process on this computer archives the log."""


class Receiver:
    """The program `pg_receivewal`, started again when it has ended."""

    def __init__(self, config: BackupConfig, major: int) -> None:
        self.config = config
        self.program = programs.folder_of(major) / "bin" / "pg_receivewal"
        self.process: subprocess.Popen[bytes] | None = None

    def keep_running(self) -> None:
        spooled = sum(path.stat().st_size for path in self.config.spool.iterdir())
        if spooled > SPOOL_LIMIT:
            self.stop()
        elif self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
                [self.program, *arguments(self.config), "--status-interval=1"],
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(self.config),
                umask=0o077,
                # What tells us to end doesn't end it: it has the last of the log.
                process_group=0,
            )

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            self.process.kill()
            self.process.wait()
            self.process = None


def arguments(config: BackupConfig) -> list[str]:
    return [f"--directory={config.spool}", f"--slot={SLOT}", "--no-password"]


def environment(config: BackupConfig) -> dict[str, str]:
    url = programs.environment(config.role_url)
    return {"PATH": os.defpath, "LC_ALL": "C", "PGAPPNAME": "pg_receivewal"} | url


@contextmanager
def only_receiver(config: BackupConfig) -> Iterator[None]:
    config.work.mkdir(parents=True, exist_ok=True, mode=0o711)
    config.spool.mkdir(exist_ok=True, mode=0o700)
    lock = os.open(config.work / "receiver.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise AlreadyFollowed("The log is being archived by another process.") from None
    finally:
        os.close(lock)


def follow(config: BackupConfig, note: Note, must_end: Callable[[], bool]) -> None:
    """Archive the log until `must_end`; what goes wrong is noted, and tried again."""
    with only_receiver(config):
        while not must_end():
            try:
                _follow(config, note, must_end)
            except (BackupRefused, psycopg.Error, OSError) as error:
                note(None, "", _sentence(error))
                _pause(must_end)


def follow_in_turn(
    config: BackupConfig, note: Note, must_end: Callable[[], bool]
) -> None:
    """Like `follow`; while another process follows, wait until that has ended."""
    while not must_end():
        try:
            follow(config, note, must_end)
        except AlreadyFollowed:
            _pause(must_end)


def _follow(config: BackupConfig, note: Note, must_end: Callable[[], bool]) -> None:
    with connected(config.role_url) as link:
        server = prepare(link)
        archiver = Archiver(config, server.system_id)
        if _goes_on_elsewhere(config, link):
            _begin_anew(config, archiver)
        is_whole = False
        receiver = Receiver(config, server.major)
        try:
            is_last = False
            while not is_last:
                # What was committed before we are stopped is archived before we end.
                is_last = must_end()
                receiver.keep_running()
                moment, position = moment_and_position(link)
                if _is_received(link, position):
                    archiver.archive(moment)
                    is_whole = is_whole or not has_gap(config, server.system_id)
                    note(archiver.until, position, "" if is_whole else GAP)
                else:
                    note(None, "", "The server's log doesn't reach this computer.")
                    if _goes_on_elsewhere(config, link):
                        receiver.stop()
                        _begin_anew(config, archiver)
                        is_whole = False
                _pause(must_end)
        finally:
            receiver.stop()


def catch_up(config: BackupConfig) -> tuple[datetime, str] | None:
    """Archive everything committed until now, then return that moment and position.

    None when a follower runs, here or elsewhere: it does the same within seconds.
    """
    with connected(config.role_url) as link:
        if _is_followed(link):
            return None
        try:
            with only_receiver(config):
                return _catch_up(config, link)
        except AlreadyFollowed:  # its follower is about to connect
            return None


def _catch_up(
    config: BackupConfig, link: psycopg.Connection[Any]
) -> tuple[datetime, str]:
    server = look_at(link)
    archiver = Archiver(config, server.system_id)
    if _goes_on_elsewhere(config, link):
        _begin_anew(config, archiver)
    moment, position = moment_and_position(link)
    # So that there is something behind the position, however idle it is.
    link.execute("SELECT pg_logical_emit_message(true, 'medspa', 'backup')")
    programs.run(
        programs.folder_of(server.major) / "bin" / "pg_receivewal",
        *arguments(config),
        "--no-loop",
        f"--endpos={position}",
        env=environment(config),
    )
    archiver.archive(moment)
    return moment, position


def _is_followed(link: psycopg.Connection[Any]) -> bool:
    row = link.execute(
        "SELECT active FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
    ).fetchone()
    return bool(row and row[0])


def has_gap(config: BackupConfig, system_id: str) -> bool:
    """Does the archive lack a segment of after the last backup?"""
    place, key = first_of(config), public_key(config.signing_key)
    made = [one for one in read_all(place, key) if one.system_id == system_id]
    backups = [one for one in made if one.kind in (FULL, INCREMENTAL)]
    if not backups:
        return False
    first = Segment.at(backups[-1].timeline, backups[-1].start_lsn)
    known = [
        segment.number
        for segment in segments_in(place, system_id)
        if segment.timeline == first.timeline and segment >= first
    ]
    return bool(known) and len(known) != max(known) - first.number + 1


def _goes_on_elsewhere(config: BackupConfig, link: psycopg.Connection[Any]) -> bool:
    """Can the server no longer send what follows the end of the spool?

    After a restore or a failover that end may not exist any more; and a slot that was
    made anew, by us or by a backup, begins later. Without a spool `pg_receivewal`
    begins where the slot does.
    """
    if keep_log(link):
        return True
    row = link.execute(
        "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8), restart_lsn::text"
        " FROM pg_replication_slots WHERE slot_name = %s",
        [SLOT],
    ).fetchone()
    names = [
        path.name for path in spooled(config.spool) if not path.name.endswith(HISTORY)
    ]
    if not row or not names:
        return False
    if any(name[:8] < row[0] for name in names):
        return True
    last = Segment.named(max(names))
    following = last if max(names).endswith(PARTIAL) else last.following
    return bool(row[1]) and following < Segment.at(last.timeline, row[1])


def _begin_anew(config: BackupConfig, archiver: Archiver) -> None:
    """The log goes on elsewhere than the spool ends: archive what is there first."""
    archiver.archive(None)
    for path in config.spool.iterdir():
        path.unlink()


def _is_received(link: psycopg.Connection[Any], position: str) -> bool:
    deadline = time.monotonic() + SECONDS_TO_CATCH_UP
    while time.monotonic() < deadline:
        row = link.execute(CAUGHT_UP, [position]).fetchone()
        if row and row[0]:
            return True
        time.sleep(0.1)
    return False


def _pause(must_end: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_BETWEEN_CHECKS
    while time.monotonic() < deadline and not must_end():
        time.sleep(0.2)


def _sentence(error: Exception) -> str:
    if isinstance(error, BackupRefused):
        return error.sentence
    return f"The log can't be archived: {type(error).__name__}."
