"""Deleting a lead for a person: its page, the API, undo and bulk actions ask here.

Merging doesn't: what hangs on the merged lead moves. Nor do erasure and deletions that
come from another system.
"""

from collections.abc import Collection, Mapping

from leads.extension_points import deletion_refusals
from leads.models import Lead
from medspa.models import User
from medspa.refusals import Refused


class DeletionRefused(Refused):
    """The lead stays."""

    code = "deletion_refused"


def refused_deletions(
    lead_ids: Collection[str], person: User | None
) -> Mapping[str, str]:
    """Of these leads those that the person may not delete, and why in a sentence."""
    refused: dict[str, str] = {}
    for refuse in deletion_refusals:
        refused |= refuse(lead_ids, person)
    return refused


def delete_lead(lead: Lead, person: User | None) -> None:
    """Delete the locked lead; raises DeletionRefused."""
    if why := refused_deletions([lead.pk], person).get(lead.pk):
        raise DeletionRefused(why)
    lead.delete()
