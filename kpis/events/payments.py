"""Recording payments and refunds, in integer cents."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from kpis.choices import Category, Kind, VoidReason
from kpis.events.dates import moment_of
from kpis.events.recording import NO_EXTRAS, notify_recorded
from kpis.events.refusals import PaymentRefused
from kpis.events.voiding import void
from kpis.extension_points import REPLACES, Extras, payment_corrections
from kpis.models import KpiEvent
from leads.models import Lead
from leads.models.procedure import procedures
from medspa import clock
from medspa.clinic_time import clinic_zone, local_date
from medspa.formats import format_cents
from medspa.ids import new_id

# A slip of the finger adds zeros; ten million dollars were never paid at once.
MOST_PAID_CENTS = 10**9
# Giving money back takes the same right as voiding: the front desk has neither.
REFUND_PERMISSION = "kpis.void_kpievent"


@transaction.atomic
def record_payment(
    lead: Lead,
    cents: int,
    procedure: str = "",
    category: str = "",
    *,
    cost_cents: int = 0,
    paid_at: datetime | None = None,
    key: str = "",
    extras: Extras = NO_EXTRAS,
) -> KpiEvent:
    """Record a payment of `cents`, now or at `paid_at`; `key` is the id of its row.

    `cost_cents` is what the product cost the clinic. `extras` go to the apps above (see
    `recording`). Raises PaymentRefused for an amount, cost, procedure or category that
    does not exist.
    """
    if not 0 <= cost_cents <= MOST_PAID_CENTS:
        most = format_cents(MOST_PAID_CENTS)
        raise PaymentRefused(
            f"Enter a cost of zero or more, up to {most}.", "cost_out_of_range"
        )
    if not 0 < cents <= MOST_PAID_CENTS:
        most = format_cents(MOST_PAID_CENTS)
        raise PaymentRefused(
            f"Enter an amount above zero, up to {most}.", "amount_out_of_range"
        )
    if procedure and procedure not in procedures():
        raise PaymentRefused("Choose a procedure from the list.", "unknown_procedure")
    if category and category not in Category.values:
        raise PaymentRefused("Choose a category from the list.", "unknown_category")
    details = {
        "procedure": procedure,
        "category": category,
        "cost_cents": cost_cents,
    }
    event = KpiEvent.objects.create(
        id=key or new_id(),
        lead=lead,
        kind=Kind.INVOICE_PAID,
        value_cents=cents,
        metadata_json={name: value for name, value in details.items() if value},
        **({"occurred_at": paid_at} if paid_at else {}),
    )
    notify_recorded([event], extras)
    return event


@transaction.atomic
def record_refund(
    lead: Lead,
    payment_id: str,
    cents: int,
    *,
    refunded_on: date | None = None,
    refunded_at: datetime | None = None,
    key: str = "",
) -> KpiEvent:
    """Record that `cents` of a payment were paid back, now or on an earlier day.

    Another system names the moment, `refunded_at`, and people only the day.
    The payment is locked, so that two refunds at once can't exceed it together.
    Raises PaymentRefused, with the amount that is left, or for a wrong day.
    """
    refunded_at = refunded_at or moment_of(refunded_on, may_reopen=True)
    payment = (
        KpiEvent.objects.select_for_update(no_key=True)
        .filter(pk=payment_id, lead=lead, kind=Kind.INVOICE_PAID)
        .first()
    )
    if payment is None:
        raise PaymentRefused("Choose the payment to refund.", "unknown_payment")
    left = refundable_cents(payment)
    if not 0 < cents <= left:
        why = f"Only {format_cents(left)} of this payment can be refunded."
        if not left:
            why = "This payment is already fully refunded."
        raise PaymentRefused(f"{why} Nothing was recorded.", "refund_exceeds_payment")
    paid_on = local_date(payment.occurred_at, clinic_zone())
    if refunded_on and refunded_on < paid_on:
        raise PaymentRefused(
            "A refund can't be before its payment.", "refund_before_payment"
        )
    if refunded_at:
        # Other systems' clocks may be ahead.
        refunded_at = max(min(refunded_at, clock.now()), payment.occurred_at)
    return KpiEvent.objects.create(
        id=key or new_id(),
        lead=lead,
        kind=Kind.INVOICE_REFUNDED,
        value_cents=cents,
        refund_of=payment,
        **({"occurred_at": refunded_at} if refunded_at else {}),
    )


@transaction.atomic
def replace_payment(
    lead: Lead, payment_id: str, new: "PaymentChange", *, key: str = ""
) -> KpiEvent:
    """Void a payment and record it anew: events are never edited.

    Who earned it stays. Raises PaymentRefused for one that is not there or does not
    change, VoidRefused for one that was refunded.
    """
    old = (
        KpiEvent.objects.select_for_update(no_key=True)
        .filter(pk=payment_id, lead=lead, kind=Kind.INVOICE_PAID)
        .first()
    )
    if old is None:
        raise PaymentRefused("Choose the payment to correct.", "unknown_payment")
    paid_on = local_date(old.occurred_at, clinic_zone())
    paid_at = old.occurred_at
    if new.paid_on != paid_on:
        paid_at = moment_of(new.paid_on, may_reopen=True) or clock.now()
    if new == change_of(old):
        raise PaymentRefused("Nothing was changed.", "nothing_changed")
    void(old.pk, VoidReason.MISTAKE)
    corrected = record_payment(
        lead,
        new.cents,
        new.procedure,
        new.category,
        cost_cents=new.cost_cents,
        paid_at=paid_at,
        key=key,
        extras={REPLACES: old},
    )
    for tell in payment_corrections:
        tell(old, corrected)
    return corrected


@dataclass(frozen=True)
class PaymentChange:
    """What a payment should say."""

    cents: int
    procedure: str
    category: str
    cost_cents: int
    paid_on: date


def change_of(payment: KpiEvent) -> PaymentChange:
    """What a payment says now."""
    details = payment.metadata_json
    return PaymentChange(
        payment.value_cents or 0,
        details.get("procedure") or "",
        details.get("category") or Category.SERVICE.value,
        details.get("cost_cents") or 0,
        local_date(payment.occurred_at, clinic_zone()),
    )


def refundable_cents(payment: KpiEvent) -> int:
    """The cents of a payment that were not paid back yet."""
    refunds = KpiEvent.objects.filter(refund_of=payment)
    returned = refunds.aggregate(cents=Sum("value_cents"))["cents"] or 0
    return (payment.value_cents or 0) - returned


def has_payments() -> bool:
    """Whether any payment stands, of whichever lead."""
    return KpiEvent.objects.filter(kind=Kind.INVOICE_PAID).order_by()[:1].exists()
