"""A server of its own for restored data, reached by a socket that only we may enter."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from medspa.postgres.embedded import connection, home, programs
from medspa.postgres.embedded.cluster import LOCALE
from medspa.postgres.embedded.errors import EmbeddedPostgresError
from medspa.postgres.embedded.home import Home
from medspa.postgres.embedded.postmaster import Postmaster
from safekeeping.backups.making.programs import folder_of, wheel
from safekeeping.backups.storage.config import BackupConfig, BackupRefused

HOME_ID = "restored"
SCRATCH_START_SECONDS = 3_600
TOO_EARLY = "recovery ended before configured recovery target was reached"
# No row and no statement gets into its log. What a backup brings along of the old
# server's settings is left aside: it may name files that aren't here.
SCRATCH_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "hot_standby": "off",
    "archive_mode": "off",
    "max_wal_size": "4GB",
    "max_prepared_transactions": "10",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# Nobody needs a scratch server's data after a power cut.
UNSAFE = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass(frozen=True)
class ScratchServer:
    """`folder` holds `data`, `wal` with the segments to replay, and the settings."""

    folder: Path
    socket: Path
    home: Home
    tools: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def environment(self, database: str, role: str) -> dict[str, str]:
        """For our own commands on the restored database."""
        url = f"postgres://{quote(role, '')}@/{database}"
        return {
            "DATABASE_URL": url,
            # The clinic's own, or none, belongs to another server.
            "BACKUP_DATABASE_URL": url,
            "PGHOST": str(self.socket),
            "PGPORT": SCRATCH_SETTINGS["port"],
        }

    def superuser(self) -> dict[str, str]:
        """For PostgreSQL's own programs."""
        port = SCRATCH_SETTINGS["port"]
        return {"PGHOST": str(self.socket), "PGPORT": port, "PGUSER": "postgres"}

    def create(self, settings: dict[str, str]) -> None:
        """Start it with an empty cluster."""
        _give(self.home, self.folder)
        arguments = [f"--pgdata={self.data}", "--username=postgres", "--auth=trust"]
        result = programs.run(
            [self.tools / "initdb", *arguments, "--no-sync", *LOCALE],
            self.home.account,
        )
        if result.returncode:
            raise BackupRefused("The scratch server can't be created: initdb failed.")
        self.start(settings)

    def recover(self, settings: dict[str, str]) -> None:
        """Replay the log up to the target, and open the database for writing.

        A target after the last commit is never "reached": then all there is counts.
        """
        (self.data / "recovery.signal").touch()
        goal = {
            "restore_command": f"cp '{self.folder}/wal/%f' '%p'",
            "recovery_target_action": "promote",
            "recovery_target_timeline": "current",
        }
        try:
            self.start(goal | settings)
        except BackupRefused:
            if TOO_EARLY not in self.log.read_text(errors="replace"):
                raise
            rest = {k: v for k, v in settings.items() if k != "recovery_target_time"}
            self.start(goal | rest)

    def start(self, settings: dict[str, str]) -> None:
        self._write_settings(settings)
        _give(self.home, self.folder)
        _give(self.home, self.socket)
        result = programs.run(
            [
                self.tools / "pg_ctl",
                "start",
                "--wait",
                f"--timeout={SCRATCH_START_SECONDS}",
                f"--pgdata={self.data}",
                f"--log={self.log}",
                f"--options=-c config_file={self.folder}/postgresql.conf",
            ],
            self.home.account,
        )
        # In recovery pg_ctl waits for less than a server that takes connections.
        if result.returncode or not Postmaster(self.data).await_ready(
            SCRATCH_START_SECONDS
        ):
            lines = self.log.read_text(errors="replace").splitlines()
            fatal = [line.partition("FATAL:")[2] for line in lines if "FATAL:" in line]
            said = (fatal or lines or [result.stdout])[-1].strip()
            raise BackupRefused(f"The restored server did not start: {said}")

    def stop(self) -> None:
        Postmaster(self.data).halt()
        shutil.rmtree(self.socket, ignore_errors=True)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, query: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        with self.connected(database) as link:
            return link.execute(query.encode()).fetchall()

    @contextmanager
    def connected(self, database: str) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(
            host=str(self.socket),
            port=SCRATCH_SETTINGS["port"],
            user="postgres",
            dbname=database,
            autocommit=True,
        ) as link:
            yield link

    def _write_settings(self, settings: dict[str, str]) -> None:
        files = {
            "unix_socket_directories": str(self.socket),
            "hba_file": f"{self.folder}/pg_hba.conf",
            "ident_file": f"{self.folder}/pg_ident.conf",
        }
        lines = [
            f"{name} = '{value.replace(chr(39), chr(39) * 2)}'"
            for name, value in (SCRATCH_SETTINGS | files | settings).items()
        ]
        (self.folder / "postgresql.conf").write_text("\n".join(lines) + "\n")
        (self.folder / "pg_hba.conf").write_text("local all all trust\n")
        (self.folder / "pg_ident.conf").write_text("")


def new_scratch(config: BackupConfig, major: int) -> ScratchServer:
    """An empty folder for a server of this version."""
    root = config.work / "restored"
    tools = folder_of(major)
    try:
        connection.make_folder(config.work)
        connection.make_folder(root)
        # A wheel that the server's account can't enter is copied to where it can.
        place = home.resolve(root, HOME_ID, None if tools == wheel() else tools)
    except (EmbeddedPostgresError, OSError) as error:
        raise BackupRefused(str(error)) from error
    folder = place.folder / f"server-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    socket = Path(tempfile.mkdtemp(prefix="medspa-restored-", dir="/tmp"))
    return ScratchServer(folder, socket, place, place.programs / "bin")


def scratch_servers(config: BackupConfig) -> list[Path]:
    """The folders of scratch servers that are still there."""
    roots = (config.work / "restored", home.OUTSIDE / HOME_ID)
    return [path for root in roots for path in sorted(root.glob("server-*"))]


def remove_scratch_servers(config: BackupConfig) -> int:
    folders = scratch_servers(config)
    for folder in folders:
        Postmaster(folder / "data").halt()
        shutil.rmtree(folder, ignore_errors=True)
    return len(folders)


def _give(place: Home, folder: Path) -> None:
    """To the server's account: all of it, because we may run as root."""
    if place.account is None:
        return
    place.chown(folder)
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            place.chown(Path(root) / name)


__all__ = ["ScratchServer", "new_scratch", "remove_scratch_servers", "scratch_servers"]
