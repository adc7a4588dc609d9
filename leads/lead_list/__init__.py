"""The rows of the lead list, in a constant few queries at any size.

First the positions of a page's rows are found, then the values of its columns for those
leads alone. The whole list and a stage are counted by the stored totals and read by the
index that has their order. A filtered page is found by `leads.selection.bounded_scan`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from leads.lead_list.cells import Cell, cells_of
from leads.lead_list.columns import RowValues, email_of, number_of, row_values
from leads.lead_notes import DO_NOT_CONTACT, notes_of
from leads.models import Lead
from leads.models.lead import ERASED_NAME
from leads.search import SearchKind
from leads.selection.bounded_scan import (
    EXACT_LIMIT,
    FURTHER_LIMIT,
    SCAN_LIMIT,
    ScanCondition,
    ScanResult,
    few_leads,
    scan,
    scan_condition,
    scan_names,
    scanned_stage,
)
from leads.selection.list_filters import ListFilter
from leads.selection.list_rows import leads_of, rows_of
from leads.selection.orders import OrderedRows, RowPosition
from leads.selection.written_searches import (
    WITH_CREATION,
    first_by_creation,
    positions_of,
)
from leads.view_schema import ListColumn, ListOrder
from medspa.encryption.fields import usable
from medspa.postgres.written_query import Given, WrittenRows, is_one_of
from medspa.templatetags.known_addresses import address_of
from medspa.web.paging import COUNT_LIMIT

ROWS = 50


class ListRow(NamedTuple):
    """A lead as the list shows it; `address` is its page, `note` what other apps say.

    `warning` is what to know before contacting it.
    `phone` (E.164) and `email` are for its buttons: empty where there are none.
    """

    lead_id: str
    address: str
    first_name: str
    phone: str
    email: str
    cells: tuple[Cell, ...]
    note: str = ""
    warning: str = ""

    @property
    def is_erased(self) -> bool:
        return self.first_name == ERASED_NAME


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
    found = _page(filters, rows, after)
    return _listing(rows, found, columns) if found else None


def read_positions(
    filters: ListFilter, after: str = "", size: int = ROWS
) -> tuple[list[str], str] | None:
    """The ids of a page's leads, at most 50, and where the next page begins.

    None if `after` is no position in this order; "" behind the last page.
    """
    found = _page(filters, rows_of(filters), after)
    if found is None:
        return None
    page, rest = found.positions[:size], found.positions[size:]
    return [row.lead for row in page], str((page[-1] if rest else found.end) or "")


def _page(filters: ListFilter, rows: OrderedRows, after: str) -> FoundRows | None:
    position = rows.read_position(after) if after else None
    if after and position is None:
        return None
    if filters.is_by_stage_alone and (filters.stage_id or not filters.is_used):
        return FoundRows(rows.after(position).first(2 * ROWS), filters.total)
    return _filtered(filters, rows, position)


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
    everybody = filters.total if rows.stage else filters.everybody
    if everybody <= EXACT_LIMIT:
        return _exact(filters, rows, rows.unfiltered, after)
    few = few_leads(filters)
    if few is not None:
        if not few:
            return FoundRows([], 0)
        if filters.used == ["q"]:
            # They are what was searched for: nothing is left to be compared.
            return _all_found(rows, positions_of(rows, few), after)
        leads = rows.unfiltered.filter(is_one_of(rows.lead, few))
        return _exact(filters, rows, leads, after)
    if not filters.is_by_one_index:
        return _scanned(filters, rows, after)
    if _has_order(filters, rows) and filters.search.kind is SearchKind.LAST_FOUR:
        return FoundRows(_first(filters, rows, after), COUNT_LIMIT, True)
    result = _scan(filters, rows, after, 2 * ROWS)
    positions = rows.sort(result.found)
    if len(positions) < ROWS and result.end and filters.is_spread:
        return FoundRows(_first(filters, rows, after), COUNT_LIMIT, True)
    return FoundRows(positions, COUNT_LIMIT, True, result.end)


def _has_order(filters: ListFilter, rows: OrderedRows) -> bool:
    """The only filter is a search whose index knows when leads were created."""
    return bool(filters.q) and rows.is_near and filters.search.kind in WITH_CREATION


def _first(
    filters: ListFilter, rows: OrderedRows, after: RowPosition | None
) -> list[RowPosition]:
    """Of the one filter in use, by its index."""
    if _has_order(filters, rows):
        return first_by_creation(rows, filters.search, after, 2 * ROWS)
    return rows.after(after).first(2 * ROWS)


def _scanned(
    filters: ListFilter, rows: OrderedRows, after: RowPosition | None
) -> FoundRows:
    result = _scan(filters, rows, after, 2 * ROWS)
    positions = rows.sort(result.found)
    is_all = after is None and result.end is None and len(positions) < 2 * ROWS
    # The last one found may be the last of all: "more than" all others is always true.
    count = len(positions) if is_all else max(len(positions) - 1, 0)
    return FoundRows(positions, count, not is_all, result.end)


def _scan(
    filters: ListFilter, rows: OrderedRows, after: RowPosition | None, limit: int
) -> ScanResult:
    """Further than usual if the page is not full then."""
    condition: ScanCondition | None = None
    if after is None and rows.is_near and filters.is_by_name_alone:
        first = scan_names(rows.order, filters.search.text, SCAN_LIMIT, limit)
    else:
        condition = _condition(filters, rows)
        every = rows.without_filters().after(after)
        first = scan(rows, condition, every.ordered()[:SCAN_LIMIT], limit)
    is_enough = first.end is None or len(first.found) >= ROWS
    if is_enough or not rows.is_near or filters.is_by_name_alone:
        return first
    condition = condition or _condition(filters, rows)
    rest = rows.without_filters().after(first.end).ordered()[:FURTHER_LIMIT]
    further = scan(rows, condition, rest, limit - len(first.found))
    return ScanResult([*first.found, *further.found], further.end)


def _condition(filters: ListFilter, rows: OrderedRows) -> ScanCondition | None:
    leads = leads_of(filters, rows.stage)
    if rows.is_of_leads:
        return scan_condition(rows, leads)
    early = filters.early(rows.order, scanned_stage(rows))
    return scan_condition(rows, leads, early)


def _exact(
    filters: ListFilter, rows: OrderedRows, among: QuerySet, after: RowPosition | None
) -> FoundRows:
    condition = scan_condition(rows, leads_of(filters, rows.stage))
    found = scan(rows, condition, among.order_by(), EXACT_LIMIT + 1).found
    return _all_found(rows, found, after)


def _all_found(
    rows: OrderedRows, found: list[RowPosition], after: RowPosition | None
) -> FoundRows:
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
        SCAN_LIMIT + (FURTHER_LIMIT if rows.is_near else 0),
    )


def _rows(positions: list[RowPosition], columns: Sequence[ListColumn]) -> list[ListRow]:
    if not positions:
        return []
    ids = [position.lead for position in positions]
    found: dict[str, RowValues] = {
        row["row_lead"]: row for row in _values(tuple(columns)).read(ids=ids)
    }
    notes = notes_of(ids, timezone.now())
    pages = address_of("leads")
    return [
        _list_row(row, f"{pages}{lead_id}/", columns, notes.get(lead_id, ""))
        for lead_id in ids
        if (row := found.get(lead_id))
    ]


@lru_cache(maxsize=64)
def _values(columns: tuple[ListColumn, ...]) -> WrittenRows:
    """Of the leads with the given `ids`."""
    leads = Lead.objects.filter(is_one_of("pk", Given("ids")))
    return WrittenRows(row_values(leads.order_by(), columns))


def _list_row(
    row: RowValues, address: str, columns: Sequence[ListColumn], note: str
) -> ListRow:
    """Without what its buttons need where the lead must not be contacted."""
    if is_contact_allowed := row["row_do_not_contact"] is None:
        phone, email = usable(number_of(row)), usable(email_of(row))
    else:
        phone = email = ""
    return ListRow(
        row["row_lead"],
        address,
        row["row_name"],
        phone,
        email,
        cells_of(row, columns),
        note,
        "" if is_contact_allowed else DO_NOT_CONTACT,
    )
