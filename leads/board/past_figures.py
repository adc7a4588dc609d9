"""What every stage held at a past moment, worked back from the kept totals.

What a stage held then is what it holds now, without who came since and with who left
since. So only the stays that began or ended since are read, and last week costs the
same however many leads there are. Values are those of today: a stay keeps none.
"""

from datetime import datetime

from django.db import connection

# In one statement, so that the totals and the stays are of the same snapshot. A lead
# that was deleted since is in no total of today, but was there then.
WORKED_BACK = """
WITH changed AS (
    SELECT stay.stage_id, stay.lead_id, -1 AS sign
    FROM leads_leadstage stay
    WHERE stay.left_at IS NULL AND stay.changed_at >= %(end)s
        AND NOT EXISTS (
            SELECT FROM leads_lead gone
            WHERE gone.id = stay.lead_id AND gone.deleted_at IS NOT NULL
        )
    UNION ALL
    SELECT stay.stage_id, stay.lead_id, 1
    FROM leads_leadstage stay
    WHERE stay.left_at >= %(end)s AND stay.changed_at < %(end)s
        AND NOT EXISTS (
            SELECT FROM leads_lead gone
            WHERE gone.id = stay.lead_id AND gone.deleted_at < %(end)s
        )
    UNION ALL
    SELECT stay.stage_id, stay.lead_id, 1
    FROM leads_lead gone
    JOIN leads_leadstage stay ON stay.lead_id = gone.id
        AND stay.left_at IS NULL AND stay.changed_at < %(end)s
    WHERE gone.deleted_at >= %(end)s
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


def figures_then(end: datetime) -> dict[str, tuple[int, int]]:
    """Stage id → (leads, their expected value in cents) just before `end`."""
    with connection.cursor() as cursor:
        cursor.execute(WORKED_BACK, {"end": end})
        return {stage_id: (leads, cents) for stage_id, leads, cents in cursor}
