"""Acuity Scheduling: ids by webhook, the appointment by its API.

A delivery says only that an appointment changed, so two within a second are not the
same delivery: each is looked up again, and the second finds nothing new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl, urlencode

from pydantic import BeforeValidator

from connections import signatures
from connections.door import Context, Delivery, Door, Fetch, Marker, Projection
from connections.door_parts.allow_list import (
    Allowed,
    Email,
    Flag,
    GivenName,
    Moment,
    OptionalMoment,
    Phone,
    key_name,
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
from connections.door_parts.http_client import Api, fetch_from
from connections.door_parts.listing import TYPE_IDS, Ask, list_by, rows_of, text_of
from connections.door_parts.mappings import ListedThere, There
from connections.items import IncomingEvent, Item, What, Who
from connections.refusals import DeliveryRefused, UnreadableDelivery
from connections.strict_json import JSON
from leads.choices import Source
from leads.intake.incoming import IncomingLead
from medspa import clock

if TYPE_CHECKING:
    from connections.models import Connection

ACUITY_HEADER = "x-acuity-signature"
ACUITY_BASE_URL = "https://acuityscheduling.com/api/v1"
ACUITY_NUMBER = "[0-9]{1,20}"
ACUITY_MOST_BYTES = 16 * 1024
ACUITY_MOST_FIELDS = 30
ACTIONS = frozenset({"scheduled", "rescheduled", "canceled", "changed"})
ACUITY_FORM = "acuity"


def _moment(value: object) -> object:
    """Acuity writes `dateCreated` without an offset; only moments count."""
    return value if isinstance(value, str) and "T" in value else None


class AcuityHint(Allowed):
    """Which appointment to look up, and when we were told."""

    id: Annotated[str, needed_id(ACUITY_NUMBER)]
    told_at: Moment


class AcuityAppointment(Allowed):
    id: Annotated[str, needed_id(ACUITY_NUMBER)]
    firstName: GivenName = ""
    email: Email = ""
    phone: Phone = ""
    datetime: Moment
    datetimeCreated: Annotated[OptionalMoment, BeforeValidator(_moment)] = None
    appointmentTypeID: Annotated[str, optional_id(ACUITY_NUMBER)] = ""
    calendarID: Annotated[str, optional_id(ACUITY_NUMBER)] = ""
    canceled: Flag = False
    noShow: Flag = False

    @property
    def what(self) -> What:
        if self.noShow:
            return "no_show"
        return "cancelled" if self.canceled else "booked"


def verify(delivery: Delivery, secrets: Mapping[str, str]) -> None:
    signature = signatures.header(delivery, ACUITY_HEADER)
    signatures.require_base64(secrets.get("api_key", ""), delivery.body, signature)


def read(delivery: Delivery) -> Sequence[Projection]:
    fields = _form(delivery.body)
    action = fields.get("action", "").removeprefix("appointment.")
    if action not in ACTIONS:
        return []
    told_at = delivery.received_at
    hint = read_allowed(AcuityHint, {"id": fields.get("id"), "told_at": told_at})
    key = f"{hint.id}:{told_at.isoformat()}"
    known = {"action", "id", "calendarID", "appointmentTypeID"}
    dropped = tuple(sorted(key_name(name) for name in fields.keys() - known))
    return [Projection("appointment", key, hint.projection(), dropped)]


def _form(body: bytes) -> dict[str, str]:
    """A form's fields, read as strictly as JSON is elsewhere."""
    if len(body) > ACUITY_MOST_BYTES:
        raise DeliveryRefused("The body is larger than 16 KB.", "too_large")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=ACUITY_MOST_FIELDS,
        )
    except ValueError:
        raise UnreadableDelivery("The body is not a form.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise UnreadableDelivery("The body has the same field twice.")
    if any("\0" in text for pair in pairs for text in pair):
        raise UnreadableDelivery("The body has a character that can't be stored.")
    return fields


def translate(projection: Projection, context: Context) -> Sequence[Item]:
    hint = AcuityHint.model_validate(projection.data)
    found = read_allowed(AcuityAppointment, context.fetch(f"/appointments/{hint.id}"))
    if not is_consult(context.settings, found.appointmentTypeID):
        return []
    event = _event(found, hint.told_at, context)
    is_lead = found.what == "booked" and (found.email or found.phone)
    return [_lead(found, hint.told_at), event] if is_lead else [event]


def _event(
    found: AcuityAppointment, told_at: datetime, context: Context
) -> IncomingEvent:
    moments: dict[What, datetime] = {
        "booked": found.datetimeCreated or told_at,
        "no_show": found.datetime,
    }
    return IncomingEvent(
        what=found.what,
        system=context.system,
        account=context.account,
        object_id=found.id,
        occurred_at=moments.get(found.what, told_at),
        scheduled_for=found.datetime,
        procedure=procedure_of(context.settings, [found.appointmentTypeID]),
        provider=provider_of(context.settings, [found.calendarID]) or found.calendarID,
        # What was read is as of now, however late the worker is.
        status_at=context.now,
        who=Who(email=found.email, phone=found.phone, first_name=found.firstName),
    )


def _lead(found: AcuityAppointment, told_at: datetime) -> IncomingLead:
    return IncomingLead.read(
        {
            "first_name": found.firstName,
            "email": found.email,
            "phone": found.phone,
            "source": Source.WEBSITE.value,
            "created_at": (found.datetimeCreated or told_at).isoformat(),
        },
        form=ACUITY_FORM if found.datetimeCreated else "",
    )


def api(secrets: Mapping[str, str]) -> Api:
    user, key = secrets.get("user_id", ""), secrets.get("api_key", "")
    return Api(ACUITY_BASE_URL, {"Authorization": signatures.basic(user, key)})


def fetch(secrets: Mapping[str, str], account: str) -> Fetch:
    return fetch_from(api(secrets))


def list_there(connection: "Connection") -> ListedThere:
    """Appointment types and calendars by their names."""
    known = connection.secret_values
    if not (known.get("api_key") and known.get("user_id")):
        return ListedThere(problem=f"Enter the user ID and API key. {TYPE_IDS}")
    tables = {"types": _appointment_types, "people": _calendars}
    return list_by(api(known), tables)


def _appointment_types(ask: Ask) -> list[There]:
    return [
        There(text_of(row, "id"), text_of(row, "name"), text_of(row, "category"))
        for row in rows_of(ask("/appointment-types"), "rows")
    ]


def _calendars(ask: Ask) -> list[There]:
    return [
        There(text_of(row, "id"), text_of(row, "name"))
        for row in rows_of(ask("/calendars"), "rows")
    ]


def sign(delivery: Delivery, secrets: Mapping[str, str]) -> Delivery:
    signed = signatures.base64_of(secrets["api_key"], delivery.body)
    return replace(delivery, headers={**delivery.headers, ACUITY_HEADER: signed})


def canaries(marker: Marker) -> Sequence[Delivery]:
    return [
        Delivery(
            urlencode(
                {
                    "action": action,
                    "id": "6001",
                    "calendarID": "11",
                    "appointmentTypeID": "22",
                    "firstName": marker(f"first name in {action}"),
                    "notes": marker(f"notes in {action}"),
                }
            ).encode(),
            content_type="application/x-www-form-urlencoded",
            received_at=clock.now(),
        )
        for action in ("scheduled", "appointment.changed", "order.completed")
    ]


def canary_answers(marker: Marker) -> Fetch:
    found: dict[str, JSON] = {
        "id": 6001,
        "firstName": f"Maya {marker('second name')}",
        "lastName": marker("last name"),
        "email": "maya.canary@example.com",
        "phone": "+12125550142",
        "datetime": "2026-06-02T11:00:00-0400",
        "datetimeCreated": "2026-05-28T11:00:00-0400",
        "type": marker("type"),
        "calendar": marker("calendar"),
        "notes": marker("notes"),
        "formsText": marker("forms as text"),
        "forms": [{"values": [{"name": "first_name", "value": marker("form")}]}],
        "labels": [{"name": marker("label")}],
        "location": marker("address"),
        "certificate": marker("certificate"),
    }
    return lambda path: found


DOOR = Door(
    name="acuity",
    title="Acuity Scheduling",
    secrets=("api_key", "user_id"),
    secret_labels={"api_key": "API key", "user_id": "User ID"},
    verify=verify,
    read=read,
    translate=translate,
    canaries=canaries,
    lead_source=Source.WEBSITE.value,
    sign=sign,
    settings=ConsultTypes,
    fetch=fetch,
    canary_answers=canary_answers,
    brings="Consults that people book, move or cancel in Acuity",
    mappings=consult_type_tables(
        "Appointment types",
        "Named by Acuity once its keys are entered. The ID is in the address of the"
        " appointment type's page.",
        "Calendars",
        "Named by Acuity once its keys are entered. The ID is in the address of the"
        " calendar's page.",
    ),
    list_there=list_there,
)
