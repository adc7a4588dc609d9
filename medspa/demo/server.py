"""The demo's web server and worker, as in production, tied to the demo's life."""

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

HOST = "127.0.0.1"
STOP_SECONDS = 10
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


class DemoServerError(Exception):
    """One sentence for the person at the terminal."""


@contextmanager
def only_demo(folder: Path, port: int) -> Iterator[int]:
    """Be the one demo on `port`: an earlier one of this checkout has to end.

    The earlier one may be forgotten in another terminal, or outlive a killed `make`.
    The kernel gives a lock back however its holder dies, so whoever holds it lives.
    What is yielded is a second lock: its web server inherits it, and shows by it that
    it still has the port when the demo itself was killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    demo = _open(folder / f"demo.{port}.lock")
    server = _open(folder / f"demo.{port}.server.lock")
    try:
        if not _take(demo):
            _end_holder(demo)
        os.ftruncate(demo, 0)
        os.pwrite(demo, str(os.getpid()).encode(), 0)
        _wait_for(server, "The web server of an earlier demo does not end.")
        _refuse_taken(port)
        yield server
    finally:
        os.close(demo)
        os.close(server)


@contextmanager
def serving(folder: Path, port: int, lock: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the project in `folder`; enter when the first page has answered."""
    with _running(folder, lock, *GUNICORN, f"--bind={HOST}:{port}") as server:
        _await_answer(server, port)
        yield server


@contextmanager
def working(folder: Path, lock: int) -> Iterator[subprocess.Popen[bytes]]:
    """Carry out the long work of the project in `folder`."""
    with _running(folder, lock, "manage.py", "worker") as worker:
        yield worker


@contextmanager
def _running(
    folder: Path, lock: int, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that ends with this one, however this one ends."""
    process = subprocess.Popen(  # noqa: S603 (our own interpreter, no shell)
        [sys.executable, *arguments],
        cwd=folder,
        pass_fds=[lock],
        # Ctrl-C in the terminal reaches the demo alone, which ends the others in order.
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _take(lock: int) -> bool:
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
    _wait_for(lock, f"An earlier demo (process {holder.decode()}) does not end.")


def _wait_for(lock: int, complaint: str) -> None:
    deadline = time.monotonic() + 2 * STOP_SECONDS
    while not _take(lock):
        if time.monotonic() > deadline:
            raise DemoServerError(complaint)
        time.sleep(0.05)


def _refuse_taken(port: int) -> None:
    if not _is_free(port):
        raise DemoServerError(
            f"Port {port} is in use by another program. Stop it, or choose "
            f'another port: make demo ARGS="--port {port + 1}"'
        )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if isinstance(error, PermissionError):
                raise DemoServerError(f"You may not serve on port {port}.") from error
            return False
    return True


def _await_answer(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        page = http.client.HTTPConnection(HOST, port, timeout=60)
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
    """In the child before gunicorn: have Linux end it when the demo is killed."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
