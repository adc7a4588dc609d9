"""Restoring one deleted lead, once, and taking that back."""

from itertools import pairwise
from typing import Any

from django.db import transaction

from leads.deletions.deleting import delete_lead
from leads.models import Lead
from leads.move_refusals import LeadIsGone
from leads.services import pipeline
from leads.services.actions import ActionRefused, ActionResult
from medspa.models import User
from medspa.refusals import Refused
from medspa.templatetags.clinic import ago


class AlreadyRestored(Refused):
    """Someone else was faster; the lead is there."""

    code = "already_restored"


@transaction.atomic
def restore(lead_id: str) -> Lead:
    """Restore the deleted lead.

    Raises LeadIsGone for one that doesn't exist, AlreadyRestored for one that isn't
    deleted, and ValidationError for one that was merged.
    """
    rows = Lead.all_objects.select_for_update(no_key=True)
    lead: Lead | None = rows.filter(pk=lead_id).first()
    if lead is None:
        raise LeadIsGone("This lead doesn't exist. Nothing was restored.")
    if not lead.is_deleted:
        raise AlreadyRestored(_who_was_faster(lead))
    pipeline.restore_lead(lead)
    return lead


def _who_was_faster(lead: Lead) -> str:
    rows: list[Any] = list(_trail(lead))
    restored = next(
        (
            row
            for row, before in pairwise(rows)
            if before.deleted_at and not row.deleted_at
        ),
        None,
    )
    if restored is None:
        return f"{lead} isn't deleted."
    return f"{restored.who} restored {lead} {ago(restored.history_date)}."


def delete_again(lead: Lead, lead_id: str, person: User) -> ActionResult:
    """Undo a restore of the locked lead, unless the lead was changed since."""
    if not person.has_perm("leads.delete_lead"):
        raise ActionRefused("You don't have permission to delete leads.")
    newest, *before = _trail(lead)[:2]
    if not before or not before[0].deleted_at or newest.deleted_at:
        raise ActionRefused(f"{lead} was changed since. Delete it on its page.")
    delete_lead(lead, person)
    return ActionResult(f"{lead} deleted again.", is_gone=True)


def _trail(lead: Lead) -> Any:
    return lead.history.select_related("history_user").order_by("-history_id")
