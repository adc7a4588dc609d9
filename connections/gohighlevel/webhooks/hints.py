"""Webhooks of workflows and of marketplace apps: what is kept, what it becomes.

They are hints: they name a contact, an opportunity, an appointment or an invoice that
may have changed, and the worker reads it by the REST interface. So order, repetition
and missing keys don't matter. Only where a connection has no token, the contact fields
of a workflow's delivery are taken as they are.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connections import strict_json
from connections.door import Context, Delivery, Projection, dropped_names
from connections.gohighlevel import reading
from connections.gohighlevel.api.errors import NotThere
from connections.gohighlevel.settings import GoHighLevelSettings
from connections.gohighlevel.webhooks.workflow import WORKFLOW_KEYS, workflow_fields
from connections.items import Deleted, Item
from connections.refusals import Parked
from leads.intake.incoming import IncomingLead

Row = Mapping[str, Any]

CONTACT_EVENTS = frozenset(
    {
        "ContactCreate",
        "ContactUpdate",
        "ContactDelete",
        "ContactTagUpdate",
        "ContactDndUpdate",
    }
)
OPPORTUNITY_EVENTS = frozenset(
    {
        "OpportunityCreate",
        "OpportunityUpdate",
        "OpportunityStageUpdate",
        "OpportunityStatusUpdate",
        "OpportunityMonetaryValueUpdate",
        "OpportunityAssignedToUpdate",
        "OpportunityDelete",
    }
)
APPOINTMENT_EVENTS = frozenset(
    {"AppointmentCreate", "AppointmentUpdate", "AppointmentDelete"}
)
# What an invoice or an order says of itself, where its event has no `type`.
PAID = frozenset({"paid", "partially_paid", "completed"})
HINT_KEYS = frozenset(
    {"type", "locationId", "altId", "id", "_id", "contactId", "webhookId", "timestamp"}
)


def read(delivery: Delivery) -> Sequence[Projection]:
    """Ids and kinds; of a workflow's delivery also the contact fields that are allowed.

    Kinds that don't matter here make nothing.
    """
    body = strict_json.parse_object(delivery.body)
    if body.get("type") is None and "contact_id" in body:
        return _workflow(body, delivery)
    return _hint(body, delivery)


def _workflow(body: Row, delivery: Delivery) -> Sequence[Projection]:
    fields = workflow_fields(body)
    if not fields:
        return []
    return [_projection("workflow", fields, body, WORKFLOW_KEYS, delivery)]


def _hint(body: Row, delivery: Delivery) -> Sequence[Projection]:
    kind, found = _hinted(body)
    location = reading.object_id(body, "locationId", "altId")
    if not kind or not location or not all(found.values()):
        return []
    return [
        _projection(kind, {"location": location} | found, body, HINT_KEYS, delivery)
    ]


def _hinted(body: Row) -> tuple[str, dict[str, str]]:
    """The kind of the object that may have changed, and its ids."""
    event = reading.text_of(body, "type")
    if event in CONTACT_EVENTS:
        return "contact", {"id": reading.contact_id(body, "id")}
    if event in OPPORTUNITY_EVENTS:
        return "opportunity", {"id": reading.object_id(body, "id")}
    if event in APPOINTMENT_EVENTS:
        appointment = body.get("appointment")
        row = appointment if isinstance(appointment, dict) else {}
        return "appointment", {"id": reading.object_id(row, "id")}
    if event.startswith(("Invoice", "Order")) or not event:
        contact = body.get("contactDetails")
        payer = reading.contact_id(contact if isinstance(contact, dict) else {}, "id")
        payer = payer or reading.contact_id(body, "contactId")
        is_paid = reading.text_of(body, "status").lower() in PAID
        return ("money" if is_paid else ""), {"contact": payer}
    return "", {}


def _projection(
    kind: str, data: Mapping[str, Any], body: Row, known: frozenset[str], of: Delivery
) -> Projection:
    """`webhookId` tells deliveries apart; without it, what they say and the minute.

    A hint that comes again later is a new one: the object may have changed again.
    """
    given = reading.text_of(body, "webhookId")
    minute = of.received_at.isoformat(timespec="minutes")
    text = given or json.dumps([kind, data, minute], sort_keys=True)
    return Projection(
        kind=kind,
        key=hashlib.sha256(text.encode()).hexdigest(),
        data=dict(data),
        dropped=dropped_names(body, known),
    )


def translate(projection: Projection, context: Context) -> Sequence[Item]:
    """What GoHighLevel says now of the hinted object.

    Another location's objects are none of ours: the key that signs is the same for all.
    """
    data = projection.data
    if projection.kind == "workflow":
        return _of_workflow(data, context)
    if data["location"] != context.account:
        raise Parked("This event is from another location.", "other_account")
    readers: dict[str, Callable[[Mapping[str, Any], Context], Sequence[Item]]] = {
        "contact": _contact,
        "appointment": _appointment,
        "money": _money,
        "opportunity": _opportunity,
    }
    return readers[projection.kind](data, context)


def _settings(context: Context) -> GoHighLevelSettings:
    assert isinstance(context.settings, GoHighLevelSettings)  # noqa: S101
    return context.settings


def _of_workflow(data: Mapping[str, Any], context: Context) -> Sequence[Item]:
    try:
        return _contact({"id": data["external_id"]}, context)
    except Parked as refusal:
        if refusal.code != "no_access":
            raise
    return [IncomingLead.model_validate(data)]


def _contact(data: Mapping[str, Any], context: Context) -> Sequence[Item]:
    try:
        answer = context.fetch(f"/contacts/{data['id']}")
    except NotThere:
        return [Deleted(external_id=data["id"], at=context.now)]
    row = answer.get("contact")
    found = row if isinstance(row, dict) else {}
    return reading.contact_items(found, _settings(context), context.now)


def _opportunity(data: Mapping[str, Any], context: Context) -> Sequence[Item]:
    """Its stage, after the contact, who may be new. A deleted one changes nothing."""
    try:
        answer = context.fetch(f"/opportunities/{data['id']}")
    except NotThere:
        return ()
    row = answer.get("opportunity")
    stage = reading.stage_of(row) if isinstance(row, dict) else None
    if stage is None:
        return ()
    return [*_contact({"id": stage.external_id}, context), stage]


def _appointment(data: Mapping[str, Any], context: Context) -> Sequence[Item]:
    """One that is gone is canceled, unless it is past: it may have been held."""
    try:
        answer = context.fetch(f"/calendars/events/appointments/{data['id']}")
    except NotThere:
        return [reading.gone_appointment(data["id"], context.account, context.now)]
    row = answer.get("event", answer.get("appointment"))
    if not isinstance(row, dict):
        return ()
    return reading.consult_events(
        row, _settings(context), context.zone, context.account
    )


def _money(data: Mapping[str, Any], context: Context) -> Sequence[Item]:
    """The payments of the contact; refunds come with the poll of transactions."""
    query = f"altId={context.account}&altType=location&limit=100"
    answer = context.fetch(
        f"/payments/transactions?{query}&contactId={data['contact']}"
    )
    rows = answer.get("data")
    sales = (
        reading.sale_of(row, _settings(context), context.zone, context.account)
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
    )
    return [sale.paid for sale in sales if sale]
