"""Who changed what: the history of all tables, newest first, in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.urls import reverse

from medspa.audit.sentences import HistoryEntry, entries
from medspa.postgres.keyset import Cursor
from medspa.postgres.keyset_page import KEYSET_PAGE_SIZE, LOOKED_ROWS
from medspa.postgres.sql_files import sql
from safekeeping.audit_page.log import TrailFilter

# An id in a cursor: the number of the table, and the row of history.
SEPARATOR = "x"
BEHIND_ALL = (99, 0)


@dataclass(frozen=True)
class AuditedChange:
    """One row of history in words: what it is about, and its page if it has one."""

    entry: HistoryEntry
    about: str
    link: str


@dataclass(frozen=True)
class ChangePage:
    """One page of changes; `looked` as in `KeysetPage`."""

    changes: list[AuditedChange]
    following: Cursor | None
    looked: int


@dataclass(frozen=True, order=True)
class _Place:
    """The place of a row of history among those of all tables."""

    at: datetime
    number: int
    id: int

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.at, f"{self.number}{SEPARATOR}{self.id}")


def histories() -> list[Any]:
    """Every table with history, in an order that stays."""
    return sorted(
        (model for model in apps.get_models() if hasattr(model, "history_date")),
        key=lambda model: model._meta.db_table,
    )


def read_changes(
    wanted: TrailFilter, after: Cursor | None, looked: int = LOOKED_ROWS
) -> ChangePage:
    """The newest changes that fit, at a bounded cost: one query finds them all."""
    found, edge = _find(wanted, after, looked)
    if edge:
        found = [place for place in found if place >= edge]
    shown = found[:KEYSET_PAGE_SIZE]
    following = shown[-1].cursor if len(found) > len(shown) else None
    if following is None and edge:
        following = edge.cursor
    return ChangePage(_in_words(shown), following, looked if edge and not shown else 0)


def _find(
    wanted: TrailFilter, after: Cursor | None, looked: int
) -> tuple[list[_Place], _Place | None]:
    """Rows, newest first, and the place up to which every table was looked through."""
    begins, ends = wanted.moments
    at, (number, row) = ends, BEHIND_ALL
    if after and after.at <= ends:
        at, (number, row) = after.at, _row_of(after)
    asked = " UNION ALL ".join(
        sql("safekeeping", "trail", "latest_of_table").format(
            table=model._meta.db_table, number=place
        )
        for place, model in enumerate(histories())
    )
    with connection.cursor() as cursor:
        cursor.execute(
            asked,
            {
                "at": at,
                "since": begins,
                "number": number,
                "id": row,
                "looked": looked,
                "size": KEYSET_PAGE_SIZE + 1,
                "person": wanted.person,
            },
        )
        rows = cursor.fetchall()
    places = [
        (_Place(moment.astimezone(UTC), table, pk), is_edge)
        for table, pk, moment, is_edge in rows
    ]
    edges = [place for place, is_edge in places if is_edge]
    newest_first = sorted((one for one, is_edge in places if not is_edge), reverse=True)
    return newest_first, max(edges, default=None)


def _row_of(cursor: Cursor) -> tuple[int, int]:
    table, _, row = cursor.id.partition(SEPARATOR)
    if not (table.isdecimal() and row.isdecimal()):
        return BEHIND_ALL
    return int(table) % 1000, int(row) % 2**31


def _in_words(places: Iterable[_Place]) -> list[AuditedChange]:
    rows: dict[int, list[int]] = {}
    for place in places:
        rows.setdefault(place.number, []).append(place.id)
    said: dict[tuple[int, int], HistoryEntry] = {}
    tables = histories()
    for number, ids in rows.items():
        for entry in _entries(tables[number], ids):
            said[number, entry.record.pk] = entry
    return [
        AuditedChange(found, *_about(found.record))
        for place in places
        if (found := said.get((place.number, place.id)))
    ]


def _entries(history: Any, ids: list[int]) -> list[HistoryEntry]:
    """Each row is compared with the one before it."""
    with connection.cursor() as cursor:
        asked = sql("safekeeping", "trail", "rows_before")
        cursor.execute(asked.format(table=history._meta.db_table), [ids])
        before = [pk for (pk,) in cursor.fetchall() if pk]
    records = history.objects.filter(pk__in={*ids, *before})
    records = records.select_related("history_user").order_by("id", "-history_id")
    return [entry for entry in entries(records) if entry.record.pk in set(ids)]


def _about(record: Any) -> tuple[str, str]:
    model = record.instance_type
    name = str(model._meta.verbose_name).capitalize()
    lead = record.id if model._meta.label_lower == "leads.lead" else None
    lead = lead or getattr(record, "lead_id", None)
    return name, reverse("lead", args=[lead]) if lead else ""
