"""Leads by the hundred, for acts on more than one chunk."""

from leads.models import Activity, Lead, LeadStage, LeadTag, PipelineStage
from tests.factories import StageFactory


def many_leads(count: int, stage: PipelineStage | None = None) -> list[str]:
    """The ids of `count` leads in `stage`, in the order in which acts lock them."""
    stage = stage or StageFactory()
    leads = Lead.objects.bulk_create(Lead(first_name="Ana") for _ in range(count))
    LeadStage.objects.bulk_create(LeadStage(lead=lead, stage=stage) for lead in leads)
    return sorted(lead.pk for lead in leads)


def tag_rows() -> tuple[int, int, int, int]:
    """How many links, notes of them, and rows of their histories there are."""
    return (
        LeadTag.objects.count(),
        Activity.objects.count(),
        LeadTag.history.count(),
        Activity.history.count(),
    )
