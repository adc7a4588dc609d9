"""Every address of the URL resolver, what it names, and who may ask it.

`addresses.py` says who may open our pages, `medspa.roles` who the admin's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import QueryDict
from django.urls import URLPattern, get_resolver, reverse

from tests.address_values import NEEDED
from tests.addresses import filled
from tests.medspa.addresses import ADDRESSES, FOR_ALL, PUBLIC
from tests.medspa.admin_rows import label, opens
from tests.medspa.worlds import OWNED, STATES, STATES_OF

PEOPLE = {"F": "Front desk", "M": "Manager", "P": "Provider", "A": "Administrator"}
MAY: dict[str, dict[str, str]] = {}
for _address in ADDRESSES:
    _methods = MAY.setdefault(_address.name, {})
    _methods[_address.method] = _methods.get(_address.method, "") or _address.may
# What a person may do with what is their own, though their role may not with others'.
OWN = {"job": "FMPA", "job_cancel": "FMPA"} | dict.fromkeys(
    ("statement", "statement_changes", "statement_csv", "statement_pdf"), "MPA"
)
OWN |= {"dispute_line": "MPA", "withdraw_dispute": "MPA", "line_payments": "MPA"}
# The rows of the admin's tables, by the names that the worlds have for them.
TABLES = {
    "leads.lead": "lead_id",
    "leads.activity": "activity_id",
    "leads.leadstage": "period_id",
    "leads.leadtag": "link",
    "leads.contactpoint": "contact",
    "leads.opportunity": "opportunity",
    "leads.task": "task",
    "leads.exportlog": "log",
    "leads.pipelinestage": "stage_id",
    "leads.tag": "tag",
    "leads.procedure": "procedure_id",
    "leads.leadsource": "source_id",
    "leads.leadlostreason": "reason_id",
    "leads.tagsuggestion": "suggestion",
    "campaigns.campaign": "campaign_id",
    "kpis.kpievent": "event_id",
    "commissions.provider": "provider",
    "commissions.commissionrule": "rule_id",
    "commissions.credit": "credit",
    "medspa.user": "person",
    "auth.group": "group",
}


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
            elif entry.namespace not in ("admin", "api"):
                yield from below(entry, keys)

    yield from below(get_resolver(), ())


def admin_places() -> Iterator[Place]:
    """The pages of each table; the site's own pages are about no row."""
    for model, listing in admin.site._registry.items():
        for entry in listing.get_urls():
            keys = (TABLES[label(model)],) if entry.pattern.converters else ()
            if entry.name:
                yield Place(f"admin:{entry.name}", keys, model)


PLACES = [
    *(place for place in our_places() if place.name not in PUBLIC),
    *admin_places(),
]


def may(place: Place, letter: str, method: str, state: str) -> bool:
    if place.name in FOR_ALL | PUBLIC:
        return True
    if state == "own" and letter in OWN.get(place.name, ""):
        return True
    if place.model:
        return opens(PEOPLE[letter], place.model, place.page, method)
    methods = MAY[place.name]
    return letter in methods.get(method, next(iter(methods.values())))
