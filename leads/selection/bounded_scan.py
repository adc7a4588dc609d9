"""Which leads a filtered page shows, found by reading a bounded number of leads.

For two filters PostgreSQL would read all leads of one filter to find the few that match
the other; at a million leads that took up to four seconds. So:
- First each filter with an index of its own is checked whether it leaves few leads. If
  one does, those are read and the result is exact.
- Else the leads are scanned in the order of the page until it is full, but at most
  `SCAN_LIMIT` of them. The next page goes on where this scan ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, QuerySet, Value
from django.db.models.expressions import RawSQL

from leads.models import Lead, LeadTag
from leads.models.lead import LeadQuerySet
from leads.search import Search, SearchKind
from leads.selection.list_filters import NOBODY, ListFilter
from leads.selection.orders import OrderedRows, RowPosition

# Up to so many leads are read for an exact answer, and for a page of a long list.
EXACT_LIMIT = 2_000
SCAN_LIMIT = 4_000
EXACT_SEARCHES = {
    SearchKind.EMAIL,
    SearchKind.PHONE,
    SearchKind.LAST_DIGITS,
    SearchKind.NOTHING,
}

# Each lead is looked up by itself, so that no filter is read from end to end. When the
# page is full, the position at which the scan would have ended is never computed. The
# outer order must be that of the window, word for word, or PostgreSQL reads the whole
# window and sorts it.
SCAN = """
WITH scanned ({columns}) AS MATERIALIZED ({window})
(SELECT value, row_id, {lead}, true FROM scanned CROSS JOIN LATERAL ({matches}) matching
    ORDER BY {order} LIMIT {limit})
UNION ALL (SELECT value, row_id, {lead}, false FROM scanned OFFSET {last} LIMIT 1)
LIMIT {limit}
"""


@dataclass(frozen=True)
class ScanResult:
    """The rows that match; `end` is where the scan ended, if there may be more."""

    found: list[RowPosition]
    end: RowPosition | None = None


def scan(
    rows: OrderedRows, leads: LeadQuerySet, window: QuerySet, limit: int
) -> ScanResult:
    """Up to `limit` rows of the window whose lead is among `leads`."""
    columns = dict.fromkeys(
        (rows.column, "pk", rows.lead, *(["stage_id"] if rows.stage else []))
    )
    lead = "row_id" if rows.lead == "pk" else "lead"
    names = ("value", "row_id", lead, *(["stage"] if rows.stage else []))
    size = window.query.high_mark or EXACT_LIMIT
    try:
        scanned = window.values_list(*columns).query.sql_with_params()
        matches = _matching(leads, lead).query.sql_with_params()
    except EmptyResultSet:
        return ScanResult([])
    sql = SCAN.format(
        columns=", ".join(dict.fromkeys(names)),
        window=scanned[0],
        lead=lead,
        matches=matches[0],
        order=_order(rows),
        limit=limit,
        last=size - 1,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*scanned[1], *matches[1]])
        found = [(RowPosition(*row[:3]), row[3]) for row in cursor.fetchall()]
    ends = [position for position, is_match in found if not is_match]
    return ScanResult([position for position, is_match in found if is_match], *ends)


def _order(rows: OrderedRows) -> str:
    way, back = ("DESC", "ASC") if rows.is_descending else ("ASC", "DESC")
    stage = f"stage {back}, " if rows.stage else ""
    return f"{stage}value {way}, row_id {way}"


def _matching(leads: LeadQuerySet, column: str) -> QuerySet:
    one = RawSQL(f"scanned.{column}", ())  # noqa: S611  (no input)
    return leads.filter(pk=one).order_by().values("pk")[:1]


def few_leads(filters: ListFilter) -> list[str] | None:
    """All leads that one of the filters leaves, if one leaves few; else None."""
    indexed = list(_indexed_filters(filters))
    if not indexed:
        return None
    first, *others = [
        rows.order_by().values_list(Value(number, CharField()), pk)[: EXACT_LIMIT + 1]
        for number, (rows, pk) in enumerate(indexed)
    ]
    found: dict[Any, list[str]] = {str(number): [] for number in range(len(indexed))}
    for number, lead_id in first.union(*others, all=True) if others else first:
        found[str(number)].append(lead_id)
    fewest = min(found.values(), key=len)
    return fewest if len(fewest) <= EXACT_LIMIT else None


def _indexed_filters(filters: ListFilter) -> Iterable[tuple[QuerySet, str]]:
    """What each filter with an index of its own leaves, and the column of the lead."""
    values = filters.form.cleaned_data
    if typed := values["q"]:
        yield Lead.objects.search(typed), "pk"
        if Search.read(typed).kind in EXACT_SEARCHES:
            return
    if values["tag"]:
        links = LeadTag.objects.filter(tag=values["tag"], lead__deleted_at=None)
        yield links, "lead_id"
    for name in ("campaign", "source"):
        if values[name]:
            yield Lead.objects.filter(**{name: values[name]}), "pk"
    if values["assigned"] and values["assigned"] != NOBODY:
        yield filters.assigned_to(Lead.objects.all(), "", values["assigned"]), "pk"
