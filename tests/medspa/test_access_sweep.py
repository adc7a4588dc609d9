"""Every address × role × state of what it names × method, against the table of roles.

The addresses are the URL resolver's, so a new one is swept as soon as it exists. Who
may is written in `addresses.py` for our pages and in `medspa.roles` for the admin's.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests import factories
from tests.address_values import FORMS, NEEDED
from tests.addresses import filled
from tests.medspa import admin_rows
from tests.medspa.addresses import ADDRESSES, FOR_ALL
from tests.medspa.admin_rows import label, opens
from tests.medspa.worlds import GONE, NAME, OWNED, STATES, STATES_OF, make_world

PEOPLE = {"F": "Front desk", "M": "Manager", "P": "Provider", "A": "Administrator"}
MAY: dict[str, dict[str, str]] = {}
for _address in ADDRESSES:
    _methods = MAY.setdefault(_address.name, {})
    _methods[_address.method] = _methods.get(_address.method, "") or _address.may
# What a person may do with what is their own, though their role may not with others'.
OWN = {"job": "FMPA", "job_cancel": "FMPA"} | dict.fromkeys(
    ("statement", "statement_changes", "statement_csv", "statement_pdf"), "MPA"
)
OWN["dispute_line"] = "MPA"
# The rows of the admin's tables, by the names that the worlds have for them.
TABLES = {
    "leads.lead": "lead_id",
    "leads.activity": "activity_id",
    "leads.leadstage": "period_id",
    "leads.leadtag": "link",
    "leads.opportunity": "opportunity",
    "leads.task": "task",
    "leads.exportlog": "log",
    "leads.pipelinestage": "stage_id",
    "leads.tag": "tag",
    "campaigns.campaign": "campaign_id",
    "kpis.kpievent": "event_id",
    "commissions.provider": "provider",
    "commissions.commissionrule": "rule_id",
    "commissions.credit": "credit",
    "medspa.user": "person",
    "auth.group": "group",
}
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
WRITTEN = """
    SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
    FROM pg_stat_xact_user_tables
    WHERE relname NOT LIKE 'django_%' AND relname NOT LIKE 'axes_%'
"""


@dataclass(frozen=True)
class Place:
    """An address of the resolver: its name, and what each part of its path names."""

    name: str
    keys: tuple[str, ...]
    model: Any = None

    @property
    def states(self) -> tuple[str, ...]:
        wanted = {s for key in self.keys for s in STATES_OF.get(key, OWNED)}
        return tuple(state for state in STATES if state in wanted) or ("own",)

    @property
    def page(self) -> str:
        """`change`, `history` …: what the admin's address is, after its table."""
        if self.model is None:
            return self.name
        table = f"{self.model._meta.app_label}_{self.model._meta.model_name}_"
        return self.name.partition(table)[2] or "change"

    def address(self, rows: dict[str, Any]) -> str:
        said = {"run_id": rows["bulk"]} if "bulk" in self.name else {}
        values = rows | said
        args = [getattr(values[k], "pk", values[k]) for k in self.keys]
        query = filled(QueryDict(NEEDED.get(self.name, "")).dict(), ids(rows))
        told = QueryDict(mutable=True)
        told.update(query)
        return reverse(self.name, args=args) + (f"?{told.urlencode()}" if told else "")


def ids(rows: dict[str, Any]) -> dict[str, str]:
    return {name: str(getattr(row, "pk", row)) for name, row in rows.items()}


def our_places() -> Iterator[Place]:
    def below(resolver: Any, taken: tuple[str, ...]) -> Iterator[Place]:
        for entry in resolver.url_patterns:
            keys = (*taken, *entry.pattern.converters)
            if isinstance(entry, URLPattern):
                yield Place(str(entry.name), keys)
            elif entry.namespace != "admin":
                yield from below(entry, keys)

    yield from below(get_resolver(), ())


def admin_places() -> Iterator[Place]:
    """The pages of each table; the site's own pages are about no row."""
    for model, listing in admin.site._registry.items():
        if label(model) not in TABLES:
            continue  # tables of `axes`: superusers alone
        for entry in listing.get_urls():
            keys = (TABLES[label(model)],) if entry.pattern.converters else ()
            if entry.name:
                yield Place(f"admin:{entry.name}", keys, model)


PLACES = [*our_places(), *admin_places()]


def may(place: Place, letter: str, method: str, state: str) -> bool:
    if place.name in FOR_ALL:
        return True
    if state == "own" and letter in OWN.get(place.name, ""):
        return True
    if place.model:
        return opens(PEOPLE[letter], place.model, place.page, method)
    methods = MAY[place.name]
    return letter in methods.get(method, next(iter(methods.values())))


class Visitor:
    def __init__(self, client: Client, letter: str, person: Any) -> None:
        self.client, self.letter = client, letter
        self.forms: dict[str, Any] = {}
        self.worlds = {state: make_world(state, person) for state in STATES}
        client.force_login(person)

    def ask(self, place: Place, method: str, state: str) -> tuple[int, bool, bool]:
        """The status, whether anything was written, and whether it names the lead."""
        rows = {"name": "stage", "month": "2026-03", **self.worlds[state]}
        form = self.form_of(place, rows) if method == "post" else None
        address = place.address(rows)
        before = written()
        with transaction.atomic():
            answer: Any = getattr(self.client, method)(address, form)
            names = not answer.streaming and NAME.encode() in answer.content
            transaction.set_rollback(True)
        return answer.status_code, written() > before, names

    def form_of(self, place: Place, rows: dict[str, Any]) -> Any:
        """What is accepted where the person may and the row is there."""
        if place.model is None:
            return filled(FORMS.get(place.name, {}), ids(rows))
        saved = admin_rows.FORMS.get(label(place.model))
        if saved is None or place.page not in ("add", "change"):
            return {"post": "yes"}
        if place.page == "change" and saved.changes:
            return saved.changes
        if (key := label(place.model)) not in self.forms:
            self.forms[key] = saved.good()
        return self.forms[key]


def written() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return int(cursor.fetchone()[0])


# Our pages that answer about what is gone, and who may ask.
ANSWERS = {
    "lead": "MA",
    "campaign": "FMA",  # its past numbers
    "lead_restore": "MA",
    "bring_stage_back": "MA",
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
    assert {name for name in tables if not name.startswith("axes.")} == set(TABLES)
    site = {url.name for url in admin.site.urls[0] if isinstance(url, URLPattern)}
    assert site - {None} <= SITE


@pytest.mark.parametrize("letter", PEOPLE)
def test_no_address_gives_a_role_more_than_the_table(
    letter: str, person: Any, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    visitor = Visitor(client, letter, person(PEOPLE[letter]))
    found = list(faults(visitor))
    assert not found, "\n".join(found)
