"""What other systems send has a web server of its own; without it pages' takes it."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from medspa.postgres.embedded.connection import free_port
from medspa.process.niceness import NICENESS
from tests.served import HOST, Proxy, await_port, proxied, running

pytestmark = pytest.mark.slow

DELIVERY = b'{"what": "lead"}' * 1000
# Longer than Caddy leaves a receiver alone that didn't answer.
BACK_WITHIN = 20


@pytest.fixture
def ports(tmp_path: Path) -> tuple[int, int]:
    """Of the pages' server and of the receiver."""
    return free_port(tmp_path / "app"), free_port(tmp_path / "receiver")


@pytest.fixture
def proxy(ports: tuple[int, int], tmp_path: Path) -> Iterator[Proxy]:
    with proxied(ports[0], tmp_path, RECEIVER_ADDRESS=f"127.0.0.1:{ports[1]}") as proxy:
        yield proxy


@contextmanager
def gunicorn(
    ports: tuple[int, int], folder: Path, receiver: str = ""
) -> Iterator[None]:
    environment = {
        "GUNICORN_BIND": f"127.0.0.1:{ports[0]}",
        "GUNICORN_RECEIVER_BIND": f"127.0.0.1:{ports[1]}",
        "GUNICORN_WORKERS": "1",
        "MEDSPA_RECEIVER": receiver,
    }
    command: list[str | Path] = [sys.executable, "-m", "gunicorn", "--config"]
    command += ["deploy/gunicorn.conf.py", "tests.medspa.sample.echo"]
    log = folder / f"gunicorn{receiver}.log"
    with running(command, os.environ | environment, log) as app:
        await_port(ports[1 if receiver else 0], app, log)
        yield


def deliver(proxy: Proxy) -> HTTPResponse:
    return proxy.ask("/connections/in/abc/", "POST", DELIVERY, source="127.0.0.7")


def told(answer: HTTPResponse) -> dict[str, Any]:
    assert answer.status == 200
    read: dict[str, Any] = json.loads(answer.read())
    return read


def delivered(proxy: Proxy, niceness: int) -> dict[str, Any]:
    """By whom it is taken once Caddy knows who is away."""
    until = time.monotonic() + BACK_WITHIN
    while True:
        answer = deliver(proxy)
        if answer.status == 200 and (taken := told(answer))["niceness"] == niceness:
            return taken
        assert time.monotonic() < until
        time.sleep(0.1)


def test_deliveries_go_to_the_receiver_and_without_it_to_the_pages_server(
    proxy: Proxy, ports: tuple[int, int], tmp_path: Path
) -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert ours < NICENESS, "the test can't tell the two apart"
    with gunicorn(ports, tmp_path):
        with gunicorn(ports, tmp_path, receiver="on"):
            delivery = delivered(proxy, NICENESS)
            assert told(proxy.ask("/connections/"))["niceness"] == ours
        at_pages = delivered(proxy, ours)
        for one in (delivery, at_pages):
            assert one["received"] == len(DELIVERY)
            assert one["HTTP_HOST"] == HOST
            assert one["HTTP_X_FORWARDED_FOR"] == "127.0.0.7"
            assert one["HTTP_X_FORWARDED_PROTO"] == "https"
        with gunicorn(ports, tmp_path, receiver="on"):
            delivered(proxy, NICENESS)


def test_the_receiver_takes_deliveries_while_pages_have_no_server(
    proxy: Proxy, ports: tuple[int, int], tmp_path: Path
) -> None:
    with gunicorn(ports, tmp_path, receiver="on"):
        assert delivered(proxy, NICENESS)["received"] == len(DELIVERY)


def test_without_any_server_a_sender_is_told_to_try_again(proxy: Proxy) -> None:
    assert deliver(proxy).status in {502, 503}
