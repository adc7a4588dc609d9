"""The demo's web server, worker and archive, as in production; they end with it."""

import ctypes
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from medspa.refusals import Refused

DEMO_HOST = "127.0.0.1"
STOP_SECONDS = 10
# A worker that ends at once is not started again and again.
RESTART_SECONDS = 5
GUNICORN = (
    "-m",
    "gunicorn",
    "medspa.wsgi",
    "--worker-class=gthread",
    "--workers=2",
    "--threads=4",
    "--graceful-timeout=5",
    "--log-level=warning",
    "--no-control-socket",
)
# From Linux's prctl.h.
SET_PARENT_DEATH_SIGNAL = 1


class DemoServerError(Refused):
    """The demo can't serve here."""

    code = "demo_refused"


@contextmanager
def only_demo(folder: Path, port: int) -> Iterator[int]:
    """Be the only demo on `port`: an earlier one of this checkout is ended.

    The earlier one may be forgotten in another terminal, or may have outlived a killed
    `make`. The kernel releases a file lock however its holder dies, so a held lock
    means a running demo. The yielded file descriptor is a second lock, which the web
    server inherits: it stays held while that server has the port, even when the demo
    itself was killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    demo = _open(folder / f"demo.{port}.lock")
    server = _open(folder / f"demo.{port}.server.lock")
    try:
        if not _try_lock(demo):
            _end_holder(demo)
        os.ftruncate(demo, 0)
        os.pwrite(demo, str(os.getpid()).encode(), 0)
        _wait_for_lock(server, "The web server of an earlier demo doesn't stop.")
        _refuse_used_port(port)
        yield server
    finally:
        os.close(demo)
        os.close(server)


@contextmanager
def serving(folder: Path, port: int, lock: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the project in `folder`; enters the block once a page has answered."""
    with _running(folder, lock, *GUNICORN, f"--bind={DEMO_HOST}:{port}") as server:
        _await_answer(server, port)
        yield server


class DemoProgram:
    """A command that runs beside the web server; one that has ended is replaced."""

    def __init__(self, folder: Path, lock: int, name: str, *command: str) -> None:
        self.folder, self.lock, self.name, self.command = folder, lock, name, command
        self.started_at = 0.0
        self.process = self._started()

    def keep(self) -> str:
        """Start it again if it has ended; what to tell, else empty."""
        code = self.process.poll()
        if code is None or time.monotonic() < self.started_at + RESTART_SECONDS:
            return ""
        self.process = self._started()
        return f"The {self.name} has ended (exit code {code}). Another one has started."

    def stop(self) -> None:
        _stop(self.process)

    def _started(self) -> subprocess.Popen[bytes]:
        self.started_at = time.monotonic()
        return _start(self.folder, self.lock, "manage.py", *self.command)


@contextmanager
def working(
    folder: Path, lock: int, *, archives: bool = False
) -> Iterator[list[DemoProgram]]:
    """Run a worker for the project in `folder`, and an archive of the log."""
    programs = [DemoProgram(folder, lock, "worker", "worker")]
    if archives:
        archive = "archive_wal", "--wait"
        programs.append(DemoProgram(folder, lock, "archive of the log", *archive))
    try:
        yield programs
    finally:
        for program in programs:
            program.stop()


@contextmanager
def _running(
    folder: Path, lock: int, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    process = _start(folder, lock, *arguments)
    try:
        yield process
    finally:
        _stop(process)


def _start(folder: Path, lock: int, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a Python process that ends when this process does, even by a kill."""
    return subprocess.Popen(  # noqa: S603 (our own interpreter, no shell)
        [sys.executable, *arguments],
        cwd=folder,
        pass_fds=[lock],
        env=os.environ | {"DEBUG_PAGES": "off"},
        # So that Ctrl-C reaches only the demo, which ends the others in order.
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end_holder(lock: int) -> None:
    holder = os.pread(lock, 20, 0)
    if holder:
        with suppress(ProcessLookupError):
            os.kill(int(holder), signal.SIGTERM)
    _wait_for_lock(lock, f"An earlier demo (process {holder.decode()}) does not end.")


def _wait_for_lock(lock: int, sentence: str) -> None:
    deadline = time.monotonic() + 2 * STOP_SECONDS
    while not _try_lock(lock):
        if time.monotonic() > deadline:
            raise DemoServerError(sentence)
        time.sleep(0.05)


def _refuse_used_port(port: int) -> None:
    if not _is_free(port):
        raise DemoServerError(
            f"Port {port} is in use by another program. Stop it, or choose "
            f'another port: make demo ARGS="--port {port + 1}"'
        )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((DEMO_HOST, port))
        except OSError as error:
            if isinstance(error, PermissionError):
                raise DemoServerError(f"You may not serve on port {port}.") from error
            return False
    return True


def _await_answer(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        page = http.client.HTTPConnection(DEMO_HOST, port, timeout=60)
        try:
            page.request("GET", "/")
            page.getresponse()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
        finally:
            page.close()
    raise DemoServerError("The web server did not start; see its message above.")


def _end_with_parent() -> None:
    """Runs in the child before it starts: Linux ends it when the demo is killed."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
