"""The lead page's link to what is kept of the person."""

from leads.extension_points import Panel
from leads.models import Lead
from medspa.models import User


def privacy_panel(lead: Lead, person: User) -> Panel | None:
    if not person.has_perm("safekeeping.view_erasurerequest"):
        return None
    return Panel("safekeeping/_lead_panel.html", lead)
