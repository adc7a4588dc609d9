"""How many leads each option of a filter would leave, read when the filter is opened.

The page itself shows only the counts of stages, from the stored totals. Opening another
filter makes one request with at most three queries, none of which reads a whole table:
- With other filters in use, up to `GROUPED_LEADS` leads are read and grouped. The
  counts are exact if there are no more leads, else each is "at least".
- Without, each option is counted by its own index, up to `COUNT_LIMIT` ("1,000+").
  What has no index is grouped among the newest leads.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from leads.models import Lead
from leads.selection.filter_kinds import IndexedRows
from leads.selection.list_filters import ListFilter
from medspa.web.paging import COUNT_LIMIT

GROUPED_LEADS = 2_000


def option_counts(filters: ListFilter, name: str) -> dict[str, str]:
    """Option → its count in words, under all filters but `name` itself."""
    rest = filters.unfiltered_by(name)
    options = filters.options(name)
    if name == "stage" and not rest.is_used:
        return {value: f"{filters.totals.get(value, 0):,}" for value in options}
    if rest.is_used or filters.everybody <= GROUPED_LEADS:
        # Without filters the newest are read quickly; with filters PostgreSQL takes the
        # first that it finds.
        order = () if rest.is_used else ("-created_at", "-pk")
        return _grouped(filters, name, rest.leads.order_by(*order), options)
    return _by_index(filters, name, options)


def _grouped(
    filters: ListFilter, name: str, leads: QuerySet, options: list[str]
) -> dict[str, str]:
    """If not all leads are read, an option without any may still have some."""
    some = leads.values("pk")[:GROUPED_LEADS]
    counts = filters.kinds[name].counts(some, options, filters.context)
    if leads[: GROUPED_LEADS + 1].count() <= GROUPED_LEADS:
        return {value: f"{count:,}" for value, count in counts.items()}
    return {value: f"{count:,}+" for value, count in counts.items() if count}


def _by_index(filters: ListFilter, name: str, options: list[str]) -> dict[str, str]:
    kind = filters.kinds[name]
    indexed = {
        value: parts
        for value in options
        if (parts := kind.indexed([value], filters.context)) is not None
    }
    newest = Lead.objects.order_by("-created_at", "-pk")
    others = [value for value in options if value not in indexed]
    grouped = _grouped(filters, name, newest, others) if others else {}
    words = {
        value: f"{COUNT_LIMIT:,}+" if count > COUNT_LIMIT else f"{count:,}"
        for value, count in counted(indexed).items()
    }
    return {value: text for value in options if (text := (words | grouped).get(value))}


def counted(indexed: dict[str, list[IndexedRows]]) -> dict[str, int]:
    """Up to one more than the limit of each, by one query."""
    counts: list[str] = []
    parameters: list[Any] = []
    for value, parts in indexed.items():
        for sql, given in _few(parts):
            counts.append(f"SELECT %s, (SELECT count(*) FROM ({sql}) few)")  # noqa: S608
            parameters += [value, *given]
    if not counts:
        return {}
    found = dict.fromkeys(indexed, 0)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts), parameters)
        for value, count in cursor.fetchall():
            found[value] += count
    return found


def _few(parts: Iterable[IndexedRows]) -> Iterable[tuple[str, tuple[Any, ...]]]:
    for rows, lead, _ in parts:
        few = rows.values_list(lead)[: COUNT_LIMIT + 1]
        yield few.query.sql_with_params()
