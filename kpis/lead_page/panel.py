"""The lead page's forms for consults, payments and refunds."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from kpis.choices import Category, Kind
from kpis.events.coming_consults import consult_in_words
from kpis.events.consults import Booking, bookings, events_of
from kpis.events.payments import REFUND_PERMISSION
from kpis.lead_page.payment_form import form_panels
from kpis.models import KpiEvent
from leads.extension_points import Panel
from leads.models import Lead
from leads.models.procedure import offered_procedures, procedure_name
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.models import User


@dataclass(frozen=True)
class RefundablePayment:
    """A payment of which `left_cents` were not paid back."""

    event: KpiEvent
    left_cents: int

    @property
    def procedure(self) -> str:
        return procedure_name(self.event.metadata_json.get("procedure"))


@dataclass(frozen=True)
class KpiPanel:
    """`due` is the booking whose outcome can be marked today, if there is one; `next`
    is still to come, `undated` has no date yet. `consult` says when it is.

    `procedure` is that of the lead's opportunity, selected in the payment form.
    """

    due: Booking | None
    next: Booking | None
    undated: Booking | None
    consult: str
    payments: list[RefundablePayment]
    procedure: str
    suggested_time: str
    today: date
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
    wanted = opportunity.procedure_code if opportunity else ""
    shown = KpiPanel(
        due=last if last and last.is_due else None,
        next=last if last and last.scheduled_for and not last.is_due else None,
        undated=last if last and last.scheduled_for is None else None,
        consult=_consult(last),
        payments=_refundable(events) if person.has_perm(REFUND_PERMISSION) else [],
        procedure=wanted,
        suggested_time=_tomorrow_at_ten(),
        today=clinic_today(),
        procedures=offered_procedures(wanted),
        categories=Category.choices,
        parts=form_panels(lead, person),
    )
    return Panel("kpis/_lead_actions.html", shown)


def _consult(last: Booking | None) -> str:
    """When it is, or that it waits for its outcome or its date."""
    if last is None:
        return ""
    if last.scheduled_for is None:
        return "Consult booked without a date"
    return consult_in_words(last.scheduled_for, timezone.now())


def _refundable(events: list[KpiEvent]) -> list[RefundablePayment]:
    """The payments that are not paid back in full, newest first."""
    returned: dict[str, int] = {}
    for event in events:
        if event.kind == Kind.INVOICE_REFUNDED and event.refund_of_id:
            cents = returned.get(event.refund_of_id, 0) + (event.value_cents or 0)
            returned[event.refund_of_id] = cents
    paid = [
        RefundablePayment(event, (event.value_cents or 0) - returned.get(event.pk, 0))
        for event in events
        if event.kind == Kind.INVOICE_PAID
    ]
    return [payment for payment in paid if payment.left_cents > 0]


def _tomorrow_at_ten() -> str:
    """In the clinic's zone, as an input of a date and time takes it."""
    local = timezone.now().astimezone(clinic_zone()) + timedelta(days=1)
    return local.strftime("%Y-%m-%dT10:00")
