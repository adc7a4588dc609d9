"""The leads before and after one, in the column or list that it was opened from.

The lead page's address carries where the lead was opened from: `in` is a stage's id for
a column of the board or `list` for the lead list, together with that page's filters.
The neighbors are found by their keys, so this costs the same at any place of any list.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import CharField, Q, QuerySet, Value

from leads.models import Lead, LeadStage, LeadSummary
from leads.models.lead_queries import Folded, LeadQuerySet
from leads.selection.bounded_scan import (
    EXACT_LIMIT,
    SCAN_LIMIT,
    few_leads,
    scan_condition,
    scan_statement,
)
from leads.selection.filters import read_filters
from leads.selection.list_filters import VIEW_PARAMETERS, ListFilter, read_list_filters
from leads.selection.list_rows import leads_of, rows_of
from leads.selection.orders import (
    NAME_ORDERS,
    STAGE_ORDERS,
    SUMMARY_COLUMNS,
    OrderedRows,
    RowPosition,
    period_rows,
)
from leads.selection.query import Query
from leads.view_schema import EXCLUDE, FILTERS, ListOrder
from medspa.models import User
from medspa.postgres.written_query import is_one_of

BOARD_FILTERS = (
    "q",
    "source",
    "campaign",
    "tag",
    "procedure",
    "answered",
    "age",
    "mine",
)
LIST_FILTERS = (*FILTERS, "kpi", EXCLUDE)
# All that a lead page's address says about where the lead was opened from.
ORIGIN_PARAMETERS = ("in", "queue", *BOARD_FILTERS, *LIST_FILTERS, *VIEW_PARAMETERS)
# The place in the list is counted up to so many leads on either side.
COUNTED_NEIGHBORS = 30


@dataclass(frozen=True)
class Neighbors:
    """The ids of the leads next to one; `place` and `total` are 0 where not counted."""

    previous: str = ""
    next: str = ""
    place: int = 0
    total: int = 0


def read_neighbors(
    lead: Lead, periods: Iterable[LeadStage], query: Query, person: User
) -> Neighbors | None:
    """The lead's neighbors; None when it was not opened from a list."""
    origin = query.get("in", "")
    if not origin:
        return None
    if origin != "list":
        leads = read_filters(query, person)[0].leads
        order = ListOrder.ENTERED
        rows = period_rows(leads, origin, order, Q())
        position = _position(lead, periods, rows)
        return None if position is None else _around(rows, position)
    filters = _filters_of_list(query, person)
    rows = rows_of(filters)
    position = None if filters.notices else _position(lead, periods, rows)
    return None if position is None else _in_list(filters, rows, position)


def _filters_of_list(query: Query, person: User) -> ListFilter:
    """Without a filter nothing has to be known of what can be filtered by."""
    if any(map(query.get, ("q", *LIST_FILTERS))):
        return read_list_filters(query, person)[0]
    return ListFilter(query, user=person, choices={})


def _position(
    lead: Lead, periods: Iterable[LeadStage], rows: OrderedRows
) -> RowPosition | None:
    """Where the lead stands in the order; None if it was never in the stage."""
    if rows.order in STAGE_ORDERS:
        here = [one for one in periods if rows.stage in ("", one.stage_id)]
        return RowPosition(here[-1].changed_at, here[-1].pk, lead.pk) if here else None
    if rows.order in NAME_ORDERS:
        key: Any = Folded(Value(lead.first_name))
        return RowPosition(key, lead.pk, lead.pk)
    if rows.order in SUMMARY_COLUMNS:
        own = LeadSummary.objects.filter(pk=lead.pk).values_list(rows.column)
        value = own.first()
        return None if value is None else RowPosition(value[0], lead.pk, lead.pk)
    return RowPosition(lead.created_at, lead.pk, lead.pk)


def _in_list(
    filters: ListFilter, rows: OrderedRows, position: RowPosition
) -> Neighbors:
    """In a long filtered list as many rows on either side are read as for a page."""
    everybody = filters.total if rows.stage else filters.everybody
    if not filters.is_used or everybody <= EXACT_LIMIT:
        return _around(rows, position)
    few = few_leads(filters)
    if few is None:
        return _by_scan(rows, position, leads_of(filters, rows.stage))
    found = rows.rows.filter(is_one_of(rows.lead, few))
    return _around(replace(rows, rows=found), position)


def _sides(
    rows: OrderedRows, position: RowPosition
) -> tuple[tuple[str, OrderedRows], ...]:
    """The rows before and after, each with the nearest first."""
    return (
        ("before", rows.reversed.after(position)),
        ("after", rows.after(position)),
    )


def _around(rows: OrderedRows, position: RowPosition) -> Neighbors:
    before, after = [
        _first(side.ordered(), name, rows.lead) for name, side in _sides(rows, position)
    ]
    return _neighbors(before.union(after, all=True))


def _by_scan(
    rows: OrderedRows, position: RowPosition, leads: LeadQuerySet
) -> Neighbors:
    parts: list[str] = []
    parameters: list[Any] = []
    condition = scan_condition(rows, leads)
    for name, side in _sides(rows.without_filters(), position):
        window = side.ordered()[:SCAN_LIMIT]
        statement = scan_statement(side, condition, window, COUNTED_NEIGHBORS)
        if statement is None:
            return Neighbors()
        # A row of the scan that does not match says that it ended before all was read.
        shown = f"'{name}', CASE WHEN is_match THEN lead_id END"
        parts.append(f"SELECT {shown} FROM ({statement.sql}) found")  # noqa: S608
        parameters += statement.parameters
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return _neighbors(cursor.fetchall())


def _neighbors(found: Iterable[tuple[str, str | None]]) -> Neighbors:
    """Of the ids before and after, the nearest first; None where more may follow."""
    before: list[str] = []
    after: list[str] = []
    is_counted = True
    for side, neighbor in found:
        if neighbor is None:
            is_counted = False
        else:
            (before if side == "before" else after).append(neighbor)
    longest = max(len(before), len(after))
    is_counted = is_counted and longest < COUNTED_NEIGHBORS
    return Neighbors(
        previous=before[0] if before else "",
        next=after[0] if after else "",
        place=len(before) + 1 if is_counted else 0,
        total=len(before) + len(after) + 1 if is_counted else 0,
    )


def _first(queryset: QuerySet, side: str, lead_id: str) -> QuerySet:
    rows = queryset.annotate(side=Value(side, CharField()))
    return rows.values_list("side", lead_id)[:COUNTED_NEIGHBORS]
