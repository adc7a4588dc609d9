"""What the lead page offers about consults and money."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from kpis.choices import Category, Kind
from kpis.events.consults import Booking, bookings, events_of
from kpis.events.payments import REFUND
from kpis.lead_page.payment_form import form_panels
from kpis.models import KpiEvent
from leads.choices import Procedure
from leads.models import Lead
from leads.panels import Panel
from medspa.clinic_time import clinic_zone
from medspa.models import User


@dataclass(frozen=True)
class Payment:
    """A payment of which `left_cents` were not paid back."""

    event: KpiEvent
    left_cents: int


@dataclass(frozen=True)
class Shown:
    """`open` is the booking whose outcome can be marked today, if any."""

    open: Booking | None
    next: Booking | None
    payments: list[Payment]
    procedure: str
    suggested: str
    procedures: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    parts: list[Panel]


def panel(lead: Lead, person: User) -> Panel | None:
    if lead.is_deleted or not person.has_perm("kpis.add_kpievent"):
        return None
    events = events_of(lead)
    booked = [booking for booking in bookings(events) if not booking.is_held]
    last = booked[0] if booked else None
    opportunity = getattr(lead, "opportunity", None)
    shown = Shown(
        open=last if last and last.is_due else None,
        next=last if last and not last.is_due else None,
        payments=_payments(events) if person.has_perm(REFUND) else [],
        procedure=opportunity.procedure_code if opportunity else "",
        suggested=_suggested(),
        procedures=Procedure.choices,
        categories=Category.choices,
        parts=form_panels(lead, person),
    )
    return Panel("kpis/_lead_acts.html", shown)


def _payments(events: list[KpiEvent]) -> list[Payment]:
    """Those of which something can still be paid back, newest first."""
    returned: dict[str, int] = {}
    for event in events:
        if event.kind == Kind.INVOICE_REFUNDED and event.refund_of_id:
            cents = returned.get(event.refund_of_id, 0) + (event.value_cents or 0)
            returned[event.refund_of_id] = cents
    paid = [
        Payment(event, (event.value_cents or 0) - returned.get(event.pk, 0))
        for event in events
        if event.kind == Kind.INVOICE_PAID
    ]
    return [payment for payment in paid if payment.left_cents > 0]


def _suggested() -> str:
    """Tomorrow at ten, for the date field."""
    local = timezone.now().astimezone(clinic_zone()) + timedelta(days=1)
    return local.strftime("%Y-%m-%dT10:00")
