"""The leads before and after one, in the column or list that it was opened from.

The lead page's address carries where it was opened: `in` is a stage's id for a column
of the board or `list` for the lead list, beside that page's own filters. The rows next
to the lead are found by their keys, so a page costs the same at any place of any list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.http import QueryDict

from leads.board.cards import current_stays
from leads.models import Lead, LeadStage
from leads.models.lead import LeadQuerySet
from leads.selection.filters import read_filters
from leads.selection.list_filters import read_list_filters
from leads.selection.orders import BY_NAME, DOWN, named, order_of
from leads.view_schema import Order
from medspa.models import User

BOARD_FILTERS = ("q", "source", "campaign", "tag", "procedure", "age", "mine")
LIST_FILTERS = ("stage", "assigned")
# What leads back to the list as it was, its order among them.
LIST_LOOKS = ("order", "columns", "view", "changed")
KEPT = ("in", "queue", *BOARD_FILTERS, *LIST_FILTERS, *LIST_LOOKS)
# As far as this on either side the place in the list is counted.
COUNTED = 30


@dataclass(frozen=True)
class Neighbours:
    """Lead ids beside the one shown; `place` and `total` are 0 where uncounted."""

    previous: str = ""
    next: str = ""
    place: int = 0
    total: int = 0

    @property
    def turned(self) -> "Neighbours":
        """The same in the order turned round."""
        place = self.total + 1 - self.place if self.place else 0
        return Neighbours(self.next, self.previous, place, self.total)


def neighbours(
    lead: Lead, stays: Iterable[LeadStage], query: QueryDict, person: User
) -> Neighbours | None:
    """Who stands beside the lead; None when it was not opened from anywhere."""
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
        order = Order.ENTERED
    found = _in_order(lead, stays, leads, stage, order)
    return found if found is None or order in DOWN else found.turned


def _in_order(
    lead: Lead,
    stays: Iterable[LeadStage],
    leads: LeadQuerySet | None,
    stage: str,
    order: Order,
) -> Neighbours | None:
    """The neighbours as if the order went down; None outside the stage."""
    if not stage and leads is not None:
        if order in BY_NAME:
            rows = (named(leads), "name_key", "pk")
            return _beside(rows, lead.first_name.lower(), lead.pk)
        return _beside((leads, "created_at", "pk"), lead.created_at, lead.pk)
    here = next(
        (stay for stay in reversed(list(stays)) if stay.stage_id == stage), None
    )
    if here is None:
        return None
    column = current_stays(leads).filter(stage=stage)
    return _beside((column, "changed_at", "lead_id"), here.changed_at, here.pk)


def _leads_of_list(query: QueryDict, person: User) -> LeadQuerySet:
    if not any(map(query.get, (*BOARD_FILTERS, *LIST_FILTERS))):
        return Lead.objects.all()
    return read_list_filters(query, person)[0].qs


def _beside(rows: tuple[QuerySet, str, str], at: Any, pk: str) -> Neighbours:
    """Newest first: what came later stands before."""
    queryset, moment, lead_id = rows
    later = queryset.filter(
        Q(**{f"{moment}__gt": at}) | Q(pk__gt=pk), **{f"{moment}__gte": at}
    ).order_by(moment, "pk")
    earlier = queryset.filter(
        Q(**{f"{moment}__lt": at}) | Q(pk__lt=pk), **{f"{moment}__lte": at}
    ).order_by(f"-{moment}", "-pk")
    found = _first(later, "before", lead_id).union(
        _first(earlier, "after", lead_id), all=True
    )
    before: list[str] = []
    after: list[str] = []
    for side, beside in found:
        (before if side == "before" else after).append(beside)
    is_counted = len(before) < COUNTED and len(after) < COUNTED
    return Neighbours(
        previous=before[0] if before else "",
        next=after[0] if after else "",
        place=len(before) + 1 if is_counted else 0,
        total=len(before) + len(after) + 1 if is_counted else 0,
    )


def _first(queryset: QuerySet, side: str, lead_id: str) -> QuerySet:
    rows = queryset.annotate(side=Value(side, CharField()))
    return rows.values_list("side", lead_id)[:COUNTED]
