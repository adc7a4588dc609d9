"""Voiding an event: its row stays, with the reason, and counts no longer."""

from django.db import transaction

from kpis.choices import VoidReason
from kpis.events.refusals import VoidRefused
from kpis.models import KpiEvent
from medspa.audit.actors import acting


@transaction.atomic
def void(event_id: str, reason: VoidReason, note: str = "") -> KpiEvent:
    """Void one event; raises VoidRefused for a payment that has a refund.

    `note` stands in history instead of the reason's own words.

    The payment is locked, so a refund that is just being recorded waits.
    """
    event = (
        KpiEvent.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=event_id)
        .first()
    )
    if event is None:
        raise VoidRefused("This was already voided.", "already_voided")
    refuse_while_refunded(event)
    with acting(reason=note or str(reason.label)):
        event.delete()
    return event


def refuse_while_refunded(event: KpiEvent) -> None:
    if KpiEvent.objects.filter(refund_of=event).exists():
        raise VoidRefused(
            "Part of this payment was refunded. Void the refund first.",
            "payment_has_refund",
        )
