"""Everything that happened with a lead, newest first, merged and paged by SQL.

A source is a question for rows of a lead, each with its moment and what it tells as
JSON, and a function that puts one row into words. All sources are asked by one
statement, and the page is as cheap for a lead of ten years as for one of today.
Every app adds its own to `extension_points.timeline_sources`.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from leads.extension_points import timeline_sources
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
    past: tuple[PastValue, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Moment:
    """One row of a source: its id, when it was, and what its question selected."""

    row: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class Source:
    """`sql` selects `row` (text), `at` and `data` (jsonb).

    It may ask for %(lead)s, the lead's id, and %(told)s, with those merged into it;
    {who} is how the row of medspa_user that it calls `person` is called.
    `item` is told who looks, to offer what this person may take back.
    """

    name: str
    kind: str
    sql: str
    item: Callable[[Moment, Lead, User | None], Item | None]


# As `str(user)` says it; empty where nobody is known.
WHO = "coalesce(nullif(person.first_name, ''), person.username, '')"
# Cut in every source, so that what a line tells is only worked out for lines shown.
PAGE_OF_ONE = """(
    SELECT '{name}' AS source, "row", at, data
    FROM (SELECT "row"::text COLLATE "C" AS "row", at, data FROM ({sql}) each) one
    {earlier} ORDER BY at DESC, "row" DESC LIMIT {size}
)"""
# PostgreSQL refuses a second ORDER BY right behind one parenthesis: the outer SELECT is
# there for a kind that only one source tells.
PAGE_OF_ALL = """SELECT source, "row", at, data FROM ({pages}) found
ORDER BY at DESC, "row" DESC LIMIT {size}"""
EARLIER = 'WHERE (at, "row") < (%(before_at)s, %(before_row)s)'


def timeline(
    lead: Lead,
    *,
    kinds: Iterable[str] = (),
    before: tuple[datetime, str] | None = None,
    viewer: User | None = None,
) -> list[Item]:
    """At most `PAGE_SIZE` + 1 items before the moment and id of `before`."""
    sources = {s.name: s for s in timeline_sources if not kinds or s.kind in kinds}
    before_at, before_row = before or (None, None)
    parameters = {
        "lead": lead.pk,
        "told": lead.told_ids,
        "before_at": before_at,
        "before_row": before_row,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(sources.values(), before is not None), parameters)
        rows = cursor.fetchall()
    items = (
        sources[name].item(Moment(row, at, json.loads(data)), lead, viewer)
        for name, row, at, data in rows
    )
    return [item for item in items if item is not None]


def _statement(sources: Iterable[Source], is_later_page: bool) -> str:
    earlier = EARLIER if is_later_page else ""
    size = PAGE_SIZE + 1
    pages = " UNION ALL ".join(
        PAGE_OF_ONE.format(
            name=one.name,
            sql=one.sql.replace("{who}", WHO),
            earlier=earlier,
            size=size,
        )
        for one in sources
    )
    return PAGE_OF_ALL.format(pages=pages, size=size)
