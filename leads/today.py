"""What is to be done today, in the order in which it is worth doing.

A section is a question with a bounded answer, so the page costs the same at any size.
Apps above this floor add theirs to `SECTIONS`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q

from leads.board_cards import TOUCHES
from leads.models import Activity, Lead, LeadStage, PipelineStage, Task
from leads.vocabulary import Outcome, Source
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.models import User
from medspa.templatetags.clinic import duration, moment

SHOWN = 25
UNFOLDED = 8
# Whoever was not answered for a month is told by the ageing of their stage.
FRESH_FOR = timedelta(days=30)
# The newest leads among which the unanswered are looked for.
LOOKED_THROUGH = 1000
WEIGHED = 300
GOOD_WAIT = timedelta(minutes=5)
FAIR_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    """A lead and why it is here; `tone` is good, warn, bad or empty.

    `detail` stands in the line, `note` has one of its own.
    """

    lead_id: str
    name: str
    why: str
    tone: str = ""
    detail: str = ""
    value_cents: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Section:
    """`order` is the place on the page and in the queue."""

    key: str
    order: int
    title: str
    empty: str
    read: Callable[[datetime, User], list[Row]]


@dataclass(frozen=True)
class Filled:
    """A section with its rows; unless it `is_open` only the first are shown."""

    section: Section
    rows: list[Row]
    is_open: bool = False

    @property
    def count(self) -> str:
        """How many, or "25+" where the answer was cut."""
        return f"{SHOWN}+" if len(self.rows) >= SHOWN else str(len(self.rows))

    @property
    def shown_rows(self) -> list[Row]:
        return self.rows if self.is_open else self.rows[:UNFOLDED]

    @property
    def hidden_count(self) -> int:
        return len(self.rows) - len(self.shown_rows)


def read_today(now: datetime, person: User, opened: str = "") -> list[Filled]:
    """Every section; a lead is listed once, in the first that it belongs to."""
    seen: set[str] = set()
    filled = []
    for section in _in_order():
        rows = [row for row in section.read(now, person) if row.lead_id not in seen]
        seen |= {row.lead_id for row in rows}
        filled.append(Filled(section, rows, section.key == opened))
    return filled


def next_lead(now: datetime, person: User, worked: Collection[str]) -> str:
    """The first lead of the queue that is not among `worked`; empty at its end."""
    for section in _in_order():
        for row in section.read(now, person):
            if row.lead_id not in worked:
                return row.lead_id
    return ""


def living_opportunity(path: str) -> FilteredRelation:
    """The opportunity at `path`, unless it was deleted."""
    return FilteredRelation(path, condition=Q(**{f"{path}__deleted_at": None}))


def _in_order() -> list[Section]:
    return sorted(SECTIONS, key=lambda section: section.order)


# Leads that nobody has answered -----------------------------------------------


def urgency(value_cents: int, waited: timedelta) -> float:
    """Value times freshness, in cents: after an hour half of it, after a day a 25th.

    An answer within minutes is worth many times one after an hour, so freshness falls
    as 1 / (1 + hours); a hyperbola, unlike a half-life, lets a large old lead still
    come before a small one of this morning.
    """
    return value_cents / (1 + max(waited, timedelta()) / timedelta(hours=1))


def _unanswered(now: datetime, person: User) -> list[Row]:
    found = _waiting_leads(now)
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


def _waiting_leads(now: datetime) -> list[tuple[str, str, datetime, str, int | None]]:
    """Id, name, arrival, source and value of the newest that nobody answered."""
    touches = Activity.objects.filter(
        Q(payload_json__automated=False) | Q(payload_json__automated__isnull=True),
        lead=OuterRef("pk"),
        type__in=TOUCHES,
        created_at__gte=OuterRef("created_at"),
    )
    newest = (
        Lead.objects.filter(created_at__gte=now - FRESH_FOR)
        .order_by("-created_at", "-pk")
        .values("pk")[:LOOKED_THROUGH]
    )
    return list(
        Lead.objects.filter(
            ~Exists(touches),
            pk__in=newest,
            stays__left_at=None,
            stays__stage__outcome=Outcome.OPEN,
        )
        .annotate(living=living_opportunity("opportunity"))
        .order_by("-created_at", "-pk")
        .values_list(
            "pk",
            "first_name",
            "created_at",
            "source",
            "living__expected_value_cents",
        )[:WEIGHED]
    )


def _waiting(waited: timedelta) -> str:
    if waited < timedelta(minutes=1):
        return "just came in"
    return f"waiting {duration(waited)}"


def _tone(waited: timedelta) -> str:
    if waited < GOOD_WAIT:
        return "good"
    return "warn" if waited < FAIR_WAIT else "bad"


# Next steps -------------------------------------------------------------------


def _due(now: datetime, person: User) -> list[Row]:
    """Those due until tonight, one's own and nobody's before those of others."""
    tonight = start_of_day(clinic_today(now) + timedelta(days=1), clinic_zone())
    tasks = (
        Task.objects.open()
        .due_before(tonight)
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


def _stale(now: datetime, person: User) -> list[Row]:
    """Past their stage's target, those first that passed it last: the most hopeful."""
    stages = PipelineStage.objects.filter(
        outcome=Outcome.OPEN, target_days__isnull=False
    )
    queries = [_past_target(stage, now) for stage in stages]
    if not queries:
        return []
    found = queries[0].union(*queries[1:], all=True) if queries[1:] else queries[0]
    rows = sorted(found, key=lambda row: row[2] + timedelta(row[4]), reverse=True)
    return [
        Row(
            pk,
            name,
            f"{duration(now - entered)} in {stage}, target {days} d",
            "warn",
            value_cents=value,
        )
        for pk, name, entered, stage, days, value in rows[:SHOWN]
    ]


def _past_target(stage: PipelineStage, now: datetime) -> Any:
    """Lead id, name, entry, stage, target and value, by the board's index."""
    target = timedelta(days=stage.target_days or 0)
    return (
        LeadStage.objects.current()
        .filter(stage=stage, changed_at__lt=now - target)
        .annotate(living=living_opportunity("lead__opportunity"))
        .order_by("-changed_at", "-pk")
        .values_list(
            "lead_id",
            "lead__first_name",
            "changed_at",
            "stage__name",
            "stage__target_days",
            "living__expected_value_cents",
        )[:SHOWN]
    )


SECTIONS: list[Section] = [
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
]
