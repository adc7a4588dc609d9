"""Caddy as we ship it, before gunicorn as we ship it: what passes and what not."""

import gzip
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest

from medspa.postgres.embedded.connection import free_port
from tests.served import HOST, Proxy, await_port, proxied, running

MEGABYTE = 1024 * 1024
# One worker has eight threads.
SLOW_CLIENTS = 50
MANY = 20
# Longer than Caddy leaves a server alone that didn't answer.
BACK_WITHIN = 20


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    port = free_port(folder)
    with app_on(port, folder), proxied(port, folder) as proxy:
        yield proxy


@contextmanager
def app_on(port: int, folder: Path) -> Iterator[None]:
    """An app that answers with what it was asked, served as ours is."""
    address = {"GUNICORN_BIND": f"127.0.0.1:{port}", "GUNICORN_WORKERS": "1"}
    command: list[str | Path] = [sys.executable, "-m", "gunicorn", "--config"]
    command += ["deploy/gunicorn.conf.py", "tests.medspa.sample.echo"]
    log = folder / "gunicorn.log"
    with running(command, os.environ | address, log) as app:
        await_port(port, app, log)
        yield


def told(proxy: Proxy, path: str = "/", **request: Any) -> dict[str, Any]:
    """What the app was asked."""
    answer = proxy.ask(path, **request)
    assert answer.status == 200
    read: dict[str, Any] = json.loads(answer.read())
    return read


def test_http_goes_to_https(proxy: Proxy) -> None:
    plain = HTTPConnection("127.0.0.1", proxy.http, timeout=10)
    plain.request("GET", "/leads/?q=1", headers={"Host": HOST})
    answer = plain.getresponse()
    assert answer.status == 308
    assert answer.headers["Location"] == f"https://{HOST}/leads/?q=1"


def test_the_app_learns_the_host_and_the_clients_address_and_no_forged_one(
    proxy: Proxy,
) -> None:
    forged = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "http"}
    seen = told(proxy, source="127.0.0.7", X_Real_IP="203.0.113.9", **forged)
    assert seen["HTTP_HOST"] == HOST
    assert seen["HTTP_X_FORWARDED_FOR"] == "127.0.0.7"
    assert seen["HTTP_X_FORWARDED_PROTO"] == "https"
    assert "203.0.113.9" not in str(seen)


def test_slow_uploads_take_no_thread_of_the_app(proxy: Proxy) -> None:
    with ExitStack() as held:
        for _ in range(SLOW_CLIENTS):
            slow = proxy.connection()
            held.callback(slow.close)
            slow.putrequest("POST", "/leads/import/")
            slow.putheader("Content-Length", str(MEGABYTE))
            slow.endheaders(b"a few bytes of it")
        begun = time.monotonic()
        told(proxy)
        assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("path", "megabytes", "refusal"),
    [
        ("/leads/import/", 20, ""),
        ("/campaigns/import/", 20, ""),
        ("/connections/files/", 20, ""),
        ("/leads/import/", 22, "A file can have up to 20 MB."),
        ("/clinic/logo/", 2.1, ""),
        ("/clinic/logo/", 5, "The logo is larger than 2 MB."),
        ("/leads/", 5, "Nothing was saved. Go back and send less."),
    ],
)
def test_a_file_of_20_megabytes_passes_where_files_are_imported(
    proxy: Proxy, path: str, megabytes: float, refusal: str
) -> None:
    form = 1000
    body = b"x" * (int(megabytes * MEGABYTE) + form)
    if not refusal:
        assert told(proxy, path, method="POST", body=body)["received"] == len(body)
        return
    connection = proxy.connection()
    # A browser sends on until it is answered; the size is in the first line.
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:MEGABYTE])
    answer = connection.getresponse()
    assert answer.status == 413
    assert refusal in answer.read().decode()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_body_that_does_not_say_its_length_is_refused(proxy: Proxy) -> None:
    """Caddy would cut it at the limit, and the app take it for whole."""
    connection = proxy.connection()
    chunks = iter([b"a small one"])
    connection.request("POST", "/leads/import/", body=chunks, encode_chunked=True)
    assert connection.getresponse().status == 411


def test_pages_are_compressed(proxy: Proxy) -> None:
    answer = proxy.ask("/", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.read()))["received"] == 0
    assert proxy.ask("/", Accept_Encoding="zstd").headers["Content-Encoding"] == "zstd"


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_what_watches_the_site_needs_a_token(proxy: Proxy, path: str) -> None:
    refused = proxy.ask(path)
    assert refused.status == 404
    assert "Page not found" in refused.read().decode()
    assert told(proxy, path, Authorization="Bearer of-the-app")


def test_every_answer_has_each_security_header_once(proxy: Proxy) -> None:
    """The echoing app sets none; of its own one stays."""
    for path in ("/", "/metrics"):
        headers = proxy.ask(path).headers
        for name in (
            "Strict-Transport-Security",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "Referrer-Policy",
        ):
            assert len(headers.get_all(name, [])) == 1, (path, name)
        assert "Server" not in headers
    own = proxy.ask("/its-own/").headers.get_all("Strict-Transport-Security")
    assert own == ["max-age=1"]


def test_the_log_has_a_line_per_request_without_searches_and_cookies(
    proxy: Proxy,
) -> None:
    headers = {"Cookie": "kept=secret-1", "Referer": f"https://{HOST}/?q=secret-2"}
    told(proxy, "/leads/?q=secret-3", **headers)
    until = time.monotonic() + 5
    while '"uri":"/leads/"' not in (log := proxy.log.read_text()):
        assert time.monotonic() < until, log
        time.sleep(0.05)
    assert "secret" not in log


def test_a_page_that_is_asked_for_while_the_app_restarts_waits_for_it(
    tmp_path: Path,
) -> None:
    port = free_port(tmp_path)
    with proxied(port, tmp_path) as proxy, ThreadPoolExecutor() as threads:
        asked = [threads.submit(told, proxy) for _ in range(4)]
        with app_on(port, tmp_path):
            for each in asked:
                assert each.result(timeout=10)["HTTP_HOST"] == HOST


def test_a_page_that_the_app_has_begun_is_not_asked_for_again(tmp_path: Path) -> None:
    """It may be what ended the app."""
    asked = []

    class Ending(StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline())

    port = free_port(tmp_path)
    with (
        ThreadingTCPServer(("127.0.0.1", port), Ending) as app,
        proxied(port, tmp_path) as proxy,
        ThreadPoolExecutor() as threads,
    ):
        threads.submit(app.serve_forever)
        assert proxy.ask("/leads/").status == 502
        app.shutdown()
    # The proxy also asks every second whether the app is there.
    assert asked.count(b"GET /leads/ HTTP/1.1\r\n") == 1


@pytest.mark.parametrize("path", ["/leads/new/", "/connections/in/abc/"])
def test_what_is_sent_while_the_app_restarts_is_mixed_up_with_nothing(
    tmp_path: Path, path: str
) -> None:
    """Caddy before 2.8 gives the buffer of a body that it sends again to others."""

    def send(number: int) -> tuple[int, bool]:
        sent = f"a form with number {number:05}"
        answer = proxy.ask(path, "POST", sent.encode())
        if answer.status != 200:
            return answer.status, False
        return 200, sent.endswith(json.loads(answer.read())["ends_with"])

    port = free_port(tmp_path)
    with proxied(port, tmp_path) as proxy, ThreadPoolExecutor(MANY) as threads:
        for status, _ in threads.map(send, range(MANY)):
            assert status in {502, 503}
        with app_on(port, tmp_path):
            until = time.monotonic() + BACK_WITHIN
            while send(0)[0] != 200:
                assert time.monotonic() < until
            assert set(threads.map(send, range(3 * MANY))) == {(200, True)}


def test_an_app_that_is_away_is_said_in_words(tmp_path: Path) -> None:
    with proxied(free_port(tmp_path), tmp_path) as proxy:
        answer = proxy.ask("/leads/?q=secret")
        page = answer.read().decode()
        assert answer.status == 502
        assert "The site is not answering" in page
        assert answer.headers["Strict-Transport-Security"]
    log = proxy.log.read_text()
    assert '"status":502' in log
    assert "health_checker" not in log
    assert "secret" not in log


def test_another_name_gets_no_certificate(proxy: Proxy) -> None:
    """Who asks by address alone, as those do who scan for servers, learns nothing."""
    stranger = HTTPSConnection("127.0.0.1", proxy.https, context=proxy.trust)
    with pytest.raises(OSError, match="alert"):
        stranger.connect()
    with socket.create_connection(("127.0.0.1", proxy.https), 5) as link:
        link.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert b"200" not in link.recv(100)
