"""The orders of the lead list: each is the order of an index.

Newest and oldest walk `leads_lead_created`, the names `leads_lead_first_name`; in a
stage the leads stand by when they entered it, in `leads_leadstage_board`. Nothing else
is sorted by: PostgreSQL would have to read every lead to find the first fifty.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.db.models.functions import Collate, Lower

from leads.board.cards import Cursor, current_stays
from leads.models import Lead, LeadStage
from leads.models.lead import LeadQuerySet
from leads.view_schema import Order

IN_A_STAGE = (Order.ENTERED, Order.WAITING)
OF_ALL = (Order.NEWEST, Order.OLDEST, Order.NAME, Order.NAME_DOWN)
DOWN = {Order.NEWEST, Order.ENTERED, Order.NAME_DOWN}
BY_NAME = {Order.NAME, Order.NAME_DOWN}
ID = re.compile(r"[A-Za-z0-9]{1,25}")


def order_of(asked: str, stage: str) -> Order:
    """The order asked for where it is one, else the place's own."""
    possible = IN_A_STAGE if stage else OF_ALL
    return next((order for order in possible if order == asked), possible[0])


@dataclass(frozen=True)
class Key:
    """A row's place: what it is sorted by, its id, and the lead it is about."""

    value: datetime | str
    pk: str
    lead: str

    @property
    def place(self) -> tuple[Any, str]:
        return self.value, self.pk

    def __str__(self) -> str:
        """As addresses name it. A name is looked up again and stands in no log."""
        if isinstance(self.value, datetime):
            return str(Cursor(self.value, self.pk))
        return self.pk


@dataclass(frozen=True)
class Walk:
    """Leads, or the stays of a stage, in one order.

    `unfiltered` are the rows among which all of `rows` are, in an index's own order.
    """

    rows: QuerySet[Any, Any]
    unfiltered: QuerySet[Any, Any]
    order: Order
    value: str
    lead: str = "pk"
    stage: str = ""

    @property
    def is_down(self) -> bool:
        return self.order in DOWN

    def below(self, after: Key | None) -> Self:
        """The rows after `after`, in a shape that the index answers."""
        if after is None:
            return self
        beyond = "lt" if self.is_down else "gt"
        rows = self.rows.filter(
            Q(**{f"{self.value}__{beyond}": after.value})
            | Q(**{f"pk__{beyond}": after.pk}),
            **{f"{self.value}__{beyond}e": after.value},
        )
        return replace(self, rows=rows)

    def first(self, limit: int) -> list[Key]:
        """The first rows, found by walking the index."""
        return self._keys(self.ordered(), limit)

    def ordered(self) -> QuerySet[Any, Any]:
        sign = "-" if self.is_down else ""
        # The board's index has the stage upwards and then the moments downwards; with
        # both named here, or both the other way round, no other index will do.
        stage = ["stage_id" if self.is_down else "-stage_id"] if self.stage else []
        return self.rows.order_by(*stage, f"{sign}{self.value}", f"{sign}pk")

    def every(self) -> Self:
        """The same walk past the rows that do not fit the filters, too."""
        return replace(self, rows=self.unfiltered)

    def sort(self, keys: list[Key]) -> list[Key]:
        return sorted(keys, key=lambda key: key.place, reverse=self.is_down)

    def is_beyond(self, key: Key, after: Key | None) -> bool:
        if after is None:
            return True
        return key.place < after.place if self.is_down else key.place > after.place

    def read(self, text: str) -> Key | None:
        """The key that `str` wrote; None for anything else, or a lead now purged."""
        if self.order not in BY_NAME:
            cursor = Cursor.read(text)
            return Key(cursor.entered_at, cursor.stay_id, "") if cursor else None
        if not ID.fullmatch(text):
            return None
        found = named(Lead.all_objects.filter(pk=text))
        name = found.values_list("name_key", flat=True).first()
        return None if name is None else Key(name, text, text)

    def _keys(self, rows: QuerySet[Any, Any], limit: int) -> list[Key]:
        columns = dict.fromkeys((self.value, "pk", self.lead))
        found = rows.values_list(*columns)[:limit]
        return [Key(row[0], row[1], row[-1]) for row in found]


def walk(
    leads: LeadQuerySet | None, stage: str, order: Order, among: LeadQuerySet
) -> Walk:
    """All living leads, or `leads` of them; in a stage those who are there now.

    `among` are the living leads or those that a filter leaves which has this order.
    """
    if stage:
        here = _of_stage(stage)
        stays = current_stays(leads).filter(**here)
        every = LeadStage.objects.filter(**here)
        return Walk(stays, every, order, "changed_at", "lead_id", stage)
    living = among if leads is None else leads
    if order in BY_NAME:
        return Walk(named(living), named(among), order, "name_key")
    return Walk(living, among, order, "created_at")


def _of_stage(stage: str) -> dict[str, Any]:
    """As a range, so that only the board's index has this order; see `in_column`."""
    return {"stage__gte": stage, "stage__lte": stage, "left_at": None}


def named(leads: LeadQuerySet) -> LeadQuerySet:
    """With the key by which the index of names sorts."""
    return leads.annotate(name_key=Collate(Lower("first_name"), "C"))
