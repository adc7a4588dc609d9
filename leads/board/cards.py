"""The cards of the board: any column's next 25, all columns' first 25 at once."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.utils import timezone

from leads.choices import Outcome, Procedure, Source
from leads.models import Activity, LeadStage, LeadTag, Opportunity
from leads.models.lead import LeadQuerySet
from leads.touches import ANSWER_GOAL, touch_q
from medspa.money import format_cents
from medspa.templatetags.clinic import duration

CARDS = 25
CHIPS = 3
NEWEST_FIRST = ("-changed_at", "-pk")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CURSOR = re.compile(r"(\d{1,17})-([A-Za-z0-9]{1,25})")
# How long a new lead may wait for a first answer before the dot changes.
WAIT_IS_FAIR = timedelta(hours=1)


@dataclass(frozen=True)
class Chip:
    """A procedure or a tag; `color` is empty for a procedure."""

    name: str
    color: str = ""


@dataclass(frozen=True)
class Card:
    """A lead as its column shows it; `waiting` ends when somebody writes or calls."""

    lead_id: str
    stage_id: str
    first_name: str
    value_cents: int | None
    chips: tuple[Chip, ...]
    source: str
    entered_at: datetime
    came_at: datetime
    in_stage: timedelta
    waiting: timedelta | None

    @property
    def shown_chips(self) -> tuple[Chip, ...]:
        return self.chips[:CHIPS]

    @property
    def hidden_chips(self) -> str:
        """The names of the chips that don't fit, for the hover text."""
        return ", ".join(chip.name for chip in self.chips[CHIPS:])

    @property
    def hidden_count(self) -> int:
        return max(len(self.chips) - CHIPS, 0)

    @property
    def worth(self) -> str:
        return format_cents(self.value_cents) if self.value_cents else ""

    @property
    def age(self) -> str:
        return duration(self.in_stage)

    @property
    def wait(self) -> str:
        return duration(self.waiting)

    @property
    def entered_utc(self) -> str:
        return _machine_time(self.entered_at)

    @property
    def came_utc(self) -> str:
        return _machine_time(self.came_at)

    @property
    def entered(self) -> str:
        """The exact moment, for the hover text: `Sun 22 Nov 2026, 14:05`."""
        local = timezone.localtime(self.entered_at)
        return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"

    @property
    def wait_is(self) -> str:
        if self.waiting is None or self.waiting < ANSWER_GOAL:
            return "good"
        return "warn" if self.waiting < WAIT_IS_FAIR else "bad"


def _machine_time(moment: datetime) -> str:
    """For scripts, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Cursor:
    """The last card shown; the next page begins below it."""

    entered_at: datetime
    stay_id: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The cursor that `str` wrote; None for anything else."""
        if not (match := CURSOR.fullmatch(text)):
            return None
        return cls(EPOCH + int(match[1]) * MICROSECOND, match[2])

    def __str__(self) -> str:
        return f"{(self.entered_at - EPOCH) // MICROSECOND}-{self.stay_id}"


@dataclass(frozen=True)
class Page:
    """Cards of one column and where the next page begins."""

    cards: tuple[Card, ...] = ()
    last: Cursor | None = None


NO_CARDS = Page()


def current_stays(leads: LeadQuerySet | None) -> QuerySet[LeadStage]:
    """The current stays of the living leads, or of these of them."""
    stays = LeadStage.objects.current()
    return stays if leads is None else stays.filter(lead__in=leads.order_by())


class Newest(ArrayAgg):
    """The ids of the newest cards of a group; for `annotate` and `aggregate`.

    PostgreSQL then reads the filtered leads once, by the filter's own index. With a
    LIMIT it would hope to meet 25 of them soon and walk the whole column in vain.
    """

    template = f"(%(function)s(%(distinct)s%(expressions)s %(order_by)s))[1:{CARDS}]"

    def __init__(self) -> None:
        super().__init__("pk", order_by=NEWEST_FIRST)


def in_column(
    stays: QuerySet[LeadStage, Any], stage_id: str
) -> QuerySet[LeadStage, Any]:
    """One stage's stays, newest first, by the board's index and no other.

    PostgreSQL knows how often a stage occurs among all stays, not among the current
    ones. Told "= stage, by time" it may walk everybody's moves by time; told the
    same as a range, "by stage and time", only the board's index has that order.
    """
    column = stays.filter(stage__gte=stage_id, stage__lte=stage_id)
    return column.order_by("stage_id", *NEWEST_FIRST)


def pages_of(
    stay_ids: Collection[str] | RawSQL,
    now: datetime,
    among: QuerySet[LeadStage] | None = None,
) -> dict[str, Page]:
    """Stage id → its cards of these stays, newest first, by one query.

    Only those that are still current, unless `among` says which.
    """
    stays = LeadStage.objects.current() if among is None else among
    rows = _described(stays).filter(pk__in=stay_ids)
    return _pages(rows.order_by(*NEWEST_FIRST), now)


def below(stays: QuerySet[LeadStage], after: Cursor) -> QuerySet[LeadStage]:
    """The stays that come after the last card shown."""
    return stays.filter(
        Q(changed_at__lt=after.entered_at) | Q(id__lt=after.stay_id),
        changed_at__lte=after.entered_at,
    )


def next_page(leads: LeadQuerySet, stage_id: str, after: Cursor, now: datetime) -> Page:
    """The filtered cards below `after`, by one reading of what the filter leaves."""
    lower = below(current_stays(leads), after)
    found = lower.filter(stage=stage_id).aggregate(newest=Newest())["newest"] or []
    return pages_of(found, now).get(stage_id, NO_CARDS)


def read_cards(
    lead_ids: Collection[str], leads: LeadQuerySet | None, now: datetime
) -> list[Card]:
    """The cards of those of the leads that live and, if given, are among `leads`."""
    rows = _described(current_stays(leads)).filter(lead__in=lead_ids)
    return [_card(row, now) for row in rows]


def _described(stays: QuerySet[LeadStage]) -> QuerySet[LeadStage, Any]:
    """Rows with all that a card shows; PostgreSQL looks it up for shown rows only."""
    opportunity = Opportunity.objects.filter(lead=OuterRef("lead_id"))
    tags = LeadTag.objects.filter(lead=OuterRef("lead_id"), tag__deleted_at=None)
    touches = Activity.objects.filter(
        touch_q(by_person=True),
        lead=OuterRef("lead_id"),
        created_at__gte=OuterRef("lead__created_at"),
    )
    return stays.values(
        "id",
        "lead_id",
        "stage_id",
        "changed_at",
        name=F("lead__first_name"),
        source=F("lead__source"),
        came_at=F("lead__created_at"),
        outcome=F("stage__outcome"),
        opportunity=Subquery(
            opportunity.values(
                found=JSONObject(
                    cents="expected_value_cents", procedure="procedure_code"
                )
            )
        ),
        tags=ArraySubquery(
            tags.order_by("tag__name").values(
                found=JSONObject(name="tag__name", color="tag__color")
            )
        ),
        is_contacted=Exists(touches),
    )


def _pages(rows: Iterable[dict[str, Any]], now: datetime) -> dict[str, Page]:
    columns: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        columns.setdefault(row["stage_id"], []).append(row)
    return {stage_id: _page(found, now) for stage_id, found in columns.items()}


def _page(rows: list[dict[str, Any]], now: datetime) -> Page:
    if not rows:
        return NO_CARDS
    last = Cursor(rows[-1]["changed_at"], rows[-1]["id"])
    return Page(tuple(_card(row, now) for row in rows), last)


def _card(row: dict[str, Any], now: datetime) -> Card:
    opportunity = row["opportunity"] or {}
    return Card(
        lead_id=row["lead_id"],
        stage_id=row["stage_id"],
        first_name=row["name"],
        value_cents=opportunity.get("cents"),
        chips=_chips(opportunity.get("procedure"), row["tags"]),
        source=Source(row["source"]).label,
        entered_at=row["changed_at"],
        came_at=row["came_at"],
        in_stage=max(now - row["changed_at"], timedelta()),
        waiting=_waiting(row, now),
    )


def _chips(procedure: str | None, tags: list[dict[str, str]]) -> tuple[Chip, ...]:
    """The procedure, then the tags, unless a tag is called like the procedure."""
    chips = [Chip(**tag) for tag in tags]
    if procedure:
        name = Procedure(procedure).label
        if name.casefold() not in {chip.name.casefold() for chip in chips}:
            chips.insert(0, Chip(name))
    return tuple(chips)


def _waiting(row: dict[str, Any], now: datetime) -> timedelta | None:
    """Only who may still become a customer waits for an answer."""
    if row["is_contacted"] or row["outcome"] != Outcome.OPEN:
        return None
    return max(now - row["came_at"], timedelta())
