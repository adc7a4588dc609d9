"""Consults: booked, confirmed, canceled, held, missed."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from api.ground.etags import etag_of
from api.ground.problems import not_found
from api.idempotency.answering import KeptAnswer
from api.resources.lead_data import active_lead, visible_lead
from api.resources.values import Id, Moment, Text, known_id
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from kpis.choices import CancelReason, Kind
from kpis.events import consult_details, consults
from kpis.events.bookings import Arrangement, Booking, bookings, events_of
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.json_columns import Schema

TAG, MAY = "Consults", ("kpis.add_kpievent",)
REASONS = ", ".join(CancelReason.values)


class ConsultAnswer(BaseModel):
    """`is_over` says that its day has passed, `is_no_show` that somebody marked it as
    missed; a consult that is over and not held counts as missed, marked or not."""

    id: str
    lead_id: str
    booked_at: datetime
    scheduled_for: datetime | None
    provider_id: str | None
    procedure_code: str | None
    is_confirmed: bool
    is_canceled: bool
    is_held: bool
    is_no_show: bool
    is_over: bool


class ConsultBody(Schema):
    """A provider's clash is refused with 409 unless `may_clash`."""

    scheduled_for: Moment
    provider_id: Id | None = None
    procedure_code: Text = ""
    may_clash: bool = False


class OutcomeBody(Schema):
    """What became of it. `reason` is for canceling, and picked from the list."""

    outcome: Literal["confirmed", "canceled", "showed", "no_show"]
    reason: Text = ""


@operation(
    Operation(
        "list_consults",
        "get",
        "/leads/{lead_id}/consults",
        "consults:read",
        ("leads.view_lead",),
        "List the consults of a lead, the newest first",
        tag=TAG,
        answer=ConsultAnswer,
        is_list=True,
    )
)
def list_consults(call: ApiCall, lead_id: str) -> KeptAnswer:
    lead = visible_lead(call, lead_id)
    data = [_data(lead, one) for one in bookings(events_of(lead))]
    return KeptAnswer({"data": data, "next_cursor": None})


@operation(
    Operation(
        "get_consult",
        "get",
        "/consults/{consult_id}",
        "consults:read",
        ("leads.view_lead",),
        "Get a consult",
        tag=TAG,
        answer=ConsultAnswer,
    )
)
def get_consult(call: ApiCall, consult_id: str) -> KeptAnswer:
    lead = visible_lead(call, _lead_id(consult_id))
    return _answer(lead, consult_id)


@operation(
    Operation(
        "book_consult",
        "post",
        "/leads/{lead_id}/consults",
        "consults:write",
        MAY,
        "Book a consult",
        "Moves the lead to the stage for booked consults. A consult that is still to "
        "come is given the new time.",
        TAG,
        answer=ConsultAnswer,
        status=201,
        example={"scheduled_for": "2026-12-01T15:00:00Z"},
    )
)
def book_consult(call: ApiCall, lead_id: str, body: ConsultBody) -> KeptAnswer:
    lead = active_lead(call, lead_id)
    arranged = Arrangement(body.provider_id or "", body.procedure_code)
    event = consults.book(
        lead,
        body.scheduled_for,
        arranged if body.provider_id or body.procedure_code else None,
        may_clash=body.may_clash,
    )
    return _answer(lead, event.pk, 201)


@operation(
    Operation(
        "set_consult_outcome",
        "post",
        "/consults/{consult_id}/outcome",
        "consults:write",
        MAY,
        "Confirm, cancel or close a consult",
        f"Reasons for canceling: {REASONS}.",
        TAG,
        needs_match=True,
        answer=ConsultAnswer,
        example={"outcome": "confirmed"},
    )
)
def set_consult_outcome(
    call: ApiCall, consult_id: str, body: OutcomeBody
) -> KeptAnswer:
    lead = active_lead(call, _lead_id(consult_id))
    call.require_match(_answer(lead, consult_id).data)
    match body.outcome:
        case "confirmed":
            consult_details.confirm(lead, consult_id)
        case "canceled":
            consult_details.cancel(lead, consult_id, body.reason)
        case "showed":
            consults.show(lead, consult_id)
        case "no_show":
            consults.no_show(lead, consult_id)
    return _answer(lead, consult_id)


def _lead_id(consult_id: str) -> str:
    found = KpiEvent.objects.filter(pk=known_id(consult_id), kind=Kind.CONSULT_BOOKED)
    lead_id = found.values_list("lead_id", flat=True).first()
    if lead_id is None:
        raise not_found()
    return str(lead_id)


def _answer(lead: Lead, consult_id: str, status: int = 200) -> KeptAnswer:
    for one in bookings(events_of(lead)):
        if one.event.pk == consult_id:
            data = _data(lead, one)
            return KeptAnswer(data, status, etag_of(data))
    raise not_found()


def _data(lead: Lead, booking: Booking) -> dict[str, Any]:
    arranged = booking.arrangement
    return {
        "id": booking.event.pk,
        "lead_id": lead.pk,
        "booked_at": booking.event.occurred_at,
        "scheduled_for": booking.scheduled_for,
        "provider_id": arranged.provider_id or None,
        "procedure_code": arranged.procedure or None,
        "is_confirmed": booking.is_confirmed,
        "is_canceled": booking.is_canceled,
        "is_held": booking.is_held,
        "is_no_show": booking.is_no_show,
        "is_over": booking.is_over,
    }
