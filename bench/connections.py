"""`python -m bench.connections`: items a second, and how fast a delivery is answered.

Everything is rolled back, so it can run on any database. One long transaction costs a
little more for each item than the short ones of a server.
"""

import json
import os
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from bench.cpu_time import cpu_of  # noqa: E402
from connections.door import Delivery  # noqa: E402
from connections.doors import connect as door  # noqa: E402
from connections.items import IncomingEvent, Who  # noqa: E402
from connections.models import ReceivedDelivery  # noqa: E402
from connections.setting_up import connect, new_secret, set_secrets  # noqa: E402
from connections.taking_in import ItemSource, take_in  # noqa: E402
from connections.working_off import work_off  # noqa: E402
from leads.intake.incoming import IncomingLead  # noqa: E402
from medspa import clock  # noqa: E402

SOURCE = ItemSource("connect")
MANY, FEW, POSTS = 2_000, 200, 300
# The first ones of a process write their statements and plan them.
WARM = 20


class RolledBack(Exception):
    pass


@contextmanager
def nothing_stays() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise RolledBack
    except RolledBack:
        pass


def leads(number: int, run: str) -> list[Any]:
    return [
        IncomingLead(first_name="Ana", email=f"bench.{run}.{n}@example.com")
        for n in range(number)
    ]


def payments(number: int, run: str) -> list[Any]:
    return [
        IncomingEvent(
            what="paid",
            system="connect",
            object_id=f"{run}_{n}",
            occurred_at=clock.now(),
            amount_cents=10_000 + n,
            who=Who(email=f"bench.{run}.{n}@example.com"),
        )
        for n in range(number)
    ]


@dataclass(frozen=True)
class Took:
    """By the clock, and by the CPU of this process and the one of its connection."""

    seconds: float
    cpu_seconds: float

    def rate(self, items: int) -> str:
        by_cpu = items / self.cpu_seconds
        return f"{items / self.seconds:,.0f}/s, {by_cpu:,.0f}/s of CPU"


def timed(act: Callable[[], object]) -> Took:
    begun, cpu = time.perf_counter(), time.process_time() + server_seconds()
    act()
    cpu = time.process_time() + server_seconds() - cpu
    return Took(time.perf_counter() - begun, cpu)


def server_seconds() -> float:
    """The CPU of this connection's process, which runs on this computer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    return cpu_of([pid])


def measure_batches() -> None:
    run = secrets.token_hex(4)
    for name, items in (("leads", leads(MANY, run)), ("payments", payments(MANY, run))):
        took = timed(lambda some=items: take_in(some, SOURCE))  # type: ignore[misc]
        print(f"{MANY:,} {name} in batches: {took.rate(MANY)}")
    took = timed(lambda: take_in(payments(MANY, run), SOURCE))
    print(f"the same payments again: {took.rate(MANY)}")


def measure_single_items() -> None:
    run = secrets.token_hex(4)
    for name, items in (
        ("leads", leads(FEW + WARM, run)),
        ("payments", payments(FEW + WARM, run)),
    ):
        take_one_by_one(items[:WARM])
        took = timed(lambda some=items[WARM:]: take_one_by_one(some))  # type: ignore[misc]
        print(f"{FEW:,} {name} one by one: {took.rate(FEW)}")
    measure_deliveries(run)


def take_one_by_one(items: list[Any]) -> None:
    for item in items:
        take_in([item], SOURCE)


def measure_deliveries(run: str) -> None:
    row = connect("connect", f"bench{run}")
    row = set_secrets(row.pk, {"signing_secret": new_secret()})
    client, took, cpu = Client(), [], time.process_time() + server_seconds()
    for number, item in enumerate(payments(POSTS, run + "d")):
        message = {
            "what": "paid",
            "id": item.object_id,
            "when": item.occurred_at.isoformat(),
            "amount": "120.00",
            "who": {"email": f"bench.{run}.{number % FEW}@example.com"},
        }
        delivery = Delivery(json.dumps(message).encode(), received_at=clock.now())
        headers = {"webhook-id": f"msg_{number}"}
        signed = door.sign(replace(delivery, headers=headers), row.secret_values)
        begun = time.perf_counter()
        answer = client.post(
            f"/connections/in/{row.pk}/",
            signed.body,
            "application/json",
            headers=dict(signed.headers),
        )
        took.append(time.perf_counter() - begun)
        assert answer.status_code == 200, answer.content
    took.sort()
    p99 = took[int(len(took) * 0.99)] * 1000
    middle = statistics.median(took) * 1000
    cpu = (time.process_time() + server_seconds() - cpu) * 1000 / POSTS
    print(
        f"a delivery is answered in {middle:.1f} ms, p99 {p99:.1f} ms, "
        f"by {cpu:.1f} ms of CPU"
    )
    ids = list(ReceivedDelivery.objects.filter(connection=row).values_list("pk"))
    worked = timed(lambda: [work_off(pk) for (pk,) in ids])
    print(f"worked off one by one: {worked.rate(len(ids))}")


if __name__ == "__main__":
    for measure in (measure_single_items, measure_batches):
        with nothing_stays():
            measure()
