"""Random requests to every address: good values, bad ones, too many and too few.

The same seed asks the same. Whatever a request does is taken back.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import QueryDict
from django.test import Client

from tests.address_values import PARAMETERS
from tests.addresses import filled
from tests.form_values import FORMS
from tests.medspa import admin_rows
from tests.medspa.admin_rows import label
from tests.medspa.places import PLACES, Place, ids

BAD: tuple[str, ...] = (
    "",
    "x",
    "9" * 5000,
    "1e999999",
    "\0",
    "c" + "0" * 24,  # an id that nobody has
    "²",
    "9999-12-31T23:59",
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "-1",
    "٣",
    "👩🏽‍⚕️'\"<b>%s{{",
    "a" * 3000,
    "..",
    "%",
    "[]",
    "{}",
    "NaN",
    "1,2,,",
    " ",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
)
# Of the admin's site and of nothing at all.
OTHER_PATHS = (
    "/",
    "/\0",
    "/static/\0",
    "/favicon.ico",
    "/no/such/page",
    "/admin/",
    "/admin/\0/",
    "/admin/search/",
    "/admin/autocomplete/",
    "/admin/jsi18n/",
    "/admin/login/",
    "/admin/password_change/",
    "/admin/leads/",
    "/admin/r/1/1/",
    "/leads/" + "a" * 3000,
)
NAMES = (*PARAMETERS, "o", "p", "e", "_popup", "_to_field", "term", "field_name", "\0")
BODIES = ((b"{", "application/json"), (b"\xff\x00=%", "text/plain"), (b"--x", "a/b"))


@dataclass(frozen=True)
class Asked:
    """A request: `fields` are its form, or a body of its own with its type."""

    method: str
    address: str
    fields: str
    body: tuple[bytes, str] | None
    headers: dict[str, str]


class Fuzzer:
    def __init__(self, seed: int, worlds: Sequence[dict[str, Any]]) -> None:
        self.random = random.Random(seed)
        self.worlds = worlds
        self.admin_forms: dict[str, Any] = {}

    def requests(self, count: int) -> Iterator[Asked]:
        for _ in range(count):
            yield self._request()

    def _request(self) -> Asked:
        rows = self.random.choice(self.worlds)
        place = self.random.choice(PLACES)
        is_other = self.random.random() < 0.06
        path = self.random.choice(OTHER_PATHS) if is_other else self._path(place, rows)
        return Asked(
            method=self.random.choice(("get", "post")),
            address=f"{quote(path)}?{self._query(rows)}",
            fields=self._form(place, rows),
            body=self.random.choice(BODIES) if self.random.random() < 0.03 else None,
            headers={"HX-Request": "true"} if self.random.random() < 0.3 else {},
        )

    def _path(self, place: Place, rows: dict[str, Any]) -> str:
        path = place.address(rows).partition("?")[0]
        for key in place.keys:
            if self.random.random() < 0.3:
                old = str(getattr(rows[key], "pk", rows[key]))
                path = path.replace(old, self._bad().replace("/", "") or "x")
        return path

    def _query(self, rows: dict[str, Any]) -> str:
        names = self.random.sample(NAMES, self.random.choice((0, 0, 1, 2, 4)))
        good = filled(PARAMETERS, ids(rows))
        return self._encoded({name: good.get(name, "1") for name in names})

    def _form(self, place: Place, rows: dict[str, Any]) -> str:
        if place.model is None:
            return self._encoded(filled(FORMS.get(place.name, {}), ids(rows)))
        saved = admin_rows.FORMS.get(name := label(place.model))
        if saved and name not in self.admin_forms:
            self.admin_forms[name] = saved.good()
        form = {"_selected_action": ids(rows)["lead_id"], "action": "restore_selected"}
        return self._encoded(form | self.admin_forms.get(name, {}))

    def _encoded(self, values: Any) -> str:
        """The values, of which some are bad, are left out or come twice."""
        query = QueryDict(mutable=True)
        for name, value in values.items():
            chance = self.random.random()
            if chance < 0.1:
                continue
            these = value if isinstance(value, list) else [value]
            if chance < 0.35:
                these = [self._bad()]
            elif chance < 0.4:
                these = [*these, self._bad()]
            query.setlist(name, [str(each) for each in these])
        return query.urlencode()

    def _bad(self) -> str:
        return self.random.choice(BAD)


def failures(
    clients: Sequence[Client], fuzzer: Fuzzer, count: int
) -> tuple[list[str], dict[int, int]]:
    """The requests that failed, and how many were answered by which status."""
    failed: list[str] = []
    statuses: dict[int, int] = {}
    for asked in fuzzer.requests(count):
        status = ask(fuzzer.random.choice(clients), asked)
        statuses[status] = statuses.get(status, 0) + 1
        if status >= 500:
            words = f"{status} {asked.method} {asked.address} {asked.fields}"
            failed.append(words[:600])
    return failed, statuses


def ask(client: Client, asked: Asked) -> int:
    body, kind = asked.body or (
        asked.fields.encode(),
        "application/x-www-form-urlencoded",
    )
    with transaction.atomic():
        answer: Any = (
            client.post(asked.address, body, content_type=kind, headers=asked.headers)
            if asked.method == "post"
            else client.get(asked.address, headers=asked.headers)
        )
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return int(answer.status_code)
