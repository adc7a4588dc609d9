"""`python -m bench.api`: what operations of the API cost, and a sync of many leads.

Everything is rolled back. Run it on a database with a sample clinic; the CPU time is
that of this process, so on a busy computer it says more than the wall time, which is
the median of all requests. `--profile get_lead` says where the time goes.
"""

import argparse
import cProfile
import json
import os
import pstats
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from api.keys.making import NewKey, make_key  # noqa: E402
from api.keys.models import HIGHEST_LIMIT  # noqa: E402
from api.keys.scopes import SCOPES  # noqa: E402
from leads.models import Lead, LeadStage, PipelineStage  # noqa: E402
from medspa.models import User  # noqa: E402

LIMITS = {"get_lead": 8, "list_leads": 20, "create_lead": 15, "move_lead": 12}
SAMPLED = 500


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


@dataclass
class Program:
    """Asks with a key of somebody who may change leads."""

    client: Client
    text: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.text}", **headers}
        more = {}
        if body is not None:
            more = {"data": json.dumps(body), "content_type": "application/json"}
        asked = getattr(self.client, method)
        answer = asked(f"/api/v1{path}", headers=sent, secure=True, **more)
        if answer.status_code >= 400:
            raise SystemExit(f"{method} {path}: {answer.content.decode()[:500]}")
        return answer


def program() -> Program:
    people = User.objects.may_sign_in().order_by("username")
    allowed = (person for person in people if person.has_perm("leads.change_lead"))
    person = next(allowed, None)
    if person is None:
        raise SystemExit("There is nobody whom a key could act for.")
    new = NewKey("Bench", person, SCOPES, requests_per_minute=HIGHEST_LIMIT)
    return Program(Client(), make_key(new, person).secret.text)


def acts(asked: Program) -> dict[str, Callable[[int], None]]:
    newest = Lead.objects.order_by("-created_at").values_list("pk", flat=True)
    ids = random.sample(list(newest[:20_000]), SAMPLED)
    stages = list(PipelineStage.objects.filter(outcome="open").order_by("order")[:2])

    there = LeadStage.objects.filter(lead__in=ids, left_at=None)
    left = dict(there.values_list("lead", "stage"))

    def move(number: int) -> None:
        stage = next(one.pk for one in stages if one.pk != left[ids[number]])
        left[ids[number]] = stage
        headers = {"If-Match": "*"}
        asked.ask("post", f"/leads/{ids[number]}/move", {"stage_id": stage}, **headers)

    def create(number: int) -> None:
        body = {
            "first_name": "Ana",
            "source": "other",
            "email": f"bench.{number}.{ids[0]}@example.com",
            "phone": f"+1212{random.randrange(2_000_000, 10_000_000)}",
        }
        asked.ask("post", "/leads", body)

    return {
        "get_lead": lambda number: asked.ask("get", f"/leads/{ids[number]}") and None,
        "list_leads": lambda number: asked.ask("get", "/leads?limit=50") and None,
        "create_lead": create,
        "move_lead": move,
    }


def measure(name: str, act: Callable[[int], None], times: int) -> None:
    for number in range(5):
        act(SAMPLED - 1 - number)
    statements: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        act(SAMPLED - 6)
    walls, before = [], time.process_time()
    for number in range(times):
        began = time.perf_counter()
        act(number)
        walls.append((time.perf_counter() - began) * 1_000)
    cpu = (time.process_time() - before) * 1_000 / times
    print(
        f"{name:12} {cpu:6.2f} ms CPU, {statistics.median(walls):6.2f} ms wall, "
        f"best {min(walls):5.2f}, {len(statements)} statements, "
        f"limit {LIMITS[name]} ms"
    )


def profile(act: Callable[[int], None], times: int) -> None:
    act(0)
    found = cProfile.Profile()
    found.runcall(lambda: [act(number) for number in range(1, times)])
    pstats.Stats(found).sort_stats("tottime").print_stats(60)


def sync(asked: Program, leads: int) -> None:
    """From a moment after which at least so many have changed."""
    sql = (
        "SELECT history_date FROM leads_leadhistory"
        " ORDER BY history_date DESC OFFSET %s LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [leads])
        (since,) = cursor.fetchone()
    path = f"/leads/changes?limit=500&updated_since={since:%Y-%m-%dT%H:%M:%SZ}"
    told, pages, cursor_text = 0, 0, ""
    began, before = time.perf_counter(), time.process_time()
    while told < leads:
        answer = asked.ask("get", path + cursor_text).json()
        told, pages = told + len(answer["data"]), pages + 1
        if answer["next_cursor"] is None:
            break
        cursor_text = f"&cursor={answer['next_cursor']}"
    wall, cpu = time.perf_counter() - began, time.process_time() - before
    print(
        f"sync of {told:,} leads in {pages} pages: {cpu:.1f} s CPU, {wall:.1f} s wall"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.api")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--sync", type=int, default=100_000)
    parser.add_argument("--profile", choices=LIMITS)
    options = parser.parse_args()
    with nothing_stays():
        asked = program()
        found = acts(asked)
        if options.profile:
            profile(found[options.profile], min(options.times, SAMPLED))
            return
        for name, act in found.items():
            measure(name, act, min(options.times, SAMPLED - 10))
        if options.sync:
            sync(asked, options.sync)


if __name__ == "__main__":
    main()
