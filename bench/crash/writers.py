"""People at work: each sends one form after the other until it is answered."""

import http.client
import json
import random
import re
import threading
import time
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench.over_http import HOST, TOKEN
from medspa.ids import id_with, new_id
from medspa.web.add_once import ROW_KEY, typed_in

STEPS = ("call_back", "send_prices", "offer_dates", "confirm_consult", "check_in")
ANSWER_SECONDS = 30
# Of django.contrib.messages.
ERROR = 40
MESSAGES = re.compile(r"messages=([^;,]+)")
SECONDS_BEFORE_AGAIN = 0.3
# Pauses between two acts, as of people who work fast.
PAUSE_SECONDS = 0.03


@dataclass
class Acts:
    """What was acknowledged: ids of rows by table, and how often each lead moved."""

    keys: dict[str, list[str]] = field(default_factory=dict)
    moves: dict[str, int] = field(default_factory=dict)
    tagged: list[str] = field(default_factory=list)
    resent: int = 0
    refused: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        rows = sum(len(keys) for keys in self.keys.values())
        return rows + sum(self.moves.values()) + len(self.tagged)


@dataclass(frozen=True)
class Form:
    """What is sent; `done` notes it once it is acknowledged."""

    address: str
    fields: dict[str, str]
    done: Callable[[], None]
    # It names what it expects, and so is refused once it was done.
    refused_when_done: bool = False


class Writers:
    """Everybody who writes; `acts` are theirs together."""

    def __init__(self, port: int, filled: dict[str, Any], seed: int) -> None:
        self.port, self.filled, self.seed = port, filled, seed
        self.acts = Acts()
        self.lock = threading.Lock()
        self.is_over = threading.Event()
        self.threads: list[threading.Thread] = []

    def start(self, count: int) -> None:
        works = [self._work_of_a_person(number) for number in range(count)]
        for work in (*works, self._bulk_acts()):
            thread = threading.Thread(target=self._send_all, args=(work,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Everybody ends with an answer to what they sent last."""
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def await_acts(self, count: int, seconds: float) -> float:
        """Seconds until `count` more acts are acknowledged."""
        began, before = time.monotonic(), self.acts.count
        while self.acts.count < before + count:
            if time.monotonic() - began > seconds:
                raise SystemExit(f"No work for {seconds} seconds: {self.acts.odd[-3:]}")
            time.sleep(0.05)
        return time.monotonic() - began

    def _work_of_a_person(self, number: int) -> Iterator[Form]:
        chance = random.Random(f"{self.seed} {number}")
        leads = self.filled["leads"][number]
        steps = [(lead, step) for lead in leads for step in STEPS]
        makers = (self._call, self._pay, self._move, self._new_lead)
        while True:
            if steps and chance.random() < 0.2:
                yield self._plan(*steps.pop())
            yield chance.choice(makers)(chance.choice(leads))

    def _bulk_acts(self) -> Iterator[Form]:
        for tag in self.filled["tags"]:
            yield Form(
                "/leads/bulk/",
                {"act": "tag", "tag": tag, "leads": " ".join(self.filled["many"])},
                lambda tag=tag: self.acts.tagged.append(tag),
            )
            self.is_over.wait(5)

    def _call(self, lead: str) -> Form:
        fields = {"type": "call", "outcome": "no_answer"}
        return self._keyed("leads_activity", f"/leads/{lead}/log/", fields)

    def _pay(self, lead: str) -> Form:
        fields = {"amount": "450", "procedure": "BTX", "category": "service"}
        return self._keyed("kpis_kpievent", f"/leads/{lead}/pay/", fields)

    def _plan(self, lead: str, step: str) -> Form:
        fields = {"what": step, "when": "week"}
        return self._keyed("leads_task", f"/leads/{lead}/plan/", fields)

    def _new_lead(self, _: str) -> Form:
        fields = {
            "first_name": "Eve",
            "source": "google",
            "opportunity-TOTAL_FORMS": "0",
            "opportunity-INITIAL_FORMS": "0",
        }
        key = new_id()
        row = id_with(key, typed_in((name, [text]) for name, text in fields.items()))
        return Form(
            "/admin/leads/lead/add/",
            fields | {ROW_KEY: key},
            lambda: self._made("leads_lead", row),
        )

    def _move(self, lead: str) -> Form:
        first, second = self.filled["stages"]
        moved = self.acts.moves.setdefault(lead, 0)
        here, there = (second, first) if moved % 2 else (first, second)

        def done() -> None:
            self.acts.moves[lead] += 1

        fields = {"stage": there, "expected": here}
        return Form(f"/leads/{lead}/move/", fields, done, refused_when_done=True)

    def _keyed(self, table: str, address: str, fields: dict[str, str]) -> Form:
        key = new_id()
        return Form(address, fields | {"key": key}, lambda: self._made(table, key))

    def _made(self, table: str, row: str) -> None:
        self.acts.keys.setdefault(table, []).append(row)

    def _send_all(self, forms: Iterator[Form]) -> None:
        for form in forms:
            refusal = self._send(form)
            with self.lock:
                if refusal:
                    self.acts.refused.append(f"{form.address}: {refusal}")
                else:
                    form.done()
            if self.is_over.wait(PAUSE_SECONDS):
                return

    def _send(self, form: Form) -> str:
        """Send the form until it is answered; why it was refused, else empty."""
        is_again = False
        while (answer := self._answer(form)) is None:
            self.acts.resent += 1
            is_again = True
            time.sleep(SECONDS_BEFORE_AGAIN)
        # The first time it was done, and its answer was lost.
        was_done = is_again and form.refused_when_done
        return "" if was_done else answer

    def _answer(self, form: Form) -> str | None:
        """None without an answer, empty for an act that was done, else a refusal."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request("POST", form.address, urlencode(form.fields), self._head)
            answer = connection.getresponse()
            page = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status == http.client.FOUND:
            return _refusal(answer.getheader("Set-Cookie", ""))
        self.acts.odd.append(f"{answer.status} {form.address} {_title(page)}")
        return None

    @property
    def _head(self) -> dict[str, str]:
        name, value = self.filled["session"]
        return {
            "Cookie": f"{name}={value}; __Host-csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }


def _title(page: bytes) -> str:
    found = re.search(rb"<title>(.*?)</title>", page, re.DOTALL)
    return found[1].decode().strip() if found else ""


def _refusal(cookies: str) -> str:
    """The sentence of an error that Django's messages keep in a cookie."""
    found = MESSAGES.search(cookies)
    if not found:
        return ""
    packed, text = found[1].startswith("."), found[1].lstrip(".").partition(":")[0]
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    kept = json.loads(zlib.decompress(data) if packed else data)
    return " ".join(text for _, _, level, text, *_ in kept if level >= ERROR)
