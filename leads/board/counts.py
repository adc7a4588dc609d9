"""Counting leads and adding up their values, stage by stage."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from leads.board.order import NewestIds
from leads.models import LeadStage


@dataclass(frozen=True)
class StageCount:
    """The leads of a stage, their value, and if requested the periods of its cards."""

    leads: int = 0
    cents: int = 0
    newest: tuple[str, ...] = ()


def count_by_stage(
    periods: QuerySet[LeadStage], newest: NewestIds | None = None
) -> dict[str, StageCount]:
    """Stage id → its count and, if requested, its `newest` periods, by one query."""
    is_active = Q(lead__opportunity__deleted_at=None)
    cents = Sum("lead__opportunity__expected_value_cents", filter=is_active)
    columns = {"leads": Count("pk"), "cents": Coalesce(cents, 0)}
    if newest:
        columns["newest"] = newest
    rows = periods.values("stage_id").order_by("stage_id").annotate(**columns)
    return {
        stage_id: StageCount(*figures)
        for stage_id, *figures in rows.values_list("stage_id", *columns)
    }
