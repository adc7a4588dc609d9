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

from leads.board_cards import current_stays
from leads.filters import read_filters
from leads.list_filters import read_list_filters
from leads.models import Lead, LeadStage
from leads.models.lead import LeadQuerySet
from medspa.models import User

BOARD_FILTERS = ("q", "source", "campaign", "tag", "procedure", "age", "mine")
LIST_FILTERS = ("stage", "assigned")
# As the admin's list of leads, which also has the deleted, calls two of the filters.
ADMIN_FILTERS = {"source__exact": "source", "campaign__id__exact": "campaign"}
KEPT = ("in", "queue", *BOARD_FILTERS, *LIST_FILTERS, *ADMIN_FILTERS)
# As far as this on either side the place in the list is counted.
COUNTED = 30


@dataclass(frozen=True)
class Neighbours:
    """Lead ids beside the one shown; `place` and `total` are 0 where uncounted."""

    previous: str = ""
    next: str = ""
    place: int = 0
    total: int = 0


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
    else:
        stage = origin
        leads = read_filters(query, person)[0].leads
    if not stage and leads is not None:
        return _beside((leads, "created_at", "pk"), lead.created_at, lead.pk)
    here = next(
        (stay for stay in reversed(list(stays)) if stay.stage_id == stage), None
    )
    if here is None:
        return None
    column = current_stays(leads).filter(stage=stage)
    return _beside((column, "changed_at", "lead_id"), here.changed_at, here.pk)


def _leads_of_list(query: QueryDict, person: User) -> LeadQuerySet:
    asked = query.copy()
    for admin_name, name in ADMIN_FILTERS.items():
        if value := query.get(admin_name):
            asked[name] = value
    if not any(map(asked.get, (*BOARD_FILTERS, *LIST_FILTERS))):
        return Lead.objects.all()
    return read_list_filters(asked, person)[0].qs


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
