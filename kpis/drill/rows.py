"""The rows behind a number, a page at a time, newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kpis.choices import Kind
from kpis.drill.metric_ref import MetricRef, text_of
from kpis.drill.questions import RowQuestion
from kpis.drill.sql import (
    BOOKING_ROWS,
    HAS_NO_PROCEDURE,
    HAS_NO_TAG,
    HAS_THE_PROCEDURE,
    HAS_THE_TAG,
)
from kpis.metrics.definitions import Basis
from kpis.metrics.sql import query
from kpis.period import Window
from kpis.queries.assigned import ALL_PEOPLE, ASSIGNED_TO
from kpis.queries.database import rows
from kpis.queries.durations import planned_dates
from leads.choices import Outcome
from leads.models.lead_lists import source_name
from medspa.clinic_time import local_date, start_of_day
from medspa.months import last_day, read_month
from medspa.postgres.keyset import Cursor

PAGE_SIZE = 50
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
# Where opportunities without an expected date stand: after all others.
WITHOUT_A_DATE = date(1, 1, 2)
# How many days back are searched first, before the whole range is.
FEW_DAYS = (3, 30)
NOBODY = {"first_name": "", "source": "", "campaign": ""}
WHAT_LABELS = {word: str(label) for word, label in (*Kind.choices, *Outcome.choices)}
# What the leads of a table's row have in common; tags and procedures are looked up
# instead: the planner knows how many leads have a procedure, and walks in order then.
DIMENSION_COLUMNS = {
    "campaign": "lead.campaign_id",
    "source": "lead.source",
    "platform": "(SELECT platform FROM campaigns_campaign campaign"
    " WHERE campaign.id = lead.campaign_id)",
    "assigned": ASSIGNED_TO,
    "assigned_speed": ASSIGNED_TO,
}
LOOKED_UP = {
    "tag": (HAS_NO_TAG, HAS_THE_TAG),
    "procedure": (HAS_NO_PROCEDURE, HAS_THE_PROCEDURE),
}


def cursor_query(cursor: Cursor) -> dict[str, str]:
    """The parameters that ask for the page after the row of this moment and id."""
    return {"before": cursor.at.isoformat(), "before_id": cursor.id}


def read_cursor(parameters: Mapping[str, str]) -> Cursor | None:
    try:
        at = datetime.fromisoformat(parameters["before"])
    except (KeyError, ValueError):
        return None
    return Cursor(at, text_of(parameters, "before_id")) if at.tzinfo else None


@dataclass(frozen=True)
class DrillRow:
    """One lead, event, stage period or opportunity; without a lead `lead_id` is None.

    `length` is how long a stage period or a wait lasted.
    """

    row_id: str
    at: datetime | None
    lead_id: str | None
    name: str
    source: str
    campaign: str
    kind: str
    cents: int | None
    length: timedelta | None


@dataclass(frozen=True)
class RowPage:
    """One page of rows, and where the next one begins, if there is one."""

    rows: list[DrillRow]
    following: Cursor | None


def find(
    ref: MetricRef, window: Window, basis: Basis, after: Cursor | None = None
) -> RowPage:
    """The rows behind the number from `after` on, at most a page."""
    question = ref.question(basis)
    if question is None:
        return RowPage([], None)
    first = after or Cursor(LATEST, "")
    found: list[dict[str, Any]] = []
    for part in _parts(question, window, first):
        found = _found(ref, question, part, first)
        if len(found) > PAGE_SIZE:
            break
    shown = found[:PAGE_SIZE]
    last = shown[-1] if len(found) > PAGE_SIZE else None
    following = Cursor(last["sorted_at"], last["row_id"]) if last else None
    return RowPage(_named(shown, window), following)


def lead_ids(
    ref: MetricRef, window: Window, basis: Basis, limit: int
) -> tuple[list[str], bool]:
    """The leads of the first `limit` rows behind the number, each once.

    And whether there are more rows.
    """
    question = ref.question(basis)
    if question is None:
        return [], False
    found = _found(ref, question, window, Cursor(LATEST, ""), limit + 1)
    ids = dict.fromkeys(row["lead_id"] for row in found[:limit] if row["lead_id"])
    return [*ids], len(found) > limit


def _parts(question: RowQuestion, window: Window, first: Cursor) -> Iterator[Window]:
    """The window, and before it its last days, where no index walks backwards."""
    if question.sql == BOOKING_ROWS:
        come = min(first.at, window.end, window.as_of)
        newest = local_date(come, window.zone)
        for days in FEW_DAYS:
            part = window.period.within(newest - timedelta(days=days), None)
            if part and part != window.period:
                yield Window(part, window.zone, window.as_of)
    yield window


def _found(
    ref: MetricRef,
    question: RowQuestion,
    window: Window,
    first: Cursor,
    limit: int = PAGE_SIZE + 1,
) -> list[dict[str, Any]]:
    return rows(
        question.sql.format(only=question.only, where=_where(ref)),
        window,
        kinds=list(question.kinds),
        key=ref.key,
        since=start_of_day(ref.since or window.period.first, window.zone),
        **planned_dates(window),
        **_expected_dates(ref.key),
        before=first.at,
        before_id=first.id,
        limit=limit,
    )


def _expected_dates(key: str | None) -> dict[str, date]:
    """The days on which the opportunities of a row of the forecast are expected."""
    first, last = date.max, date.min
    if key is None:
        first = last = WITHOUT_A_DATE
    elif key == "all":
        first, last = date.min, date.max
    elif month := read_month(key):
        first, last = month, last_day(month)
    return {"expected_first": first, "expected_last": last}


def _where(ref: MetricRef) -> str:
    """Which leads belong to the row of the table."""
    if ref.by in LOOKED_UP:
        none, this = LOOKED_UP[ref.by]
        return none if ref.key is None else this
    if ref.by not in DIMENSION_COLUMNS or ref.key == ALL_PEOPLE:
        return ""
    column = DIMENSION_COLUMNS[ref.by]
    return f"AND {column} IS NULL" if ref.key is None else f"AND {column} = %(key)s"


def _named(found: list[dict[str, Any]], window: Window) -> list[DrillRow]:
    ids = [row["lead_id"] for row in found if row["lead_id"]]
    people = {row["id"]: row for row in rows(query("drill", "people"), window, ids=ids)}
    return [_row(row, people.get(row["lead_id"], NOBODY)) for row in found]


def _row(row: dict[str, Any], person: Mapping[str, Any]) -> DrillRow:
    seconds = row["seconds"]
    return DrillRow(
        row["row_id"],
        row["at"],
        row["lead_id"],
        person["first_name"],
        source_name(person["source"]),
        person["campaign"] or "",
        WHAT_LABELS.get(row["what"], row["what"]),
        row["cents"],
        None if seconds is None else timedelta(seconds=max(seconds, 0)),
    )
