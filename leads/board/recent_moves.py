"""A person's last moves, each with where the lead came from."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Subquery

from leads.models import LeadStage
from medspa.models import User

MOVES = 20


@dataclass(frozen=True)
class RecentMove:
    """`period_id` is what undo takes back; `is_last` is false if the lead moved on."""

    period_id: str
    lead_id: str
    name: str
    origin: str
    target: str
    at: datetime
    is_last: bool


def recent_moves(person: User | AnonymousUser) -> list[RecentMove]:
    """The person's own moves of active leads, newest first, by one query.

    The first stage of a new lead is no move: such periods are skipped.
    """
    left = LeadStage.objects.filter(
        lead=OuterRef("lead"), left_at__lte=OuterRef("changed_at")
    ).exclude(pk=OuterRef("pk"))
    origin = left.order_by("-left_at", "-changed_at", "-pk").values("stage__name")
    rows = (
        LeadStage.objects.filter(
            Exists(left), changed_by=person.pk, lead__deleted_at=None
        )
        .order_by("-changed_at", "-pk")
        .annotate(
            origin=Subquery(origin[:1]),
            name=F("lead__first_name"),
            target=F("stage__name"),
        )[:MOVES]
    )
    return [_move(row) for row in rows]


def _move(row: LeadStage) -> RecentMove:
    return RecentMove(
        period_id=row.pk,
        lead_id=row.lead_id,
        name=row.name,  # type: ignore[attr-defined]
        origin=row.origin,  # type: ignore[attr-defined]
        target=row.target,  # type: ignore[attr-defined]
        at=row.changed_at,
        is_last=row.left_at is None,
    )
