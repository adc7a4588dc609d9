"""By whom soft-deleted rows were deleted, and why: from their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

USER = ("username", "first_name", "last_name")
COLUMNS = (
    "id",
    "deleted_at",
    "history_actor",
    "history_change_reason",
    *(f"history_user__{name}" for name in USER),
)


@dataclass(frozen=True)
class Deletion:
    """The change that deleted a row."""

    at: datetime
    reason: str
    actor: str


def deletions_of(model: Any, rows: Sequence[Any]) -> dict[str, Deletion]:
    """By the id of those of the `rows` that are deleted, with one query."""
    deleted = {row.pk: row.deleted_at for row in rows}
    trail = model.history.filter(id__in=deleted, deleted_at__isnull=False)
    return {
        row.id: Deletion(row.deleted_at, row.history_change_reason or "", row.who)
        for row in trail.select_related("history_user")
        .only(*COLUMNS)
        .order_by("-history_id")
        if row.deleted_at == deleted[row.id]
    }
