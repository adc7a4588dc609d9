"""Recording events. They are never edited; a mistake is voided with a reason."""

from typing import Any

from kpis.models import KpiEvent
from leads.models import LeadStage
from medspa.history import create_with_history


def record_stage_entries(sender: Any, *, stays: list[LeadStage], **kwargs: Any) -> None:
    """Record what the stage of `stays` records, once in each lead's life."""
    kind = stays[0].stage.records_kpi if stays else ""
    if not kind:
        return
    recorded = set(
        KpiEvent.objects.filter(
            lead__in=[stay.lead_id for stay in stays], kind=kind
        ).values_list("lead", flat=True)
    )
    entering = [stay for stay in stays if stay.lead_id not in recorded]
    create_with_history(KpiEvent, [_event(stay, kind) for stay in entering])


def _event(stay: LeadStage, kind: str) -> KpiEvent:
    return KpiEvent(
        lead_id=stay.lead_id,
        kind=kind,
        occurred_at=stay.changed_at,
        metadata_json={"stay": stay.id},
    )
