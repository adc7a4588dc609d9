"""Voiding a recorded event: it stays to be seen, says why, and counts no longer."""

from django.db import transaction

from kpis.choices import VoidReason
from kpis.models import KpiEvent
from medspa.audit.actors import acting


class VoidRefused(Exception):
    """Nothing was voided; the message is a sentence."""


@transaction.atomic
def void(event_id: str, reason: VoidReason) -> KpiEvent:
    """Void one event; raises VoidRefused while something living rests on it.

    The locked payment keeps a refund that is just being recorded waiting.
    """
    event = (
        KpiEvent.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=event_id)
        .first()
    )
    if event is None:
        raise VoidRefused("This was voided already.")
    if KpiEvent.objects.filter(refund_of=event).exists():
        raise VoidRefused("Part of this payment was paid back. Void the refund first.")
    with acting(reason=str(reason.label)):
        event.delete()
    return event
