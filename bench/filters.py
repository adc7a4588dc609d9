"""`python -m bench.filters`: the lead list under each filter and any two of them.

Measures one database of `python -m bench`, by turns with an older checkout `--beside`,
in a transaction that is rolled back. CPU time is that of Python and of the connection's
server process.
"""

import argparse
import itertools
import json
import logging
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

LIMIT = 60
BUSY = 503
# What else is part of finding a lead, each with its limit in milliseconds.
OTHERS = {
    "list": ("/leads/", {}, 60),
    "search: name": ("/leads/", {"q": "mar"}, 30),
    "search: last four": ("/leads/", {"q": "7321"}, 30),
    "search: seven digits": ("/leads/", {"q": "555 7321"}, 30),
    "search: four digits of many": ("/leads/", {"q": "0149"}, 150),
    "search: seven digits of many": ("/leads/", {"q": "555 0149"}, 150),
    "search: email": ("/leads/", {"q": "talia@example.com"}, 30),
    "calendar, a week": ("/calendar/", {}, 40),
    "add a lead: the sheet": ("/leads/new/", {}, 30),
    "add a lead: same person?": ("/leads/new/same/", {"phone": "+16175550149"}, 15),
    "today": ("/leads/today/", {}, 60),
}
# The numbers of the sample clinic end in a hundred ways, so a hundredth of its leads
# share four digits: the worst case, "of many". Real ones end in ten thousand ways. As
# many leads get a number that ends in 7321, in other area codes: nobody has 555-7321.
WAYS_TO_END, SPREAD_END = 10_000, "5557321"
AS_PART = ("/leads/new/", "/leads/new/same/")
POSTED = ("/leads/new/same/",)
Took = tuple[float, float, int]


def main() -> None:
    options = _options()
    if options.answers:
        _answer(options.answers)
        return
    sides = {"this": Path(__file__).resolve().parent.parent}
    if options.beside:
        sides["beside"] = options.beside.resolve()
    asked = {name: _started(root) for name, root in sides.items()}
    names = json.loads(_line(asked["this"]))
    if options.singles:
        names = [name for name in names if name in OTHERS or ", " not in name]
    for worker in [*asked.values()][1:]:
        _line(worker)
    _print_head(list(sides))
    found = {name: _measured(name, asked, options.runs) for name in names}
    for worker in asked.values():
        worker.stdin.close()  # type: ignore[union-attr]
        worker.wait()
    _print_sums(found, list(sides))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.filters")
    parser.add_argument("--runs", type=int, default=5, help="of each, after one (5)")
    parser.add_argument("--beside", type=Path, help="an older checkout")
    parser.add_argument("--singles", action="store_true", help="no pairs of filters")
    parser.add_argument("--answers", help=argparse.SUPPRESS)
    return parser.parse_args()


def _started(root: Path) -> "subprocess.Popen[str]":
    """A process with the code of this checkout that answers one question a line."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.Popen(
        [sys.executable, "-P", __file__, f"--answers={root}"],
        cwd=root,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _line(worker: "subprocess.Popen[str]") -> str:
    assert worker.stdout
    line = worker.stdout.readline()
    if not line:
        raise SystemExit("A process that answers has ended.")
    return line


def _measured(
    name: str, asked: dict[str, "subprocess.Popen[str]"], runs: int
) -> dict[str, Took]:
    """Side → medians of milliseconds by the clock and of the CPU, and the bytes."""
    took: dict[str, list[Took]] = {side: [] for side in asked}
    for _ in range(runs + 1):
        for side, worker in asked.items():
            print(name, file=worker.stdin, flush=True)
            took[side].append(tuple(json.loads(_line(worker))))
    medians = {
        side: (
            1000 * median(one[0] for one in each[1:]),
            1000 * median(one[1] for one in each[1:]),
            each[-1][2],
        )
        for side, each in took.items()
    }
    cells = "".join(f"{a:>9.1f}{b:>8.1f}{c:>9,}" for a, b, c in medians.values())
    print(f"{name:<44}{cells}", flush=True)
    return medians


def _print_head(sides: list[str]) -> None:
    print(" " * 44 + "".join(f"{side:>26}" for side in sides))
    columns = f"{'clock':>9}{'CPU ms':>8}{'bytes':>9}"
    print(f"{'filters':<44}" + columns * len(sides))


def _print_sums(found: dict[str, dict[str, Took]], sides: list[str]) -> None:
    filtered = {name: each for name, each in found.items() if name not in OTHERS}
    for side in sides:
        for place, unit in enumerate(("clock", "CPU")):
            times = [each[side][place] for each in filtered.values()]
            slow = sum(one > LIMIT for one in times)
            print(
                f"{side}, {unit}: {len(times)} singles and pairs, median "
                f"{median(times):.1f} ms, most {max(times):.1f}, {slow} above {LIMIT}"
            )
    for name, (_, _, limit) in OTHERS.items():
        cpu = found[name]["this"][1]
        print(f"{name}: {cpu:.1f} ms of CPU, limit {limit}")


# In the process that answers ------------------------------------------------------


def _answer(root: str) -> None:
    import django

    django.setup()
    logging.disable(logging.INFO)

    from django.db import transaction

    from medspa.clinic.current import clinic_scope
    from medspa.setup.models import Clinic

    with clinic_scope(), transaction.atomic():
        # As `bench.clinic`: every page would ask first for a second step.
        asked = Clinic.objects.filter(requires_second_step=True)
        asked.update(requires_second_step=False)
        _spread_numbers()
        _answer_each(_signed_in())
        transaction.set_rollback(True)


def _answer_each(client: Any) -> None:
    from django.db import transaction

    from bench.cpu_time import seconds_of

    questions = _questions()
    print(json.dumps(list(questions)), flush=True)
    for line in sys.stdin:
        sizes: list[int] = []
        # A question that took too long fails alone. No other is rolled back: psycopg
        # would forget all prepared statements, as it never does for a served page.
        with transaction.atomic():
            ask = partial(_keep, questions[line.strip()], client, sizes)
            wall, cpu = seconds_of(ask)
            transaction.set_rollback(not all(sizes))
        print(json.dumps([wall, cpu, *sizes]), flush=True)


def _keep(ask: Any, client: Any, sizes: list[int]) -> None:
    sizes.append(ask(client))


def _spread_numbers() -> None:
    """As many leads as would share four digits get a number with the same end."""
    from leads.models import Lead
    from medspa.demo.sample.people import AREA_CODES

    count = max(Lead.objects.count() // WAYS_TO_END, 1)
    codes = itertools.cycle(sorted({*AREA_CODES}))
    for lead, area in zip(Lead.objects.order_by("?")[:count], codes, strict=False):
        lead.phone = f"+1{area}{SPREAD_END}"
        lead.save()


def _signed_in() -> Any:
    from django.contrib.auth.models import Group
    from django.test import Client

    from medspa.models import User
    from medspa.roles import ADMINISTRATOR

    person = User.objects.create(username=f"bench_filters_{os.getpid()}")
    person.groups.set([Group.objects.get(name=ADMINISTRATOR)])
    client = Client()
    client.force_login(person)
    return client


def _questions() -> dict[str, Any]:
    """Name → what asks it and returns its bytes, 0 if it took too long."""
    found = {
        name: _ask(address, params) for name, (address, params, _) in OTHERS.items()
    }
    singles = _values()
    pairs = itertools.combinations(singles.items(), 2)
    for chosen in (*((one,) for one in singles.items()), *pairs):
        name = ", ".join(f"{key}={value}" for key, value in chosen)
        found[name] = _ask("/leads/", _params(chosen))
    return found


def _params(chosen: Any) -> dict[str, Any]:
    """A value that begins with "not " leaves out what has it."""
    excluded = [name for name, value in chosen if value.startswith("not ")]
    values = {name: value.removeprefix("not ") for name, value in chosen}
    return values | ({"exclude": excluded} if excluded else {})


def _ask(address: str, params: dict[str, Any]) -> Any:
    headers = {"HX-Request": "true"} if address in AS_PART else {}

    def ask(client: Any) -> int:
        how = client.post if address in POSTED else client.get
        answer = how(address, params, headers=headers)
        if answer.status_code == BUSY:
            return 0
        assert answer.status_code == 200, (address, params, answer.status_code)
        return len(answer.content)

    return ask


def _values() -> dict[str, str]:
    """One value of each filter; of an open stage, a campaign and a tag the first."""
    from campaigns.models import Campaign
    from leads.models import PipelineStage, Tag

    def first(rows: Any) -> str:
        return str(rows.order_by("pk").values_list("pk", flat=True).first())

    return {
        "stage": first(PipelineStage.objects.filter(outcome="open")),
        "source": "google",
        "campaign": first(Campaign.objects.all()),
        "tag": first(Tag.objects.all()),
        "procedure": "BTX",
        "answered": "no",
        "assigned": "none",
        "created": "7",
        "contacted": "never",
        "called": "not 7",
        "next": "overdue",
        "age": "30",
        "value": "5000-up",
        "consult": "7",
        "lost": "price",
        "platform": "tiktok",
    }


if __name__ == "__main__":
    main()
