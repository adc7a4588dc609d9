"""How many leads every stage had at a past moment, worked back from today's totals.

That is what the stage has now, without the leads that came since and with those that
left since. So only periods that began or ended since are read: last week costs the same
however many leads there are. Values are those of today: a stage period has none.
"""

from datetime import datetime

from django.db import connection

# In one statement, so that the totals and the periods are of one snapshot. A lead that
# was deleted since is in no total of today, but was there then. For 30 days ago it
# takes 150 ms at 100,000 leads, and a union of four querysets 260.
WORKED_BACK = """
WITH changed AS (
    SELECT period.stage_id, period.lead_id, -1 AS sign
    FROM leads_leadstage period
    WHERE period.left_at IS NULL AND period.changed_at >= %(end)s
        AND NOT EXISTS (
            SELECT FROM leads_lead deleted
            WHERE deleted.id = period.lead_id AND deleted.deleted_at IS NOT NULL
        )
    UNION ALL
    SELECT period.stage_id, period.lead_id, 1
    FROM leads_leadstage period
    WHERE period.left_at >= %(end)s AND period.changed_at < %(end)s
        AND NOT EXISTS (
            SELECT FROM leads_lead deleted
            WHERE deleted.id = period.lead_id AND deleted.deleted_at < %(end)s
        )
    UNION ALL
    SELECT period.stage_id, period.lead_id, 1
    FROM leads_lead deleted
    JOIN leads_leadstage period ON period.lead_id = deleted.id
        AND period.left_at IS NULL AND period.changed_at < %(end)s
    WHERE deleted.deleted_at >= %(end)s
)
SELECT stage_id, sum(leads)::bigint, sum(cents)::bigint
FROM (
    SELECT stage_id, lead_count AS leads, expected_value_cents AS cents
    FROM leads_stagetotal
    UNION ALL
    SELECT changed.stage_id, sum(sign),
        coalesce(sum(sign * opportunity.expected_value_cents), 0)
    FROM changed
    LEFT JOIN leads_opportunity opportunity
        ON opportunity.lead_id = changed.lead_id AND opportunity.deleted_at IS NULL
    GROUP BY changed.stage_id
) part
GROUP BY stage_id
"""


def past_figures(end: datetime) -> dict[str, tuple[int, int]]:
    """Stage id → (leads, their expected value in cents) just before `end`."""
    with connection.cursor() as cursor:
        cursor.execute(WORKED_BACK, {"end": end})
        return {stage_id: (leads, cents) for stage_id, leads, cents in cursor}
