"""Which leads a filtered page shows, found by reading a bounded number of leads.

For two filters PostgreSQL would read all leads of one filter to find the few that match
the other; at a million leads that took up to four seconds. So:
- First each filter with an index of its own is checked whether it leaves few leads. If
  one does, those are read and the result is exact.
- Else the leads are scanned in the order of the page until it is full, but at most
  `SCAN_LIMIT` of them. The next page goes on where this scan ended.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.sql.datastructures import BaseTable

from leads.models import Lead, LeadStage
from leads.models.lead_queries import LeadQuerySet
from leads.selection.filter_kinds import IndexedRows
from leads.selection.list_filters import ListFilter
from leads.selection.orders import OrderedRows, RowPosition, lead_rows
from leads.selection.written_searches import CONTACT_COLUMNS, leads_by_contact
from leads.view_schema import ListOrder
from medspa.postgres.written_query import Given, filled

# Up to so many leads are read for an exact answer, and for a page of a long list. In
# the order of creation neighbors in the list are neighbors on disk: there so many more
# are read for a page that is not full, which costs 10 to 16 ms at a million leads.
EXACT_LIMIT = 2_000
SCAN_LIMIT = 3_000
FURTHER_LIMIT = 3_000

LEAD_FIELDS = [field for field in Lead._meta.concrete_fields if not field.primary_key]

# Each lead is looked at by itself, so that no filter is read from end to end. When the
# page is full, the position at which the scan would have ended is never computed. The
# outer order must be that of the window, word for word, or PostgreSQL reads the whole
# window and sorts it. Materialized, the window has one plan for both of its uses.
# `early` is asked before the lead is looked up, which costs as much again. As a filter,
# not as a lateral join: PostgreSQL would remember the answer for each lead (a tenth).
SCAN = """
WITH scanned ({columns}) AS MATERIALIZED ({window})
(SELECT {value} AS value, {row} AS row_id, {lead} AS lead_id, true AS is_match
    FROM scanned WHERE {early}({matches}) IS NOT NULL
    ORDER BY {order} LIMIT {limit})
UNION ALL (SELECT {value}, {row}, {lead}, false FROM scanned OFFSET {last} LIMIT 1)
LIMIT {limit}
"""

# Whether there are more than few is read from the index alone. To read 2,001 leads in
# order to count them took 20 ms.
FEW_OF_FILTER = "(SELECT %s, CASE WHEN NOT EXISTS ({more}) THEN ARRAY({few}) END)"


@dataclass(frozen=True)
class ScanResult:
    """The rows that match; `end` is where the scan ended, if there may be more."""

    found: list[RowPosition]
    end: RowPosition | None = None


@dataclass(frozen=True)
class ScanCondition:
    """What is asked of each lead, as SQL; `columns` are those of its own that it names.

    Written once for all windows of a page: it takes Django longer than the rest.
    """

    early: str
    matches: str
    parameters: tuple[Any, ...]
    columns: list[str]


@dataclass(frozen=True)
class ScanStatement:
    """A scan as SQL; its rows are value, row, lead, and whether the lead matches."""

    sql: str
    parameters: tuple[Any, ...]


def scan(
    rows: OrderedRows, condition: ScanCondition | None, window: QuerySet, limit: int
) -> ScanResult:
    """Up to `limit` rows of the window whose lead meets the condition."""
    statement = scan_statement(rows, condition, window, limit)
    return run_scan(statement, {}) if statement else ScanResult([])


def run_scan(statement: ScanStatement, given: Mapping[str, Any]) -> ScanResult:
    """`given` are the statement's values that are `Given`."""
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, filled(statement.parameters, given))
        found = [(RowPosition(*row[:3]), row[3]) for row in cursor.fetchall()]
    ends = [position for position, is_match in found if not is_match]
    return ScanResult([position for position, is_match in found if is_match], *ends)


def scan_names(order: ListOrder, prefix: str, window: int, limit: int) -> ScanResult:
    """The same of all leads in an order, for a name that begins so."""
    return run_scan(_scan_of_names(order, window, limit), {"prefix": prefix})


@cache
def _scan_of_names(order: ListOrder, window: int, limit: int) -> ScanStatement:
    """Written once per process: it took Django 3 ms of a search by name."""
    rows = lead_rows(None, order, Lead.objects.all())
    condition = scan_condition(rows, Lead.objects.named_like(Given("prefix")))
    # None is for filters that nothing can match; this is none of them.
    statement = scan_statement(rows, condition, rows.ordered()[:window], limit)
    return cast(ScanStatement, statement)


def scanned_stage(rows: OrderedRows) -> Any:
    """The stage of a row that is scanned; None where the rows don't have it."""
    if rows.unfiltered.model is not LeadStage:
        return None
    return RawSQL("scanned.stage_id", ())


def scan_condition(
    rows: OrderedRows, leads: LeadQuerySet, early: Q | None = None
) -> ScanCondition | None:
    """That the lead is among `leads`; None if there are none.

    `early` is true of all of these, and asks for nothing but the id. It is for rows
    that aren't leads.
    """
    lead = f"scanned.{_column_name(rows, rows.lead)}"
    early_sql, early_parameters = "", ()
    try:
        if early:
            early_sql, early_parameters = _early_statement(early, lead)
        matching = (
            _among_scanned(leads) if rows.is_of_leads else _looked_up(leads, lead)
        )
        matches, parameters = matching.query.sql_with_params()
    except EmptyResultSet:
        return None
    columns = _named_columns(matches) if rows.is_of_leads else []
    if "scanned.stage_id" in early_sql:
        columns = ["stage_id"]
    return ScanCondition(early_sql, matches, (*early_parameters, *parameters), columns)


def scan_statement(
    rows: OrderedRows, condition: ScanCondition | None, window: QuerySet, limit: int
) -> ScanStatement | None:
    """None if nothing can meet the condition, or be in the window."""
    if condition is None:
        return None
    stage = ["stage_id"] if rows.stage else []
    columns = dict.fromkeys((*stage, rows.column, "pk", rows.lead, *condition.columns))
    try:
        scanned = window.values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        return None
    names = {column: _column_name(rows, column) for column in columns}
    sql = SCAN.format(
        columns=", ".join(names.values()),
        window=scanned[0],
        value=f"scanned.{names[rows.column]}",
        row=f"scanned.{names['pk']}",
        lead=f"scanned.{names[rows.lead]}",
        early=condition.early,
        matches=condition.matches,
        order=_order(rows, names),
        limit=limit,
        last=(window.query.high_mark or EXACT_LIMIT) - 1,
    )
    return ScanStatement(sql, (*scanned[1], *condition.parameters))


def _named_columns(sql: str) -> list[str]:
    """The fields of leads that the SQL names.

    To read the others with each lead took a third of the scan: they are the long ones.
    """
    table = Lead._meta.db_table
    return [field.name for field in LEAD_FIELDS if f'"{table}"."{field.column}"' in sql]


def _order(rows: OrderedRows, names: dict[str, str]) -> str:
    way, back = ("DESC", "ASC") if rows.is_descending else ("ASC", "DESC")
    stage = f"scanned.{names['stage_id']} {back}, " if rows.stage else ""
    return f"{stage}scanned.{names[rows.column]} {way}, scanned.{names['pk']} {way}"


def _column_name(rows: OrderedRows, name: str) -> str:
    if name in rows.unfiltered.query.annotations:
        return name
    options = rows.unfiltered.model._meta
    return str((options.pk if name == "pk" else options.get_field(name)).column)


class ScannedLead(BaseTable):
    """The one lead of the scan, as if it were the table of leads.

    Its columns were read with the window. To find it again in the table cost as much
    as most conditions do: 8 of 20 ms for 3,000 leads.
    """

    columns = "scanned.*"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        name = connection.ops.quote_name(self.table_alias)
        return f"(SELECT {self.columns}) {name}", ()


def _among_scanned(leads: LeadQuerySet, columns: str = "scanned.*") -> QuerySet:
    found = leads.order_by().values("pk")[:1]
    alias = found.query.get_initial_alias()
    table = ScannedLead(Lead._meta.db_table, alias)
    table.columns = columns
    found.query.alias_map[alias] = table
    return found


def _early_statement(early: Q, lead: str) -> tuple[str, tuple[Any, ...]]:
    leads = _among_scanned(Lead.all_objects.filter(early), f"{lead} AS id")
    sql, parameters = leads.query.sql_with_params()
    return f"({sql}) IS NOT NULL AND ", parameters


def _looked_up(leads: LeadQuerySet, lead: str) -> QuerySet:
    found = leads.filter(pk=RawSQL(lead, ()))  # noqa: S611  (no input)
    return found.order_by().values("pk")[:1]


def few_leads(filters: ListFilter) -> list[str] | None:
    """All leads that one of the filters leaves, if one leaves few; else None."""
    if filters.last_digits:
        return filters.last_digits.leads
    if filters.q and filters.search.kind in CONTACT_COLUMNS:
        leads = leads_by_contact(filters.search, EXACT_LIMIT + 1)
        if len(leads) <= EXACT_LIMIT:
            return leads
    if filters.is_by_name_alone:
        return _few_named(filters.search.text)
    statements: list[str] = []
    parameters: list[Any] = []
    found: dict[str, list[str] | None] = {}
    for name, rows in _indexed_filters(filters):
        found[name] = []
        with suppress(EmptyResultSet):
            sql, own = _few_statement(name, rows, EXACT_LIMIT)
            statements.append(sql)
            parameters += own
    if statements:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(statements), parameters)
            for name, leads in cursor.fetchall():
                known = found[name]
                if known is None or leads is None:
                    found[name] = None
                else:
                    known.extend(leads)
    few = [leads for leads in found.values() if leads is not None]
    fewest = min(few, key=len, default=None)
    return fewest if fewest is not None and len(fewest) <= EXACT_LIMIT else None


def _few_named(prefix: str) -> list[str] | None:
    """The same of those whose name begins so."""
    sql, parameters = _few_named_statement(EXACT_LIMIT)
    with connection.cursor() as cursor:
        cursor.execute(sql, filled(parameters, {"prefix": prefix}))
        leads: list[str] | None = cursor.fetchone()[1]
    return leads


@cache
def _few_named_statement(limit: int) -> tuple[str, list[Any]]:
    """Written once per process."""
    leads = Lead.objects.named_like(Given("prefix")).order_by()
    return _few_statement("q", IndexedRows(leads, "pk"), limit)


def _few_statement(
    name: str, indexed: IndexedRows, limit: int
) -> tuple[str, list[Any]]:
    """One row: the name and the leads, which are NULL if there are more than few."""
    rows, lead, counted = indexed
    every = rows if counted is None else counted
    further = every.values_list(Value(1))[limit : limit + 1]
    more, more_parameters = further.query.sql_with_params()
    few, few_parameters = rows.values_list(lead)[:limit].query.sql_with_params()
    sql = FEW_OF_FILTER.format(more=more, few=few)
    return sql, [name, *more_parameters, *few_parameters]


def _indexed_filters(filters: ListFilter) -> Iterable[tuple[str, IndexedRows]]:
    """What each filter with an index of its own leaves; one may have several parts."""
    if filters.q and filters.search.kind not in CONTACT_COLUMNS:
        yield "q", IndexedRows(filters.searched.order_by(), "pk")
    for name in filters.values:
        if name == "stage" and filters.total > EXACT_LIMIT:
            continue  # so many are in it, by the stored totals
        for indexed in filters.indexed(name) or ():
            yield name, indexed
