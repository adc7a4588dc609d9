"""Recording payments and refunds, in integer cents."""

from django.db import transaction
from django.db.models import Sum

from kpis.choices import Category, Kind
from kpis.events.recording import NO_EXTRAS, notify_recorded
from kpis.events.refusals import PaymentRefused
from kpis.extension_points import Extras
from kpis.models import KpiEvent
from leads.choices import Procedure
from leads.models import Lead
from medspa.ids import new_id
from medspa.money import format_cents

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
    key: str = "",
    extras: Extras = NO_EXTRAS,
) -> KpiEvent:
    """Record a payment of `cents` now; `key` is the id of its row.

    `extras` go to the apps above (see `recording`). Raises PaymentRefused for an
    amount, procedure or category that does not exist.
    """
    if not 0 < cents <= MOST_PAID_CENTS:
        most = format_cents(MOST_PAID_CENTS)
        raise PaymentRefused(f"Enter an amount up to {most}.", "amount_out_of_range")
    if procedure and procedure not in Procedure.values:
        raise PaymentRefused("Choose a procedure from the list.", "unknown_procedure")
    if category and category not in Category.values:
        raise PaymentRefused("Choose a category from the list.", "unknown_category")
    details = {"procedure": procedure, "category": category}
    event = KpiEvent.objects.create(
        id=key or new_id(),
        lead=lead,
        kind=Kind.INVOICE_PAID,
        value_cents=cents,
        metadata_json={name: value for name, value in details.items() if value},
    )
    notify_recorded([event], extras)
    return event


@transaction.atomic
def record_refund(
    lead: Lead, payment_id: str, cents: int, *, key: str = ""
) -> KpiEvent:
    """Record that `cents` of a payment were paid back now.

    The payment is locked, so that two refunds at once can't exceed it together.
    Raises PaymentRefused, with the amount that is left.
    """
    payment = (
        KpiEvent.objects.select_for_update(no_key=True)
        .filter(pk=payment_id, lead=lead, kind=Kind.INVOICE_PAID)
        .first()
    )
    if payment is None:
        raise PaymentRefused("Choose the payment that is paid back.", "unknown_payment")
    left = refundable_cents(payment)
    if not 0 < cents <= left:
        raise PaymentRefused(
            f"Of this payment {format_cents(left)} is left to pay back. "
            "Nothing was recorded.",
            "refund_exceeds_payment",
        )
    return KpiEvent.objects.create(
        id=key or new_id(),
        lead=lead,
        kind=Kind.INVOICE_REFUNDED,
        value_cents=cents,
        refund_of=payment,
    )


def refundable_cents(payment: KpiEvent) -> int:
    """The cents of a payment that were not paid back yet."""
    refunds = KpiEvent.objects.filter(refund_of=payment)
    returned = refunds.aggregate(cents=Sum("value_cents"))["cents"] or 0
    return (payment.value_cents or 0) - returned
