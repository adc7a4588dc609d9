"""The processes of a clinic, how each is killed, and what starts it again."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

import psycopg

from bench.over_http import HOST, free_port, wait_for
from medspa.postgres.embedded.errors import EmbeddedPostgresError
from medspa.postgres.embedded.server import EmbeddedPostgres

SUPERVISED_EVERY = 0.5
STOP_SECONDS = 40


class Victim(StrEnum):
    WEB_WORKER = "web worker"
    JOB_WORKER = "job worker"
    CONNECTION = "database connection"
    DATABASE = "database"


class Clinic:
    """Gunicorn as it is deployed, a job worker and the database."""

    def __init__(
        self,
        folder: Path,
        server: EmbeddedPostgres,
        environment: dict[str, str],
        worker: tuple[str, ...] = ("manage.py", "worker"),
    ) -> None:
        self.folder, self.server = folder, server
        self.worker_command = worker
        self.port = free_port()
        self.environment = environment | {"GUNICORN_BIND": f"{HOST}:{self.port}"}
        self.is_over = threading.Event()

    def __enter__(self) -> "Clinic":
        self.web = self._start(
            *("-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "medspa.wsgi"),
            *("--log-level", "critical", "--no-control-socket"),
        )
        wait_for(self.web, self.port)
        self.worker = self._start(*self.worker_command)
        self.supervisor = threading.Thread(target=self._supervise)
        self.supervisor.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.is_over.set()
        self.supervisor.join()
        for process in (self.worker, self.web):
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kill(self, victim: Victim, chance: random.Random) -> bool:
        """Send SIGKILL; False if there is none of them at this moment."""
        pids = {
            Victim.WEB_WORKER: lambda: _children(self.web.pid),
            Victim.JOB_WORKER: lambda: [self.worker.pid],
            Victim.CONNECTION: self._connections,
            Victim.DATABASE: self._postmaster,
        }[victim]()
        if not pids:
            return False
        with suppress(ProcessLookupError):
            os.kill(chance.choice(sorted(pids)), signal.SIGKILL)
            return True
        return False

    def finish_jobs(self, seconds: float) -> None:
        """Wait until the queue is empty."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError):
                if not self._asked(
                    "SELECT id FROM procrastinate_jobs WHERE status IN"
                    " ('todo', 'doing') AND task_name NOT LIKE '%tasks%'"
                ):
                    return
            time.sleep(1)

    def _start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )

    def _supervise(self) -> None:
        """As systemd would: what has ended starts again."""
        while not self.is_over.wait(SUPERVISED_EVERY):
            if self.worker.poll() is not None:
                self.worker = self._start(*self.worker_command)
            if not self.server.is_running():
                with suppress(EmbeddedPostgresError):
                    self.server.start()

    def _connections(self) -> list[int]:
        with suppress(psycopg.OperationalError):
            return [
                pid
                for (pid,) in self._asked(
                    "SELECT pid FROM pg_stat_activity WHERE datname ="
                    " current_database() AND pid <> pg_backend_pid()"
                )
            ]
        return []

    def _postmaster(self) -> list[int]:
        postmaster = self.server._postmaster()
        return [postmaster.pid] if postmaster and postmaster.pid else []

    def _asked(self, sql: str) -> list[tuple]:
        with psycopg.connect(self.server.url(), connect_timeout=3) as connection:
            return connection.execute(sql).fetchall()


def _children(pid: int) -> list[int]:
    return [
        int(child)
        for path in Path(f"/proc/{pid}/task").glob("*/children")
        for child in path.read_text().split()
    ]
