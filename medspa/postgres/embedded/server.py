"""Starting, stopping and watching the embedded server."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from medspa.postgres.embedded import cluster, connection, home, programs, replacing
from medspa.postgres.embedded.connection import Connection
from medspa.postgres.embedded.errors import EmbeddedPostgresError
from medspa.postgres.embedded.home import Home
from medspa.postgres.embedded.postmaster import Postmaster

# Given at each start, so that a newer checkout's values reach existing data.
SETTINGS = {
    "listen_addresses": connection.HOST,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    # What the archive of a trial that isn't running may hold back.
    "max_slot_wal_keep_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log stays small and holds no row and no statement: starts, stops, crashes.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
START_SECONDS = 120  # replaying gigabytes of log after a crash takes a while
LOG_BYTES = 1_000_000


class EmbeddedPostgres:
    """One PostgreSQL server with its data in `folder`, shared by all who start it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self) -> str:
        """The DATABASE_URL; the first call chooses port and password."""
        return self._connection().url

    @property
    def port(self) -> int:
        return self._connection().port

    @property
    def home_id(self) -> str:
        return self._connection().home_id

    def start(self) -> bool:
        """Make sure that the server runs until `stop()`; True if it did not before.

        The port changes if another program has taken it meanwhile: `port` tells.
        """
        is_started = self._start(permanent=True)
        self._stops_after_last_use.unlink(missing_ok=True)
        return is_started

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """A running server for the time of the block, shared with other processes.

        A server that was started for such a block stops at the end of the last one.
        """
        with self._lock_file("users") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self._start(permanent=False)
            try:
                yield
            finally:
                if _is_last(users) and self._stops_after_last_use.exists():
                    self.stop()

    def stop(self) -> bool:
        """Stop the server; True if it was running. Open connections are cut."""
        with self._lock():
            server = self._postmaster()
            was_running = server is not None and server.pid is not None
            if server is not None:
                server.halt()
            return was_running

    def replace_data(self, data: Path, name: str) -> Path | None:
        """Stop the server and start it with this data in the place of its own.

        Where the old data is kept: a folder named with `name`; None if there was none.
        """
        with self._lock():
            ours = home.resolve(self.folder, self.home_id)
            draft = replacing.bring(ours, data)
            ours.postmaster.halt()
            kept = replacing.swap(ours, draft, name)
        self.start()
        return kept

    def kept_data(self) -> list[Path]:
        """The folders with data that was replaced, oldest first."""
        return replacing.kept_in(self.folder, self.home_id)

    def is_running(self) -> bool:
        server = self._postmaster()
        return server is not None and server.is_ready

    def status(self) -> str:
        server = self._postmaster()
        if server is None:
            return "No database yet: `manage.py devdb start` makes one."
        if server.is_ready:
            return (
                f"PostgreSQL is running on {connection.HOST}:{server.port} "
                f"(process {server.pid}), data in {server.data}."
            )
        return f"PostgreSQL is not running; its data is in {server.data}."

    def psql(self, arguments: Sequence[str] = ()) -> NoReturn:
        """Replace this process by psql, connected to our database."""
        if not self.is_running():
            raise EmbeddedPostgresError(self.status())
        ours = self._connection()
        environment = {
            name: value for name, value in os.environ.items() if name[:2] != "PG"
        } | {
            "PGHOST": connection.HOST,
            "PGPORT": str(ours.port),
            "PGUSER": connection.ROLE,
            "PGDATABASE": connection.DATABASE,
            "PGPASSWORD": ours.password,
        }
        psql = self.binary("psql")
        os.execve(psql, ["psql", *arguments], environment)  # noqa: S606

    def binary(self, name: str) -> Path:
        """The path of one of the bundled programs: pg_dump, pg_restore, psql…"""
        path = programs.installed() / "bin" / name
        if not path.is_file():
            raise EmbeddedPostgresError(f"The bundled PostgreSQL has no {name}.")
        return path

    @property
    def _stops_after_last_use(self) -> Path:
        """Exists if the server was started by `in_use()` and not by `start()`."""
        return self.folder / "stops_after_last_use"

    def _start(self, *, permanent: bool) -> bool:
        with self._lock() as lock:
            replacing.undo_interrupted(self.folder, self.home_id)
            server_home = home.resolve(self.folder, self.home_id)
            if self._is_up(server_home):
                return False
            server_home.postmaster.halt()
            self._prepare(server_home, lock)
            if not permanent:
                self._stops_after_last_use.touch()
            self._launch(server_home)
            return True

    @contextmanager
    def _lock(self) -> Iterator[int]:
        """One start or stop at a time; the lock of a dead process is released."""
        with self._lock_file("lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield lock
            except OSError as error:
                raise EmbeddedPostgresError(
                    f"The embedded PostgreSQL cannot use its files: {error}."
                ) from error

    @contextmanager
    def _lock_file(self, name: str) -> Iterator[int]:
        try:
            connection.make_folder(self.folder)
            lock = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise EmbeddedPostgresError(_folder_is_closed(self.folder, error)) from None
        try:
            yield lock
        finally:
            os.close(lock)

    def _connection(self) -> Connection:
        try:
            return connection.load_or_create(self.folder)
        except OSError as error:
            raise EmbeddedPostgresError(_folder_is_closed(self.folder, error)) from None

    def _postmaster(self) -> Postmaster | None:
        data = home.data_folder(self.folder, self._connection().home_id)
        return Postmaster(data) if data else None

    def _is_up(self, server_home: Home) -> bool:
        """Does the server run with the port and password of connection.json?"""
        server, ours = server_home.postmaster, self._connection()
        return (
            server.await_ready(START_SECONDS)
            and server.port == ours.port
            and cluster.knows_password(server_home, ours)
            and not server.runs_from_removed_programs
        )

    def _prepare(self, server_home: Home, lock: int) -> None:
        ours = self._connection()
        if not connection.is_free(ours.port):
            ours = replace(ours, port=connection.free_port(self.folder))
            connection.save(self.folder, ours)
        if not server_home.data.is_dir():
            cluster.create(server_home, ours, lock)
        elif not cluster.knows_password(server_home, ours):
            cluster.reset_password(server_home, ours, lock)

    def _launch(self, server_home: Home) -> None:
        log_start = _open_log(server_home)
        settings = SETTINGS | {
            "port": str(self._connection().port),
            "cluster_name": server_home.postmaster.cluster_name,
        }
        result = server_home.run(
            "pg_ctl",
            "start",
            "--wait",
            f"--timeout={START_SECONDS}",
            f"--pgdata={server_home.data}",
            f"--log={server_home.log}",
            "--options",
            " ".join(f"-c {name}={value}" for name, value in settings.items()),
        )
        # A pg_ctl whose caller was killed may have been faster: its server is ours too.
        if result.returncode and not server_home.postmaster.await_ready(START_SECONDS):
            with server_home.log.open(errors="replace") as log:
                log.seek(log_start)
                said = " ".join(line.strip() for line in log.readlines()[-5:])
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL did not start: {said or result.stdout} "
                f"(its log is {server_home.log})"
            )


def _is_last(users: int) -> bool:
    """Does nobody else hold the shared lock? A new user waits until we close it."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open_log(server_home: Home) -> int:
    """Make the log writable for the server and return its length."""
    if server_home.log.exists() and server_home.log.stat().st_size > LOG_BYTES:
        server_home.log.replace(server_home.log.with_suffix(".log.1"))
    server_home.log.touch(mode=0o600)
    server_home.chown(server_home.log)
    return server_home.log.stat().st_size


def _folder_is_closed(folder: Path, error: OSError) -> str:
    return (
        f"The embedded PostgreSQL cannot use {folder} ({error.strerror}): run as the "
        "user who made it, or set DATABASE_URL."
    )
