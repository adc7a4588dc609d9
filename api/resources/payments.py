"""Payments and refunds, in integer cents. An event is never edited: it is voided."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from pydantic import BaseModel

from api.ground.etags import etag_of
from api.ground.problems import not_found
from api.idempotency.answering import KeptAnswer
from api.resources.lead_data import active_lead, visible_lead
from api.resources.paging import PAGING, page_of
from api.resources.values import Cents, CentsOrZero, Day, Text, known_id
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from kpis.choices import MONEY_KINDS, Kind, VoidReason
from kpis.events import payments
from kpis.events.dates import moment_of
from kpis.events.payments import REFUND_PERMISSION, refundable_cents
from kpis.events.voiding import void
from kpis.models import KpiEvent
from medspa.json_columns import Schema

TAG, SEE = "Payments", ("kpis.view_kpievent",)


class PaymentAnswer(BaseModel):
    """A payment or a refund; `refund_of_id` is the payment that was paid back."""

    id: str
    lead_id: str | None
    kind: str
    value_cents: int
    refundable_cents: int | None
    procedure_code: str | None
    category: str | None
    refund_of_id: str | None
    occurred_at: datetime


class PaymentBody(Schema):
    """`paid_on` is a day of the clinic; without it, now."""

    value_cents: Cents
    procedure_code: Text = ""
    category: Text = ""
    cost_cents: CentsOrZero = 0
    paid_on: Day | None = None


class RefundBody(Schema):
    value_cents: Cents
    refunded_on: Day | None = None


class VoidBody(Schema):
    reason: Text


@operation(
    Operation(
        "list_payments",
        "get",
        "/leads/{lead_id}/payments",
        "payments:read",
        SEE,
        "List payments and refunds of a lead",
        tag=TAG,
        parameters=PAGING,
        answer=PaymentAnswer,
        is_list=True,
    )
)
def list_payments(call: ApiCall, lead_id: str) -> KeptAnswer:
    lead = visible_lead(call, lead_id)
    rows = KpiEvent.objects.filter(lead=lead, kind__in=MONEY_KINDS)
    return page_of(call, rows, f"payments {lead.pk}", _data)


@operation(
    Operation(
        "get_payment",
        "get",
        "/payments/{payment_id}",
        "payments:read",
        SEE,
        "Get a payment or a refund",
        tag=TAG,
        answer=PaymentAnswer,
    )
)
def get_payment(call: ApiCall, payment_id: str) -> KeptAnswer:
    return _answer(_event(call, payment_id))


@operation(
    Operation(
        "record_payment",
        "post",
        "/leads/{lead_id}/payments",
        "payments:write",
        ("kpis.add_kpievent",),
        "Record a payment",
        "Send an Idempotency-Key so that no payment is recorded twice.",
        TAG,
        answer=PaymentAnswer,
        status=201,
        example={"value_cents": 45_000, "procedure_code": "BTX"},
    )
)
def record_payment(call: ApiCall, lead_id: str, body: PaymentBody) -> KeptAnswer:
    lead = active_lead(call, lead_id)
    event = payments.record_payment(
        lead,
        body.value_cents,
        body.procedure_code,
        body.category,
        cost_cents=body.cost_cents,
        paid_at=moment_of(body.paid_on, may_reopen=call.may(REFUND_PERMISSION)),
    )
    return _answer(event, 201)


@operation(
    Operation(
        "record_refund",
        "post",
        "/payments/{payment_id}/refunds",
        "payments:write",
        (REFUND_PERMISSION,),
        "Record a refund of a payment",
        "Refunds can't exceed the payment.",
        TAG,
        answer=PaymentAnswer,
        status=201,
        example={"value_cents": 10_000},
    )
)
def record_refund(call: ApiCall, payment_id: str, body: RefundBody) -> KeptAnswer:
    payment = _event(call, payment_id)
    lead = active_lead(call, str(payment.lead_id))
    event = payments.record_refund(
        lead, payment.pk, body.value_cents, refunded_on=body.refunded_on
    )
    return _answer(event, 201)


@operation(
    Operation(
        "void_payment",
        "post",
        "/payments/{payment_id}/void",
        "payments:write",
        ("kpis.void_kpievent",),
        "Void a payment or a refund",
        f"Reasons: {', '.join(VoidReason.values)}.",
        TAG,
        needs_match=True,
        status=204,
        example={"reason": "twice"},
    )
)
def void_payment(call: ApiCall, payment_id: str, body: VoidBody) -> KeptAnswer:
    active_lead(call, str(_event(call, payment_id).lead_id))
    event = _event(call, payment_id)
    call.require_match(_data(event))
    if body.reason not in VoidReason.values:
        raise ValidationError({"reason": "Choose a reason from the list."})
    void(event.pk, VoidReason(body.reason))
    return KeptAnswer()


def _event(call: ApiCall, event_id: str) -> KpiEvent:
    rows = KpiEvent.objects.visible_to(call.person).select_related("lead")
    row: KpiEvent | None = rows.filter(
        pk=known_id(event_id), kind__in=MONEY_KINDS
    ).first()
    if row is None:
        raise not_found()
    call.subject = row.lead
    return row


def _answer(row: KpiEvent, status: int = 200) -> KeptAnswer:
    data = _data(row)
    return KeptAnswer(data, status, etag_of(data))


def _data(row: KpiEvent) -> dict[str, Any]:
    details = row.metadata_json
    is_payment = row.kind == Kind.INVOICE_PAID
    return {
        "id": row.pk,
        "lead_id": row.lead_id,
        "kind": str(row.kind),
        "value_cents": row.value_cents,
        "refundable_cents": refundable_cents(row) if is_payment else None,
        "procedure_code": details.get("procedure"),
        "category": details.get("category"),
        "refund_of_id": row.refund_of_id,
        "occurred_at": row.occurred_at,
    }
