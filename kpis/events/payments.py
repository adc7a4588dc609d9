"""Recording what was paid and paid back, in integer cents."""

from django.db import transaction
from django.db.models import Sum

from kpis.choices import Category, Kind
from kpis.events.recording import NO_EXTRAS, Extras, follow_up
from kpis.models import KpiEvent
from leads.choices import Procedure
from leads.models import Lead
from leads.services.actions import ActRefused
from medspa.ids import new_id
from medspa.money import format_cents

# A slip of the finger adds zeros; ten million dollars were never paid at once.
MOST_CENTS = 10**9
# Giving money back takes the same right as voiding: the front desk has neither.
REFUND = "kpis.void_kpievent"


@transaction.atomic
def pay(
    lead: Lead,
    cents: int,
    procedure: str = "",
    category: str = "",
    *,
    key: str = "",
    said: Extras = NO_EXTRAS,
) -> KpiEvent:
    """Record a payment of `cents` now; `said` is what the form said beside that, for
    the apps above. Raises ActRefused outside the lists.
    """
    if not 0 < cents <= MOST_CENTS:
        raise ActRefused(f"Enter an amount up to {format_cents(MOST_CENTS)}.")
    if procedure and procedure not in Procedure.values:
        raise ActRefused("Choose a procedure from the list.")
    if category and category not in Category.values:
        raise ActRefused("Choose a category from the list.")
    details = {"procedure": procedure, "category": category}
    event = KpiEvent.objects.create(
        id=key or new_id(),
        lead=lead,
        kind=Kind.INVOICE_PAID,
        value_cents=cents,
        metadata_json={name: value for name, value in details.items() if value},
    )
    follow_up([event], said)
    return event


@transaction.atomic
def refund(lead: Lead, payment_id: str, cents: int, *, key: str = "") -> KpiEvent:
    """Record that `cents` of a payment were paid back now.

    The payment is locked, so that two refunds at once can't exceed it together.
    Raises ActRefused with what is left.
    """
    payment = (
        KpiEvent.objects.select_for_update(no_key=True)
        .filter(pk=payment_id, lead=lead, kind=Kind.INVOICE_PAID)
        .first()
    )
    if payment is None:
        raise ActRefused("Choose the payment that is paid back.")
    left = refundable(payment)
    if not 0 < cents <= left:
        raise ActRefused(
            f"Of this payment {format_cents(left)} is left to pay back. "
            "Nothing was recorded."
        )
    return KpiEvent.objects.create(
        id=key or new_id(),
        lead=lead,
        kind=Kind.INVOICE_REFUNDED,
        value_cents=cents,
        refund_of=payment,
    )


def refundable(payment: KpiEvent) -> int:
    """The cents of a payment that were not paid back yet."""
    refunds = KpiEvent.objects.filter(refund_of=payment)
    returned = refunds.aggregate(cents=Sum("value_cents"))["cents"] or 0
    return (payment.value_cents or 0) - returned
