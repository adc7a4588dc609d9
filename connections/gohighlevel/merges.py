"""Contacts that were merged in GoHighLevel: no event tells of it."""

from typing import TYPE_CHECKING

from connections.gohighlevel.errors import NotThere
from connections.gohighlevel.origin import from_gohighlevel
from leads.models import Lead
from leads.services.merging import MergeChoice, merge
from medspa.audit.actors import acting

if TYPE_CHECKING:
    from connections.gohighlevel.polling import Poll


def note_merge(one: "Poll", merged: str, kept: str) -> None:
    """The merged contact's lead becomes a part of the kept one's.

    Only when GoHighLevel no longer has the merged contact. Where there is no lead of
    the kept one, the merged one's lead is it from now on.
    """
    by_contact = {
        lead.external_id: lead
        for lead in Lead.objects.filter(external_id__in=(merged, kept))
    }
    old, new = by_contact.get(merged), by_contact.get(kept)
    if old is None or not kept or not _is_gone(one, merged):
        return
    with from_gohighlevel(), acting(reason="Merged in GoHighLevel"):
        if new:
            merge(new.pk, old.pk, MergeChoice())
        else:
            old.external_id = kept
            old.save(update_fields=["external_id", "updated_at"])


def _is_gone(one: "Poll", contact: str) -> bool:
    try:
        one.client.get(f"/contacts/{contact}")
    except NotThere:
        return True
    return False
