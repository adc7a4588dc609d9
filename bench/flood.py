"""`python -m bench.flood [deliveries]`: pages while webhooks arrive 170 times a second.

A worker runs beside two gunicorn workers, as in production. Also says how soon a
delivery is a lead; an open board asks for news every 4 seconds. Run it on a database of
its own: what comes in stays.
"""

import json
import os
import secrets
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import replace
from http.client import HTTPConnection

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.urls import reverse  # noqa: E402

from bench.clinic import signed_in  # noqa: E402
from bench.over_http import HOST, Browser, serving  # noqa: E402
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
PAGES = ("board", "leads", "today", "kpis")


def delivery(row: Connection, number: int) -> Delivery:
    who = {"email": f"flood.{row.pk}.{number}@example.com", "first_name": "Ana"}
    message = {"what": "lead", "when": clock.now().isoformat(), "who": who}
    body = json.dumps(message).encode()
    sent = Delivery(body, received_at=clock.now())
    headers = {"webhook-id": f"msg_{number}_{secrets.token_hex(4)}"}
    return door.sign(replace(sent, headers=headers), row.secret_values)


class Flood:
    """Senders with a connection each, all of them together at the asked rate."""

    def __init__(self, row: Connection, port: int, deliveries: int) -> None:
        self.row, self.port, self.deliveries = row, port, deliveries
        self.took: list[float] = []
        self.statuses: list[int] = []
        self.is_over = False

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
        http = HTTPConnection(HOST, self.port)
        for number, one in enumerate(signed):
            due = begun + number * SENDERS / A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            if self.is_over:
                return
            asked = time.perf_counter()
            self.statuses.append(post(http, self.row, one))
            self.took.append(time.perf_counter() - asked)


def post(http: HTTPConnection, row: Connection, one: Delivery) -> int:
    headers = {"Content-Type": "application/json", **one.headers}
    http.request("POST", f"/connections/in/{row.pk}/", one.body, headers)
    answer = http.getresponse()
    answer.read()
    return answer.status


def pages(browser: Browser) -> dict[str, float]:
    """The median of each page in milliseconds."""
    found = {}
    for name in PAGES:
        times = [browser.get(reverse(name)).server_milliseconds for _ in range(RUNS)]
        found[name] = statistics.median(times)
    return found


def seconds_to_a_lead(http: HTTPConnection, row: Connection, number: int) -> float:
    one, begun = delivery(row, number), time.perf_counter()
    known = Lead.objects.count()
    assert post(http, row, one) == 200
    while Lead.objects.count() == known:
        time.sleep(0.02)
    return time.perf_counter() - begun


def measure(deliveries: int) -> None:
    row = connect("connect", f"flood{secrets.token_hex(4)}")
    row = set_secrets(row.pk, {"signing_secret": new_secret()})
    _, client = signed_in()
    worker = subprocess.Popen([sys.executable, "manage.py", "worker"])
    try:
        with serving() as port:
            browser, http = Browser(client, port), HTTPConnection(HOST, port)
            time.sleep(5)
            seconds = [seconds_to_a_lead(http, row, -n) for n in range(1, 11)]
            print(f"a delivery is a lead after {statistics.median(seconds):.2f} s")
            quiet = pages(browser)
            flood = Flood(row, port, deliveries)
            senders = flood.start()
            busy = pages(browser)
            for sender in senders:
                sender.join()
            report(flood, quiet, busy)
            sys.stdout.flush()
            begun, left = time.perf_counter(), waiting(row)
            while waiting(row):
                time.sleep(1)
            took = time.perf_counter() - begun
            print(f"the worker does the {left:,} that waited in {took:.0f} s")
    finally:
        worker.terminate()
        worker.wait()


def waiting(row: Connection) -> int:
    rows = ReceivedDelivery.objects.filter(connection=row)
    return rows.filter(state=DeliveryState.WAITING).count()


def report(flood: Flood, quiet: dict[str, float], busy: dict[str, float]) -> None:
    took = sorted(flood.took)
    p99 = took[int(len(took) * 0.99)] * 1_000
    middle = statistics.median(took) * 1_000
    accepted = flood.statuses.count(200)
    print(f"{accepted:,} of {len(took):,} stored; {middle:.0f} ms, p99 {p99:.0f} ms")
    print(f"{waiting(flood.row):,} wait")
    for name in PAGES:
        ratio = busy[name] / quiet[name]
        print(f"{name}: {quiet[name]:.0f} ms quiet, {busy[name]:.0f} busy: {ratio:.2f}")


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else DELIVERIES)
