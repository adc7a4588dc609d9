"""The lead page's forms for consults, payments and refunds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from kpis.choices import CancelReason, Category, Kind
from kpis.events.bookings import Arrangement, Booking, bookings, events_of
from kpis.events.coming_consults import consult_in_words
from kpis.events.consult_details import providers, times_of_others
from kpis.events.consult_times import (
    SUGGESTED_DAYS_AHEAD,
    default_time,
    suggested_times,
)
from kpis.events.follow_ups import last_follow_up
from kpis.events.payments import REFUND_PERMISSION
from kpis.lead_page.payment_form import form_panels
from kpis.models import KpiEvent
from leads.extension_points import Panel
from leads.models import Lead, Task
from leads.models.procedure import offered_procedures, procedure_name
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.models import User
from medspa.templatetags.clinic import moment


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
    can be given another time, `undated` has no date yet. `consults` say when they are,
    or that the last was canceled; `later` names the last one's time where there are
    two. `coming` is the booking that can be confirmed or canceled, `departed` its
    provider who was deleted since. `no_show` is the next step that marks `due` as
    missed.

    `procedure` is that of the lead's opportunity, selected in the payment form, and in
    the booking form where nothing was arranged yet: `arranged` is selected there.
    """

    due: Booking | None
    next: Booking | None
    undated: Booking | None
    coming: Booking | None
    no_show: Task | None
    consults: list[str]
    later: str
    arranged: Arrangement
    providers: list[tuple[str, str]]
    departed: str
    suggested_times: list[tuple[str, str]]
    payments: list[RefundablePayment]
    procedure: str
    suggested_time: str
    today: date
    procedures: list[tuple[str, str]]
    consult_procedures: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    cancel_reasons: list[tuple[str, str]]
    parts: list[Panel]


def panel(lead: Lead, person: User, sent: Mapping[str, Any]) -> Panel | None:
    if lead.is_deleted or not person.has_perm("kpis.add_kpievent"):
        return None
    events = events_of(lead)
    booked = [booking for booking in bookings(events) if not booking.is_held]
    newest = booked[0] if booked else None
    standing = [booking for booking in booked if booking.stands]
    last = standing[0] if standing else None
    due = _due(standing)
    opportunity = getattr(lead, "opportunity", None)
    wanted = opportunity.procedure_code if opportunity else ""
    now = timezone.now()
    people = [(one.pk, str(one)) for one in providers()]
    arranged = _arranged(last, wanted)
    chosen = sent.get("lead_book", {}).get("provider", arranged.provider_id)
    is_known = chosen in [key for key, _ in people]
    times = suggested_times(now, _taken(lead, chosen, now) if is_known else ())
    shown = KpiPanel(
        due=due,
        next=last if last and last.scheduled_for and last.can_change else None,
        undated=last if last and last.scheduled_for is None else None,
        coming=last if last and not last.is_over else None,
        no_show=last_follow_up(lead.pk) if due and due.is_no_show else None,
        consults=list(_consults(due, last, newest, now)),
        later=_later(due, last),
        arranged=arranged,
        providers=people,
        departed=_departed(last),
        suggested_times=[(_as_input(at), moment(at)) for at in times],
        payments=_refundable(events) if person.has_perm(REFUND_PERMISSION) else [],
        procedure=wanted,
        suggested_time=_as_input(_form_time(last, times, now)),
        today=clinic_today(),
        procedures=offered_procedures(wanted),
        consult_procedures=offered_procedures(arranged.procedure),
        categories=Category.choices,
        cancel_reasons=CancelReason.choices,
        parts=form_panels(lead, person),
    )
    return Panel("kpis/_lead_actions.html", shown)


def _due(standing: list[Booking]) -> Booking | None:
    """The last one, once its day has come; else one of today that another follows."""
    for booking in standing:
        if booking.is_due and (booking is standing[0] or not booking.is_over):
            return booking
    return None


def _later(due: Booking | None, last: Booking | None) -> str:
    """When the last one is, if `due` is another."""
    if due and last and due is not last and last.scheduled_for:
        return moment(last.scheduled_for)
    return ""


def _consults(
    due: Booking | None, last: Booking | None, newest: Booking | None, now: datetime
) -> Iterator[str]:
    """When they are, or that the last waits for its date or was canceled."""
    if due and due is not last:
        yield consult_in_words(due, now)
    if last:
        yield consult_in_words(last, now)
    elif newest and (canceled := _canceled(newest)):
        yield canceled


def _canceled(booking: Booking) -> str:
    if booking.details is None or not booking.is_canceled:
        return ""
    when = booking.scheduled_for
    date = f" of {moment(when)}" if when else ""
    why = booking.details.get_cancel_reason_display()
    return f"Consult{date} canceled: {why}"


def _arranged(last: Booking | None, procedure: str) -> Arrangement:
    if last and last.details:
        return last.arrangement
    return Arrangement(procedure=procedure)


def _departed(last: Booking | None) -> str:
    """The provider of the consult, if they don't work here any more."""
    provider = last.details.provider if last and last.details else None
    return str(provider) if provider and provider.is_deleted else ""


def _taken(lead: Lead, provider_id: str, now: datetime) -> list[datetime]:
    """When the chosen provider has other consults, while times are suggested."""
    end = now + timedelta(days=SUGGESTED_DAYS_AHEAD + 2)
    return times_of_others(provider_id, lead.pk, now, end)


def _form_time(
    last: Booking | None, times: Sequence[datetime], now: datetime
) -> datetime:
    """That of the consult that can be moved, so that only its provider may change."""
    if last and last.can_change and last.scheduled_for:
        return last.scheduled_for
    return times[0] if times else default_time(now)


def _as_input(when: datetime) -> str:
    """In the clinic's zone, as an input of a date and time takes it."""
    return f"{when.astimezone(clinic_zone()):%Y-%m-%dT%H:%M}"


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
