"""Recording events. They are never edited; a mistake is voided with a reason."""

from collections.abc import Sequence
from typing import Any

from kpis.extension_points import Extras, after_recorded
from kpis.models import KpiEvent
from leads.models import LeadStage
from medspa.audit.inserting import read_made
from medspa.audit.writing import create_with_history

NO_EXTRAS: Extras = {}


def notify_recorded(events: Sequence[KpiEvent], extras: Extras = NO_EXTRAS) -> None:
    """Tell the apps above; one that refuses the events or the extras raises Refused."""
    for hook in after_recorded if events else ():
        hook(events, extras)


def record_stage_entries(
    sender: Any, *, stage_periods: list[LeadStage], **kwargs: Any
) -> None:
    """Record the event of the stage that was entered, once in each lead's life.

    All of `stage_periods` are of the same stage.
    """
    kind = stage_periods[0].stage.records_kpi if stage_periods else ""
    if not kind:
        return
    recorded = set(
        KpiEvent.objects.filter(
            lead__in=[stage_period.lead_id for stage_period in stage_periods], kind=kind
        ).values_list("lead", flat=True)
    )
    events = [
        _entry_event(stage_period, kind)
        for stage_period in stage_periods
        if stage_period.lead_id not in recorded
    ]
    create_with_history(KpiEvent, events)
    read_made(KpiEvent, events)  # crediting compares its moments
    notify_recorded(events)


def _entry_event(stage_period: LeadStage, kind: str) -> KpiEvent:
    return KpiEvent(
        lead_id=stage_period.lead_id,
        kind=kind,
        occurred_at=stage_period.changed_at,
        metadata_json={"stay": stage_period.id},
    )
