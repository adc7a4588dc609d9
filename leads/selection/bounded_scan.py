"""Which leads a filtered page shows, found by looks of a bounded size.

Left to itself PostgreSQL reads all that one filter leaves to find the few that fit
another too; at a million leads that took up to four seconds. So first the filters with
an index of their own are asked whether one of them leaves few leads: those are looked
at, and the result is exact. Else the leads are looked through in the order of the page
until it is full, `WIDE` of them at most; the next page goes on where this one ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, QuerySet, Value
from django.db.models.expressions import RawSQL

from leads.models import Lead, LeadTag
from leads.models.lead import LeadQuerySet
from leads.search import Search, SearchKind
from leads.selection.list_filters import NOBODY, ListFilter
from leads.selection.orders import Key, Walk

# So many leads are looked at for an exact answer, and for a page of a long list.
FEW = 2_000
WIDE = 4_000
# A first page counts up to so many.
COUNTED = 500
EXACT_SEARCHES = {SearchKind.EMAIL, SearchKind.PHONE, SearchKind.NOTHING}

# Each lead is looked up by itself, so that no filter is read from end to end. Where
# the page is full, the place at which the look would have ended is never searched. The
# order is the window's own to the word, or PostgreSQL looks at all of it and sorts.
LOOK = """
WITH seen ({columns}) AS MATERIALIZED ({window})
(SELECT value, place, {lead}, true FROM seen CROSS JOIN LATERAL ({fits}) fitting
    ORDER BY {order} LIMIT {limit})
UNION ALL (SELECT value, place, {lead}, false FROM seen OFFSET {last} LIMIT 1)
LIMIT {limit}
"""


@dataclass(frozen=True)
class Look:
    """The keys that fit; `end` is where the look ended, if there may be more."""

    keys: list[Key]
    end: Key | None = None


def look(rows: Walk, leads: LeadQuerySet, window: QuerySet, limit: int) -> Look:
    """Up to `limit` of the window's rows whose lead is among `leads`."""
    columns = dict.fromkeys(
        (rows.value, "pk", rows.lead, *(["stage_id"] if rows.stage else []))
    )
    lead = "place" if rows.lead == "pk" else "lead"
    names = ("value", "place", lead, *(["stage"] if rows.stage else []))
    size = window.query.high_mark or FEW
    try:
        seen = window.values_list(*columns).query.sql_with_params()
        fits = _fitting(leads, lead).query.sql_with_params()
    except EmptyResultSet:
        return Look([])
    sql = LOOK.format(
        columns=", ".join(dict.fromkeys(names)),
        window=seen[0],
        lead=lead,
        fits=fits[0],
        order=_order(rows),
        limit=limit,
        last=size - 1,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*seen[1], *fits[1]])
        found = [(Key(*row[:3]), row[3]) for row in cursor.fetchall()]
    ends = [key for key, is_fitting in found if not is_fitting]
    return Look([key for key, is_fitting in found if is_fitting], *ends)


def _order(rows: Walk) -> str:
    way, back = ("DESC", "ASC") if rows.is_down else ("ASC", "DESC")
    stage = f"stage {back}, " if rows.stage else ""
    return f"{stage}value {way}, place {way}"


def _fitting(leads: LeadQuerySet, seen: str) -> QuerySet:
    one = RawSQL(f"seen.{seen}", ())  # noqa: S611  (no input)
    return leads.filter(pk=one).order_by().values("pk")[:1]


def few_leads(filters: ListFilter) -> list[str] | None:
    """All leads that one of the filters leaves, where one leaves few."""
    narrow = list(_narrow(filters))
    if not narrow:
        return None
    columns = [
        rows.order_by().values_list(Value(place, CharField()), pk)[: FEW + 1]
        for place, (rows, pk) in enumerate(narrow)
    ]
    first, *others = columns
    found: dict[Any, list[str]] = {str(place): [] for place in range(len(narrow))}
    for place, lead_id in first.union(*others, all=True) if others else first:
        found[str(place)].append(lead_id)
    least = min(found.values(), key=len)
    return least if len(least) <= FEW else None


def _narrow(filters: ListFilter) -> Iterable[tuple[QuerySet, str]]:
    """What each filter with an index of its own leaves, and how a lead is named."""
    asked = filters.form.cleaned_data
    if typed := asked["q"]:
        yield Lead.objects.search(typed), "pk"
        if Search.read(typed).kind in EXACT_SEARCHES:
            return
    if asked["tag"]:
        links = LeadTag.objects.filter(tag=asked["tag"], lead__deleted_at=None)
        yield links, "lead_id"
    for name in ("campaign", "source"):
        if asked[name]:
            yield Lead.objects.filter(**{name: asked[name]}), "pk"
    if asked["assigned"] and asked["assigned"] != NOBODY:
        yield filters.worked_by(Lead.objects.all(), "", asked["assigned"]), "pk"
