"""How the leads of each open stage stand to its target days.

The clock of a lead starts when it enters the stage. It is *in time* for half of the
target days, and longer once somebody wrote or called since it came there; *due* after
half of them and *overdue* after all of them without that. After twice the target days
it is overdue whatever was said: it is talked to and does not move.

So only the entries of the last twice the target days are looked at, by the board's
index, and a stage of any size costs no more than what came into it lately.

Whoever is overdue here is also past the target, which is what "Too long in their stage"
on Today lists; there stand those too who were talked to and passed it less than twice.
The bar asks whether somebody has to act, that list which leads don't move.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from leads.models import PipelineStage
from leads.models.lead import LeadQuerySet
from leads.touches import BY_PERSON_SQL, TOUCH_SQL

ANSWERED = f"""EXISTS (
    SELECT FROM leads_activity activity
    WHERE activity.lead_id = stay.lead_id AND activity.created_at >= stay.changed_at
        AND {TOUCH_SQL} AND {BY_PERSON_SQL}
)"""
# Per stage the living entries since twice its target days, and those of them that are
# due or late and were not answered there. For the two comparisons with the stage see
# `leads.board.cards.in_column`; OFFSET keeps the planner at a stage's newest entries.
RECENT = """
SELECT stage.id, count(*),
    count(*) FILTER (WHERE stay.age <= 2 * stay.half AND NOT stay.is_answered),
    count(*) FILTER (WHERE stay.age > 2 * stay.half AND NOT stay.is_answered)
FROM unnest(%s::text[], %s::interval[]) AS stage (id, half)
CROSS JOIN LATERAL (
    SELECT stage.half, %s - stay.changed_at AS age,
        %s - stay.changed_at <= stage.half OR {answered} AS is_answered
    FROM leads_leadstage stay
    JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
    WHERE stay.stage_id >= stage.id AND stay.stage_id <= stage.id
        AND stay.left_at IS NULL
        AND stay.changed_at >= %s - 4 * stage.half
        {filtered}
    OFFSET 0
) stay
GROUP BY stage.id
"""


@dataclass(frozen=True)
class Ages:
    """The three sum to the stage's count."""

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
    """Stage id → its ages, by one query; without stages that have no target or leads.

    `counts` says how many leads (of `leads`, if given) each stage has.
    """
    asked = {
        stage.pk: stage.target_days
        for stage in stages
        if stage.is_open and stage.target_days and counts.get(stage.pk)
    }
    recent = _recent(asked, leads, now) if asked else {}
    return {
        pk: _ages(counts[pk], days, *recent.get(pk, (0, 0, 0)))
        for pk, days in asked.items()
    }


def _ages(count: int, days: int, recent: int, due: int, late: int) -> Ages:
    # A lead may leave between the count and this; a share is never negative.
    overdue = max(count - recent, 0) + late
    return Ages(max(count - due - overdue, 0), due, overdue, days)


def _recent(
    targets: Mapping[str, int], leads: LeadQuerySet | None, now: datetime
) -> dict[str, tuple[int, int, int]]:
    """Stage id → entries of late, and how many of them are due and overdue."""
    filtered: tuple[str, tuple[Any, ...]] = ("", ())
    if leads is not None:
        sql, asked = leads.order_by().values("pk").query.sql_with_params()
        filtered = (f"AND stay.lead_id IN ({sql})", asked)
    halves = [timedelta(hours=12) * days for days in targets.values()]
    params = [list(targets), halves, now, now, now, *filtered[1]]
    with connection.cursor() as cursor:
        cursor.execute(RECENT.format(answered=ANSWERED, filtered=filtered[0]), params)
        return {pk: (recent, due, late) for pk, recent, due, late in cursor}
