"""The rows of the lead list, in a constant few queries at any size.

First the keys of a page are found, then all that its columns show about those leads
alone. The whole list and a stage are counted by the kept totals and walked by the
index that has their order. Under filters a page is found by
`leads.selection.bounded_scan`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from leads.lead_list.cells import row_html
from leads.lead_list.columns import Found, described
from leads.models import Lead, LeadStage
from leads.models.lead import LeadQuerySet
from leads.search import Search, SearchKind
from leads.selection.bounded_scan import COUNTED, FEW, WIDE, few_leads, look
from leads.selection.list_filters import ListFilter
from leads.selection.orders import BY_NAME, Key, Walk, order_of, walk
from leads.view_schema import Column, Order
from medspa.web.paging import COUNT_LIMIT

ROWS = 50


@dataclass(frozen=True)
class Row:
    """A lead as the list shows it; `cells` are its columns as HTML."""

    lead_id: str
    first_name: str
    cells: SafeString


@dataclass(frozen=True)
class Listing:
    """One page; `count` is exact unless `is_more`, then there are more than that.

    The next page begins below `after` and has `left` leads, or none that was met yet;
    `looked` is how many leads were looked through then. `width` is in columns.
    """

    rows: tuple[Row, ...]
    count: int
    order: Order
    is_more: bool = False
    after: str = ""
    left: int = 0
    width: int = 0
    looked: int = 0


@dataclass(frozen=True)
class Page:
    """The keys of a page and the next one, and what is known of their number.

    `end` is where the looking ended before the page was full.
    """

    keys: list[Key]
    count: int
    is_more: bool = False
    end: Key | None = None


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
    total = _kept(filters.stage_id, totals)
    if filters.is_only_stage:
        found = Page(rows.below(below).first(2 * ROWS), total)
    else:
        found = _filtered(filters, rows, below, total)
    return _listing(rows, found, columns)


def _filtered(filters: ListFilter, rows: Walk, below: Key | None, total: int) -> Page:
    if total <= FEW:
        return _exactly(filters, rows, rows.unfiltered, below)
    few = few_leads(filters)
    if few is not None:
        leads = rows.unfiltered.filter(**{f"{rows.lead}__in": few})
        return _exactly(filters, rows, leads, below)
    limit = 2 * ROWS if below or filters.is_by_one_index else COUNTED
    window = rows.every().below(below).ordered()[:WIDE]
    seen = look(rows, filters.qs, window, limit)
    keys = rows.sort(seen.keys)
    if filters.is_by_one_index:
        if len(keys) < 2 * ROWS and seen.end:
            keys = rows.below(below).first(2 * ROWS)
        return Page(keys, COUNT_LIMIT, True)
    is_all = below is None and seen.end is None and len(keys) < limit
    # There may be no other, so there are more than all of them but one.
    count = len(keys) if is_all else max(len(keys) - 1, 0)
    return Page(keys, count, not is_all, seen.end)


def _exactly(
    filters: ListFilter, rows: Walk, among: QuerySet, below: Key | None
) -> Page:
    found = look(rows, filters.qs, among.order_by(), FEW + 1).keys
    keys = [key for key in found if rows.is_beyond(key, below)]
    count = min(len(found), COUNT_LIMIT)
    return Page(rows.sort(keys), count, len(found) > COUNT_LIMIT)


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
    return walk(leads, filters.stage_id, order, _among(filters, order))


def _among(filters: ListFilter, order: Order) -> LeadQuerySet:
    """The leads of the one filter whose index has the order, else every living one."""
    asked = filters.form.cleaned_data if filters.is_valid() else {}
    if order in BY_NAME:
        search = Search.read(asked.get("q", ""))
        if search.kind is SearchKind.NAME:
            return Lead.objects.named_like(search.text)
        return Lead.objects.all()
    for name in ("campaign", "source"):
        if value := asked.get(name):
            return Lead.objects.filter(**{name: value})
    return Lead.objects.all()


def _kept(stage: str, totals: dict[str, int]) -> int:
    return totals.get(stage, 0) if stage else sum(totals.values())


def _listing(rows: Walk, found: Page, columns: Sequence[Column]) -> Listing:
    shown, rest = found.keys[:ROWS], found.keys[ROWS : 2 * ROWS]
    after = shown[-1] if rest else found.end
    return Listing(
        tuple(_rows(shown, columns)),
        found.count,
        rows.order,
        found.is_more,
        str(after or ""),
        len(rest),
        len(columns) + 2,
        WIDE,
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
