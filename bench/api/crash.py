"""`python -m bench.api.crash --kills 30`: processes are killed while programs write.

Twenty programs record payments with an Idempotency-Key and change names with If-Match,
on a PostgreSQL of this run alone, and a receiver is told of them by webhooks. Web
workers, the job worker, connections and the whole database get SIGKILL. What has no
answer, or a 5xx, is sent again as it was. At the end each payment and each name that
was acknowledged must be there, once, and each payment must have been delivered, under
one `webhook-id` and in the order of its lead. While the database is away the answer
must be a problem with Retry-After.
"""

import argparse
import http.client
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.crash.__main__ import PROJECT, _environment
from bench.crash.processes import Clinic, Victim
from bench.over_http import HOST
from medspa.postgres.embedded.server import EmbeddedPostgres
from tests.api.webhooks.receiver import Receiver, receiving

PROGRAMS = 20
# How long what waits may take at the end: a claim of a killed worker lasts a minute.
DELIVERED_WITHIN = 240
PAUSE = (1.0, 3.0)
# After a kill so many acts must be acknowledged before the next one.
ACTS_BETWEEN = 15
LONGEST_WAIT = 300
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(eq=False)
class Program(threading.Thread):
    """Pays and renames, one after the other, and sends again what wasn't answered."""

    port: int
    key: str
    lead: str
    number: int
    is_over: threading.Event
    paid: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        acts = 0
        while not self.is_over.is_set():
            acts += 1
            self._pay(f"{self.number}-{acts}")
            self._rename(f"Ada{_letters(acts)}")

    def _pay(self, name: str) -> None:
        body = {"value_cents": 10_000 + self.number}
        headers = {"Idempotency-Key": name}
        path = f"/leads/{self.lead}/payments"
        told, _ = self._until_answered("POST", path, body, headers, {201})
        self.paid.append(told["id"])

    def _rename(self, name: str) -> None:
        """After an answer was lost, the lead itself says whether the name is there."""
        path = f"/leads/{self.lead}"
        told, etag = self._until_answered("GET", path, None, {}, {200})
        while told["first_name"] != name:
            answer = self._ask("PATCH", path, {"first_name": name}, {"If-Match": etag})
            if answer and answer[0] == 200:
                break
            told, etag = self._until_answered("GET", path, None, {}, {200})
        self.names.append(name)

    def _until_answered(
        self, method: str, path: str, body: Any, headers: Any, good: set[int]
    ) -> tuple[Any, str]:
        until = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < until:
            answer = self._ask(method, path, body, headers)
            if answer and answer[0] in good:
                return answer[1], answer[2]
            time.sleep(0.2)
        self.findings.append(f"{method} {path}: no answer in {LONGEST_WAIT} s")
        raise SystemExit

    def _ask(
        self, method: str, path: str, body: Any, headers: Any
    ) -> tuple[int, Any, str] | None:
        sent = {"Authorization": f"Bearer {self.key}", "X-Forwarded-Proto": "https"}
        text = None if body is None else json.dumps(body)
        if text:
            sent["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request(method, f"/api/v1{path}", text, sent | headers)
            response = connection.getresponse()
            told = json.loads(response.read() or b"null")
            self._judge(method, path, response, told)
            return response.status, told, response.getheader("ETag", "")
        except (OSError, http.client.HTTPException, ValueError):
            self.statuses[0] += 1
            return None
        finally:
            connection.close()

    def _judge(self, method: str, path: str, response: Any, told: Any) -> None:
        status = response.status
        self.statuses[status] += 1
        if status in (409, 503) and not response.getheader("Retry-After"):
            self.findings.append(f"{method} {path}: {status} without Retry-After")
        if status >= 500 and status != 503:
            self.findings.append(f"{method} {path}: {status} {told}")


def _letters(number: int) -> str:
    """A name for a number: names have no digits."""
    text = ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        text = LETTERS[rest] + text
    return text


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.api.crash")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="medspa-api-crash-") as folder:
        options.folder = folder
        Path(folder).chmod(0o755)  # the database's own account must be able to enter
        server = EmbeddedPostgres(Path(folder) / "postgres")
        server.start()
        try:
            return _run(server, _environment(server, Path(folder)), options)
        finally:
            server.stop()


def _run(
    server: EmbeddedPostgres, environment: dict[str, str], options: argparse.Namespace
) -> int:
    manage = [sys.executable, str(PROJECT / "manage.py"), "migrate", "-v0"]
    subprocess.run(manage, env=environment, check=True)
    with receiving(Path(options.folder)) as receiver:
        return _crash(server, environment, options, receiver)


def _crash(
    server: EmbeddedPostgres,
    environment: dict[str, str],
    options: argparse.Namespace,
    receiver: Receiver,
) -> int:
    filling = [sys.executable, "-m", "bench.api.crash_filling", str(PROGRAMS)]
    filling.append(receiver.url("/ok"))
    printed = subprocess.run(
        filling, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE
    ).stdout
    filled = json.loads(printed.splitlines()[-1])
    chance, is_over = random.Random(options.seed), threading.Event()
    worker = ("-m", "bench.api.crash_worker", receiver.authorities)
    kills: Counter[str] = Counter()
    with Clinic(PROJECT, server, environment, worker) as clinic:
        programs = [
            Program(clinic.port, filled["key"], lead, number, is_over)
            for number, lead in enumerate(filled["leads"])
        ]
        for program in programs:
            program.start()
        _await_acts(programs)
        for _ in range(options.kills):
            time.sleep(chance.uniform(*PAUSE))
            victim = chance.choice(list(Victim))
            kills[victim] += clinic.kill(victim, chance)
            _await_acts(programs)
        is_over.set()
        for program in programs:
            program.join(2 * LONGEST_WAIT)
        _await_deliveries(server)
    with psycopg.connect(server.url()) as connection:
        return _report(programs, connection, receiver, kills)


def _await_acts(programs: list[Program]) -> None:
    before, until = _acts(programs), time.monotonic() + LONGEST_WAIT
    while _acts(programs) < before + ACTS_BETWEEN:
        if time.monotonic() > until:
            raise SystemExit(f"Nothing is acknowledged for {LONGEST_WAIT} s.")
        time.sleep(0.1)


def _await_deliveries(server: EmbeddedPostgres) -> None:
    """Until nothing waits, and nothing new is made of history, twice in a row."""
    until, seen = time.monotonic() + DELIVERED_WITHIN, None
    question = (
        "SELECT count(*), count(*) FILTER (WHERE state = 'waiting')"
        " FROM api_webhookdelivery"
    )
    while time.monotonic() < until:
        time.sleep(5)
        with psycopg.connect(server.url()) as connection:
            now = connection.execute(question).fetchone()
        if now == seen and now and now[1] == 0:
            return
        seen = now


def _acts(programs: list[Program]) -> int:
    return sum(len(program.paid) + len(program.names) for program in programs)


def _report(
    programs: list[Program],
    connection: Any,
    receiver: Receiver,
    kills: Counter[str],
) -> int:
    findings = [line for program in programs for line in program.findings]
    statuses = sum((program.statuses for program in programs), Counter())
    for program in programs:
        findings += _compared(program, connection)
    findings += _compared_deliveries(programs, receiver)
    acts = _acts(programs)
    counted = ", ".join(f"{count} x {who}" for who, count in sorted(kills.items()))
    print(
        f"{kills.total()} kills ({counted}), {acts:,} acts acknowledged,"
        f" {len(receiver.received):,} webhooks received, of"
        f" {len({*receiver.ids}):,} events, {len(findings)} findings."
    )
    print(dict(sorted(statuses.items())), "(0: no answer)")
    print("\n".join(findings[:20]))
    return int(bool(findings) or any(program.is_alive() for program in programs))


def _compared(program: Program, connection: Any) -> list[str]:
    """What was acknowledged against what is there."""
    paid = connection.execute(
        "SELECT id FROM kpis_kpievent WHERE lead_id = %s AND kind = 'invoice_paid'",
        [program.lead],
    ).fetchall()
    names = connection.execute(
        "SELECT first_name FROM leads_leadhistory WHERE id = %s ORDER BY history_id",
        [program.lead],
    ).fetchall()
    stored = Counter(row for (row,) in paid)
    found = []
    if stored != Counter(program.paid):
        found.append(f"payments of {program.lead}: {stored - Counter(program.paid)}")
    if [name for (name,) in names] != ["Ada", *program.names]:
        found.append(f"names of {program.lead}: {names[-3:]} {program.names[-3:]}")
    return found


def _compared_deliveries(programs: list[Program], receiver: Receiver) -> list[str]:
    """Payments that were acknowledged against those that the receiver was told of."""
    told: dict[str, set[str]] = {}
    for _, headers, body in receiver.received:
        event = json.loads(body)
        if event["type"] == "payment.recorded":
            told.setdefault(event["data"]["id"], set()).add(headers["webhook-id"])
    paid = {payment for program in programs for payment in program.paid}
    found = [f"{payment}: no webhook" for payment in paid - told.keys()]
    found += [f"{payment}: of no answer" for payment in told.keys() - paid]
    found += [f"{one}: {len(ids)} events" for one, ids in told.items() if len(ids) > 1]
    for program in programs:
        order = [payment for payment in told if payment in set(program.paid)]
        if order != [payment for payment in program.paid if payment in told]:
            found.append(f"payments of {program.lead} came in another order")
    return found


if __name__ == "__main__":
    sys.exit(main())
