"""Everything that happened with a lead, newest first, merged and paged by SQL.

A source says where its moments lie (`moments`: a query of source, id and moment) and
how its rows read (`items`). Every app adds its sources to `SOURCES` when it is ready.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from leads.models import Lead
from medspa.models import User

PAGE_SIZE = 25


@dataclass(frozen=True)
class PastValue:
    """A field that can be given back what it was; `address` is where that is asked."""

    field: str
    label: str
    old: str
    record: str
    address: str


@dataclass(frozen=True)
class Item:
    """One line: `kind` is activity, stage, step, money or change.

    `undo` is the word on the button that takes the record `id` of `source` back,
    empty where the viewer may not. `reasons` are (source, why) to choose from first.
    """

    id: str
    at: datetime
    kind: str
    icon: str
    text: str
    who: str = ""
    source: str = ""
    undo: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
    past: tuple[PastValue, ...] = ()


@dataclass(frozen=True)
class Source:
    """`items` is told who looks, to offer what this person may take back."""

    name: str
    kind: str
    moments: Callable[[Lead], QuerySet]
    items: Callable[[Lead, list[str], User | None], Iterable[Item]]


SOURCES: list[Source] = []


def moments_of(
    queryset: QuerySet, name: str, at: str | Coalesce, pk: str = "id"
) -> QuerySet:
    """The rows as source, row and moment, so that sources can be united."""
    return queryset.annotate(
        item_source=Value(name, CharField()),
        item_row=Cast(pk, CharField()),
        item_at=F(at) if isinstance(at, str) else at,
    ).values_list("item_source", "item_row", "item_at")


def timeline(
    lead: Lead,
    *,
    kinds: Iterable[str] = (),
    before: tuple[datetime, str] | None = None,
    viewer: User | None = None,
) -> list[Item]:
    """At most `PAGE_SIZE` + 1 items before the moment and id of `before`."""
    wanted = [s for s in SOURCES if not kinds or s.kind in kinds]
    queries = [_earlier(source.moments(lead), before) for source in wanted]
    first, *others = queries
    united = first.union(*others, all=True).order_by("-item_at", "-item_row")
    page = united[: PAGE_SIZE + 1]
    ids: dict[str, list[str]] = {}
    for source_name, row, _ in page:
        ids.setdefault(source_name, []).append(row)
    items = [
        item
        for source in wanted
        if source.name in ids
        for item in source.items(lead, ids[source.name], viewer)
    ]
    return sorted(items, key=lambda item: (item.at, item.id), reverse=True)


def _earlier(query: QuerySet, before: tuple[datetime, str] | None) -> QuerySet:
    query = query.order_by()
    if before is None:
        return query
    at, row = before
    return query.filter(Q(item_at__lt=at) | Q(item_at=at, item_row__lt=row))
