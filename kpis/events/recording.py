"""Recording events. They are never edited; a mistake is voided with a reason."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kpis.models import KpiEvent
from leads.models import LeadStage
from medspa.audit.history import create_with_history

# What apps above this floor do with events that were just recorded, in the same
# transaction. The extras are what was entered for those apps beside the event, by the
# name of the form part that read it.
Extras = Mapping[str, object]
Follow = Callable[[Sequence[KpiEvent], Extras], None]
AFTER_RECORDED: list[Follow] = []
NO_EXTRAS: Extras = {}


def follow_up(events: Sequence[KpiEvent], said: Extras = NO_EXTRAS) -> None:
    """Tell the apps above; raises Refused when one of them refuses what was said."""
    for follow in AFTER_RECORDED if events else ():
        follow(events, said)


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
    events = [_event(stay, kind) for stay in stays if stay.lead_id not in recorded]
    create_with_history(KpiEvent, events)
    follow_up(events)


def _event(stay: LeadStage, kind: str) -> KpiEvent:
    return KpiEvent(
        lead_id=stay.lead_id,
        kind=kind,
        occurred_at=stay.changed_at,
        metadata_json={"stay": stay.id},
    )
