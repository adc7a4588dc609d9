"""Which stays stood first in each column at the end of a day, by walks of two indexes.

Who is still there today is found by the board's own index, who left later by one like
it that knows when the stay ended: `leads_leadstage_past`. Both are walked backwards
from the day's end, and what had ended by then is passed over without being read.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from leads.board.cards import CARDS, Cursor
from leads.board.first_cards import asked_of_one
from leads.models.lead import LeadQuerySet
from leads.selection.stage_age import ALWAYS, Entered

# For the two comparisons with the stage see `leads.board.cards.in_column`. Asked for
# both kinds of stays at once, PostgreSQL would read every stay that ended before.
WALK = """
(SELECT stay.id, stay.changed_at
FROM leads_leadstage stay
JOIN leads_lead lead ON lead.id = stay.lead_id
    AND (lead.deleted_at IS NULL OR lead.deleted_at >= %s)
WHERE stay.stage_id >= shown.id AND stay.stage_id <= shown.id
    AND {lasting} AND stay.changed_at < %s {entered} {lower} {filtered}
ORDER BY stay.stage_id, stay.changed_at DESC, stay.id DESC
LIMIT {cards})
"""
FIRST = """
SELECT shown.id, newest.id
FROM unnest(%s::text[]) AS shown (id)
CROSS JOIN LATERAL (
    SELECT id, changed_at FROM ({still_there} UNION ALL {left_since}) stay
    ORDER BY changed_at DESC, id DESC LIMIT {cards}
) newest
"""
LOWER = "AND stay.changed_at <= %s AND (stay.changed_at < %s OR stay.id < %s)"


def first_then(
    stage_ids: Collection[str],
    end: datetime,
    leads: LeadQuerySet | None = None,
    after: Cursor | None = None,
    entered: Entered = ALWAYS,
) -> dict[str, list[str]]:
    """Stage id → the stays of its first cards before `end`, or of those below `after`.

    A stage in which nobody was is left out.
    """
    lower, filtered = "", ""
    span, moments = entered.sql
    params: list[Any] = [*moments]
    if after:
        lower = LOWER
        params += [after.entered_at, after.entered_at, after.stay_id]
    if leads is not None:
        sql, asked = asked_of_one(leads)
        filtered = f"AND EXISTS ({sql} OFFSET 0)"
        params += asked

    def walk(lasting: str) -> str:
        return WALK.format(
            lasting=lasting, entered=span, lower=lower, filtered=filtered, cards=CARDS
        )

    sql = FIRST.format(
        still_there=walk("stay.left_at IS NULL"),
        left_since=walk("stay.left_at >= %s"),
        cards=CARDS,
    )
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        still_there, left_since = [end, end, *params], [end, end, end, *params]
        cursor.execute(sql, [list(stage_ids), *still_there, *left_since])
        for stage_id, stay_id in cursor:
            found.setdefault(stage_id, []).append(stay_id)
    return found
