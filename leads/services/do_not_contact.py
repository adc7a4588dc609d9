"""Leads that must not be contacted: who asked not to be, here or in another system.

The stricter of both sides counts, so other systems only ever set it; a person takes it
back. Contact data stays, since it recognizes the lead.
"""

from datetime import datetime

from leads.models import Lead
from leads.services.actions import refuse_erased
from medspa import clock


def stop_contact(lead: Lead, at: datetime | None = None) -> bool:
    """Mark the locked lead; False if it was marked before, which keeps its moment."""
    refuse_erased(lead)
    if lead.do_not_contact_at is not None:
        return False
    lead.do_not_contact_at = at or clock.now()
    lead.save(update_fields=["do_not_contact_at", "updated_at"])
    return True


def allow_contact(lead: Lead) -> bool:
    """Take the mark away; False if there was none."""
    if lead.do_not_contact_at is None:
        return False
    lead.do_not_contact_at = None
    lead.save(update_fields=["do_not_contact_at", "updated_at"])
    return True
