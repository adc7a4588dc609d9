"""The shipped configuration: slow and silent clients leave pages for everybody else."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from medspa.postgres.embedded.connection import free_port

DEPLOY = settings.BASE_DIR / "deploy"
SILENT, HALF_SENT = 400, 40
READ_SECONDS = 0.5


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    """gunicorn as shipped, with less patience; its port."""
    with serving("tests.medspa.sample.hello", tmp_path) as (port, _):
        ask(port, seconds=20)
        yield port


@contextmanager
def serving(app: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Its port and the id of the process that starts the workers."""
    port = free_port(folder)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            str(DEPLOY / "gunicorn.conf.py"),
            app,
        ],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "GUNICORN_BIND": f"127.0.0.1:{port}",
            "GUNICORN_READ_SECONDS": str(READ_SECONDS),
        },
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(40)  # gunicorn gives workers 30 seconds to end


def ask(port: int, seconds: float, expected: bytes = b"hello") -> float:
    """How long the page takes; a server that doesn't answer fails the test."""
    begun = time.monotonic()
    while True:
        try:
            address = f"http://127.0.0.1:{port}/"
            with urllib.request.urlopen(address, timeout=seconds) as page:
                assert page.read() == expected
            return time.monotonic() - begun
        except OSError:
            assert time.monotonic() - begun < seconds, "the page does not come"
            time.sleep(0.05)


def test_silent_and_half_sent_connections_leave_the_page_to_others(
    server: int,
) -> None:
    """Two workers have 16 threads; 440 connections that never ask for anything."""
    with ExitStack() as held:
        for number in range(SILENT + HALF_SENT):
            link = socket.create_connection(("127.0.0.1", server), timeout=5)
            held.enter_context(link)
            if number >= SILENT:
                link.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        # At most three turns of 16 half-sent requests come before ours.
        assert ask(server, seconds=20) < 4 * READ_SECONDS + 3


def test_answered_connections_that_nobody_closes_leave_the_page_to_others(
    server: int,
) -> None:
    with ExitStack() as held:
        for _ in range(HALF_SENT):
            link = socket.create_connection(("127.0.0.1", server), timeout=5)
            held.enter_context(link)
            link.sendall(
                b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            assert link.recv(12) == b"HTTP/1.1 200"
        assert ask(server, seconds=20) < 1


def test_the_app_is_loaded_once_for_all_workers(tmp_path: Path) -> None:
    """They share its memory; by the process that has loaded it."""
    with serving("tests.medspa.sample.loaded", tmp_path) as (port, master):
        ask(port, seconds=20, expected=b"%d" % master)


LOADED = """
import threading
from django.db import connection
from medspa.process.forking import prepare_to_fork
from medspa.wsgi import application

connection.pool.wait
begun = threading.active_count()
prepare_to_fork()
print(begun > 1, threading.active_count(), connection._connection_pools)
"""


def test_what_is_loaded_has_no_threads_when_workers_are_forked() -> None:
    """Those of a pool of connections would be missing in the worker."""
    said = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["True", "1", "{}"]


def test_a_worker_has_as_many_threads_as_database_connections() -> None:
    text = (DEPLOY / "gunicorn.conf.py").read_text()
    threads = re.search(r"^threads = (\d+)$", text, re.M)
    assert threads
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]
    assert int(threads[1]) <= pool["max_size"]
