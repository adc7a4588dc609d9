"""Asking as a browser does: two gunicorn workers, one connection kept open."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from bench.server_timing import NAME, milliseconds_of

HOST = "127.0.0.1"
TOKEN = "b" * 32
STARTS_WITHIN = 30


@dataclass(frozen=True)
class Answer:
    status_code: int
    content: bytes
    server_milliseconds: float


class Browser:
    """What the questions ask of Django's test client, over HTTP and signed in."""

    def __init__(self, signed_in: Client, port: int) -> None:
        session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; "
            f"{settings.CSRF_COOKIE_NAME}={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Accept-Encoding": "identity",
        }
        self.connection = http.client.HTTPConnection(HOST, port)

    def get(
        self, address: str, params: dict[str, str] | None = None, headers: Any = None
    ) -> Answer:
        asked = f"{address}?{urlencode(params)}" if params else address
        return self._ask("GET", asked, headers=headers)

    def post(self, address: str, data: dict[str, Any], headers: Any = None) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(data), kind | (headers or {}))

    def _ask(
        self, method: str, address: str, body: str = "", headers: Any = None
    ) -> Answer:
        self.connection.request(method, address, body, self.headers | (headers or {}))
        answer = self.connection.getresponse()
        content = answer.read()
        took = milliseconds_of(answer.getheader(NAME, ""))
        return Answer(answer.status, content, took)


@contextmanager
def serving() -> Iterator[int]:
    """Gunicorn as in production, on the database of this process; the port."""
    with _gunicorn("--workers", "2", "--threads", "4") as port:
        yield port


@contextmanager
def receiving() -> Iterator[int]:
    """The receiver, which takes deliveries, by its own configuration; the port."""
    with _gunicorn("--config", "deploy/gunicorn.conf.py", MEDSPA_RECEIVER="on") as port:
        yield port


@contextmanager
def _gunicorn(*options: str, **environment: str) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "medspa.wsgi", *options]
    command += ["--keep-alive", "30", "--bind", f"{HOST}:{port}"]
    server = subprocess.Popen(
        [*command, "--log-level", "error"], env=os.environ | environment
    )
    try:
        wait_for(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def wait_for(server: subprocess.Popen, port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            connection = http.client.HTTPConnection(HOST, port)
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"gunicorn did not start on port {port}.")
