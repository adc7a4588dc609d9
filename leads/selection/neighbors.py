"""The leads before and after one, in the column or list that it was opened from.

The lead page's address carries where the lead was opened from: `in` is a stage's id for
a column of the board or `list` for the lead list, together with that page's filters.
The neighbors are found by their keys, so this costs the same at any place of any list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet, Value

from leads.models import Lead, LeadStage
from leads.models.lead import Folded, LeadQuerySet
from leads.selection.filters import read_filters
from leads.selection.list_filters import VIEW_PARAMETERS, read_list_filters
from leads.selection.orders import (
    DESCENDING,
    NAME_ORDERS,
    order_of,
    rows_after,
    with_name_key,
)
from leads.selection.query import Query
from leads.view_schema import ListOrder
from medspa.models import User

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
LIST_FILTERS = ("stage", "assigned")
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

    @property
    def reversed(self) -> "Neighbors":
        """The same in the reverse order."""
        place = self.total + 1 - self.place if self.place else 0
        return Neighbors(self.next, self.previous, place, self.total)


def read_neighbors(
    lead: Lead, periods: Iterable[LeadStage], query: Query, person: User
) -> Neighbors | None:
    """The lead's neighbors; None when it was not opened from a list."""
    origin = query.get("in", "")
    if not origin:
        return None
    leads: LeadQuerySet | None
    if origin == "list":
        stage = query.get("stage", "")
        leads = _leads_of_list(query, person)
        order = order_of(query.get("order", ""), stage)
    else:
        stage = origin
        leads = read_filters(query, person)[0].leads
        order = ListOrder.ENTERED
    found = _descending(lead, periods, leads, stage, order)
    return found if found is None or order in DESCENDING else found.reversed


def _descending(
    lead: Lead,
    periods: Iterable[LeadStage],
    leads: LeadQuerySet | None,
    stage: str,
    order: ListOrder,
) -> Neighbors | None:
    """The neighbors in descending order; None if the lead is not in the stage."""
    if not stage and leads is not None:
        if order in NAME_ORDERS:
            rows = (with_name_key(leads), "name_key", "pk")
            return _around(rows, Folded(Value(lead.first_name)), lead.pk)
        return _around((leads, "created_at", "pk"), lead.created_at, lead.pk)
    here = next(
        (period for period in reversed(list(periods)) if period.stage_id == stage), None
    )
    if here is None:
        return None
    column = LeadStage.objects.current(leads).filter(stage=stage)
    return _around((column, "changed_at", "lead_id"), here.changed_at, here.pk)


def _leads_of_list(query: Query, person: User) -> LeadQuerySet:
    if not any(map(query.get, (*BOARD_FILTERS, *LIST_FILTERS))):
        return Lead.objects.all()
    return read_list_filters(query, person)[0].qs


def _around(rows: tuple[QuerySet, str, str], at: Any, pk: str) -> Neighbors:
    """The neighbors of the row with `at` in the column; `rows` also names the lead."""
    queryset, column, lead_id = rows
    later = rows_after(queryset, column, at, pk, is_descending=False)
    earlier = rows_after(queryset, column, at, pk, is_descending=True)
    found = _first(later.order_by(column, "pk"), "before", lead_id).union(
        _first(earlier.order_by(f"-{column}", "-pk"), "after", lead_id), all=True
    )
    before: list[str] = []
    after: list[str] = []
    for side, neighbor in found:
        (before if side == "before" else after).append(neighbor)
    is_counted = len(before) < COUNTED_NEIGHBORS and len(after) < COUNTED_NEIGHBORS
    return Neighbors(
        previous=before[0] if before else "",
        next=after[0] if after else "",
        place=len(before) + 1 if is_counted else 0,
        total=len(before) + len(after) + 1 if is_counted else 0,
    )


def _first(queryset: QuerySet, side: str, lead_id: str) -> QuerySet:
    rows = queryset.annotate(side=Value(side, CharField()))
    return rows.values_list("side", lead_id)[:COUNTED_NEIGHBORS]
