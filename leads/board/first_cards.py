"""The first cards of every column at once, or those after a cursor."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from leads.board.cards import CardPage, pages_of
from leads.board.order import BY_STAGE_INDEX_SQL, CARDS_A_PAGE, IN_STAGE_SQL, after_sql
from leads.models.lead_queries import LeadQuerySet
from leads.selection.stage_age import ANY_TIME, EntryWindow
from medspa.postgres.keyset import Cursor
from medspa.postgres.written_query import prepared_cursor

# The newest periods of each column by the board's index, which is read no further than
# the last card. Filtered by source at 100,000 leads it takes 3 ms, and a union of one
# queryset for each column 18.
FIRST_PERIODS = f"""
SELECT newest.id
FROM unnest(%s::text[]) AS shown (id)
CROSS JOIN LATERAL (
    SELECT period.id
    FROM leads_leadstage period
    JOIN leads_lead lead ON lead.id = period.lead_id AND lead.deleted_at IS NULL
    WHERE {IN_STAGE_SQL} AND period.left_at IS NULL
        {{conditions}}
    ORDER BY {BY_STAGE_INDEX_SQL}
    LIMIT {CARDS_A_PAGE}
) newest
"""  # noqa: S608  (no input)


def first_pages(
    stage_ids: Collection[str],
    now: datetime,
    leads: LeadQuerySet | None = None,
    after: Cursor | None = None,
    entered: EntryWindow = ANY_TIME,
) -> dict[str, CardPage]:
    """Stage id → its newest cards, by two queries however many stages there are."""
    if not stage_ids:
        return {}
    conditions, params = card_conditions(leads, after, entered)
    sql = FIRST_PERIODS.format(conditions=conditions)
    # Which plan is the best depends on the values of filters.
    with prepared_cursor() if leads is None else connection.cursor() as cursor:
        cursor.execute(sql, [list(stage_ids), *params])
        periods = [pk for (pk,) in cursor.fetchall()]
    return pages_of(periods, now)


def card_conditions(
    leads: LeadQuerySet | None, after: Cursor | None, entered: EntryWindow
) -> tuple[str, list[Any]]:
    """Which cards are read: SQL conditions on `period`, and their parameters.

    Whether the lead is among `leads` is checked for one period after the other. OFFSET
    keeps PostgreSQL from making a join of it, for which it would read all of them.
    """
    entered_sql, entered_params = entered.sql
    rest_sql, rest_params = after_sql(after)
    sql, params = f"{entered_sql} {rest_sql}", [*entered_params, *rest_params]
    if leads is None:
        return sql, params
    lead = leads.order_by().filter(pk=RawSQL("period.lead_id", [])).values("pk")
    lead_sql, lead_params = lead.query.sql_with_params()
    return f"{sql} AND EXISTS ({lead_sql} OFFSET 0)", [*params, *lead_params]
