"""How many leads of each open stage are in time, due or overdue by its target days.

Time counts from when a lead enters the stage. Without a touch by a person since then it
is *in time* for half of the target days, then *due*, and *overdue* after all of them.
With a touch it is in time up to twice the target days. After that it is overdue in any
case.

So only the leads that entered within twice the target days are read, by the board's
index: the cost depends on how many came lately, not on how many are in the stage.

"Stuck in stage" on Today lists every lead that is past the target, so also
those that have a touch and are in time here. The bar says whether somebody has to act;
that list, which leads don't move.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from leads.board.order import IN_STAGE_SQL
from leads.models import PipelineStage
from leads.models.lead_queries import LeadQuerySet

# It takes 3 ms at 100,000 leads and 32 at a million; a queryset that counts with
# filters took twice as long.
# Deleted leads have no summary.
# For each stage: how many leads entered within twice its target days, and how many of
# them are due and overdue without a touch. They are counted stage by stage, so that
# PostgreSQL reads the newest of each and sorts none.
RECENT = f"""
SELECT shown.id, counted.*
FROM unnest(%s::text[], %s::interval[]) AS shown (id, half)
CROSS JOIN LATERAL (
    SELECT count(*),
        count(*) FILTER (WHERE age <= 2 * shown.half AND NOT is_touched),
        count(*) FILTER (WHERE age > 2 * shown.half AND NOT is_touched)
    FROM (
        SELECT %s - period.changed_at AS age,
            %s - period.changed_at <= shown.half
                OR summary.contacted_at >= period.changed_at AS is_touched
        FROM leads_leadstage period
        JOIN leads_leadsummary summary ON summary.lead_id = period.lead_id
        WHERE {IN_STAGE_SQL} AND period.left_at IS NULL
            AND period.changed_at >= %s - 4 * shown.half
            {{filtered}}
    ) recent
) counted
"""  # noqa: S608  (no input)


@dataclass(frozen=True)
class Ages:
    """A stage's leads by their age in it; the three sum to the stage's count."""

    in_time: int
    due: int
    overdue: int
    target_days: int


def read_ages(
    stages: Iterable[PipelineStage],
    counts: Mapping[str, int],
    leads: LeadQuerySet | None,
    now: datetime,
) -> dict[str, Ages]:
    """Stage id → its ages, by one query, for stages with a target and leads.

    `counts` says how many leads (of `leads`, if given) each stage has.
    """
    targets = {
        stage.pk: stage.target_days
        for stage in stages
        if stage.is_open and stage.target_days and counts.get(stage.pk)
    }
    recent = _recent(targets, leads, now) if targets else {}
    return {
        pk: _ages(counts[pk], days, *recent.get(pk, (0, 0, 0)))
        for pk, days in targets.items()
    }


def _ages(count: int, days: int, recent: int, due: int, late: int) -> Ages:
    # A lead may have left between the count and this reading: no negative shares.
    overdue = max(count - recent, 0) + late
    return Ages(max(count - due - overdue, 0), due, overdue, days)


def _recent(
    targets: Mapping[str, int], leads: LeadQuerySet | None, now: datetime
) -> dict[str, tuple[int, int, int]]:
    """Stage id → recent entries, and how many of them are due and overdue."""
    filtered: tuple[str, tuple[Any, ...]] = ("", ())
    if leads is not None:
        sql, lead_params = leads.order_by().values("pk").query.sql_with_params()
        filtered = (f"AND period.lead_id IN ({sql})", lead_params)
    halves = [timedelta(hours=12) * days for days in targets.values()]
    params = [list(targets), halves, now, now, now, *filtered[1]]
    with connection.cursor() as cursor:
        cursor.execute(RECENT.format(filtered=filtered[0]), params)
        return {pk: (recent, due, late) for pk, recent, due, late in cursor}
