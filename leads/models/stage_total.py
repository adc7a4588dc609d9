"""The stages' totals, stored as delta rows so that writers never wait for each other.

The totals of a stage are the sums of its rows. When there are many rows they are
compacted into one row a stage.
"""

from dataclasses import dataclass
from functools import cache

from django.db import connection, models, transaction
from django.db.models import Count, Max, Sum

from leads.models.stage import PipelineStage
from medspa.postgres.written_query import WrittenRows

# Adding up this many rows costs about a millisecond.
MANY_DELTAS = 1000
# Whoever deletes delta rows holds this advisory lock. Writers only add rows: they
# don't need it.
TOTALS_LOCK = "'leads_stagetotal'::regclass::oid::bigint"
# In one statement, so that no delta is lost; the ORM has none that deletes and inserts.
# Compacting 2,000 rows takes 4 ms.
COMPACT = """
WITH deleted AS (
    DELETE FROM leads_stagetotal
    RETURNING stage_id, lead_count, expected_value_cents
)
INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
SELECT stage_id, sum(lead_count), sum(expected_value_cents)
FROM deleted GROUP BY stage_id
HAVING sum(lead_count) <> 0 OR sum(expected_value_cents) <> 0
"""


@dataclass(frozen=True)
class StageSum:
    """A stage's totals: the sum of `deltas` rows, the last of which is `newest`."""

    leads: int = 0
    cents: int = 0
    deltas: int = 0
    newest: int = 0

    @property
    def version(self) -> str:
        """Differs after every change, in whatever order the changes are committed."""
        return f"{self.newest}.{self.deltas}"


class StageTotalQuerySet(models.QuerySet):
    def by_stage(self) -> dict[str, tuple[int, int]]:
        """Stage id → (current active leads, their expected value in cents)."""
        return {pk: (row.leads, row.cents) for pk, row in self.sums().items()}

    def sums(self) -> dict[str, StageSum]:
        """Stage id → its totals. Compacts the rows when they have become many."""
        totals = {row.pop("stage"): StageSum(**row) for row in _sums().read()}
        compact_if_many(sum(row.deltas for row in totals.values()))
        return totals


class StageTotal(models.Model):
    """A change of a stage's totals; all rows of a stage sum to its current totals.

    Written by database triggers on stage periods, leads and opportunities, in the
    transaction of the change.
    """

    id = models.BigAutoField(primary_key=True)
    stage = models.ForeignKey(
        PipelineStage, on_delete=models.CASCADE, related_name="totals"
    )
    lead_count = models.BigIntegerField()
    expected_value_cents = models.BigIntegerField()

    objects = StageTotalQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.stage}: {self.lead_count:+}"


@cache
def _sums() -> WrittenRows:
    """Every open board asks this every few seconds."""
    return WrittenRows(
        StageTotal.objects.values("stage")
        .order_by("stage")
        .annotate(
            leads=Sum("lead_count"),
            cents=Sum("expected_value_cents"),
            deltas=Count("pk"),
            newest=Max("pk"),
        )
    )


def compact_if_many(deltas: int) -> None:
    if deltas > MANY_DELTAS:
        compact_stage_totals()


@transaction.atomic
def compact_stage_totals() -> bool:
    """Replace the delta rows by one row a stage; False while another does just that."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({TOTALS_LOCK})")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(COMPACT)
    return True
