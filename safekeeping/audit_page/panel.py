"""On a lead's page, for administrators: who read it."""

from collections.abc import Mapping
from typing import Any

from leads.extension_points import Panel
from leads.models import Lead
from medspa.models import User


def read_panel(lead: Lead, person: User, sent: Mapping[str, Any]) -> Panel | None:
    if not person.has_perm("medspa.view_auditevent"):
        return None
    return Panel("safekeeping/_audit_panel.html", lead)
