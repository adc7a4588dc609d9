"""`python -m bench.mixed --minutes 30`: pages and acts as a busy clinic asks for them.

Clients ask one after the other, four reads to a write, and open boards poll every 4
seconds. Prints requests a second, median, p95 and p99 of each kind, failures, how much
memory the web workers took, and how much CPU a request, which depends less on what else
the computer does. Ends with 1 when a request failed. What is written stays: run it on a
database of its own (`DATABASE_URL`, filled by `python -m bench --leads=…`).
`--worker-class`, `--workers` and `--threads` try other ways to serve; another Python is
tried by running it with that.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from bench.clinic import signed_in  # noqa: E402
from bench.cpu_time import cpu_of, other_backends  # noqa: E402
from bench.over_http import HOST, Answer, Browser, free_port, wait_for  # noqa: E402
from leads.models import Lead, PipelineStage  # noqa: E402
from medspa.clinic.current import clinic_scope  # noqa: E402
from medspa.ids import new_id  # noqa: E402

LEADS = 2_000
POLL_SECONDS = 4
WATCH_SECONDS = 5
READS = ("board", "list", "lead", "today", "kpis", "calendar", "search", "next rows")
WRITES = ("move", "call", "create")
EXPECTED = (200, 204, 302)
# Two clients moved one lead at once: the second is told so.
CONFLICT = 409
SEEN = re.compile(r'data-seen="([^"]*)"')
VERSION = re.compile(r'data-stage="([^"]*)"\s+data-version="([^"]*)"')
FOLLOWING = re.compile(rb'[?&](?:amp;)?after=([^"&]+)')


@dataclass
class Measured:
    """What all clients saw together: kind → seconds and bytes of each answer."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, seconds: float, answer: Answer) -> None:
        self.took[kind].append(seconds)
        self.sizes[kind].append(len(answer.content))
        if answer.status_code not in (*EXPECTED, CONFLICT):
            self.failures[f"{kind} {answer.status_code}"] += 1


class Person:
    """One client with a connection of its own."""

    def __init__(self, browser: Browser, leads: list[str], stages: list[str]) -> None:
        self.browser, self.leads, self.stages = browser, leads, stages
        self.chance = random.Random(new_id())
        self.following = ""

    def act(self, kind: str) -> Answer:
        get, lead = self.browser.get, self.chance.choice(self.leads)
        match kind:
            case "board":
                return get("/leads/board/")
            case "list":
                answer = get("/leads/")
                found = FOLLOWING.search(answer.content)
                self.following = found[1].decode() if found else ""
                return answer
            case "next rows":
                return get(f"/leads/?after={self.following}", headers=HTMX)
            case "search":
                return get("/leads/", {"q": self.chance.choice(("mar", "ana", "jo"))})
            case "lead":
                return get(f"/leads/{lead}/")
            case "today" | "calendar" | "kpis":
                return get({"today": "/leads/today/"}.get(kind, f"/{kind}/"))
        return self.write(kind, lead)

    def write(self, kind: str, lead: str) -> Answer:
        post = self.browser.post
        if kind == "move":
            stage = self.chance.choice(self.stages)
            return post(f"/leads/{lead}/move/", {"stage": stage})
        if kind == "call":
            form = {"type": "call", "outcome": "answered", "key": new_id()}
            return post(f"/leads/{lead}/log/", form)
        email = f"mixed{new_id()}@example.com"
        form = {"first_name": "Mixed", "email": email, "source": "google"}
        return post("/leads/new/", form | {"stage": self.stages[0]})


HTMX = {"HX-Request": "true"}


class OpenBoard:
    """A board that is open in a browser: it sends what it has seen."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.token, self.versions = "", {}
        self.open()

    def open(self) -> None:
        text = self.browser.get("/leads/board/").content.decode()
        self.token = (SEEN.search(text) or ["", ""])[1]
        self.versions = dict(VERSION.findall(text))

    def poll(self) -> Answer:
        seen = [f"{stage}:{version}" for stage, version in self.versions.items()]
        headers = {"X-Board-Seen": " ".join([self.token, *seen])}
        answer = self.browser.get("/leads/board/changes/", headers=headers)
        if answer.status_code == 200:
            news = json.loads(answer.content)
            self.token = news["seen"]
            for stage, column in news["columns"].items():
                self.versions[stage] = column["version"]
        return answer


def ask_until(
    ends: float, ask: Callable[[], tuple[str, Answer]], measured: Measured, pause: float
) -> None:
    """Boards are opened one after the other, so they don't all ask at one moment."""
    time.sleep(pause * random.random())
    while time.monotonic() < ends:
        began = time.perf_counter()
        try:
            kind, answer = ask()
        except (OSError, HTTPException) as error:
            measured.failures[type(error).__name__] += 1
            continue
        measured.note(kind, time.perf_counter() - began, answer)
        time.sleep(pause)


@dataclass
class Processes:
    """The web workers: megabytes of each at the first, the last and the worst look."""

    master: int
    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    most: float = 0

    def look(self) -> None:
        found = [_megabytes(pid) for pid in self.workers()]
        self.first = self.first or found
        self.last = found
        self.most = max([self.most, *found])

    def workers(self) -> list[int]:
        path = Path(f"/proc/{self.master}/task/{self.master}/children")
        return [int(pid) for pid in path.read_text().split()]

    def cpu_seconds(self) -> Counter[str]:
        """Until now, of the web workers, PostgreSQL's sessions and the clients."""
        return Counter(
            {
                "web": cpu_of(self.workers()),
                "PostgreSQL": cpu_of(other_backends()),
                "clients": time.process_time(),
            }
        )


def _megabytes(pid: int) -> float:
    """What the process alone holds, and its share of what it shares with others."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kilobytes = re.search(r"^Pss:\s+(\d+)", text, re.M)
    return int(kilobytes[1]) / 1024 if kilobytes else 0


@contextmanager
def serving(options: argparse.Namespace) -> Iterator[tuple[int, Processes]]:
    """Gunicorn by the configuration of production; its port and its processes."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"]
    command += ["medspa.wsgi", "--bind", f"{HOST}:{port}", "--log-level", "error"]
    command += ["--max-requests", "0", "--workers", str(options.workers)]
    command += ["--threads", str(options.threads)]
    if options.worker_class:
        command += ["--worker-class", options.worker_class]
    environment = {**os.environ, "LOG_LEVEL": "ERROR"}
    server = subprocess.Popen(command, env=environment)
    try:
        wait_for(server, port)
        yield port, Processes(server.pid)
    finally:
        server.terminate()
        server.wait()


def measure(options: argparse.Namespace) -> int:
    _, client = signed_in()
    newest = Lead.objects.order_by("-pk")
    leads = list(newest.values_list("pk", flat=True)[:LEADS])
    open_stages = PipelineStage.objects.filter(outcome="open")
    # Consult stages ask when: a plain move is one between the others.
    stages = list(open_stages.filter(records_kpi="").values_list("pk", flat=True))
    measured = Measured()
    with serving(options) as (port, processes):
        people = [
            Person(Browser(client, port), leads, stages) for _ in range(options.clients)
        ]
        boards = [OpenBoard(Browser(client, port)) for _ in range(options.boards)]
        seconds = 60 * options.minutes
        began = time.monotonic()
        ends, cpu = began + seconds, processes.cpu_seconds()
        threads = [
            threading.Thread(target=ask_until, args=(ends, ask, measured, pause))
            for ask, pause in (
                *((_next_of(person, options), 0.0) for person in people),
                *((_poll_of(one), float(POLL_SECONDS)) for one in boards),
            )
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            processes.look()
            time.sleep(min(WATCH_SECONDS, seconds / 4))
        took = time.monotonic() - began
        _tell(measured, took, processes, processes.cpu_seconds() - cpu)
    return int(bool(measured.failures))


def _next_of(
    person: Person, options: argparse.Namespace
) -> Callable[[], tuple[str, Answer]]:
    def ask() -> tuple[str, Answer]:
        is_write = person.chance.random() < options.writes
        kinds = WRITES if is_write else options.only or READS
        kind = person.chance.choice(kinds)
        return kind, person.act(kind)

    return ask


def _poll_of(board: OpenBoard) -> Callable[[], tuple[str, Answer]]:
    return lambda: ("poll", board.poll())


def _tell(
    measured: Measured, took: float, processes: Processes, cpu: Counter[str]
) -> None:
    head = ("requests", "a second", "p50 ms", "p95 ms", "p99 ms", "bytes")
    print(f"{'':<12}" + "".join(f"{name:>10}" for name in head))
    every = {"all": [s for each in measured.took.values() for s in each]}
    sizes = {"all": [s for each in measured.sizes.values() for s in each]}
    for kind, seconds in (every | measured.took).items():
        cuts = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else [0.0] * 99
        print(
            f"{kind:<12}{len(seconds):>10,}{len(seconds) / took:>10.1f}"
            + "".join(f"{1000 * cuts[place]:>10.1f}" for place in (49, 94, 98))
            + f"{statistics.median((sizes | measured.sizes)[kind]):>10,.0f}"
        )
    python = ".".join(map(str, sys.version_info[:3]))
    print(f"Python {python}; web workers: {cpu['web'] / took:.2f} cores")
    count = len(every["all"])
    each = (f"{who} {1000 * spent / count:.1f}" for who, spent in cpu.items())
    print(f"CPU ms of a request: {', '.join(each)}")
    print(
        f"MB of each: {_list(processes.first)} at first, {_list(processes.last)} "
        f"at last, {processes.most:.0f} at most"
    )
    failed = ", ".join(f"{what}: {n}" for what, n in measured.failures.items())
    print(f"failed: {failed or 'none'}")


def _list(megabytes: list[float]) -> str:
    return " and ".join(f"{each:.0f}" for each in megabytes)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.mixed", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--boards", type=int, default=20, help="open boards that poll")
    parser.add_argument("--writes", type=float, default=0.2, help="their share (0.2)")
    parser.add_argument("--only", nargs="*", choices=READS, help="of the reads, these")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--worker-class", default="")
    with clinic_scope():
        return measure(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
