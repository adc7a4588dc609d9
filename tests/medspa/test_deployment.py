"""The shipped configuration: slow and silent clients leave pages for everybody else."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
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
    port = free_port(tmp_path)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            str(DEPLOY / "gunicorn.conf.py"),
            "tests.medspa.sample.hello",
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
        ask(port, seconds=20)
        yield port
    finally:
        process.terminate()
        process.wait(40)  # gunicorn gives workers 30 seconds to end


def ask(port: int, seconds: float) -> float:
    """How long the page takes; a server that doesn't answer fails the test."""
    begun = time.monotonic()
    while True:
        try:
            address = f"http://127.0.0.1:{port}/"
            with urllib.request.urlopen(address, timeout=seconds) as page:
                assert page.read() == b"hello"
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


def test_a_worker_has_as_many_threads_as_database_connections() -> None:
    text = (DEPLOY / "gunicorn.conf.py").read_text()
    threads = re.search(r"^threads = (\d+)$", text, re.M)
    assert threads
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]
    assert int(threads[1]) <= pool["max_size"]
