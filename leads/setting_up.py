"""What a new clinic sets up of its leads."""

from django.urls import reverse

from leads.models import Lead, PipelineStage
from medspa.setup.checklist import SetupStep


def stages_step() -> SetupStep:
    changed = PipelineStage.history.filter(history_user__isnull=False)
    return SetupStep(
        "stages",
        "Review your pipeline stages",
        "Five usual stages are there already. Rename, add or archive what doesn't fit.",
        reverse("admin:leads_pipelinestage_changelist"),
        "Open stages",
        is_done=changed.exists(),
        confirm="They fit",
    )


def import_step() -> SetupStep:
    return SetupStep(
        "import",
        "Bring in your leads",
        "Import a file from GoHighLevel, HubSpot, Google, Meta or a spreadsheet, or "
        "start with the next person who calls.",
        reverse("lead_import"),
        "Import leads",
        is_done=Lead.all_objects.order_by()[:1].exists(),
    )
