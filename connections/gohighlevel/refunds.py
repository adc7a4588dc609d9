"""How much of a payment is known to be given back.

GoHighLevel tells only the sum, so that what is new is the difference to what is known:
what stands here, by whomever it was recorded, and what waits for its lead.
"""

from collections.abc import Sequence

from django.db.models import Sum

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel.reading import Sale
from connections.models import Connection, ExternalId, UnmatchedEvent, WaitState
from connections.taking_in.doubles import PAYMENT
from connections.taking_in.waiting_rows import item_of
from kpis.models import KpiEvent


def known_refunds(connection: Connection, sales: Sequence[Sale]) -> dict[str, int]:
    """Cents by the id of the payment there."""
    known = {sale.paid.object_id: 0 for sale in sales}
    payments = ExternalId.objects.filter(
        system=GOHIGHLEVEL, account=connection.account, kind=PAYMENT, value__in=known
    ).exclude(event=None)
    of_event = {event: value for value, event in payments.values_list("value", "event")}
    refunds = KpiEvent.objects.filter(refund_of__in=of_event).order_by()
    sums = refunds.values_list("refund_of").annotate(cents=Sum("value_cents"))
    for event, cents in sums:
        known[of_event[event]] += cents or 0
    waiting = UnmatchedEvent.objects.filter(
        system=GOHIGHLEVEL,
        account=connection.account,
        what="refunded",
        parent_id__in=known,
        state=WaitState.WAITING,
    )
    for row in waiting:
        known[row.parent_id] += item_of(row).amount_cents or 0
    return known
