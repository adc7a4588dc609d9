"""Stripe: payments, refunds and disputes.

A payment is known by its payment intent, so that `charge.succeeded` and
`payment_intent.succeeded` are one. Refunds and disputes are objects of their own with
their own amounts; one that failed or was won has the amount zero.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from connections import signatures, strict_json
from connections.door import Context, Delivery, Door, Marker, Projection
from connections.door_parts.allow_list import (
    Allowed,
    Amount,
    Currency,
    Email,
    Flag,
    GivenName,
    Moment,
    OptionalPart,
    Phone,
    left_out,
    needed_id,
    optional_id,
    read_allowed,
    word_of,
)
from connections.door_parts.amounts import cents
from connections.items import IncomingEvent, Item, Who
from medspa import clock

STRIPE_HEADER = "stripe-signature"
STRIPE_SIGNED_WITH = "signing_secret"
STRIPE_LETTERS = "[A-Za-z0-9]{3,80}"
STRIPE_PAYMENTS = frozenset(
    {"charge.succeeded", "charge.captured", "payment_intent.succeeded"}
)
REFUNDS = frozenset(
    {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
)
DISPUTES = "charge.dispute."
# What a refund and a dispute take from the clinic in each of their states.
TAKEN = frozenset({"succeeded", "needs_response", "under_review", "lost"})
GIVEN_BACK = frozenset({"failed", "canceled", "won"})


class Billing(Allowed):
    email: Email = ""
    phone: Phone = ""
    name: GivenName = ""


class StripePayment(Allowed):
    """A charge or a payment intent."""

    id: Annotated[str, needed_id(f"(?:ch|py|pi)_{STRIPE_LETTERS}")]
    payment_intent: Annotated[str, optional_id(f"pi_{STRIPE_LETTERS}")] = ""
    customer: Annotated[str, optional_id(f"cus_{STRIPE_LETTERS}")] = ""
    amount: Amount
    amount_captured: Amount | None = None
    amount_received: Amount | None = None
    currency: Currency
    created: Moment
    captured: bool | None = None
    receipt_email: Email = ""
    billing_details: Annotated[Billing, OptionalPart] = Billing()


class Taken(Allowed):
    """A refund or a dispute."""

    id: Annotated[str, needed_id(f"(?:re|pyr|dp|du)_{STRIPE_LETTERS}")]
    payment_intent: Annotated[str, optional_id(f"pi_{STRIPE_LETTERS}")] = ""
    charge: Annotated[str, optional_id(f"(?:ch|py)_{STRIPE_LETTERS}")] = ""
    amount: Amount
    currency: Currency
    created: Moment
    status: Annotated[str, word_of(*TAKEN, *GIVEN_BACK)] = ""


class StripeEvent(Allowed):
    id: Annotated[str, needed_id(f"evt_{STRIPE_LETTERS}")]
    type: Annotated[str, needed_id("[a-z0-9_.]{3,80}")]
    account: Annotated[str, optional_id(f"acct_{STRIPE_LETTERS}")] = ""
    created: Moment
    livemode: Flag = False


def verify(delivery: Delivery, secrets: Mapping[str, str]) -> None:
    signatures.require_timed(
        secrets.get(STRIPE_SIGNED_WITH, ""), delivery, STRIPE_HEADER
    )


def read(delivery: Delivery) -> Sequence[Projection]:
    body = strict_json.parse_object(delivery.body)
    event_type = body.get("type")
    if isinstance(event_type, str) and _schema_of(event_type) is None:
        return []  # whatever its shape
    event = read_allowed(StripeEvent, body)
    schema = _schema_of(event.type)
    # Test mode is for trying the connection; its money is not real.
    if schema is None or not event.livemode:
        return []
    data = body.get("data")
    raw = data.get("object") if isinstance(data, dict) else None
    found = read_allowed(schema, raw)
    if isinstance(found, StripePayment) and found.captured is False:
        return []  # only authorized; `charge.captured` follows
    if isinstance(found, Taken) and not found.status:
        return []  # not decided yet, or an inquiry that takes nothing
    stored = {"event": event.projection(), "object": found.projection()}
    kind = "payment" if schema is StripePayment else "refund"
    return [Projection(kind, event.id, stored, left_out(schema, raw))]


def _schema_of(event_type: str) -> type[Allowed] | None:
    if event_type in STRIPE_PAYMENTS:
        return StripePayment
    is_taken = event_type in REFUNDS or event_type.startswith(DISPUTES)
    return Taken if is_taken else None


def translate(projection: Projection, context: Context) -> Sequence[Item]:
    event = StripeEvent.model_validate(projection.data["event"])
    raw = projection.data["object"]
    if projection.kind == "payment":
        return [_paid(StripePayment.model_validate(raw), event.created, context)]
    return [_refunded(Taken.model_validate(raw), event.created, context)]


def _paid(payment: StripePayment, at: datetime, context: Context) -> IncomingEvent:
    received = payment.amount_received
    captured = payment.amount_captured if received is None else received
    billing = payment.billing_details
    return IncomingEvent(
        what="paid",
        system=context.system,
        account=context.account,
        object_id=payment.payment_intent or payment.id,
        # An intent may be days older than its payment.
        occurred_at=at if payment.id.startswith("pi_") else payment.created,
        amount_cents=cents(captured or payment.amount, payment.currency),
        currency=payment.currency,
        status_at=at,
        who=Who(
            ids=(("customer", payment.customer),) if payment.customer else (),
            email=billing.email or payment.receipt_email,
            phone=billing.phone,
            first_name=billing.name,
        ),
    )


def _refunded(taken: Taken, at: datetime, context: Context) -> IncomingEvent:
    amount = 0 if taken.status in GIVEN_BACK else taken.amount
    return IncomingEvent(
        what="refunded",
        system=context.system,
        account=context.account,
        object_id=taken.id,
        parent_id=taken.payment_intent or taken.charge,
        occurred_at=taken.created,
        amount_cents=cents(amount, taken.currency),
        currency=taken.currency,
        status_at=at,
    )


def sign(delivery: Delivery, secrets: Mapping[str, str]) -> Delivery:
    signed = signatures.timed(secrets[STRIPE_SIGNED_WITH], delivery)
    return replace(delivery, headers={**delivery.headers, STRIPE_HEADER: signed})


def canaries(marker: Marker) -> Sequence[Delivery]:
    """A payment by charge and by intent, a refund and a dispute, full of markers."""
    address = {
        "line1": marker("address"),
        "city": marker("city"),
        "postal_code": marker("postal code"),
    }
    person = {
        "name": f"Maya {marker('last name')}",
        "email": "maya.canary@example.com",
        "phone": "+12125550142",
        "address": address,
    }
    told = {
        "description": marker("description"),
        "metadata": {"diagnosis": marker("metadata"), "first_name": marker("custom")},
        "statement_descriptor": marker("statement descriptor"),
        "status": "succeeded",
        "currency": "usd",
        "created": 1_780_000_000,
        "amount": 25_000,
    }
    charge = {
        "id": "ch_canary1",
        "object": "charge",
        "payment_intent": "pi_canary1",
        "billing_details": person,
        "shipping": person,
        "payment_method_details": {"card": {"last4": marker("card")}},
        "receipt_url": f"https://pay.example/{marker('receipt')}",
        **told,
    }
    intent = {"id": "pi_canary1", "object": "payment_intent", "shipping": person}
    refund = {"id": "re_canary1", "charge": "ch_canary1", "reason": marker("reason")}
    dispute = {
        "id": "dp_canary1",
        "charge": "ch_canary1",
        "evidence": {"customer_name": marker("evidence"), "service": marker("service")},
    }
    events: dict[str, dict[str, Any]] = {
        "charge.succeeded": charge,
        "payment_intent.succeeded": {**told, **intent},
        "refund.created": {**told, **refund},
        "charge.dispute.created": {**told, **dispute, "status": "under_review"},
        "customer.updated": {**told, **person},
    }
    return [
        _delivery(number, event_type, found)
        for number, (event_type, found) in enumerate(events.items())
    ]


def _delivery(number: int, event_type: str, found: Mapping[str, Any]) -> Delivery:
    event = {
        "id": f"evt_canary{number}",
        "object": "event",
        "type": event_type,
        "created": 1_780_000_000,
        "livemode": True,
        "data": {"object": found},
    }
    return Delivery(json.dumps(event).encode(), received_at=clock.now())


DOOR = Door(
    name="stripe",
    title="Stripe",
    secrets=(STRIPE_SIGNED_WITH,),
    verify=verify,
    read=read,
    translate=translate,
    canaries=canaries,
    sign=sign,
    brings="Payments, refunds and disputes from Stripe",
)
