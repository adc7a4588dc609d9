"""One size, measured: run by `python -m bench` with the size's database."""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from copy import copy
from functools import partial
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bench.every_address import act_questions, page_questions, rows_of  # noqa: E402
from bench.importing import import_question  # noqa: E402
from bench.kpi_questions import kpi_questions  # noqa: E402
from bench.many import many_questions  # noqa: E402
from bench.over_http import Browser, serving  # noqa: E402
from bench.plans import queries_of, scans  # noqa: E402
from bench.questions import Clinic, Question, questions  # noqa: E402
from kpis.rollups import refresh_rollups  # noqa: E402
from medspa import setup  # noqa: E402
from medspa.clinic.current import clinic_scope  # noqa: E402
from medspa.clinic_time import clinic_zone  # noqa: E402
from medspa.models import User  # noqa: E402
from medspa.roles import ADMINISTRATOR  # noqa: E402

WARM_UPS = 3
Figures = dict[str, float]


def main() -> None:
    """Tell the questions, measure each that is read, then look at all plans."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--http", action="store_true")
    options = parser.parse_args()
    person, client = signed_in()
    clinic = Clinic(client)
    _settle()
    pages, others = _questions(clinic), _others(clinic, person)
    once = [import_question(), *many_questions(person)]
    acts = {one.name: partial(_measured, one, options.runs) for one in pages + others}
    acts |= {one.name: partial(_measured, one, 1, warm_ups=0) for one in once}
    with ExitStack() as stack:
        if options.http:
            there = copy(clinic)
            port = stack.enter_context(serving())
            there.client = Browser(client, port)  # type: ignore[assignment]
            for one in _questions(there):
                acts[one.name] = partial(_with_http, acts[one.name], one, options.runs)
        print(json.dumps(list(acts)), flush=True)
        for line in sys.stdin:
            print(json.dumps(acts[line.removesuffix("\n")]()), flush=True)
    _settle()
    found = {one.name: scans(one.ask) for one in pages + others if one.is_page}
    print(json.dumps(found))


def _questions(clinic: Clinic) -> list[Question]:
    return [*questions(clinic), *kpi_questions(clinic)]


def _others(clinic: Clinic, person: User) -> list[Question]:
    """Every address that the URL map has; their forms are taken back."""
    rows = rows_of(clinic.lead, person)
    return [
        *page_questions(clinic.client, rows),
        *act_questions(clinic.client, rows),
    ]


def _settle() -> None:
    """What a worker does between two changes: refresh rollups, know the tables' sizes.

    Rollups of an older version are rebuilt.
    """
    if not refresh_rollups(clinic_zone().key):
        call_command("rebuild_kpis", stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def signed_in() -> tuple[User, Client]:
    person, _ = User.objects.get_or_create(username="bench")
    person.groups.set([Group.objects.get(name=ADMINISTRATOR)])
    # Else every page would first ask the person to set up a second step.
    asked = setup.models.Clinic.objects.filter(requires_second_step=True)
    asked.update(requires_second_step=False)
    client = Client()
    client.force_login(person)
    return person, client


def _measured(one: Question, runs: int, warm_ups: int = WARM_UPS) -> Figures:
    """Medians in milliseconds, the queries and the bytes of one answer."""
    figures = _medians(one.ask, runs, warm_ups)
    if one.sql:
        figures["sql"] = _medians(lambda: _bare(one), runs, warm_ups)["page"]
    if one.is_page:
        figures["queries"] = len(queries_of(one.ask))
        figures["bytes"] = len(getattr(one.ask(), "content", b""))
    if one.rows:
        figures["rows a second"] = 1000 * one.rows / figures["page"]
    return figures


def _with_http(measured: Callable[[], Figures], there: Question, runs: int) -> Figures:
    """What was measured, and the same question by a browser."""
    took: list[float] = []
    wall = _medians(lambda: took.append(_asked(there)), runs)
    server = statistics.median(took[WARM_UPS:])
    return measured() | {"http": wall["page"], "server": server}


def _asked(one: Question) -> float:
    answer = one.ask()
    return float(answer.server_milliseconds)


def _bare(one: Question) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(one.sql, one.parameters)
        return cursor.fetchall()


def _medians(act: Callable[[], Any], runs: int, warm_ups: int = WARM_UPS) -> Figures:
    """By the wall clock, and of the processor's time what this process took."""
    for _ in range(warm_ups):
        act()
    wall, processor = [], []
    for _ in range(runs):
        began, began_work = time.perf_counter(), time.process_time()
        act()
        wall.append(time.perf_counter() - began)
        processor.append(time.process_time() - began_work)
    return {
        "page": 1000 * statistics.median(wall),
        "cpu": 1000 * statistics.median(processor),
    }


if __name__ == "__main__":
    with clinic_scope():
        main()
