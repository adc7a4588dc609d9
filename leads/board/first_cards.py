"""The first cards of every column at once, and those below a card."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models.expressions import RawSQL

from leads.board.cards import CARDS, Cursor, Page, pages_of
from leads.models.lead import LeadQuerySet
from leads.selection.stage_age import ALWAYS, Entered

# The newest living stays of each column, by the board's index: for the two comparisons
# with the stage see `in_column`. A filter is asked of one stay after the other (OFFSET
# keeps it from becoming a join), so that nobody is read beyond the cards' last.
FIRST_STAYS = """
SELECT newest.id
FROM unnest(%s::text[]) AS shown (id)
CROSS JOIN LATERAL (
    SELECT stay.id
    FROM leads_leadstage stay
    JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
    WHERE stay.stage_id >= shown.id AND stay.stage_id <= shown.id
        AND stay.left_at IS NULL
        {entered} {lower} {filtered}
    ORDER BY stay.stage_id, stay.changed_at DESC, stay.id DESC
    LIMIT {cards}
) newest
"""
LOWER = "AND stay.changed_at <= %s AND (stay.changed_at < %s OR stay.id < %s)"


def first_pages(
    stage_ids: Collection[str],
    now: datetime,
    leads: LeadQuerySet | None = None,
    after: Cursor | None = None,
    entered: Entered = ALWAYS,
) -> dict[str, Page]:
    """Stage id → its newest cards, by one query however many stages there are."""
    if not stage_ids:
        return {}
    lower, filtered = "", ""
    span, moments = entered.sql
    params: list[Any] = [list(stage_ids), *moments]
    if after:
        lower = LOWER
        params += [after.entered_at, after.entered_at, after.stay_id]
    if leads is not None:
        sql, asked = asked_of_one(leads)
        filtered = f"AND EXISTS ({sql} OFFSET 0)"
        params += asked
    stays = FIRST_STAYS.format(
        entered=span, lower=lower, filtered=filtered, cards=CARDS
    )
    return pages_of(RawSQL(stays, params), now)  # noqa: S611  (made here)


def asked_of_one(leads: LeadQuerySet) -> tuple[str, tuple[Any, ...]]:
    this_one = RawSQL("stay.lead_id", [])
    return leads.order_by().filter(pk=this_one).values("pk").query.sql_with_params()
