"""PostgreSQL servers of one run alone, thrown away with their folder.

The programs are those of the embedded server, which runs them as somebody else when
this is root.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from medspa.postgres.embedded import home
from medspa.postgres.embedded.connection import HOST, free_port
from medspa.postgres.embedded.home import Home

PASSWORD = "scratch"
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "shared_buffers": "64MB",
    "max_connections": "40",
    "log_min_messages": "fatal",
    "hot_standby_feedback": "on",
}


@contextmanager
def scratch_home(parent: str | None = None) -> Iterator[Home]:
    """A folder in `parent` that the server's account may enter; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="medspa-scratch-", dir=parent))
    folder.chmod(0o711)
    outside, home.OUTSIDE = home.OUTSIDE, folder / "outside"
    try:
        (folder / "servers").mkdir()
        place = home.resolve(folder / "servers", "scratch")
        place.folder.chmod(0o711)
        place.chown(place.folder)
        yield place
    finally:
        home.OUTSIDE = outside
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_port(running: subprocess.Popen, port: int, seconds: float = 20) -> None:
    """Until somebody listens there; RuntimeError when the program ends before."""
    until = time.monotonic() + seconds
    while running.poll() is None and time.monotonic() < until:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{running.args!r} doesn't listen on port {port}")


@dataclass
class ScratchServer:
    """One server: its data folder within the home, and its port."""

    home: Home
    name: str
    port: int

    @classmethod
    def create(cls, place: Home, name: str) -> "ScratchServer":
        """Made and started, with the role and the database "medspa"."""
        server = cls(place, name, free_port(place.folder / name))
        password = place.folder / f"{name}.password"
        password.write_text(PASSWORD)
        place.chown(password)
        server._run(
            "initdb",
            f"--pgdata={server.data}",
            "--username=postgres",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
        )
        server.start()
        server.ask(f"CREATE ROLE medspa LOGIN CREATEDB PASSWORD '{PASSWORD}'")
        server.ask("CREATE DATABASE medspa OWNER medspa")
        return server

    def replica(self, name: str) -> "ScratchServer":
        """A copy that follows this server, started."""
        copy = ScratchServer(self.home, name, free_port(self.home.folder / name))
        self._run(
            "pg_basebackup",
            f"--dbname={self.url(user='postgres', database='postgres')}",
            f"--pgdata={copy.data}",
            "--checkpoint=fast",
            "--write-recovery-conf",
            "--no-sync",
        )
        copy.start()
        return copy

    @property
    def data(self) -> Path:
        return self.home.folder / self.name

    def url(self, *, user: str = "medspa", database: str = "medspa") -> str:
        return f"postgres://{user}:{PASSWORD}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        settings = SETTINGS | {"port": str(self.port), "fsync": "off"}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = self.home.folder / f"{self.name}.log"
        self._run(
            "pg_ctl",
            *("start", "--wait", f"--pgdata={self.data}", f"--log={log}"),
            *("--options", options),
        )

    def stop(self) -> None:
        self.home.run("pg_ctl", "stop", "--wait", "--mode=fast", f"-D{self.data}")

    def kill(self) -> None:
        """As a crash: at once, and every session with it."""
        self.home.run("pg_ctl", "stop", "--wait", "--mode=immediate", f"-D{self.data}")

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """As the superuser."""
        url = self.url(user="postgres", database=database)
        with psycopg.connect(url, autocommit=True) as link:
            cursor = link.execute(statement)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def load(self, dump: str) -> None:
        """What `pg_dump` wrote, into the database "medspa"."""
        self._run("psql", "-qXv", "ON_ERROR_STOP=1", self.url(), text=dump)

    def _run(self, program: str, *arguments: str, text: str | None = None) -> None:
        done = self.home.run(program, *arguments, text=text)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout[-2000:]}")


def dump_of(place: Home, url: str) -> str:
    """The whole database as SQL, without owners."""
    done = place.run("pg_dump", "--no-owner", "--no-privileges", url)
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:])
    return done.stdout
