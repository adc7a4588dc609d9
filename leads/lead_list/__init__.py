"""The rows of the lead list, in a constant few queries at any size.

First the positions of a page's rows are found, then the values of its columns for those
leads alone. The whole list and a stage are counted by the stored totals and read by the
index that has their order. A filtered page is found by `leads.selection.bounded_scan`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from leads.lead_list.cells import CellValue, cells_of
from leads.lead_list.columns import RowValues, row_values
from leads.models import Lead
from leads.selection.bounded_scan import EXACT_LIMIT, SCAN_LIMIT, few_leads, scan
from leads.selection.list_filters import ListFilter
from leads.selection.list_rows import leads_among, rows_of
from leads.selection.orders import OrderedRows, RowPosition
from leads.view_schema import ListColumn, ListOrder
from medspa.web.paging import COUNT_LIMIT

ROWS = 50
# A scan for the first page goes on up to so many matches, to count them.
COUNTED_BY_SCAN = 500


@dataclass(frozen=True)
class ListRow:
    """A lead as the list shows it."""

    lead_id: str
    first_name: str
    cells: tuple[tuple[ListColumn, CellValue], ...]


@dataclass(frozen=True)
class Listing:
    """One page; `count` is exact unless `is_more`, then there are more than that.

    The next page begins after `after` and has `left` leads, as far as they are known.
    `looked` is how many leads a scan reads at most. `width` is in columns.
    """

    rows: tuple[ListRow, ...]
    count: int
    order: ListOrder
    is_more: bool = False
    after: str = ""
    left: int = 0
    width: int = 0
    looked: int = 0


@dataclass(frozen=True)
class FoundRows:
    """The positions of a page's rows and the next one's, and how many there are.

    `end` is where the scan ended before the page was full.
    """

    positions: list[RowPosition]
    count: int
    is_more: bool = False
    end: RowPosition | None = None


def read_listing(
    filters: ListFilter,
    after: str = "",
    columns: Sequence[ListColumn] = (),
) -> Listing | None:
    """The page after `after`; None if that is no position in this order."""
    rows = rows_of(filters)
    position = rows.read_position(after) if after else None
    if after and position is None:
        return None
    if filters.is_by_stage_alone and (filters.stage_id or not filters.is_used):
        found = FoundRows(rows.after(position).first(2 * ROWS), filters.total)
    else:
        found = _filtered(filters, rows, position)
    return _listing(rows, found, columns)


def _filtered(
    filters: ListFilter, rows: OrderedRows, after: RowPosition | None
) -> FoundRows:
    found = _found(filters, rows, after)
    if filters.is_by_stage_alone:
        return replace(found, count=filters.total, is_more=False)
    return found


def _found(
    filters: ListFilter, rows: OrderedRows, after: RowPosition | None
) -> FoundRows:
    everybody = filters.total if rows.stage else sum(filters.totals.values())
    if everybody <= EXACT_LIMIT:
        return _exact(filters, rows, rows.unfiltered, after)
    few = few_leads(filters)
    if few is not None:
        leads = rows.unfiltered.filter(**{f"{rows.lead}__in": few})
        return _exact(filters, rows, leads, after)
    limit = 2 * ROWS if after or filters.is_by_one_index else COUNTED_BY_SCAN
    window = rows.without_filters().after(after).ordered()[:SCAN_LIMIT]
    result = scan(rows, leads_among(filters, rows), window, limit)
    positions = rows.sort(result.found)
    if filters.is_by_one_index:
        if len(positions) < 2 * ROWS and result.end:
            positions = rows.after(after).first(2 * ROWS)
        return FoundRows(positions, COUNT_LIMIT, True)
    is_all = after is None and result.end is None and len(positions) < limit
    # The last one found may be the last of all: "more than" all others is always true.
    count = len(positions) if is_all else max(len(positions) - 1, 0)
    return FoundRows(positions, count, not is_all, result.end)


def _exact(
    filters: ListFilter, rows: OrderedRows, among: QuerySet, after: RowPosition | None
) -> FoundRows:
    leads = leads_among(filters, rows)
    found = scan(rows, leads, among.order_by(), EXACT_LIMIT + 1).found
    rest = [position for position in found if rows.is_after(position, after)]
    count = min(len(found), COUNT_LIMIT)
    return FoundRows(rows.sort(rest), count, len(found) > COUNT_LIMIT)


def _listing(
    rows: OrderedRows, found: FoundRows, columns: Sequence[ListColumn]
) -> Listing:
    shown, rest = found.positions[:ROWS], found.positions[ROWS : 2 * ROWS]
    after = shown[-1] if rest else found.end
    return Listing(
        tuple(_rows(shown, columns)),
        found.count,
        rows.order,
        found.is_more,
        str(after or ""),
        len(rest),
        len(columns) + 2,
        SCAN_LIMIT,
    )


def _rows(positions: list[RowPosition], columns: Sequence[ListColumn]) -> list[ListRow]:
    if not positions:
        return []
    ids = [position.lead for position in positions]
    leads = Lead.objects.filter(pk__in=ids).order_by()
    found: dict[str, RowValues] = {
        row["row_lead"]: row for row in row_values(leads, columns)
    }
    return [
        ListRow(row["row_lead"], row["row_name"], cells_of(row, columns))
        for lead_id in ids
        if (row := found.get(lead_id))
    ]
