"""The rows of the lead list, in a constant few queries at any size.

First the keys of a page are found, then all that its columns show about those leads
alone. The whole list and a stage are counted by the kept totals and walked by the
index that has their order. What a filter leaves is counted up to a limit; a small
result is sorted here, a large one is walked until a page is full and never sorted
whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from leads.list_cells import row_html
from leads.list_columns import Found, described
from leads.list_filters import ListFilter
from leads.list_orders import Key, Walk, order_of, walk
from leads.list_shape import Column, Order
from leads.models import Lead, LeadStage
from leads.models.lead import LeadQuerySet
from medspa.paging import COUNT_LIMIT

ROWS = 50
# So many leads of a stage are looked through for a page under further filters.
WINDOW = 2_000


@dataclass(frozen=True)
class Row:
    """A lead as the list shows it; `cells` are its columns as HTML."""

    lead_id: str
    first_name: str
    cells: SafeString


@dataclass(frozen=True)
class Listing:
    """One page; `count` is exact unless `is_more`, then there are more than that.

    The next page begins below `after` and has `left` leads; `width` is in columns.
    """

    rows: tuple[Row, ...]
    count: int
    order: Order
    is_more: bool = False
    after: str = ""
    left: int = 0
    width: int = 0


def read_listing(
    filters: ListFilter,
    totals: dict[str, int],
    after: str = "",
    columns: Sequence[Column] = (),
) -> Listing | None:
    """The page below `after`, None when that names no place in this order.

    `totals` are the kept counts by stage.
    """
    rows = walk_of(filters)
    below = rows.read(after) if after else None
    if after and below is None:
        return None
    if filters.is_only_stage:
        count = _kept(filters.stage_id, totals)
        return _listing(rows, rows.below(below).first(2 * ROWS), count, False, columns)
    if filters.stage_id:
        total = _kept(filters.stage_id, totals)
        return _listing(rows, *_in_stage(filters, rows, below, total), columns)
    found = rows.any(COUNT_LIMIT + 1)
    if len(found) > COUNT_LIMIT:
        keys = rows.below(below).first(2 * ROWS)
        return _listing(rows, keys, COUNT_LIMIT, True, columns)
    return _listing(rows, *_exactly(rows, found, below), columns)


def _in_stage(
    filters: ListFilter, rows: Walk, below: Key | None, total: int
) -> tuple[list[Key], int, bool]:
    """The page's keys under further filters, how many there are, and whether more.

    Looked for among the stage's first leads; where these hold too few, among the
    filters' own leads when they are few; else the whole stage is walked. At a million
    leads that takes 10 to 100 ms, 70 to 600 ms and 30 to 800 ms; left to itself
    PostgreSQL took 1 to 5 s.
    """
    if total <= WINDOW:
        return _exactly(rows, rows.among_first(WINDOW, None), below)
    found = rows.among_first(WINDOW, below)
    if len(found) >= 2 * ROWS:
        # There may be no other, so there are more than all of them but one.
        return rows.sort(found), len(found) - 1, True
    few = list(filters.qs.order_by().values_list("pk", flat=True)[: COUNT_LIMIT + 1])
    if len(few) <= COUNT_LIMIT:
        return _exactly(rows, rows.of_leads(few), below)
    keys = rows.below(below).first(2 * ROWS)
    if below is None and len(keys) < 2 * ROWS:
        return keys, len(keys), False
    return keys, max(len(keys) - 1, 0), True


def _exactly(
    rows: Walk, found: list[Key], below: Key | None
) -> tuple[list[Key], int, bool]:
    keys = [key for key in found if rows.is_beyond(key, below)]
    return rows.sort(keys), len(found), False


def filtered_leads(filters: ListFilter) -> LeadQuerySet:
    """Every living lead that the filters leave, the stage among them."""
    leads = filters.qs if filters.is_used else Lead.objects.all()
    if stage := filters.stage_id:
        here = LeadStage.objects.filter(stage=stage, left_at=None)
        leads = leads.filter(pk__in=here.values("lead"))
    return leads


def walk_of(filters: ListFilter) -> Walk:
    leads = None if filters.is_only_stage else filters.qs
    order = order_of(filters.order, filters.stage_id)
    return walk(leads, filters.stage_id, order)


def _kept(stage: str, totals: dict[str, int]) -> int:
    return totals.get(stage, 0) if stage else sum(totals.values())


def _listing(
    rows: Walk,
    keys: list[Key],
    count: int,
    is_more: bool,
    columns: Sequence[Column],
) -> Listing:
    shown, rest = keys[:ROWS], keys[ROWS : 2 * ROWS]
    return Listing(
        tuple(_rows(shown, columns)),
        count,
        rows.order,
        is_more,
        str(shown[-1]) if rest else "",
        len(rest),
        len(columns) + 2,
    )


def _rows(keys: list[Key], columns: Sequence[Column]) -> list[Row]:
    if not keys:
        return []
    leads = Lead.objects.filter(pk__in=[key.lead for key in keys]).order_by()
    rows = described(leads, columns)
    found: dict[str, Found] = {row["row_lead"]: row for row in rows}
    return [
        Row(row["row_lead"], row["row_name"], row_html(row, columns))
        for key in keys
        if (row := found.get(key.lead))
    ]
