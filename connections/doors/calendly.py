"""Calendly: booked, canceled, rescheduled and missed consults.

Each invitee is one appointment. Rescheduling cancels the old invitee and creates a new
one that names it, so the cancellation is left to the new one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from pydantic import BeforeValidator

from connections import signatures, strict_json
from connections.door import Context, Delivery, Door, Marker, Projection
from connections.door_parts.allow_list import (
    Allowed,
    Email,
    Flag,
    GivenName,
    Moment,
    OptionalMoment,
    Phone,
    keep_campaign_name,
    left_out,
    needed_id,
    optional_id,
    read_allowed,
)
from connections.door_parts.consult_types import (
    ConsultTypes,
    consult_type_tables,
    is_consult,
    procedure_of,
    provider_of,
)
from connections.door_parts.http_client import Api
from connections.door_parts.listing import (
    TYPE_IDS,
    Ask,
    Row,
    list_by,
    pages,
    part_of,
    rows_of,
    text_of,
)
from connections.door_parts.mappings import ListedThere, There
from connections.items import IncomingEvent, Item, What, Who
from leads.choices import Source
from leads.intake.incoming import IncomingLead
from leads.intake.synonyms import source_of
from medspa import clock
from medspa.reading.short_names import says_nothing_about_somebody

if TYPE_CHECKING:
    from connections.models import Connection

CALENDLY_BASE_URL = "https://api.calendly.com"
CALENDLY_HEADER = "calendly-webhook-signature"
CALENDLY_SIGNED_WITH = "signing_key"
CALENDLY_ID = "[A-Za-z0-9_-]{3,80}"
EVENTS: dict[str, What] = {
    "invitee.created": "booked",
    "invitee.canceled": "cancelled",
    "invitee_no_show.created": "no_show",
    "invitee_no_show.deleted": "booked",
}
CALENDLY_FORM = "calendly"
CALENDLY_LONGEST_WORD = 60


def _last_part(value: object) -> object:
    """`https://api.calendly.com/…/invitees/ABC` → `ABC`."""
    return value.rsplit("/", 1)[-1] if isinstance(value, str) else value


def _word(value: object) -> str:
    """The name of a source, unless it could be about a person."""
    text = value.strip() if isinstance(value, str) else ""
    is_short = len(text) <= CALENDLY_LONGEST_WORD
    return text if is_short and says_nothing_about_somebody(text) else ""


Uri = Annotated[str, needed_id(CALENDLY_ID), BeforeValidator(_last_part)]
OptionalUri = Annotated[str, optional_id(CALENDLY_ID), BeforeValidator(_last_part)]
Word = Annotated[str, BeforeValidator(_word)]
CampaignName = Annotated[
    str,
    BeforeValidator(
        lambda value: keep_campaign_name(value) if isinstance(value, str) else ""
    ),
]


class Tracking(Allowed):
    utm_source: Word = ""
    utm_campaign: CampaignName = ""


class Cancellation(Allowed):
    created_at: OptionalMoment = None


class CalendlyAppointment(Allowed):
    start_time: Moment
    event_type: OptionalUri = ""


class Invitee(Allowed):
    uri: Uri
    email: Email = ""
    first_name: GivenName = ""
    name: GivenName = ""
    text_reminder_number: Phone = ""
    created_at: Moment
    updated_at: OptionalMoment = None
    rescheduled: Flag = False
    old_invitee: OptionalUri = ""
    cancellation: Cancellation = Cancellation()
    tracking: Tracking = Tracking()
    scheduled_event: CalendlyAppointment


class CalendlyBody(Allowed):
    event: Annotated[str, needed_id("[a-z_.]{3,60}")]
    created_at: Moment


def verify(delivery: Delivery, secrets: Mapping[str, str]) -> None:
    signatures.require_timed(
        secrets.get(CALENDLY_SIGNED_WITH, ""), delivery, CALENDLY_HEADER
    )


def read(delivery: Delivery) -> Sequence[Projection]:
    raw = strict_json.parse_object(delivery.body)
    event = raw.get("event")
    if isinstance(event, str) and event not in EVENTS:
        return []  # whatever its shape
    body = read_allowed(CalendlyBody, raw)
    payload = _without_nothing(raw.get("payload"))
    invitee = read_allowed(Invitee, payload)
    if body.event == "invitee.canceled" and invitee.rescheduled:
        return []  # the new invitee takes its place
    stored = {**body.projection(), "invitee": invitee.projection()}
    key = f"{body.event}:{invitee.uri}:{int(body.created_at.timestamp())}"
    return [Projection("invitee", key, stored, left_out(Invitee, payload))]


def _without_nothing(payload: object) -> object:
    """Calendly writes null for whole objects that an invitee doesn't have."""
    if not isinstance(payload, dict):
        return payload
    return {key: value for key, value in payload.items() if value is not None}


def translate(projection: Projection, context: Context) -> Sequence[Item]:
    body = CalendlyBody.model_validate(projection.data)
    invitee = Invitee.model_validate(projection.data["invitee"])
    if not is_consult(context.settings, invitee.scheduled_event.event_type):
        return []
    event = _event(EVENTS[body.event], body.created_at, invitee, context)
    is_new = body.event == "invitee.created" and not invitee.old_invitee
    # Who books is a lead; without an email there is nobody to make one of.
    return [_lead(invitee), event] if is_new and invitee.email else [event]


def _event(
    what: What, at: datetime, invitee: Invitee, context: Context
) -> IncomingEvent:
    starts_at = invitee.scheduled_event.start_time
    kinds = [invitee.scheduled_event.event_type]
    moments: dict[What, datetime] = {
        "booked": invitee.created_at,
        "cancelled": invitee.cancellation.created_at or at,
    }
    return IncomingEvent(
        what=what,
        system=context.system,
        account=context.account,
        object_id=invitee.uri,
        parent_id=invitee.old_invitee,
        occurred_at=moments.get(what, starts_at),
        scheduled_for=starts_at,
        procedure=procedure_of(context.settings, kinds),
        provider=provider_of(context.settings, kinds),
        status_at=at,
        who=Who(
            email=invitee.email,
            phone=invitee.text_reminder_number,
            first_name=invitee.first_name or invitee.name,
        ),
    )


def _lead(invitee: Invitee) -> IncomingLead:
    return IncomingLead.read(
        {
            "first_name": invitee.first_name or invitee.name,
            "email": invitee.email,
            "phone": invitee.text_reminder_number,
            "source": source_of(invitee.tracking.utm_source) or Source.WEBSITE.value,
            "campaign_name": invitee.tracking.utm_campaign,
            "created_at": invitee.created_at.isoformat(),
        },
        form=CALENDLY_FORM,
    )


def api(secrets: Mapping[str, str]) -> Api:
    token = secrets.get("token", "")
    return Api(CALENDLY_BASE_URL, {"Authorization": f"Bearer {token}"})


def list_there(connection: "Connection") -> ListedThere:
    """Event types by their names and who they are of, in both tables."""
    if not connection.secret_values.get("token"):
        return ListedThere(problem=f"Enter a personal access token. {TYPE_IDS}")
    found = list_by(api(connection.secret_values), {"types": _event_types})
    rows = dict(found.rows)
    return ListedThere(rows | {"people": rows["types"]} if rows else {}, found.problem)


def _event_types(ask: Ask) -> list[There]:
    me = part_of(ask("/users/me"), "resource")
    organization = {"organization": text_of(me, "current_organization")}
    path = f"/event_types?{urlencode({**organization, 'count': 100})}"
    return [
        There(
            str(_last_part(text_of(row, "uri"))),
            text_of(row, "name"),
            text_of(part_of(row, "profile"), "name"),
        )
        for answer in pages(ask, path, lambda found: _next_page(path, found))
        for row in rows_of(answer, "collection")
    ]


def _next_page(path: str, answer: Row) -> str:
    token = text_of(part_of(answer, "pagination"), "next_page_token")
    return f"{path}&{urlencode({'page_token': token})}" if token else ""


def sign(delivery: Delivery, secrets: Mapping[str, str]) -> Delivery:
    signed = signatures.timed(secrets[CALENDLY_SIGNED_WITH], delivery)
    return replace(delivery, headers={**delivery.headers, CALENDLY_HEADER: signed})


def canaries(marker: Marker) -> Sequence[Delivery]:
    base = "https://api.calendly.com/scheduled_events/EVENTCANARY"
    invitee = {
        "uri": f"{base}/invitees/INVITEECANARY",
        "email": "maya.canary@example.com",
        "name": f"Maya {marker('last name')}",
        "first_name": "Maya",
        "last_name": marker("last name alone"),
        "created_at": "2026-05-28T15:00:00.000000Z",
        "text_reminder_number": "+12125550142",
        "rescheduled": False,
        "cancellation": {"reason": marker("reason"), "canceled_by": marker("who")},
        "questions_and_answers": [
            {"question": marker("question"), "answer": marker("health answer")},
            {"question": "first_name", "answer": marker("custom question")},
        ],
        "tracking": {"utm_content": marker("utm"), "salesforce_uuid": marker("uuid")},
        "scheduled_event": {
            "uri": base,
            "name": marker("event name"),
            "start_time": "2026-06-02T15:00:00.000000Z",
            "event_type": "https://api.calendly.com/event_types/TYPECANARY",
            "location": {"location": marker("address")},
            "event_memberships": [{"user_name": marker("staff name")}],
            "event_guests": [{"email": f"{marker('guest')}@example.com"}],
            "meeting_notes_plain": marker("notes"),
        },
    }
    return [_delivery(event, invitee) for event in EVENTS]


def _delivery(event: str, invitee: Mapping[str, Any]) -> Delivery:
    body = {
        "event": event,
        "created_at": "2026-05-28T15:00:01.000000Z",
        "created_by": "https://api.calendly.com/users/USERCANARY",
        "payload": invitee,
    }
    return Delivery(json.dumps(body).encode(), received_at=clock.now())


DOOR = Door(
    name="calendly",
    title="Calendly",
    secrets=(CALENDLY_SIGNED_WITH, "token"),
    makes_secret=True,
    optional_secrets=("token",),
    secret_labels={"token": "Personal access token, to choose event types by name"},
    verify=verify,
    read=read,
    translate=translate,
    canaries=canaries,
    lead_source=Source.WEBSITE.value,
    sign=sign,
    settings=ConsultTypes,
    brings="Consults that people book, move or cancel in Calendly",
    mappings=consult_type_tables(
        "Event types",
        "Named by Calendly with a personal access token. The ID of an event type is in"
        " the address of its edit page.",
        "Event types of a provider",
        "Calendly names no provider, so an event type stands for who holds it.",
    ),
    list_there=list_there,
)
