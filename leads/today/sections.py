"""What leads themselves have to do today: answers, next steps, long stays."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from leads.choices import Source
from leads.models import Task
from leads.today import SHOWN, Row, Section
from leads.touches import ANSWER_GOAL, BY_PERSON_SQL, TOUCH_SQL
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.models import User
from medspa.templatetags.clinic import duration, moment

# Whoever was not answered for a month is told by the ageing of their stage.
FRESH_FOR = timedelta(days=30)
# The newest leads among which the unanswered are looked for, and how many are weighed.
LOOKED_THROUGH = 1000
WEIGHED = 300
FAIR_WAIT = timedelta(hours=1)


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


# Leads that nobody has answered -----------------------------------------------

# Walks down from the newest lead and stops when enough are found: asked with IN or
# EXISTS over all of them, every join is made a thousand times.
WAITING = f"""
SELECT lead.id, lead.first_name, lead.created_at, lead.source,
    opportunity.expected_value_cents
FROM (
    SELECT id, first_name, created_at, source FROM leads_lead
    WHERE deleted_at IS NULL AND created_at >= %(since)s
    ORDER BY created_at DESC, id DESC LIMIT %(looked_through)s
) lead
CROSS JOIN LATERAL (
    SELECT FROM leads_leadstage stay
    JOIN leads_pipelinestage stage ON stage.id = stay.stage_id
    WHERE stay.lead_id = lead.id AND stay.left_at IS NULL AND stage.outcome = 'open'
    LIMIT 1
) is_open
LEFT JOIN LATERAL (
    SELECT true AS answered FROM leads_activity activity
    WHERE activity.lead_id = lead.id AND activity.created_at >= lead.created_at
        AND {TOUCH_SQL} AND {BY_PERSON_SQL}
    LIMIT 1
) touched ON true
LEFT JOIN LATERAL (
    SELECT expected_value_cents FROM leads_opportunity expected
    WHERE expected.lead_id = lead.id AND expected.deleted_at IS NULL
) opportunity ON true
WHERE touched.answered IS NULL
ORDER BY lead.created_at DESC, lead.id DESC LIMIT %(weighed)s
"""  # noqa: S608  (no input)


def urgency(value_cents: int, waited: timedelta) -> float:
    """Value times freshness, in cents: after an hour half of it, after a day a 25th.

    An answer within minutes is worth many times one after an hour, so freshness falls
    as 1 / (1 + hours); a hyperbola, unlike a half-life, lets a large old lead still
    come before a small one of this morning.
    """
    return value_cents / (1 + max(waited, timedelta()) / timedelta(hours=1))


def _unanswered(now: datetime, person: User, without: Collection[str]) -> list[Row]:
    since = {"since": now - FRESH_FOR}
    limits = {"looked_through": LOOKED_THROUGH, "weighed": WEIGHED}
    found = [row for row in _rows(WAITING, since | limits) if row[0] not in without]
    # Without an expected value a lead counts as an average one.
    values = [value for *_, value in found if value]
    typical = sum(values) // len(values) if values else 1
    found.sort(key=lambda row: urgency(row[4] or typical, now - row[2]), reverse=True)
    return [
        Row(
            pk,
            name,
            _waiting(now - came_at),
            _tone(now - came_at),
            str(Source(source).label),
            value,
        )
        for pk, name, came_at, source, value in found[:SHOWN]
    ]


def _waiting(waited: timedelta) -> str:
    if waited < timedelta(minutes=1):
        return "just came in"
    return f"waiting {duration(waited)}"


def _tone(waited: timedelta) -> str:
    if waited < ANSWER_GOAL:
        return "good"
    return "warn" if waited < FAIR_WAIT else "bad"


# Next steps -------------------------------------------------------------------


def _due(now: datetime, person: User, without: Collection[str]) -> list[Row]:
    """Those due until tonight, one's own and nobody's before those of others."""
    tonight = start_of_day(clinic_today(now) + timedelta(days=1), clinic_zone())
    tasks = (
        Task.objects.open()
        .due_before(tonight)
        .exclude(lead__in=without)
        .select_related("lead", "assigned_to")
        .order_by("due_at", "pk")[:SHOWN]
    )
    rows = sorted(tasks, key=lambda task: task.assigned_to_id not in (None, person.pk))
    return [
        Row(
            task.lead_id,
            str(task.lead),
            f"{task}, {'overdue since' if task.due_at < now else 'due'} "
            f"{moment(task.due_at)}",
            "bad" if task.due_at < now else "",
            f"for {task.assigned_to}" if task.assigned_to else "",
        )
        for task in rows
    ]


# Leads that stay too long -----------------------------------------------------

# Stage by stage along the board's index.
STALE = """
SELECT late.lead_id, late.first_name, late.changed_at, stage.name, stage.target_days,
    late.expected_value_cents
FROM leads_pipelinestage stage
CROSS JOIN LATERAL (
    SELECT stay.lead_id, lead.first_name, stay.changed_at,
        opportunity.expected_value_cents
    FROM leads_leadstage stay
    JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
    LEFT JOIN leads_opportunity opportunity
        ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
    WHERE stay.stage_id = stage.id AND stay.left_at IS NULL
        AND stay.changed_at < %(now)s - stage.target_days * interval '1 day'
        AND stay.lead_id <> ALL(%(without)s)
    ORDER BY stay.changed_at DESC LIMIT %(shown)s
) late
WHERE stage.outcome = 'open' AND stage.deleted_at IS NULL
ORDER BY late.changed_at + stage.target_days * interval '1 day' DESC, late.lead_id
LIMIT %(shown)s
"""


def _stale(now: datetime, person: User, without: Collection[str]) -> list[Row]:
    """Past their stage's target, those first that passed it last: the most hopeful.

    Whatever was said there: they don't move. The bar of the board (`leads.board.ages`)
    asks more, so everybody overdue there is listed here, but not the other way round.
    """
    return [
        Row(
            pk,
            name,
            f"{duration(now - entered)} in {stage}, target {days} d",
            "warn",
            value_cents=value,
        )
        for pk, name, entered, stage, days, value in _rows(
            STALE, {"now": now, "shown": SHOWN, "without": list(without)}
        )
    ]


SECTIONS = (
    Section(
        "unanswered",
        10,
        "Not answered yet",
        "Every new lead has been answered.",
        _unanswered,
    ),
    Section("due", 30, "Next steps due", "No next step is due today.", _due),
    Section(
        "stale", 40, "Too long in their stage", "No lead is past its target.", _stale
    ),
)
