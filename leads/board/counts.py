"""Counting and adding up stays, stage by stage."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from leads.board.cards import Newest
from leads.models import LeadStage


@dataclass(frozen=True)
class Counted:
    """What one reading of a stage's stays says of them."""

    leads: int = 0
    cents: int = 0
    newest: tuple[str, ...] = ()


def count_stays(
    stays: QuerySet[LeadStage], newest: Newest | None = None
) -> dict[str, Counted]:
    """Stage id → its figures and, if asked, `newest` stays, by one reading of them."""
    is_living = Q(lead__opportunity__deleted_at=None)
    cents = Sum("lead__opportunity__expected_value_cents", filter=is_living)
    asked = {"leads": Count("pk"), "cents": Coalesce(cents, 0)}
    if newest:
        asked["newest"] = newest
    rows = stays.values("stage_id").order_by("stage_id").annotate(**asked)
    return {
        stage_id: Counted(*figures)
        for stage_id, *figures in rows.values_list("stage_id", *asked)
    }
