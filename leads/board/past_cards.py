"""Which cards stood first in each column at the end of a past day, by two index scans.

Leads that are still in the stage are found by the board's index, those that left later
by `leads_leadstage_past`, which has the end of the period as well. Both are scanned
backwards from the end of the day; periods that had ended by then are skipped in the
index.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from leads.board.first_cards import card_conditions
from leads.board.order import (
    BY_STAGE_INDEX_SQL,
    CARDS_A_PAGE,
    IN_STAGE_SQL,
    NEWEST_FIRST_SQL,
)
from leads.models.lead_queries import LeadQuerySet
from leads.selection.stage_age import ANY_TIME, EntryWindow
from medspa.postgres.keyset import Cursor

# It takes 2 ms at 100,000 leads. The ORM has no LATERAL.
# One scan. A single one for both kinds of periods would read every period that ended
# before the day.
SCAN_ONE_INDEX = f"""
(SELECT period.id, period.changed_at
FROM leads_leadstage period
JOIN leads_lead lead ON lead.id = period.lead_id
    AND (lead.deleted_at IS NULL OR lead.deleted_at >= %s)
WHERE {IN_STAGE_SQL}
    AND {{lasting}} AND period.changed_at < %s {{conditions}}
ORDER BY {BY_STAGE_INDEX_SQL}
LIMIT {CARDS_A_PAGE})
"""  # noqa: S608  (no input)
FIRST_OF_DAY = f"""
SELECT shown.id, newest.id
FROM unnest(%s::text[]) AS shown (id)
CROSS JOIN LATERAL (
    SELECT id, changed_at FROM ({{still_there}} UNION ALL {{left_since}}) period
    ORDER BY {NEWEST_FIRST_SQL} LIMIT {CARDS_A_PAGE}
) newest
"""  # noqa: S608  (no input)


def past_first_ids(
    stage_ids: Collection[str],
    end: datetime,
    leads: LeadQuerySet | None = None,
    after: Cursor | None = None,
    entered: EntryWindow = ANY_TIME,
) -> dict[str, list[str]]:
    """Stage id → the periods of its first cards before `end`, or of those after it.

    A stage in which no lead was is left out.
    """
    conditions, params = card_conditions(leads, after, entered)
    sql = FIRST_OF_DAY.format(
        still_there=SCAN_ONE_INDEX.format(
            lasting="period.left_at IS NULL", conditions=conditions
        ),
        left_since=SCAN_ONE_INDEX.format(
            lasting="period.left_at >= %s", conditions=conditions
        ),
    )
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        still_there, left_since = [end, end, *params], [end, end, end, *params]
        cursor.execute(sql, [list(stage_ids), *still_there, *left_since])
        for stage_id, period_id in cursor:
            found.setdefault(stage_id, []).append(period_id)
    return found
