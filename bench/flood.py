"""`python -m bench.flood [deliveries]`: pages while webhooks arrive 170 times a second.

A worker and the receiver run beside two gunicorn workers, as in production. Also says
how long one delivery takes over HTTP and what it costs, and how soon it is a lead; an
open board asks for news every 4 seconds. The sender is a light one, since it has no
computer of its own: whole requests are ready before, and written to sockets that stay
open. Run it on a database of its own: what comes in stays.
"""

import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import replace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.urls import reverse  # noqa: E402

from bench.clinic import signed_in  # noqa: E402
from bench.cpu_time import cpu_of, descendants, other_backends  # noqa: E402
from bench.over_http import HOST, Browser, receiving, serving  # noqa: E402
from connections.door import Delivery  # noqa: E402
from connections.doors import connect as door  # noqa: E402
from connections.models import (  # noqa: E402
    Connection,
    DeliveryState,
    ReceivedDelivery,
)
from connections.setting_up import connect, new_secret, set_secrets  # noqa: E402
from leads.models import Lead  # noqa: E402
from medspa import clock  # noqa: E402

DELIVERIES = 10_000
A_SECOND = 170
SENDERS = 8
RUNS = 30
# The first ones of a process read what later ones know.
WARM, ALONE = 100, 1_000
PAGES = ("board", "leads", "today", "kpis")


def delivery(row: Connection, number: int) -> Delivery:
    who = {"email": f"flood.{row.pk}.{number}@example.com", "first_name": "Ana"}
    message = {"what": "lead", "when": clock.now().isoformat(), "who": who}
    body = json.dumps(message).encode()
    sent = Delivery(body, received_at=clock.now())
    headers = {"webhook-id": f"msg_{number}_{secrets.token_hex(4)}"}
    return door.sign(replace(sent, headers=headers), row.secret_values)


class Sender:
    """A connection that stays open and writes requests that were ready before."""

    def __init__(self, row: Connection, port: int) -> None:
        self.row, self.port = row, port
        self.socket = socket.create_connection((HOST, port))

    def request(self, one: Delivery) -> bytes:
        headers = {
            "Host": f"{HOST}:{self.port}",
            "Content-Type": "application/json",
            "Content-Length": str(len(one.body)),
            **one.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST /connections/in/{self.row.pk}/ HTTP/1.1\r\n{lines}\r\n"
        return head.encode() + one.body

    def send(self, request: bytes) -> int:
        """The status of the answer, which ends with the body of a stored delivery."""
        self.socket.sendall(request)
        answer = self.socket.recv(4096)
        while not answer.endswith(b"\r\n\r\n" + door.DOOR.accepted):
            more = self.socket.recv(4096)
            if not more:
                break
            answer += more
        return int(answer.split()[1])


class Flood:
    """Senders with a connection each, all of them together at the asked rate."""

    def __init__(self, row: Connection, port: int, deliveries: int) -> None:
        self.row, self.port, self.deliveries = row, port, deliveries
        self.took: list[float] = []
        self.statuses: list[int] = []

    def start(self) -> list[threading.Thread]:
        signed = [delivery(self.row, number) for number in range(self.deliveries)]
        begun = time.perf_counter()
        senders = [
            threading.Thread(target=self._send, args=(signed[place::SENDERS], begun))
            for place in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        return senders

    def _send(self, signed: list[Delivery], begun: float) -> None:
        sender = Sender(self.row, self.port)
        requests = [sender.request(one) for one in signed]
        for number, request in enumerate(requests):
            due = begun + number * SENDERS / A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            asked = time.perf_counter()
            self.statuses.append(sender.send(request))
            self.took.append(time.perf_counter() - asked)


def measure_one_by_one(row: Connection, port: int) -> None:
    """Before there is a worker: by the clock, and by the CPU of all processes."""
    sender = Sender(row, port)
    signed = [delivery(row, -100 - number) for number in range(WARM + ALONE)]
    requests = [sender.request(one) for one in signed]
    for request in requests[:WARM]:
        assert sender.send(request) == 200
    web, database = descendants(os.getpid()), other_backends()
    web_cpu, database_cpu, took = cpu_of(web), cpu_of(database), []
    for request in requests[WARM:]:
        asked = time.perf_counter()
        sender.send(request)
        took.append(time.perf_counter() - asked)
    web_cpu, database_cpu = cpu_of(web) - web_cpu, cpu_of(database) - database_cpu
    print(
        f"one by one: {in_words(took)}; by {web_cpu / ALONE * 1_000:.1f} ms of CPU of"
        f" the web server, {database_cpu / ALONE * 1_000:.1f} of PostgreSQL"
    )


def in_words(took: list[float]) -> str:
    p99 = sorted(took)[int(len(took) * 0.99)] * 1_000
    return f"{statistics.median(took) * 1_000:.0f} ms, p99 {p99:.0f} ms"


def pages(browser: Browser) -> dict[str, float]:
    """The median of each page in milliseconds."""
    found = {}
    for name in PAGES:
        times = [browser.get(reverse(name)).server_milliseconds for _ in range(RUNS)]
        found[name] = statistics.median(times)
    return found


def seconds_to_a_lead(sender: Sender, number: int) -> float:
    request = sender.request(delivery(sender.row, number))
    known, begun = Lead.objects.count(), time.perf_counter()
    assert sender.send(request) == 200
    while Lead.objects.count() == known:
        time.sleep(0.02)
    return time.perf_counter() - begun


def measure(deliveries: int) -> None:
    row = connect("connect", f"flood{secrets.token_hex(4)}")
    row = set_secrets(row.pk, {"signing_secret": new_secret()})
    _, client = signed_in()
    with serving() as pages_port, receiving() as port:
        measure_one_by_one(row, port)
        worker = subprocess.Popen([sys.executable, "manage.py", "worker"])
        try:
            while waiting(row):
                time.sleep(0.5)
            sender = Sender(row, port)
            seconds = [seconds_to_a_lead(sender, -n) for n in range(1, 11)]
            print(f"a delivery is a lead after {statistics.median(seconds):.2f} s")
            if deliveries:
                browser = Browser(client, pages_port)
                flood = Flood(row, port, deliveries)
                working = [worker.pid, *descendants(worker.pid)]
                web = [pid for pid in descendants(os.getpid()) if pid not in working]
                processes = {
                    "pages and receiver": web,
                    "worker": working,
                    "PostgreSQL": other_backends(),
                    "sender": [os.getpid()],
                }
                measure_flood(browser, flood, processes)
        finally:
            worker.terminate()
            worker.wait()


def measure_flood(
    browser: Browser, flood: Flood, processes: dict[str, list[int]]
) -> None:
    quiet = pages(browser)
    used = {name: cpu_of(pids) for name, pids in processes.items()}
    senders = flood.start()
    busy = pages(browser)
    for sender in senders:
        sender.join()
    for name, pids in processes.items():
        print(f"{name}: {cpu_of(pids) - used[name]:.0f} s of CPU", end="; ")
    report(flood, quiet, busy)
    sys.stdout.flush()
    begun, left = time.perf_counter(), waiting(flood.row)
    while waiting(flood.row):
        time.sleep(1)
    took = time.perf_counter() - begun
    print(f"the worker does the {left:,} that waited in {took:.0f} s")


def waiting(row: Connection) -> int:
    rows = ReceivedDelivery.objects.filter(connection=row)
    return rows.filter(state=DeliveryState.WAITING).count()


def report(flood: Flood, quiet: dict[str, float], busy: dict[str, float]) -> None:
    accepted = flood.statuses.count(200)
    print(f"{accepted:,} of {flood.deliveries:,} stored; {in_words(flood.took)}")
    print(f"{waiting(flood.row):,} wait")
    for name in PAGES:
        ratio = busy[name] / quiet[name]
        print(f"{name}: {quiet[name]:.0f} ms quiet, {busy[name]:.0f} busy: {ratio:.2f}")


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else DELIVERIES)
