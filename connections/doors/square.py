"""Square: payments, refunds and bookings.

Square sends a dozen events for one refund; each says what the object is now, so they
come to one item. A person without an email in the payment is asked for by the
customer's id.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from pydantic import Field

from connections import signatures, strict_json
from connections.door import (
    Context,
    Delivery,
    Door,
    Fetch,
    Marker,
    Projection,
    no_fetch,
)
from connections.door_parts.allow_list import (
    Allowed,
    Amount,
    AnyList,
    Currency,
    Email,
    GivenName,
    Moment,
    OptionalMoment,
    Phone,
    left_out,
    needed_id,
    optional_id,
    read_allowed,
    word_of,
)
from connections.door_parts.amounts import cents
from connections.door_parts.consult_types import (
    ConsultTypes,
    consult_type_tables,
    is_consult,
    procedure_of,
    provider_of,
)
from connections.door_parts.http_client import Api, fetch_from
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
from connections.strict_json import JSON
from medspa import clock

if TYPE_CHECKING:
    from connections.models import Connection

SQUARE_HEADER = "x-square-hmacsha256-signature"
SQUARE_BASE_URL = "https://connect.squareup.com"
SQUARE_VERSION = "2026-01-22"
# The items of a catalog that are booked.
APPOINTMENTS = "APPOINTMENTS_SERVICE"
SQUARE_LETTERS = "[A-Za-z0-9_-]{3,120}"
BOOKING_STATUS: dict[str, What] = {
    "ACCEPTED": "booked",
    "CANCELLED_BY_CUSTOMER": "cancelled",
    "CANCELLED_BY_SELLER": "cancelled",
    "DECLINED": "cancelled",
    "NO_SHOW": "no_show",
}


class Money(Allowed):
    amount: Amount
    currency: Currency


class SquarePayment(Allowed):
    """`amount_money` is without the tip."""

    id: Annotated[str, needed_id(SQUARE_LETTERS)]
    created_at: Moment
    updated_at: OptionalMoment = None
    status: Annotated[str, word_of("COMPLETED")] = ""
    amount_money: Money
    customer_id: Annotated[str, optional_id(SQUARE_LETTERS)] = ""
    buyer_email_address: Email = ""


class Refund(Allowed):
    id: Annotated[str, needed_id(SQUARE_LETTERS)]
    payment_id: Annotated[str, optional_id(SQUARE_LETTERS)] = ""
    created_at: Moment
    updated_at: OptionalMoment = None
    status: Annotated[str, word_of("COMPLETED")] = ""
    amount_money: Money


class SquareSegment(Allowed):
    service_variation_id: Annotated[str, optional_id(SQUARE_LETTERS)] = ""
    team_member_id: Annotated[str, optional_id(SQUARE_LETTERS)] = ""


class SquareBooking(Allowed):
    """`version` grows with each change, also of one second."""

    id: Annotated[str, needed_id(SQUARE_LETTERS)]
    version: int = Field(0, strict=True, ge=0, lt=1_000_000)
    status: Annotated[str, word_of(*BOOKING_STATUS)] = ""
    created_at: Moment
    updated_at: Moment
    start_at: Moment
    customer_id: Annotated[str, optional_id(SQUARE_LETTERS)] = ""
    appointment_segments: Annotated[tuple[SquareSegment, ...], AnyList] = ()


class Customer(Allowed):
    given_name: GivenName = ""
    email_address: Email = ""
    phone_number: Phone = ""


class SquareEvent(Allowed):
    event_id: Annotated[str, needed_id(SQUARE_LETTERS)]
    type: Annotated[str, needed_id("[a-z0-9_.]{3,80}")]
    merchant_id: Annotated[str, optional_id(SQUARE_LETTERS)] = ""


SCHEMAS: dict[str, type[SquarePayment | Refund | SquareBooking]] = {
    "payment": SquarePayment,
    "refund": Refund,
    "booking": SquareBooking,
}


def verify(delivery: Delivery, secrets: Mapping[str, str]) -> None:
    """Over the address that Square was given, and the body."""
    message = delivery.url.encode() + delivery.body
    signature = signatures.header(delivery, SQUARE_HEADER)
    signatures.require_base64(secrets.get("signature_key", ""), message, signature)


def read(delivery: Delivery) -> Sequence[Projection]:
    body = strict_json.parse_object(delivery.body)
    event = read_allowed(SquareEvent, body)
    kind, _, what = event.type.partition(".")
    if kind not in SCHEMAS or what not in ("created", "updated"):
        return []
    schema = SCHEMAS[kind]
    raw = _object(body, kind)
    found = read_allowed(schema, raw)
    if not found.status:
        return []  # not paid, not refunded or not accepted yet
    names = left_out(schema, raw)
    return [Projection(kind, event.event_id, found.projection(), names)]


def _object(body: Mapping[str, JSON], kind: str) -> JSON:
    data = body.get("data")
    found = data.get("object") if isinstance(data, dict) else None
    return found.get(kind) if isinstance(found, dict) else None


def translate(projection: Projection, context: Context) -> Sequence[Item]:
    match SCHEMAS[projection.kind].model_validate(projection.data):
        case SquarePayment() as payment:
            return [_paid(payment, context)]
        case Refund() as refund:
            return [_refunded(refund, context)]
        case SquareBooking() as booking:
            return _appointment(booking, context)


def _paid(payment: SquarePayment, context: Context) -> IncomingEvent:
    return IncomingEvent(
        what="paid",
        system=context.system,
        account=context.account,
        object_id=payment.id,
        occurred_at=payment.created_at,
        amount_cents=_cents(payment.amount_money),
        currency=payment.amount_money.currency,
        status_at=payment.updated_at,
        who=_who(payment.customer_id, context, payment.buyer_email_address),
    )


def _refunded(refund: Refund, context: Context) -> IncomingEvent:
    return IncomingEvent(
        what="refunded",
        system=context.system,
        account=context.account,
        object_id=refund.id,
        parent_id=refund.payment_id,
        occurred_at=refund.created_at,
        amount_cents=_cents(refund.amount_money),
        currency=refund.amount_money.currency,
        status_at=refund.updated_at,
    )


def _appointment(booking: SquareBooking, context: Context) -> Sequence[Item]:
    segments = booking.appointment_segments
    services = [segment.service_variation_id for segment in segments]
    people = [s.team_member_id for s in segments if s.team_member_id]
    if not is_consult(context.settings, *services):
        return []
    what = BOOKING_STATUS[booking.status]
    moments: dict[What, datetime] = {
        "booked": booking.created_at,
        "no_show": booking.start_at,
    }
    event = IncomingEvent(
        what=what,
        system=context.system,
        account=context.account,
        object_id=booking.id,
        occurred_at=moments.get(what, booking.updated_at),
        scheduled_for=booking.start_at,
        procedure=procedure_of(context.settings, services),
        provider=provider_of(context.settings, people) or next(iter(people), ""),
        status_at=booking.updated_at + timedelta(microseconds=booking.version),
        who=_who(booking.customer_id, context),
    )
    return [event]


def _cents(money: Money) -> int:
    return cents(money.amount, money.currency)


def _who(customer_id: str, context: Context, email: str = "") -> Who:
    """The person, from what was sent or by the customer's id."""
    ids = (("customer", customer_id),) if customer_id else ()
    if email or not customer_id or context.fetch is no_fetch:
        return Who(ids=ids, email=email)
    found = context.fetch(f"/v2/customers/{customer_id}").get("customer")
    customer = read_allowed(Customer, found)
    return Who(
        ids=ids,
        email=customer.email_address,
        phone=customer.phone_number,
        first_name=customer.given_name,
    )


def api(secrets: Mapping[str, str]) -> Api:
    token = secrets.get("access_token", "")
    headers = {"Authorization": f"Bearer {token}", "Square-Version": SQUARE_VERSION}
    return Api(SQUARE_BASE_URL, headers)


def fetch(secrets: Mapping[str, str], account: str) -> Fetch:
    return fetch_from(api(secrets))


def list_there(connection: "Connection") -> ListedThere:
    """Services and team members by their names."""
    if not connection.secret_values.get("access_token"):
        return ListedThere(problem=f"Enter an access token. {TYPE_IDS}")
    tables = {"types": _services, "people": _team}
    return list_by(api(connection.secret_values), tables)


def _services(ask: Ask) -> list[There]:
    """The variations of each item that is booked: what a booking names."""
    path = "/v2/catalog/list?types=ITEM"
    return [
        There(
            text_of(variation, "id"),
            text_of(part_of(variation, "item_variation_data"), "name"),
            text_of(part_of(item, "item_data"), "name"),
        )
        for answer in pages(ask, path, lambda found: _next_page(path, found))
        for item in rows_of(answer, "objects")
        if part_of(item, "item_data").get("product_type") == APPOINTMENTS
        for variation in rows_of(part_of(item, "item_data"), "variations")
    ]


def _team(ask: Ask) -> list[There]:
    path = "/v2/bookings/team-member-booking-profiles?limit=100"
    return [
        There(text_of(row, "team_member_id"), text_of(row, "display_name"))
        for answer in pages(ask, path, lambda found: _next_page(path, found))
        for row in rows_of(answer, "team_member_booking_profiles")
    ]


def _next_page(path: str, answer: Row) -> str:
    cursor = text_of(answer, "cursor")
    return f"{path}&{urlencode({'cursor': cursor})}" if cursor else ""


def sign(delivery: Delivery, secrets: Mapping[str, str]) -> Delivery:
    message = delivery.url.encode() + delivery.body
    signed = signatures.base64_of(secrets["signature_key"], message)
    return replace(delivery, headers={**delivery.headers, SQUARE_HEADER: signed})


def canaries(marker: Marker) -> Sequence[Delivery]:
    told: dict[str, Any] = {
        "created_at": "2026-05-28T15:00:00Z",
        "updated_at": "2026-05-28T15:00:05Z",
        "customer_id": "CUSTOMERCANARY1",
        "amount_money": {"amount": 25_000, "currency": "USD"},
        "status": "COMPLETED",
        "note": marker("note"),
        "billing_address": {"address_line_1": marker("address")},
        "given_name": marker("custom key"),
        "reason": marker("reason"),
        "card_details": {"card": {"cardholder_name": marker("cardholder")}},
    }
    booking = {
        "status": "ACCEPTED",
        "start_at": "2026-06-02T15:00:00Z",
        "version": 1,
        "customer_note": marker("customer note"),
        "seller_note": marker("seller note"),
        "appointment_segments": [{"intent": marker("segment")}],
        "address": {"locality": marker("city")},
    }
    objects = {
        "payment": {**told, "id": "PAYMENTCANARY1"},
        "refund": {**told, "id": "REFUNDCANARY1", "payment_id": "PAYMENTCANARY1"},
        "booking": {**told, **booking, "id": "bookingcanary1"},
    }
    return [_delivery(kind, found) for kind, found in objects.items()]


def _delivery(kind: str, found: Mapping[str, Any]) -> Delivery:
    event = {
        "merchant_id": "MERCHANTCANARY",
        "type": f"{kind}.updated",
        "event_id": f"event-canary-{kind}",
        "created_at": "2026-05-28T15:00:05Z",
        "data": {"type": kind, "id": found["id"], "object": {kind: found}},
    }
    return Delivery(json.dumps(event).encode(), received_at=clock.now())


def canary_answers(marker: Marker) -> Fetch:
    customer: dict[str, JSON] = {
        "id": "CUSTOMERCANARY1",
        "given_name": "Maya",
        "family_name": marker("last name"),
        "nickname": marker("nickname"),
        "email_address": "maya.canary@example.com",
        "phone_number": "+12125550142",
        "birthday": marker("date of birth"),
        "note": marker("customer's note"),
        "address": {"address_line_1": marker("customer's address")},
    }
    return lambda path: {"customer": customer}


DOOR = Door(
    name="square",
    title="Square",
    secrets=("signature_key", "access_token"),
    verify=verify,
    read=read,
    translate=translate,
    canaries=canaries,
    sign=sign,
    settings=ConsultTypes,
    fetch=fetch,
    canary_answers=canary_answers,
    brings="Payments, refunds and bookings from Square",
    mappings=consult_type_tables(
        "Services",
        "Named by Square with an access token that may read items (ITEMS_READ). The ID"
        " of a service variation is in the export of the item library.",
        "Team members",
        "Named by Square with an access token that may read booking profiles"
        " (APPOINTMENTS_BUSINESS_SETTINGS_READ). The ID of a team member is in the"
        " address of its page under Staff.",
    ),
    list_there=list_there,
)
