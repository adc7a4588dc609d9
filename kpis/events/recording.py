"""Recording events. They are never edited; a mistake is voided with a reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from kpis.choices import Kind
from kpis.events.follow_ups import end_follow_ups
from kpis.extension_points import Extras, after_recorded
from kpis.models import KpiEvent
from leads.models import LeadStage
from medspa import clock
from medspa.audit.inserting import read_made
from medspa.audit.writing import create_with_history

NO_EXTRAS: Extras = {}
# Older consults are recorded without moving their lead, and neither plan nor end a
# follow-up.
NEWS_FOR = timedelta(days=7)


def is_news(at: datetime | None) -> bool:
    return at is None or at > clock.now() - NEWS_FOR


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
    if kind == Kind.CONSULT_SHOW:
        news = [one for one in events if is_news(one.occurred_at)]
        end_follow_ups(str(one.lead_id) for one in news)
    notify_recorded(events)


def _entry_event(stage_period: LeadStage, kind: str) -> KpiEvent:
    return KpiEvent(
        lead_id=stage_period.lead_id,
        kind=kind,
        occurred_at=stage_period.changed_at,
        metadata_json={"stay": stage_period.id},
    )
