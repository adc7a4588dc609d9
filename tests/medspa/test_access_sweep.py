"""Every address × role × state of what it names × method, against the table of roles.

The addresses are the URL resolver's, so a new one is swept as soon as it exists.
"""

import logging
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern

from tests import factories
from tests.addresses import filled
from tests.form_values import FORMS
from tests.medspa import admin_rows
from tests.medspa.admin_rows import label
from tests.medspa.places import PEOPLE, PLACES, TABLES, Place, ids, may
from tests.medspa.worlds import GONE, NAME, STATES, STATES_OF, make_world

# Addresses of the admin that are about no row of a table.
SITE = {
    "index",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
    "search",
}
COUNTED = """
    SELECT array_agg(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND relname NOT LIKE 'axes_%' AND relname <> 'medspa_personsession'
"""
# As the view pg_stat_xact_user_tables, which reads the catalog each time for 10 ms.
WRITTEN = """
    SELECT sum(
        pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)
    ) FROM unnest(%s::oid[]) oid
"""


class Visitor:
    def __init__(self, client: Client, letter: str, person: Any) -> None:
        self.client, self.letter = client, letter
        self.forms: dict[str, Any] = {}
        self.worlds = {state: make_world(state, person) for state in STATES}
        self.tables = counted()
        client.force_login(person)

    def ask(self, place: Place, method: str, state: str) -> tuple[int, bool, bool]:
        """The status, whether anything was written, and whether it names the lead."""
        rows = {"name": "stage", "month": "2026-03", **self.worlds[state]}
        form = self.form_of(place, rows) if method == "post" else None
        address = place.address(rows)
        before, cookies = self.written(), self.client.cookies.copy()
        with transaction.atomic():
            answer: Any = getattr(self.client, method)(address, form)
            names = not answer.streaming and NAME.encode() in answer.content
            transaction.set_rollback(True)
        # Who accepts an invitation is signed in as somebody else.
        self.client.cookies.update(cookies)
        return answer.status_code, self.written() > before, names

    def written(self) -> int:
        """How many rows were written so far, whether they were taken back or not."""
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN, [self.tables])
            return int(cursor.fetchone()[0])

    def form_of(self, place: Place, rows: dict[str, Any]) -> Any:
        """What is accepted where the person may and the row is there."""
        if place.model is None:
            return filled(FORMS.get(place.name, {}), ids(rows))
        saved = admin_rows.FORMS.get(label(place.model))
        if saved is None or place.page not in ("add", "change"):
            return {"post": "yes"}
        if (key := label(place.model)) not in self.forms:
            self.forms[key] = saved.good()
        return self.forms[key]


def counted() -> list[int]:
    """The tables in which a row that is written counts."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        tables: list[int] = cursor.fetchone()[0]
        return tables


# Our pages that answer about what is gone, and who may ask.
ANSWERS = {
    "lead": "MA",
    # Who asks what is kept of them, or to be erased, may have been deleted before.
    "lead_privacy": "A",
    "ask_erasure": "A",
    "person_json": "A",
    "person_pdf": "A",
    "campaign": "FMA",  # its past numbers
    "lead_restore": "MA",
    "bring_lost_reason_back": "MA",
    "bring_procedure_back": "MA",
    "bring_source_back": "MA",
    "bring_stage_back": "MA",
    "restore_campaign": "MA",
}
# What the admin shows of it, to read: a deleted lead's only to who may restore it.
READ_PAGES = {"change", "history"}
OF_LEADS = {key for key, states in STATES_OF.items() if "merged" in states}
# There is no such month, or no such record of history.
NOT_THERE = {"kpi_restatements", "put_back"}


def may_ask_for_gone(place: Place, letter: str, state: str) -> bool:
    if place.model is None:
        return letter in ANSWERS.get(place.name, "")
    is_restorer = letter in "MA" or state == "voided" or not OF_LEADS & {*place.keys}
    return is_restorer and place.page in READ_PAGES


def asked_by(letter: str) -> Iterator[tuple[Place, str, str]]:
    """What is worth a request: a refusal is the same in every state."""
    for place, method in product(PLACES, ("get", "post")):
        # An administrator is asked where a manager may not do the same.
        if letter == "A" and may(place, "M", method, "other"):
            continue
        is_allowed = may(place, letter, method, "other")
        yield from (
            (place, method, state)
            for state in (place.states if is_allowed else place.states[:1])
        )


def faults(visitor: Visitor) -> Iterator[str]:
    for place, method, state in asked_by(visitor.letter):
        is_allowed = may(place, visitor.letter, method, state)
        status, wrote, names = visitor.ask(place, method, state)
        where = f"{visitor.letter} {method} {place.name} {state}: {status}"
        if status >= 500:
            yield f"{where} fails"
        elif not is_allowed and (status not in (403, 404, 405) or wrote):
            yield f"{where} is answered{', and it wrote' if wrote else ''}"
        elif not is_allowed:
            continue
        elif state in GONE:
            names = names and state != "voided"  # that lead is there
            wrote = wrote and method == "post"
            answers = may_ask_for_gone(place, visitor.letter, state)
            if (wrote or status == 200 or names) and not answers:
                yield f"{where} {'writes' if wrote else 'shows'} what is gone"
        elif status in (403, 404) and state == "own" and place.page not in NOT_THERE:
            yield f"{where} is refused"


def test_every_address_names_something_that_the_worlds_have(db: None) -> None:
    known = {*make_world("own", factories.UserFactory()), "name"}
    assert {key for place in PLACES for key in place.keys} <= known
    tables = {label(model) for model in admin.site._registry}
    assert tables == set(TABLES)
    site = {url.name for url in admin.site.urls[0] if isinstance(url, URLPattern)}
    assert site - {None} <= SITE


@pytest.mark.slow
@pytest.mark.parametrize("letter", PEOPLE)
def test_no_address_gives_a_role_more_than_the_table(
    letter: str, person: Any, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    visitor = Visitor(client, letter, person(PEOPLE[letter]))
    found = list(faults(visitor))
    assert not found, "\n".join(found)
