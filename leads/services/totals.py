"""The kept totals of the board's columns: proving, repairing and folding them.

Triggers write every change as a delta row in the transaction of the change. So in
any one snapshot the deltas and the leads belong together, and a single statement can
compare or replace them while others write.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction

# stage_id, leads, cents: what is true in the statement's snapshot.
TRUTH = """
SELECT stay.stage_id,
    count(*)::bigint AS lead_count,
    coalesce(sum(opportunity.expected_value_cents), 0)::bigint AS expected_value_cents
FROM leads_leadstage stay
JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
LEFT JOIN leads_opportunity opportunity
    ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
WHERE stay.left_at IS NULL
GROUP BY stay.stage_id
"""
KEPT = """
SELECT stage_id,
    sum(lead_count)::bigint AS lead_count,
    sum(expected_value_cents)::bigint AS expected_value_cents
FROM leads_stagetotal GROUP BY stage_id
"""
COMPARE = f"""
SELECT stage.id, stage.name,
    coalesce(kept.lead_count, 0), coalesce(kept.expected_value_cents, 0),
    coalesce(truth.lead_count, 0), coalesce(truth.expected_value_cents, 0)
FROM leads_pipelinestage stage
LEFT JOIN ({KEPT}) kept ON kept.stage_id = stage.id
LEFT JOIN ({TRUTH}) truth ON truth.stage_id = stage.id
ORDER BY stage."order", stage.id
"""  # noqa: S608  (no input)
REBUILD = f"""
WITH gone AS (DELETE FROM leads_stagetotal)
INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents) {TRUTH}
"""  # noqa: S608
FOLD = """
WITH gone AS (
    DELETE FROM leads_stagetotal
    RETURNING stage_id, lead_count, expected_value_cents
)
INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
SELECT stage_id, sum(lead_count), sum(expected_value_cents)
FROM gone GROUP BY stage_id
HAVING sum(lead_count) <> 0 OR sum(expected_value_cents) <> 0
"""
# Whoever deletes delta rows holds this lock; writers only add rows and don't.
LOCK_KEY = "'leads_stagetotal'::regclass::oid::bigint"


@dataclass(frozen=True)
class StageCheck:
    """A stage's leads and expected cents, as kept and as they are."""

    stage_id: str
    stage_name: str
    kept: tuple[int, int]
    true: tuple[int, int]

    @property
    def agrees(self) -> bool:
        return self.kept == self.true


def true_stage_totals() -> Mapping[str, tuple[int, int]]:
    """Stage id → (current living leads, their expected cents), counted from the rows.

    A stage without leads is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(TRUTH)
        return {stage: (leads, cents) for stage, leads, cents in cursor}


def check_stage_totals() -> list[StageCheck]:
    """Every stage's kept and true totals, in one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARE)
        return [
            StageCheck(stage, name, (leads, cents), (true_leads, true_cents))
            for stage, name, leads, cents, true_leads, true_cents in cursor
        ]


@transaction.atomic
def rebuild_stage_totals() -> None:
    """Replace what is kept by what is true.

    Writers need not wait: what they commit later is not in this statement's snapshot,
    neither their rows nor their deltas, and is added to it afterwards.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({LOCK_KEY})")
        cursor.execute(REBUILD)


@transaction.atomic
def fold_stage_totals() -> bool:
    """Add the delta rows up to one row a stage; False when another is just doing it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({LOCK_KEY})")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(FOLD)
    return True
