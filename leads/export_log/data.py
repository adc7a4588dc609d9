"""Who exported leads, when, how many, and by which filters."""

from dataclasses import dataclass
from typing import Any

from leads.models import ExportLog
from leads.selection.list_filter_kinds import all_kinds
from medspa.models import User
from medspa.postgres.keyset import Cursor
from medspa.postgres.keyset_page import read_keyset_page


@dataclass(frozen=True)
class ExportRow:
    """One export; `person` is empty for someone whose account was removed."""

    log: ExportLog
    person: User | None
    filters: str


@dataclass(frozen=True)
class ExportPage:
    """One page of the log; `looked` as in `KeysetPage`."""

    rows: list[ExportRow]
    following: Cursor | None
    looked: int


def read_export_page(person: str, after: Cursor | None) -> ExportPage:
    """The latest exports, of everyone or of one person (an id)."""
    every = ExportLog.objects.select_related("exported_by")
    rows = every.filter(exported_by=person) if person else every
    found = read_keyset_page(rows, "created_at", after, every=every if person else None)
    labels = {"q": "search", **{kind.name: kind.label.lower() for kind in all_kinds()}}
    return ExportPage(
        [ExportRow(log, log.exported_by, _in_words(log, labels)) for log in found.rows],
        found.following,
        found.looked,
    )


def _in_words(log: ExportLog, labels: dict[str, str]) -> str:
    """`Filtered by source, stage`. What was searched for isn't kept."""
    names = [name.strip() for name in log.filters.split(",") if name.strip()]
    if not names:
        return "All leads"
    return f"Filtered by {', '.join(labels.get(name, name) for name in names)}"


def people_choices() -> list[tuple[Any, str]]:
    """Everyone who has exported."""
    exporters = ExportLog.objects.order_by().values("exported_by").distinct()
    people = User.objects.filter(pk__in=exporters).order_by("first_name", "username")
    return [(person.pk, str(person)) for person in people]
