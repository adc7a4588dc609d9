"""Checking and rebuilding the stored totals of the stages.

Triggers write every change as a delta row in the transaction of the change. So in
any one snapshot the deltas agree with the leads, and a single statement can compare or
replace them while others write.
"""

from dataclasses import dataclass

from django.db import connection, transaction

from leads.models.stage_total import TOTALS_LOCK

# stage_id, leads, cents, counted from the leads in the statement's snapshot. Comparing
# takes 240 ms at 100,000 leads, rebuilding 460. The ORM has no INSERT of a SELECT, and
# both count by the same lines.
COUNT_SQL = """
SELECT period.stage_id,
    count(*)::bigint AS lead_count,
    coalesce(sum(opportunity.expected_value_cents), 0)::bigint AS expected_value_cents
FROM leads_leadstage period
JOIN leads_lead lead ON lead.id = period.lead_id AND lead.deleted_at IS NULL
LEFT JOIN leads_opportunity opportunity
    ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
WHERE period.left_at IS NULL
GROUP BY period.stage_id
"""
STORED_SQL = """
SELECT stage_id,
    sum(lead_count)::bigint AS lead_count,
    sum(expected_value_cents)::bigint AS expected_value_cents
FROM leads_stagetotal GROUP BY stage_id
"""
COMPARE = f"""
SELECT stage.id, stage.name,
    coalesce(stored.lead_count, 0), coalesce(stored.expected_value_cents, 0),
    coalesce(counted.lead_count, 0), coalesce(counted.expected_value_cents, 0)
FROM leads_pipelinestage stage
LEFT JOIN ({STORED_SQL}) stored ON stored.stage_id = stage.id
LEFT JOIN ({COUNT_SQL}) counted ON counted.stage_id = stage.id
ORDER BY stage."order", stage.id
"""  # noqa: S608  (no input)
REBUILD = f"""
WITH deleted AS (DELETE FROM leads_stagetotal)
INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents) {COUNT_SQL}
"""  # noqa: S608


@dataclass(frozen=True)
class StageCheck:
    """A stage's leads and expected cents, as stored and as counted."""

    stage_id: str
    stage_name: str
    stored: tuple[int, int]
    counted: tuple[int, int]

    @property
    def agrees(self) -> bool:
        return self.stored == self.counted


def check_stage_totals() -> list[StageCheck]:
    """Every stage's stored and counted totals, in one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARE)
        return [
            StageCheck(stage, name, (leads, cents), (counted_leads, counted_cents))
            for stage, name, leads, cents, counted_leads, counted_cents in cursor
        ]


@transaction.atomic
def rebuild_stage_totals() -> None:
    """Replace the stored totals by counted ones.

    Writers need not wait: what they commit later is not in this statement's snapshot,
    neither their rows nor their deltas, and is added to it afterwards.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({TOTALS_LOCK})")
        cursor.execute(REBUILD)
