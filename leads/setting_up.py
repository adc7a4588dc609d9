"""What a new clinic sets up of its leads."""

from django.urls import reverse

from leads.models import Lead, PipelineStage, Procedure
from medspa.setup.checklist import SetupStep


def stages_step() -> SetupStep:
    changed = PipelineStage.history.filter(history_user__isnull=False)
    return SetupStep(
        3,
        "stages",
        "Review your pipeline stages",
        "You start with five common stages. Rename, add or archive what doesn't fit.",
        reverse("admin:leads_pipelinestage_changelist"),
        "Open stages",
        is_done=changed.exists(),
        confirm="They fit",
    )


def procedures_step() -> SetupStep:
    changed = Procedure.history.filter(history_user__isnull=False)
    return SetupStep(
        4,
        "procedures",
        "Review your procedures",
        "You start with seven common procedures. Add yours with their usual values, "
        "and archive what you don't offer.",
        reverse("admin:leads_procedure_changelist"),
        "Open procedures",
        is_done=changed.exists(),
        confirm="They fit",
    )


def import_step() -> SetupStep:
    return SetupStep(
        8,
        "import",
        "Bring in your leads",
        "Import a file from GoHighLevel, HubSpot, Google, Meta or a spreadsheet, or "
        "start with the next person who calls.",
        reverse("lead_import"),
        "Import leads",
        is_done=Lead.all_objects.order_by()[:1].exists(),
    )
