"""The server that is backed up: its settings, and the slot that keeps its log."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from safekeeping.backups.storage.config import BackupRefused

SLOT = "medspa_backup"
# How the server knows the connections of our pg_basebackup.
APPLICATION_NAME = "medspa_backup"
FIRST_VERSION = 170_000
# What a backup wants of the server, and needs no restart for. A log that nobody
# fetches is kept only so long as the disk has room for it.
WANTED = {"summarize_wal": "on"}
SLOT_LIMIT = {"max_slot_wal_keep_size": "4GB"}
UNLIMITED = "-1"


@dataclass(frozen=True)
class Server:
    """What is known of the server at one moment."""

    version: int
    system_id: str
    timeline: int
    now: datetime
    summarizes: bool
    database_bytes: int

    @property
    def major(self) -> int:
        return self.version // 10_000


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the role that may replicate; each statement commits."""
    try:
        link = psycopg.connect(url, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        raise BackupRefused(
            f"The database can't be reached for a backup: {_short(error)}"
        ) from error
    with link:
        yield link


def look_at(link: psycopg.Connection[Any]) -> Server:
    row = _row(
        link,
        "SELECT current_setting('server_version_num')::int,"
        " (SELECT system_identifier::text FROM pg_control_system()),"
        " (SELECT timeline_id FROM pg_control_checkpoint()), clock_timestamp(),"
        " coalesce(current_setting('summarize_wal', true) = 'on', false),"
        " pg_database_size(current_database())",
    )
    return Server(*row)


def prepare(link: psycopg.Connection[Any]) -> Server:
    """Set what backups need where we may; and the server as it is then."""
    server = look_at(link)
    if server.version < FIRST_VERSION:
        raise BackupRefused(
            f"This is PostgreSQL {server.major}: backups of ours need 17 or later. "
            "For older servers there is pgBackRest (see docs/backups.md)."
        )
    if _is_superuser(link):
        for name, value in _settings(link).items():
            link.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        link.execute("SELECT pg_reload_conf()")
    return look_at(link)


def _settings(link: psycopg.Connection[Any]) -> dict[str, str]:
    """What isn't set yet. An administrator's own limit of the slot stays."""
    wanted = {name: v for name, v in WANTED.items() if _setting(link, name) != v}
    if _setting(link, "max_slot_wal_keep_size") == UNLIMITED:
        wanted |= SLOT_LIMIT
    return wanted


def _setting(link: psycopg.Connection[Any], name: str) -> str:
    row = link.execute("SELECT current_setting(%s)", [name]).fetchone()
    return str(row[0]) if row else ""


def _is_superuser(link: psycopg.Connection[Any]) -> bool:
    row = link.execute("SELECT current_setting('is_superuser') = 'on'").fetchone()
    return bool(row and row[0])


def keep_log(link: psycopg.Connection[Any]) -> bool:
    """Make sure that the slot is there; True if a new one had to be made.

    A new one begins now: what was written before, and isn't archived, is a gap.
    """
    row = link.execute(
        "SELECT wal_status, invalidation_reason FROM pg_replication_slots"
        " WHERE slot_name = %s",
        [SLOT],
    ).fetchone()
    if row and row[0] != "lost":
        return False
    if row:
        link.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
    link.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])
    return True


def end_abandoned(link: psycopg.Connection[Any]) -> None:
    """End what a killed backup left on the server: it would wait for us forever."""
    link.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE backend_type = 'walsender' AND application_name = %s"
        " AND usename = current_user",
        [APPLICATION_NAME],
    )


def moment_and_position(link: psycopg.Connection[Any]) -> tuple[datetime, str]:
    """The server's time, and the end of its log, which holds all of before."""
    [moment] = _row(link, "SELECT clock_timestamp()")
    [position] = _row(link, "SELECT pg_current_wal_flush_lsn()::text")
    return moment, position


def _row(link: psycopg.Connection[Any], query: str) -> tuple[Any, ...]:
    return link.execute(query.encode()).fetchall()[0]


def _short(error: psycopg.Error) -> str:
    return str(error).strip().splitlines()[-1]
