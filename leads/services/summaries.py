"""Checking and rebuilding the summaries of leads, which triggers keep.

The check reads the rows that a summary is made of in its own words, so that it also
finds a mistake of the triggers.
"""

from django.db import connection

from leads.models.lead_summary import NEVER, NOT_PLANNED
from leads.touches import BY_PERSON_SQL, TOUCH_SQL

# What the summary of each active lead should be, with the alias `truth`.
TRUTH_SQL = f"""
SELECT lead.id AS lead_id,
    greatest(lead.created_at, (
        SELECT max(created_at) FROM leads_activity activity
        WHERE activity.lead_id = lead.id AND activity.deleted_at IS NULL
    )) AS active_at,
    coalesce((
        SELECT max(created_at) FROM leads_activity activity
        WHERE activity.lead_id = lead.id AND {TOUCH_SQL} AND {BY_PERSON_SQL}
    ), %(never)s) AS contacted_at,
    coalesce((
        SELECT max(created_at) FROM leads_activity activity
        WHERE activity.lead_id = lead.id AND activity.type = 'call'
            AND {TOUCH_SQL} AND {BY_PERSON_SQL}
    ), %(never)s) AS called_at,
    coalesce((
        SELECT min(due_at) FROM leads_task task
        WHERE task.lead_id = lead.id
            AND task.done_at IS NULL AND task.deleted_at IS NULL
    ), %(not_planned)s) AS next_due_at,
    coalesce((
        SELECT expected_value_cents FROM leads_opportunity opportunity
        WHERE opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
    ), 0) AS value_cents
FROM leads_lead lead WHERE lead.deleted_at IS NULL
"""  # noqa: S608  (no input)
WRONG = f"""
SELECT coalesce(truth.lead_id, summary.lead_id)
FROM ({TRUTH_SQL}) truth
FULL JOIN leads_leadsummary summary ON summary.lead_id = truth.lead_id
WHERE summary.lead_id IS NULL OR truth.lead_id IS NULL
    OR (truth.active_at, truth.contacted_at, truth.called_at, truth.next_due_at,
        truth.value_cents)
    IS DISTINCT FROM (summary.active_at, summary.contacted_at, summary.called_at,
        summary.next_due_at, summary.value_cents)
"""  # noqa: S608


CHUNK = 5_000
IDS_BEHIND = "SELECT id FROM leads_lead WHERE id > %s ORDER BY id LIMIT %s"


def wrong_summaries() -> list[str]:
    """The leads whose summary is wrong or missing, or that should have none."""
    with connection.cursor() as cursor:
        cursor.execute(WRONG, {"never": NEVER, "not_planned": NOT_PLANNED})
        return [lead_id for (lead_id,) in cursor.fetchall()]


def repair_summaries(lead_ids: list[str]) -> None:
    """Work out these summaries anew, as the triggers do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT leads_summarize(%s)", [lead_ids])


def summarize_all_leads() -> None:
    """Work out every summary, a few thousand at a time."""
    last = ""
    while lead_ids := _ids_behind(last):
        repair_summaries(lead_ids)
        last = lead_ids[-1]


def _ids_behind(last: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(IDS_BEHIND, [last, CHUNK])
        return [lead_id for (lead_id,) in cursor.fetchall()]
