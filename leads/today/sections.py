"""The sections of Today: leads without an answer, next steps, leads that don't move."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import DateTimeField

from leads.answered import waiting_sql
from leads.board.order import BY_STAGE_INDEX_SQL, IN_STAGE_SQL
from leads.models import Task
from leads.models.lead_lists import source_name
from leads.today import SHOWN, TodayRow, TodaySection
from leads.touches import wait_tone
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.formats import unbroken
from medspa.models import User
from medspa.postgres.written_query import (
    Given,
    WrittenQuery,
    is_one_of,
    prepared_cursor,
)
from medspa.templatetags.clinic import duration, moment

# Older leads without an answer are shown by the ages of their stage.
FRESH_FOR = timedelta(days=30)
# How many of the newest leads are searched, and how many without an answer are sorted.
SEARCHED = 1000
SORTED = 300


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with prepared_cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


# Leads that nobody has answered -----------------------------------------------


# Reads from the newest lead on and stops when enough are found. At 100,000 leads it
# takes 5 ms of CPU, and 12 by a queryset: Today, with 25 ms, would take a fourth more.
def _unanswered_sql() -> str:
    return f"""
SELECT lead.id, lead.first_name, lead.created_at, lead.source,
    opportunity.expected_value_cents
FROM (
    SELECT id, first_name, created_at, source, is_backfilled, erased_at,
        do_not_contact_at
    FROM leads_lead WHERE deleted_at IS NULL AND created_at >= %(since)s
    ORDER BY created_at DESC, id DESC LIMIT {SEARCHED}
) lead
CROSS JOIN LATERAL (
    SELECT FROM leads_leadstage period
    JOIN leads_pipelinestage stage ON stage.id = period.stage_id
    WHERE period.lead_id = lead.id AND period.left_at IS NULL AND stage.outcome = 'open'
    LIMIT 1
) is_open
LEFT JOIN LATERAL (
    SELECT expected_value_cents FROM leads_opportunity expected
    WHERE expected.lead_id = lead.id AND expected.deleted_at IS NULL
) opportunity ON true
WHERE {waiting_sql()}
ORDER BY lead.created_at DESC, lead.id DESC LIMIT {SORTED}
"""  # noqa: S608  (no input)


def urgency(value_cents: int, waited: timedelta) -> float:
    """The value in cents by the wait: half after an hour, a 25th after a day.

    An answer within minutes is worth many times one after an hour, so the value is
    divided by 1 + hours. Unlike with a half-life, an old lead of high value can still
    come before a low one of this morning.
    """
    return value_cents / (1 + max(waited, timedelta()) / timedelta(hours=1))


def _unanswered(
    now: datetime, person: User, without: Collection[str]
) -> list[TodayRow]:
    rows = _rows(_unanswered_sql(), {"since": now - FRESH_FOR})
    found = [row for row in rows if row[0] not in without]
    # A lead without an expected value is taken for an average one.
    values = [value for *_, value in found if value]
    typical = sum(values) // len(values) if values else 1
    found.sort(key=lambda row: urgency(row[4] or typical, now - row[2]), reverse=True)
    return [
        TodayRow(
            pk,
            name,
            _waiting(now - came_at),
            wait_tone(now - came_at),
            source_name(source),
            value,
        )
        for pk, name, came_at, source, value in found[:SHOWN]
    ]


def _waiting(waited: timedelta) -> str:
    if waited < timedelta(minutes=1):
        return "just now"
    return f"waiting {duration(waited)}"


# Next steps -------------------------------------------------------------------


def _due(now: datetime, person: User, without: Collection[str]) -> list[TodayRow]:
    """Next steps due until tonight; those of other people come last."""
    tonight = start_of_day(clinic_today(now) + timedelta(days=1), clinic_zone())
    tasks = _due_tasks().every(tonight=tonight, without=[*without])
    rows = sorted(tasks, key=lambda task: task.assigned_to_id not in (None, person.pk))
    return [
        TodayRow(
            task.lead_id,
            str(task.lead),
            f"{task}, {'overdue since' if task.due_at < now else 'due'} "
            f"{unbroken(moment(task.due_at))}",
            "bad" if task.due_at < now else "",
            f"for {task.assigned_to}" if task.assigned_to else "",
        )
        for task in rows
    ]


@cache
def _due_tasks() -> WrittenQuery[Task]:
    """To write it takes Django 2 ms."""
    due = Task.objects.open().due_before(Given("tonight", DateTimeField()))
    others = due.exclude(is_one_of("lead_id", Given("without")))
    tasks = others.select_related("lead", "assigned_to")
    return WrittenQuery(tasks.order_by("due_at", "pk")[:SHOWN])


# Leads that are too long in their stage ---------------------------------------

# Read stage by stage by the board's index (`leads.board.order`). At 100,000 leads it
# takes 2 ms; one queryset reads all stages and takes 75, and one for each stage takes
# 8 ms more of CPU.
STALE = f"""
SELECT late.lead_id, late.first_name, late.changed_at, shown.name, shown.target_days,
    late.expected_value_cents
FROM leads_pipelinestage shown
CROSS JOIN LATERAL (
    SELECT period.lead_id, lead.first_name, period.changed_at,
        opportunity.expected_value_cents
    FROM leads_leadstage period
    JOIN leads_lead lead ON lead.id = period.lead_id
        AND lead.deleted_at IS NULL AND lead.erased_at IS NULL
        AND lead.do_not_contact_at IS NULL
    LEFT JOIN leads_opportunity opportunity
        ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
    WHERE {IN_STAGE_SQL} AND period.left_at IS NULL
        AND period.changed_at < %(now)s - shown.target_days * interval '1 day'
        AND period.lead_id <> ALL(%(without)s)
    ORDER BY {BY_STAGE_INDEX_SQL} LIMIT {SHOWN}
) late
WHERE shown.outcome = 'open' AND shown.deleted_at IS NULL
ORDER BY late.changed_at + shown.target_days * interval '1 day' DESC, late.lead_id
LIMIT {SHOWN}
"""  # noqa: S608  (no input)


def _stale(now: datetime, person: User, without: Collection[str]) -> list[TodayRow]:
    """Leads past the target of their stage; those that passed it last come first.

    Touches make no difference here. On the board's age bar (`leads.board.ages`) they
    do: all leads that are overdue there are listed here, but not the other way round.
    """
    return [
        TodayRow(
            pk,
            name,
            f"{duration(now - entered)} in {stage}, target {duration(timedelta(days))}",
            "warn",
            value_cents=value,
        )
        for pk, name, entered, stage, days, value in _rows(
            STALE, {"now": now, "without": list(without)}
        )
    ]


TODAY_SECTIONS = (
    TodaySection(
        "unanswered",
        10,
        "Waiting for first contact",
        "Everyone has been contacted.",
        _unanswered,
        hint="Highest value first; older leads move down",
    ),
    TodaySection("due", 30, "Next steps due", "No next steps due today.", _due),
    TodaySection(
        "stale",
        40,
        "Stuck in stage",
        "No leads are past their target.",
        _stale,
        hint="Past their target most recently first",
    ),
)
