"""`python -m bench.api.deliveries`: how many webhooks one worker delivers a second.

Leads are moved, and the worker's dispatcher tells an HTTPS receiver on this computer of
each move. Beside the rate by the clock it says what one delivery costs in CPU time of
the dispatcher, the database and the receiver. It also says what an endpoint adds to a
move: the statements of one without and with it.

What it makes stays: run it on a copy of a database with leads.
"""

import argparse
import asyncio
import logging
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from api.models import WebhookDelivery, WebhookEndpoint  # noqa: E402
from api.webhooks.delivering import Dispatcher  # noqa: E402
from api.webhooks.delivery import SendState  # noqa: E402
from api.webhooks.endpoints import EndpointFacts, add_endpoint  # noqa: E402
from api.webhooks.sender import WebhookSender  # noqa: E402
from bench.cpu_time import cpu_of, other_backends  # noqa: E402
from leads.models import Lead, PipelineStage  # noqa: E402
from leads.services.pipeline import move, move_many  # noqa: E402
from medspa.models import User  # noqa: E402
from tests.api.webhooks.receiver import receiving  # noqa: E402

CHUNK = 500


def receive(folder: str, told: Any, is_over: Any) -> None:
    """In a process of its own, so that it takes nothing from the dispatcher."""
    with receiving(Path(folder)) as receiver:
        told.put((receiver.url("/ok"), receiver.authorities))
        is_over.wait()
        told.put((len(receiver.received), receiver.connections))


def statements_of_a_move(lead: str, stages: list[str]) -> list[int]:
    """Of one there and one back; it is in the last of the stages."""
    counts = []
    for stage in stages:
        statements: list[str] = []

        def count(execute: Any, sql: str, *rest: Any) -> Any:
            statements.append(sql)  # noqa: B023 (it is read before the next one)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            move(lead, stage)
        counts.append(len(statements))
    return counts


def deliver(authorities: str) -> None:
    sender = WebhookSender(authorities=authorities, allows_loopback=True)
    asyncio.run(Dispatcher(lambda: False, sender).work_off())


def measure(number: int, url: str, authorities: str, receiver: int) -> None:
    if WebhookEndpoint.objects.exists():
        sys.exit("There are endpoints already; this wants a database without.")
    people = User.objects.may_sign_in()
    person = next(
        (one for one in people if one.has_perm("api.add_webhookendpoint")), None
    )
    if person is None:
        sys.exit("There is nobody who could add an endpoint.")
    stages = list(
        PipelineStage.objects.filter(outcome="open").values_list("pk", flat=True)[:2]
    )
    leads = list(
        Lead.objects.order_by("-created_at").values_list("pk", flat=True)[:number]
    )
    move(leads[0], stages[0])
    stages.reverse()
    before = statements_of_a_move(leads[0], stages)
    add_endpoint(EndpointFacts("Bench", url, ("lead.moved",)), person)
    after = statements_of_a_move(leads[0], stages)
    print(f"statements of a move: {before} without an endpoint, {after} with one")
    for stage in stages:
        move_many(leads, stage)
    began, before = time.perf_counter(), _cpu(receiver)
    deliver(authorities)
    wall, after = time.perf_counter() - began, _cpu(receiver)
    rows = WebhookDelivery.objects
    done = rows.filter(state=SendState.DELIVERED).count()
    worker, database, far = (
        1_000 * (b - a) / done for a, b in zip(before, after, strict=True)
    )
    print(
        f"{done:,} of {rows.count():,} delivered in {wall:.1f} s: {done / wall:.0f} a"
        f" second; CPU of one: {worker:.2f} ms worker, {database:.2f} ms database,"
        f" {far:.2f} ms receiver"
    )


def _cpu(receiver: int) -> tuple[float, float, float]:
    return time.process_time(), cpu_of(other_backends()), cpu_of([receiver])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.api.deliveries")
    parser.add_argument("--leads", type=int, default=1_000)
    options = parser.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    context = multiprocessing.get_context("spawn")
    told, is_over = context.Queue(), context.Event()
    with tempfile.TemporaryDirectory() as folder:
        process = context.Process(target=receive, args=(folder, told, is_over))
        process.start()
        try:
            url, authorities = told.get(timeout=60)
            measure(options.leads, url, authorities, process.pid or 0)
        finally:
            is_over.set()
            received, connections = told.get(timeout=60)
            process.join()
    print(f"{received:,} received by {connections} connections")


if __name__ == "__main__":
    main()
