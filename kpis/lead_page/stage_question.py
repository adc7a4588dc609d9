"""With whom and for what a consult is: asked in the forms that move or add a lead."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpis.events.bookings import NO_ARRANGEMENT, Arrangement
from kpis.events.consult_details import providers
from kpis.events.entry_bookings import newest_booking
from leads.extension_points import Panel
from leads.models import Lead
from leads.models.procedure import offered_procedures
from medspa.templatetags.clinic import moment


@dataclass(frozen=True)
class ConsultFields:
    """`chosen` is selected. `booked` says for when the lead has a consult already."""

    providers: list[tuple[str, str]]
    procedures: list[tuple[str, str]]
    chosen: Arrangement
    booked: str = ""
    is_new_lead: bool = False


def consult_fields(lead_id: str, entered: Mapping[str, str]) -> Panel:
    lead = Lead.objects.filter(pk=lead_id).select_related("opportunity").first()
    last = newest_booking(lead) if lead else None
    standing = last if last and last.can_change else None
    when = standing.scheduled_for if standing else None
    before = standing.arrangement if standing else NO_ARRANGEMENT
    opportunity = getattr(lead, "opportunity", None)
    if before == NO_ARRANGEMENT and opportunity:
        before = Arrangement(procedure=opportunity.procedure_code)
    chosen = Arrangement(
        entered.get("provider", before.provider_id),
        entered.get("procedure", before.procedure),
    )
    shown = ConsultFields(
        [(one.pk, str(one)) for one in providers()],
        offered_procedures(chosen.procedure),
        chosen,
        f"Booked for {moment(when)}." if when else "",
        lead is None,
    )
    return Panel("kpis/_consult_fields.html", shown)
