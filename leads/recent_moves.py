"""The last moves of everybody, each with where the lead came from."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Subquery

from leads.models import LeadStage

MOVES = 20
# New leads enter a stage too without having been moved. After an import of very many
# the list may be shorter; it never takes longer.
LOOKED_AT = 2000


@dataclass(frozen=True)
class Move:
    """`stay_id` is what undo takes back; `is_last` is false once it moved on."""

    stay_id: str
    lead_id: str
    name: str
    origin: str
    target: str
    who: str
    at: datetime
    is_last: bool


def recent_moves() -> list[Move]:
    """The newest first, of living leads, by one query."""
    newest = LeadStage.objects.order_by("-changed_at", "-pk")
    left = LeadStage.objects.filter(
        lead=OuterRef("lead"), left_at__lte=OuterRef("changed_at")
    ).exclude(pk=OuterRef("pk"))
    rows = (
        newest.filter(pk__in=newest.values("pk")[:LOOKED_AT], lead__deleted_at=None)
        .annotate(
            origin=Subquery(
                left.order_by("-left_at", "-changed_at", "-pk").values("stage__name")[
                    :1
                ]
            )
        )
        .exclude(origin=None)
        .select_related("changed_by")
        .annotate(name=F("lead__first_name"), target=F("stage__name"))[:MOVES]
    )
    return [_move(row) for row in rows]


def _move(row: LeadStage) -> Move:
    return Move(
        stay_id=row.pk,
        lead_id=row.lead_id,
        name=row.name,  # type: ignore[attr-defined]
        origin=row.origin,  # type: ignore[attr-defined]
        target=row.target,  # type: ignore[attr-defined]
        who=str(row.changed_by or ""),
        at=row.changed_at,
        is_last=row.left_at is None,
    )
