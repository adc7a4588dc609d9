"""One size, measured: run by `python -m bench` with the size's database."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bench.importing import import_question  # noqa: E402
from bench.questions import Clinic, Question, questions  # noqa: E402
from medspa.models import User  # noqa: E402
from medspa.roles import ADMINISTRATOR  # noqa: E402

WARM_UPS = 3


def main(runs: int) -> None:
    clinic = Clinic(_signed_in())
    figures = {
        question.name: _measure(question, runs) for question in questions(clinic)
    }
    figures["import of 1,000 rows"] = _measure(import_question(), 1, warm_ups=0)
    print(json.dumps(figures))


def _signed_in() -> Client:
    person, _ = User.objects.get_or_create(username="bench")
    person.groups.set([Group.objects.get(name=ADMINISTRATOR)])
    client = Client()
    client.force_login(person)
    return client


def _measure(
    question: Question, runs: int, warm_ups: int = WARM_UPS
) -> dict[str, float]:
    return {
        "page": _median(question.ask, runs, warm_ups),
        "sql": _median(lambda: _bare(question), runs, warm_ups)
        if question.sql
        else float("nan"),
    }


def _bare(question: Question) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question.sql, question.parameters)
        return cursor.fetchall()


def _median(act: Callable[[], Any], runs: int, warm_ups: int) -> float:
    """The median of `runs` in milliseconds, by the wall clock."""
    for _ in range(warm_ups):
        act()
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return 1000 * statistics.median(seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]))
