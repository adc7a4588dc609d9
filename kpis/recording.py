"""Recording events. They are never edited; a mistake is voided with a reason."""

from typing import Any

from kpis.models import KpiEvent
from leads.models import LeadStage


def record_stage_entry(sender: Any, *, stay: LeadStage, **kwargs: Any) -> None:
    """Record what the stage of `stay` records, once in a lead's life."""
    kind = stay.stage.records_kpi
    if not kind or KpiEvent.objects.filter(lead=stay.lead_id, kind=kind).exists():
        return
    KpiEvent.objects.create(
        lead_id=stay.lead_id,
        kind=kind,
        occurred_at=stay.changed_at,
        metadata_json={"stay": stay.id},
    )
