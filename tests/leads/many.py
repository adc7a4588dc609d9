"""Leads by the hundred, for acts on more than one chunk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from leads.models import Activity, Lead, LeadStage, LeadTag, PipelineStage
from tests.factories import StageFactory


def many_leads(
    count: int,
    stage: PipelineStage | None = None,
    fields: Callable[[int], dict[str, Any]] = lambda at: {},
) -> list[str]:
    """The ids of `count` leads in `stage`, in the order in which acts lock them.

    They came in that order, a millisecond apart.
    """
    stage = stage or StageFactory()
    leads = [Lead(first_name="Ana", **fields(at)) for at in range(count)]
    leads.sort(key=lambda lead: lead.pk)
    now = timezone.now()
    for age, lead in enumerate(reversed(leads)):
        lead.created_at = now - timedelta(milliseconds=age)
    Lead.objects.bulk_create(leads)
    LeadStage.objects.bulk_create(LeadStage(lead=lead, stage=stage) for lead in leads)
    return [lead.pk for lead in leads]


def tag_rows() -> tuple[int, int, int, int]:
    """How many links, notes of them, and rows of their histories there are."""
    return (
        LeadTag.objects.count(),
        Activity.objects.count(),
        LeadTag.history.count(),
        Activity.history.count(),
    )
