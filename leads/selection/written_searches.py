"""What a search asks first, by queries that are written once per process.

Writing them took Django 4 ms of a search by name and 6 of one by digits, as long as all
the rest of finding the leads.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.models import DateTimeField

from leads.models import Lead
from leads.models.lead_queries import blind_indexes
from leads.search import Search, SearchKind
from leads.selection.orders import LEAD_ORDERS, OrderedRows, RowPosition, lead_rows
from leads.view_schema import ListOrder
from medspa.postgres.written_query import Given, WrittenRows, is_one_of

# What is searched by an index of its own, where one value has its leads.
CONTACT_COLUMNS = {
    SearchKind.EMAIL: "email_index",
    SearchKind.PHONE: "phone_index",
    SearchKind.LAST_FOUR: "phone_last4_index",
}

# What has an index that holds all there is to know of the order of creation.
WITH_CREATION = (SearchKind.LAST_FOUR, SearchKind.NAME)
# Before every lead in an order of creation that is descending, or is not.
BEFORE_ALL = {
    True: datetime(9999, 1, 1, tzinfo=UTC),
    False: datetime(1, 1, 2, tzinfo=UTC),
}


def leads_by_contact(search: Search, limit: int) -> list[str]:
    """Their ids, those of deleted ones as well; at most `limit`, some perhaps twice."""
    column = CONTACT_COLUMNS[search.kind]
    indexes = blind_indexes(column, search.text)
    rows = _ids_with(column, limit).read(**{column: indexes})
    return [row["pk"] for row in rows]


@cache
def _ids_with(column: str, limit: int) -> WrittenRows:
    leads = Lead.all_objects.ids_with([(column, Given(column))])
    return WrittenRows(leads[:limit], is_prepared=False)


def positions_of(rows: OrderedRows, leads: Sequence[str]) -> list[RowPosition]:
    """Where those of the leads stand that are active, in no order."""
    if rows.order in LEAD_ORDERS:
        found = _positions(rows.order).read(ids=leads)
        return [RowPosition(row[rows.column], row["pk"], row["pk"]) for row in found]
    among = rows.unfiltered.filter(is_one_of(rows.lead, leads)).order_by()
    columns = dict.fromkeys((rows.column, "pk", rows.lead))
    return [RowPosition(row[0], row[1], row[-1]) for row in among.values_list(*columns)]


@cache
def _positions(order: ListOrder) -> WrittenRows:
    rows = lead_rows(None, order, Lead.objects.all())
    leads = rows.rows.filter(is_one_of("pk", Given("ids"))).order_by()
    return WrittenRows(leads.values(rows.column, "pk"))


def first_by_creation(
    rows: OrderedRows, search: Search, after: RowPosition | None, limit: int
) -> list[RowPosition]:
    """The first of the leads found by the search, which is one of `WITH_CREATION`.

    To scan all leads, and then to sort the 10,000 of a million that share four digits,
    took 50 ms; this takes 1.
    """
    at, pk = after[:2] if after else (BEFORE_ALL[rows.is_descending], "")
    column = CONTACT_COLUMNS.get(search.kind)
    texts = blind_indexes(column, search.text) if column else [search.text]
    found = {
        RowPosition(row[rows.column], row["pk"], row["pk"])
        for query in _first_by_creation(search.kind, rows.order, limit)
        for text in texts
        for row in query.read(text=text, at=at, pk=pk)
    }
    return rows.sort([*found])[:limit]


@cache
def _first_by_creation(
    kind: SearchKind, order: ListOrder, limit: int
) -> list[WrittenRows]:
    """Of the leads after the given position; each query is of one index."""
    text, column = Given("text"), CONTACT_COLUMNS.get(kind)
    position: Any = (Given("at", DateTimeField()), Given("pk"), "")
    leads = Lead.objects
    parts = leads.parts_with(column, text) if column else [leads.named_like(text)]
    found = [lead_rows(None, order, part) for part in parts]
    ordered = [rows.after(RowPosition(*position)).ordered() for rows in found]
    return [
        WrittenRows(rows.values("created_at", "pk")[:limit], is_prepared=False)
        for rows in ordered
    ]
