"""The lead page's actions with consults.

Each view reads the form and calls one service; `lead_action_view` turns a refusal into
the sentence on the page.
"""

from datetime import datetime

from django.http import HttpRequest

from kpis.events import consult_details, consults
from kpis.events.bookings import Arrangement, booking_of, bookings
from kpis.events.consult_details import last_change
from kpis.events.consult_times import closed_in_words
from kpis.events.follow_ups import last_follow_up, marked_by
from kpis.events.refusals import ConsultRefused
from kpis.events.stage_after_cancel import MOVE_BACK
from kpis.models import KpiEvent
from leads.models import Lead
from leads.services.actions import ActionResult, row_of_same_form
from leads.views.lead_action import form_row_id, lead_action_view
from medspa.clinic_time import read_local_moment
from medspa.ids import new_id
from medspa.templatetags.clinic import moment


@lead_action_view("kpis.add_kpievent")
def book_consult(request: HttpRequest, lead: Lead) -> ActionResult:
    """Book a consult, move it, or say with whom it is."""
    when = _chosen_moment(request)
    arrangement = _chosen_arrangement(request)
    may_clash = bool(request.POST.get("anyway"))
    key = form_row_id(request)
    event = row_of_same_form(KpiEvent, key, lead)
    if event and not _says(event, when, arrangement):
        # The same form with another time or provider moves the consult.
        event, key = None, new_id()
    if event is None and arrangement:
        details = consult_details.rearrange(
            lead, when, arrangement, may_clash=may_clash
        )
        if details:
            return ActionResult("Consult saved.", "consult", last_change(details))
    event = event or consults.book(
        lead, when, arrangement, key=key, may_clash=may_clash
    )
    words = f"Consult booked for {moment(when)}."
    if before := consults.moved_from(event):
        words = f"Consult moved from {moment(before)} to {moment(when)}."
    words = f"{words} {closed_in_words(when)}".strip()
    return ActionResult(words, "event", event.pk, is_outcome=True)


@lead_action_view("kpis.add_kpievent")
def confirm_consult(request: HttpRequest, lead: Lead) -> ActionResult:
    details = consult_details.confirm(lead, request.POST.get("booking", ""))
    return ActionResult(
        "Consult confirmed.", "consult", last_change(details), is_outcome=True
    )


@lead_action_view("kpis.add_kpievent")
def cancel_consult(request: HttpRequest, lead: Lead) -> ActionResult:
    details = consult_details.cancel(
        lead, request.POST.get("booking", ""), request.POST.get("reason", "")
    )
    words = f"Consult canceled: {details.get_cancel_reason_display()}."
    return ActionResult(words, "consult", last_change(details), then=MOVE_BACK)


@lead_action_view("kpis.add_kpievent")
def mark_shown(request: HttpRequest, lead: Lead) -> ActionResult:
    booking = booking_of(lead, request.POST.get("booking", ""))
    replaced = last_follow_up(lead.pk) if booking.is_no_show else None
    event = consults.show(lead, booking.event.pk)
    words = "Marked as showed."
    if replaced:
        words += f" This replaces the no-show that {marked_by(replaced)} marked."
    return ActionResult(words, "event", event.pk, is_outcome=True)


@lead_action_view("leads.add_task")
def mark_no_show(request: HttpRequest, lead: Lead) -> ActionResult:
    task = consults.no_show(lead, request.POST.get("booking", ""))
    words = f"Marked as no-show. Next step: {task}, due {moment(task.due_at)}."
    return ActionResult(words, "no_show", task.pk, is_outcome=True)


def _says(event: KpiEvent, when: datetime, arrangement: Arrangement | None) -> bool:
    """Whether the booking is what the form asks for."""
    booking = bookings([event])[0]
    is_same = arrangement in (None, booking.arrangement)
    return is_same and booking.scheduled_for == when


def _chosen_moment(request: HttpRequest) -> datetime:
    """A suggested time that was pressed, else the typed date and time."""
    chosen = request.POST.get("suggested") or request.POST.get("scheduled_for", "")
    when = read_local_moment(chosen)
    if when is None:
        raise ConsultRefused("Enter the consult's date and time.", "date_is_missing")
    return when


def _chosen_arrangement(request: HttpRequest) -> Arrangement | None:
    """None for a form that doesn't ask for it."""
    if "procedure" not in request.POST and "provider" not in request.POST:
        return None
    return Arrangement(
        request.POST.get("provider", ""), request.POST.get("procedure", "")
    )
