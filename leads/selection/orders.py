"""The orders of the lead list: each is the order of an index.

Newest and oldest are `leads_lead_created`, the names `leads_lead_name_created`; in a
stage the leads are ordered by when they entered it, by `leads_leadstage_board`; values,
last activities and next steps are columns of `LeadSummary`. There are no other orders:
PostgreSQL would read every lead to find the first fifty.

The time in stage also orders the leads of several stages, by
`leads_leadstage_current_since`, if a filter leaves only leads that are in a stage.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db.models import Q, QuerySet
from django.utils.functional import SimpleLazyObject

from leads.models import Lead, LeadStage, LeadSummary
from leads.models.lead_queries import Folded, LeadQuerySet
from leads.view_schema import ListOrder
from medspa.postgres.keyset import Cursor

STAGE_ORDERS = (ListOrder.ENTERED, ListOrder.WAITING)
LEAD_ORDERS = (
    ListOrder.NEWEST,
    ListOrder.OLDEST,
    ListOrder.NAME,
    ListOrder.NAME_DOWN,
)
# Orders by a column of the lead's summary.
SUMMARY_COLUMNS = {
    ListOrder.VALUE: "value_cents",
    ListOrder.ACTIVE: "active_at",
    ListOrder.IDLE: "active_at",
    ListOrder.CONTACTED: "contacted_at",
    ListOrder.NEXT_STEP: "next_due_at",
}
DESCENDING = {
    ListOrder.NEWEST,
    ListOrder.ENTERED,
    ListOrder.NAME_DOWN,
    ListOrder.VALUE,
    ListOrder.ACTIVE,
}
NAME_ORDERS = {ListOrder.NAME, ListOrder.NAME_DOWN}
CREATION_ORDERS = {ListOrder.NEWEST, ListOrder.OLDEST}
ID = re.compile(r"[A-Za-z0-9]{1,25}")
VALUE_POSITION = re.compile(r"(\d{1,17})-([A-Za-z0-9]{1,25})")


def if_read(rows: Callable[[], QuerySet[Any, Any]]) -> Any:
    """A queryset that is made when it is first read.

    To filter by the leads takes Django 1 to 3 ms, and neither a scan nor a search by
    contact reads the rows so.
    """
    return SimpleLazyObject(rows)


def order_of(requested: str, possible: Sequence[ListOrder]) -> ListOrder:
    """The requested order where it is possible, else the usual one."""
    return next((order for order in possible if order == requested), possible[0])


def possible_orders(*, is_by_periods: bool) -> tuple[ListOrder, ...]:
    """Of all leads, or of those whose stage periods can be the rows.

    The usual one is the first.
    """
    return (*(STAGE_ORDERS if is_by_periods else LEAD_ORDERS), *SUMMARY_COLUMNS)


def rows_after(
    rows: QuerySet[Any, Any], column: str, at: Any, pk: str, *, is_descending: bool
) -> QuerySet[Any, Any]:
    """The rows after the one with `at` in `column` and this id, where ids break ties.

    The redundant second condition lets an index on the column begin at the right place.
    """
    after = "lt" if is_descending else "gt"
    return rows.filter(
        Q(**{f"{column}__{after}": at}) | Q(**{f"pk__{after}": pk}),
        **{f"{column}__{after}e": at},
    )


class RowPosition(NamedTuple):
    """Where a row stands: the value it is sorted by and its id; and its lead's id."""

    value: datetime | str | int
    pk: str
    lead: str

    @property
    def sort_key(self) -> tuple[Any, str]:
        return self.value, self.pk

    def __str__(self) -> str:
        """As addresses have it: a `Cursor`, or only the id where names are sorted by.

        So no name gets into a log; it is looked up again.
        """
        if isinstance(self.value, datetime):
            return str(Cursor(self.value, self.pk))
        if isinstance(self.value, int):
            return f"{self.value}-{self.pk}"
        return self.pk


@dataclass(frozen=True)
class OrderedRows:
    """Leads, or the periods of a stage, in one order.

    `column` is what they are sorted by. `unfiltered` are rows that include all of
    `rows` and that an index has in this order; `is_near` if neighbors among them are
    neighbors on disk as well, which are read quickly. `is_stage_first` if their one
    stage has to be named in the order, see `ordered`.
    """

    rows: QuerySet[Any, Any]
    unfiltered: QuerySet[Any, Any]
    order: ListOrder
    column: str
    lead: str = "pk"
    stage: str = ""
    is_reversed: bool = False
    is_near: bool = False
    is_stage_first: bool = False

    @property
    def is_of_leads(self) -> bool:
        """The rows are the leads themselves."""
        return self.unfiltered.model is Lead

    @property
    def is_descending(self) -> bool:
        return (self.order in DESCENDING) is not self.is_reversed

    @property
    def reversed(self) -> Self:
        return replace(self, is_reversed=not self.is_reversed)

    def after(self, position: RowPosition | None) -> Self:
        """Only the rows after the position, found by the index."""
        if position is None:
            return self
        rows = rows_after(
            self.rows,
            self.column,
            position.value,
            position.pk,
            is_descending=self.is_descending,
        )
        return replace(self, rows=rows)

    def first(self, limit: int) -> list[RowPosition]:
        columns = dict.fromkeys((self.column, "pk", self.lead))
        found = self.ordered().values_list(*columns)[:limit]
        return [RowPosition(row[0], row[1], row[-1]) for row in found]

    def ordered(self) -> QuerySet[Any, Any]:
        sign = "-" if self.is_descending else ""
        # The board's index has the stage ascending and the moments descending. With
        # both named here, or both reversed, PostgreSQL uses no other index. A stage
        # that it knows is left out, or it sorts the whole window of a scan.
        stage = []
        if self.is_stage_first:
            stage = ["stage_id" if self.is_descending else "-stage_id"]
        return self.rows.order_by(*stage, f"{sign}{self.column}", f"{sign}pk")

    def without_filters(self) -> Self:
        return replace(self, rows=self.unfiltered)

    def sort(self, positions: list[RowPosition]) -> list[RowPosition]:
        return sorted(
            positions, key=lambda each: each.sort_key, reverse=self.is_descending
        )

    def is_after(self, one: RowPosition, other: RowPosition | None) -> bool:
        if other is None:
            return True
        if self.is_descending:
            return one.sort_key < other.sort_key
        return one.sort_key > other.sort_key

    def read_position(self, text: str) -> RowPosition | None:
        """What `str` wrote; None for any other text, or a purged lead."""
        if self.order is ListOrder.VALUE:
            found = VALUE_POSITION.fullmatch(text)
            return RowPosition(int(found[1]), found[2], "") if found else None
        if self.order not in NAME_ORDERS:
            cursor = Cursor.read(text)
            return RowPosition(cursor.at, cursor.id, "") if cursor else None
        if not ID.fullmatch(text):
            return None
        leads = with_name_key(Lead.all_objects.filter(pk=text))
        name = leads.values_list("name_key", flat=True).first()
        return None if name is None else RowPosition(name, text, text)


def lead_rows(
    leads: LeadQuerySet | None, order: ListOrder, among: LeadQuerySet
) -> OrderedRows:
    """All active leads, or only `leads`.

    `among` includes them all: every active lead, or those of a filter whose index has
    this order.
    """
    active = among if leads is None else leads
    if order in NAME_ORDERS:
        return OrderedRows(
            with_name_key(active), with_name_key(among), order, "name_key"
        )
    return OrderedRows(active, among, order, "created_at")


def period_rows(
    leads: LeadQuerySet | None,
    stage: str,
    order: ListOrder,
    window: Q,
    *,
    is_lost: bool = False,
) -> OrderedRows:
    """The current stage periods of active leads, or only of `leads`.

    Of one stage or of all; of them only those in the window, which `is_lost` if it
    names a lost reason.
    """

    def of_stage(periods: Any) -> Any:
        if stage:
            return periods.lost_from(stage) if is_lost else periods.of_stage(stage)
        return periods

    every = of_stage(LeadStage.objects.filter(window, left_at=None))
    rows = if_read(lambda: of_stage(LeadStage.objects.current(leads).filter(window)))
    return OrderedRows(
        rows,
        every,
        order,
        "changed_at",
        "lead_id",
        stage,
        is_stage_first=bool(stage) and not is_lost,
    )


def summary_rows(
    leads: LeadQuerySet | None, order: ListOrder, window: Q
) -> OrderedRows:
    """The same in an order of the summaries; of all leads only those in the window."""
    every = LeadSummary.objects.filter(window)
    if leads is None:
        return OrderedRows(every, every, order, SUMMARY_COLUMNS[order])
    rows = if_read(lambda: every.filter(lead__in=leads.order_by()))
    return OrderedRows(rows, every, order, SUMMARY_COLUMNS[order])


def with_name_key(leads: LeadQuerySet) -> LeadQuerySet:
    """With the key that the index of names sorts by."""
    return leads.annotate(name_key=Folded("first_name"))
