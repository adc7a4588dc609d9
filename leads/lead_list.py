"""The rows of the lead list, in a constant few queries at any size.

The newest leads come first; in a stage, those who entered it last. What a filter
leaves is counted up to a limit. A small result is sorted here; a large one is walked
by the index that has its order until a page is full, and never sorted whole.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from leads.board_cards import Chip, Cursor, current_stays, in_column
from leads.list_filters import ListFilter
from leads.models import Lead, LeadStage, LeadTag, Opportunity
from leads.models.lead import LeadQuerySet
from leads.vocabulary import Source
from medspa.paging import COUNT_LIMIT

ROWS = 50
CHIPS = 3


@dataclass(frozen=True)
class Row:
    """A lead as the list shows it; `at` is when it came or entered the stage."""

    lead_id: str
    first_name: str
    contact: str
    stage: str
    stage_color: str
    chips: tuple[Chip, ...]
    source: str
    campaign: str
    expected_cents: int | None
    assigned_to: str
    created_at: datetime
    cursor: Cursor

    @property
    def shown_chips(self) -> tuple[Chip, ...]:
        return self.chips[:CHIPS]

    @property
    def hidden_chips(self) -> str:
        """The names of the tags that don't fit, for the hover text."""
        return ", ".join(chip.name for chip in self.chips[CHIPS:])

    @property
    def hidden_count(self) -> int:
        return max(len(self.chips) - CHIPS, 0)


@dataclass(frozen=True)
class Listing:
    """One page; `count` is exact unless `is_more`, then there are more than that."""

    rows: tuple[Row, ...]
    count: int
    is_more: bool = False
    after: Cursor | None = None


@dataclass(frozen=True)
class _Ordered:
    """Rows of leads or of stays; `prefix` leads from a row to its lead."""

    queryset: QuerySet[Any, Any]
    moment: str
    prefix: str = ""

    def below(self, after: Cursor | None) -> "_Ordered":
        """The rows after `after`, in a shape that an index on (moment, id) answers."""
        if after is None:
            return self
        rows = self.queryset.filter(
            Q(**{f"{self.moment}__lt": after.entered_at}) | Q(pk__lt=after.stay_id),
            **{f"{self.moment}__lte": after.entered_at},
        )
        return replace(self, queryset=rows)

    def keys(self, limit: int) -> list[tuple[datetime, str]]:
        """Up to `limit` rows in no order: what PostgreSQL finds soonest."""
        return list(self.queryset.order_by().values_list(self.moment, "pk")[:limit])


def read_listing(
    filters: ListFilter, totals: dict[str, int], after: Cursor | None = None
) -> Listing:
    """The page below `after`; `totals` are the kept counts by stage."""
    rows = _ordered(filters)
    if filters.is_only_stage:
        stage = filters.stage_id
        count = totals.get(stage, 0) if stage else sum(totals.values())
        return _listing(rows.below(after), count)
    keys = rows.keys(COUNT_LIMIT + 1)
    if len(keys) > COUNT_LIMIT:
        return replace(_listing(rows.below(after), COUNT_LIMIT), is_more=True)
    beyond = (after.entered_at, after.stay_id) if after else None
    page = sorted((key for key in keys if not beyond or key < beyond), reverse=True)
    ids = [pk for _, pk in page[: ROWS + 1]]
    found = replace(rows, queryset=rows.queryset.model._base_manager.filter(pk__in=ids))
    return _listing(replace(found, queryset=_sorted(found)), len(keys))


def filtered_leads(filters: ListFilter) -> LeadQuerySet:
    """Every living lead that the filters leave, the stage among them."""
    leads = filters.qs if filters.is_used else Lead.objects.all()
    if stage := filters.stage_id:
        here = LeadStage.objects.filter(stage=stage, left_at=None)
        leads = leads.filter(pk__in=here.values("lead"))
    return leads


def described_leads(leads: QuerySet[Lead, Any]) -> QuerySet[Lead, dict[str, Any]]:
    """Each lead with all that the list shows, e-mail and phone still sealed."""
    return _described(_Ordered(leads, "created_at"))


def _ordered(filters: ListFilter) -> _Ordered:
    leads = None if filters.is_only_stage else filters.qs
    if stage := filters.stage_id:
        column = in_column(current_stays(leads), stage)
        return _Ordered(column, "changed_at", "lead__")
    newest = Lead.objects.all() if leads is None else leads
    return _Ordered(newest.order_by("-created_at", "-pk"), "created_at")


def _sorted(rows: _Ordered) -> QuerySet[Any, Any]:
    return rows.queryset.order_by(f"-{rows.moment}", "-pk")


def _listing(rows: _Ordered, count: int) -> Listing:
    found = [_row(row) for row in _described(rows)[: ROWS + 1]]
    shown = tuple(found[:ROWS])
    return Listing(shown, count, after=shown[-1].cursor if found[ROWS:] else None)


def _described(rows: _Ordered) -> QuerySet[Any, dict[str, Any]]:
    """All that the list shows; PostgreSQL looks it up for the page's rows only."""
    lead = OuterRef(f"{rows.prefix}pk")
    stay = LeadStage.objects.filter(lead=lead, left_at=None)
    tags = LeadTag.objects.filter(lead=lead, tag__deleted_at=None)
    expected = Opportunity.objects.filter(lead=lead).values("expected_value_cents")
    return rows.queryset.values(
        row_lead=F(f"{rows.prefix}pk"),
        row_key=F("pk"),
        row_moment=F(rows.moment),
        name=F(f"{rows.prefix}first_name"),
        sealed_phone=F(f"{rows.prefix}phone"),
        sealed_email=F(f"{rows.prefix}email"),
        row_source=F(f"{rows.prefix}source"),
        came_at=F(f"{rows.prefix}created_at"),
        campaign_name=F(f"{rows.prefix}campaign__name"),
        person=Coalesce(
            NullIf(f"{rows.prefix}assigned_to__first_name", Value("")),
            f"{rows.prefix}assigned_to__username",
            output_field=CharField(),
        ),
        stage_now=Subquery(
            stay.values(found=JSONObject(name="stage__name", color="stage__color"))
        ),
        expected=Subquery(expected),
        tags=ArraySubquery(
            tags.order_by("tag__name").values(
                found=JSONObject(name="tag__name", color="tag__color")
            )
        ),
    )


def _row(row: dict[str, Any]) -> Row:
    stage = row["stage_now"] or {"name": "", "color": ""}
    # The lead opens what is sealed: the phone, and the e-mail where there is none.
    lead = Lead(
        pk=row["row_lead"], phone=row["sealed_phone"], email=row["sealed_email"]
    )
    return Row(
        lead_id=row["row_lead"],
        first_name=row["name"],
        contact=lead.phone_for_people or lead.email,
        stage=stage["name"],
        stage_color=stage["color"],
        chips=tuple(Chip(**tag) for tag in row["tags"]),
        source=Source(row["row_source"]).label,
        campaign=row["campaign_name"] or "",
        expected_cents=row["expected"],
        assigned_to=row["person"] or "",
        created_at=row["came_at"],
        cursor=Cursor(row["row_moment"], row["row_key"]),
    )
