"""Everything that happened with a lead, newest first, merged and paged by SQL.

A source is a query for rows of a lead, each with its moment and its data as JSON, and a
function that makes an item of one row. All sources are read by one statement with a
limit, so a page costs the same for a lead with ten years of history. Every app adds its
own to `extension_points.timeline_sources`.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads.extension_points import timeline_sources
from leads.models import Lead
from medspa.models import User
from medspa.postgres.keyset import Cursor
from medspa.postgres.written_query import prepared_cursor

TIMELINE_ITEMS = 25


@dataclass(frozen=True)
class PastValue:
    """A past value that can be put back; `address` is the page that does so."""

    field: str
    label: str
    old: str
    record: str
    address: str


@dataclass(frozen=True)
class TimelineItem:
    """One line: `kind` is activity, stage, step, money or change.

    `undo` is the label of the button that takes back the record `id` of `source`, empty
    where the viewer may not. `reasons` are (source, label) to choose from before that.
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
class TimelineRow:
    """One row of a source: its id, its moment, and the data that the query selected."""

    row: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class TimelineSource:
    """`sql` selects `row` (text), `at` and `data` (jsonb).

    Its parameters are %(lead)s, the lead's id, and %(leads)s, the ids of the lead and
    of those merged into it. {who} becomes the name of the row of medspa_user with the
    alias `person`. `item` gets the viewer, to offer only what they may take back.
    """

    name: str
    kind: str
    sql: str
    item: Callable[[TimelineRow, Lead, User | None], TimelineItem | None]


# As `str(user)` says it; empty where nobody is known.
WHO = "coalesce(nullif(person.first_name, ''), person.username, '')"
# The statement of all sources takes 3 ms of CPU; a queryset for each would take 10.
# Every source is limited itself, so that data is read only for a page of its rows.
PAGE_OF_ONE = """(
    SELECT '{name}' AS source, "row", at, data
    FROM (SELECT "row"::text COLLATE "C" AS "row", at, data FROM ({sql}) each) one
    {older} ORDER BY at DESC, "row" DESC LIMIT {size}
)"""
# The outer SELECT is needed for a kind with only one source: PostgreSQL refuses two
# ORDER BY for one SELECT in parentheses.
PAGE_OF_ALL = """SELECT source, "row", at, data FROM ({pages}) found
ORDER BY at DESC, "row" DESC LIMIT {size}"""
OLDER = 'WHERE (at, "row") < (%(before_at)s, %(before_row)s)'


def read_timeline(
    lead: Lead,
    *,
    kinds: Iterable[str] = (),
    before: Cursor | None = None,
    viewer: User | None = None,
) -> list[TimelineItem]:
    """At most `TIMELINE_ITEMS` + 1 items, only those before the cursor."""
    sources = {s.name: s for s in timeline_sources if not kinds or s.kind in kinds}
    parameters = {
        "lead": lead.pk,
        "leads": lead.timeline_ids,
        "before_at": before.at if before else None,
        "before_row": before.id if before else None,
    }
    with prepared_cursor() as cursor:
        cursor.execute(_statement(sources.values(), before is not None), parameters)
        rows = cursor.fetchall()
    items = (
        sources[name].item(TimelineRow(row, at, json.loads(data)), lead, viewer)
        for name, row, at, data in rows
    )
    return [item for item in items if item is not None]


def _statement(sources: Iterable[TimelineSource], is_later_page: bool) -> str:
    older = OLDER if is_later_page else ""
    size = TIMELINE_ITEMS + 1
    pages = " UNION ALL ".join(
        PAGE_OF_ONE.format(
            name=one.name,
            sql=one.sql.replace("{who}", WHO),
            older=older,
            size=size,
        )
        for one in sources
    )
    return PAGE_OF_ALL.format(pages=pages, size=size)
