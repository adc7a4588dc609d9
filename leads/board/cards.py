"""The cards of the board: of any column the next 25, of all columns the first 25."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import JSONObject

from leads.answered import IN_PERSON, waiting_q
from leads.board.order import NEWEST_FIRST, NewestIds, cards_after
from leads.choices import Outcome
from leads.lead_notes import DO_NOT_CONTACT, notes_of
from leads.models import LeadStage, LeadTag, Opportunity
from leads.models.lead_lists import source_name, sources_that_mean
from leads.models.lead_queries import LeadQuerySet
from leads.models.procedure import procedure_name
from leads.touches import wait_tone
from medspa.formats import clinic_formats, format_cents
from medspa.postgres.keyset import Cursor
from medspa.postgres.written_query import Given, WrittenRows, is_one_of
from medspa.templatetags.clinic import duration

CHIPS = 3


@dataclass(frozen=True)
class Chip:
    """A procedure or a tag of a card; `color` is empty for a procedure."""

    name: str
    color: str = ""


@dataclass(frozen=True)
class LeadCard:
    """A lead as its column shows it.

    `waiting` is how long it waits to be answered, if it does; `warning` what to know
    before contacting it; `note` a line from `extension_points.card_notes`.
    """

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
    warning: str = ""
    note: str = ""

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
        """As `waitingText` in static/js/board/figures.js: `new`, `waiting 5 min`."""
        waited = duration(self.waiting)
        return "new" if waited == "now" else f"waiting {waited}"

    @property
    def entered_utc(self) -> str:
        return _machine_time(self.entered_at)

    @property
    def came_utc(self) -> str:
        return _machine_time(self.came_at)

    @property
    def entered(self) -> str:
        """The exact moment, for the hover text: `Sun, Nov 22, 2026, 2:05 PM`."""
        return clinic_formats().full_moment(self.entered_at)

    @property
    def wait_is(self) -> str:
        return "good" if self.waiting is None else wait_tone(self.waiting)


def _machine_time(moment: datetime) -> str:
    """For scripts, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class CardPage:
    """Cards of one column and where the next page begins."""

    cards: tuple[LeadCard, ...] = ()
    last: Cursor | None = None


NO_CARDS = CardPage()


def pages_of(
    period_ids: Collection[str],
    now: datetime,
    among: QuerySet[LeadStage] | None = None,
) -> dict[str, CardPage]:
    """Stage id → its cards of these stage periods, newest first, by one query.

    Only of current periods, unless `among` gives others.
    """
    if not period_ids:
        return {}
    if among is None:
        written = _current_rows(tuple(sources_that_mean(*IN_PERSON)))
        return _pages(written.read(ids=list(period_ids)), now, is_past=False)
    rows = _described(among).filter(pk__in=period_ids)
    return _pages(list(rows.order_by(*NEWEST_FIRST)), now, is_past=True)


@lru_cache(maxsize=8)
def _current_rows(in_person: tuple[str, ...]) -> WrittenRows:
    """Of the current stage periods with the given `ids`.

    To write it took 4 ms of the board, to plan it as many. `in_person` are the sources
    that answer a lead by themselves, which the statement holds.
    """
    periods = LeadStage.objects.current().filter(is_one_of("pk", Given("ids")))
    return WrittenRows(_described(periods).order_by(*NEWEST_FIRST))


def next_page(
    leads: LeadQuerySet, stage_id: str, after: Cursor, now: datetime
) -> CardPage:
    """The filtered cards after the cursor, by reading the filtered leads once."""
    rest = cards_after(LeadStage.objects.current(leads), after)
    found = rest.filter(stage=stage_id).aggregate(newest=NewestIds())["newest"] or []
    return pages_of(found, now).get(stage_id, NO_CARDS)


def read_cards(
    lead_ids: Collection[str], leads: LeadQuerySet | None, now: datetime
) -> list[LeadCard]:
    """The cards of these leads, without deleted ones and those not among `leads`."""
    rows = _described(LeadStage.objects.current(leads)).filter(lead__in=lead_ids)
    found = list(rows)
    notes = _notes(found, now)
    return [_card(row, now, notes) for row in found]


def _described(periods: QuerySet[LeadStage]) -> QuerySet[LeadStage, Any]:
    """Rows with all that a card shows."""
    opportunity = Opportunity.objects.filter(lead=OuterRef("lead_id"))
    tags = LeadTag.objects.filter(lead=OuterRef("lead_id"), tag__deleted_at=None)
    return periods.values(
        "id",
        "lead_id",
        "stage_id",
        "changed_at",
        name=F("lead__first_name"),
        source=F("lead__source"),
        came_at=F("lead__created_at"),
        do_not_contact_at=F("lead__do_not_contact_at"),
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
        is_waiting=ExpressionWrapper(waiting_q("lead"), BooleanField()),
    )


def _pages(
    rows: list[dict[str, Any]], now: datetime, is_past: bool
) -> dict[str, CardPage]:
    columns: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        columns.setdefault(row["stage_id"], []).append(row)
    notes = {} if is_past else _notes(rows, now)
    return {id_: _page(found, now, notes) for id_, found in columns.items()}


def _notes(rows: list[dict[str, Any]], now: datetime) -> dict[str, str]:
    """Lead id → what other apps say about it."""
    return notes_of([row["lead_id"] for row in rows], now)


def _page(
    rows: list[dict[str, Any]], now: datetime, notes: Mapping[str, str]
) -> CardPage:
    if not rows:
        return NO_CARDS
    last = Cursor(rows[-1]["changed_at"], rows[-1]["id"])
    return CardPage(tuple(_card(row, now, notes) for row in rows), last)


def _card(row: dict[str, Any], now: datetime, notes: Mapping[str, str]) -> LeadCard:
    opportunity = row["opportunity"] or {}
    return LeadCard(
        lead_id=row["lead_id"],
        stage_id=row["stage_id"],
        first_name=row["name"],
        value_cents=opportunity.get("cents"),
        chips=_chips(opportunity.get("procedure"), row["tags"]),
        source=source_name(row["source"]),
        entered_at=row["changed_at"],
        came_at=row["came_at"],
        in_stage=max(now - row["changed_at"], timedelta()),
        waiting=_waiting(row, now),
        warning=DO_NOT_CONTACT if row["do_not_contact_at"] else "",
        note=notes.get(row["lead_id"], ""),
    )


def _chips(procedure: str | None, tags: list[dict[str, str]]) -> tuple[Chip, ...]:
    """The procedure, then the tags, unless a tag is called like the procedure."""
    chips = [Chip(**tag) for tag in tags]
    if procedure:
        name = procedure_name(procedure)
        if name.casefold() not in {chip.name.casefold() for chip in chips}:
            chips.insert(0, Chip(name))
    return tuple(chips)


def _waiting(row: dict[str, Any], now: datetime) -> timedelta | None:
    """Only who may still become a customer waits for an answer."""
    if not row["is_waiting"] or row["outcome"] != Outcome.OPEN:
        return None
    return max(now - row["came_at"], timedelta())
