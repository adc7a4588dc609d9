"""`python -m bench.api.load`: how many GETs of a lead two web workers answer a second.

Gunicorn as it is deployed with two workers, and a loader with eight connections that
stay open, all on this computer. The database needs leads; a key is made for the run and
removed with its traces. Beside the rate by the clock it says what one GET costs in CPU
time, of workers, database and loader: that counts on a computer that is busy with
something else. A key's first read of a lead is a line of the audit log, once a day and
worker: many `--leads` make that most of what is measured.
"""

import argparse
import os
import random
import socket
import statistics
import sys
import threading
import time
from pathlib import Path

import django

django.setup()

from api.keys.making import NewKey, make_key  # noqa: E402
from api.keys.models import HIGHEST_LIMIT, ApiKey  # noqa: E402
from api.keys.scopes import SCOPES  # noqa: E402
from bench.cpu_time import cpu_of, other_backends  # noqa: E402
from bench.over_http import HOST, serving  # noqa: E402
from leads.models import Lead  # noqa: E402
from medspa.models import User  # noqa: E402

CONNECTIONS, LEADS = 8, 500


class Loader(threading.Thread):
    """Asks for one lead after the other on one connection."""

    def __init__(self, port: int, requests: list[bytes], until: float) -> None:
        super().__init__(daemon=True)
        self.port, self.requests, self.until = port, requests, until
        self.milliseconds: list[float] = []
        self.failed = 0

    def run(self) -> None:
        with socket.create_connection((HOST, self.port)) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (began := time.monotonic()) < self.until:
                link.sendall(random.choice(self.requests))
                self.failed += not _is_ok(link)
                self.milliseconds.append(1_000 * (time.monotonic() - began))


def _is_ok(link: socket.socket) -> bool:
    """Read one answer; its length is in its headers."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = link.recv(65_536)
        if not part:
            raise ConnectionError("the server has closed the connection")
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += link.recv(65_536)
    return head.startswith(b"HTTP/1.1 200")


def _workers() -> list[int]:
    """Gunicorn and its workers: children of this process, and their children."""
    found, waiting = [], [os.getpid()]
    while waiting:
        for path in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            children = [int(child) for child in path.read_text().split()]
            found += children
            waiting += children
    return found


def load(port: int, requests: list[bytes], seconds: float) -> list[Loader]:
    until = time.monotonic() + seconds
    loaders = [Loader(port, requests, until) for _ in range(CONNECTIONS)]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    return loaders


def measure(requests: list[bytes], seconds: float) -> None:
    with serving() as port:
        load(port, requests, 3)
        workers, backends = _workers(), other_backends()
        before = cpu_of(workers), cpu_of(backends), time.process_time()
        loaders = load(port, requests, seconds)
        after = cpu_of(workers), cpu_of(backends), time.process_time()
    times = sorted(one for loader in loaders for one in loader.milliseconds)
    parts = [1_000 * (b - a) / len(times) for a, b in zip(before, after, strict=True)]
    web, database, own = parts
    print(
        f"{len(times):,} GETs in {seconds:.0f} s: {len(times) / seconds:.0f} a second,"
        f" {sum(loader.failed for loader in loaders)} failed,"
        f" median {statistics.median(times):.1f} ms,"
        f" p99 {times[int(0.99 * len(times))]:.1f} ms"
    )
    print(
        f"CPU of one GET: {web:.2f} ms web, {database:.2f} ms database, {own:.2f} ms"
        f" loader; two cores of their own answer {2_000 / sum(parts):.0f} a second"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.api.load")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--leads", type=int, default=LEADS)
    options = parser.parse_args()
    people = User.objects.may_sign_in().order_by("username")
    person = next((one for one in people if one.has_perm("leads.change_lead")), None)
    if person is None:
        sys.exit("There is nobody whom a key could act for.")
    new = NewKey("Load", person, SCOPES, requests_per_minute=HIGHEST_LIMIT)
    shown = make_key(new, person)
    newest = Lead.objects.order_by("-created_at").values_list("pk", flat=True)
    requests = [
        f"GET /api/v1/leads/{pk} HTTP/1.1\r\nHost: {HOST}\r\n"
        f"Authorization: Bearer {shown.secret.text}\r\n"
        "X-Forwarded-Proto: https\r\n\r\n".encode()
        for pk in newest[: options.leads]
    ]
    try:
        measure(requests, options.seconds)
    finally:
        ApiKey.objects.filter(pk=shown.key.pk).delete()


if __name__ == "__main__":
    main()
