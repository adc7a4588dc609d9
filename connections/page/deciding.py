"""What a person does with a delivery that is parked: try it again, or dismiss it."""

from django.db import transaction

from connections.arrivals import hand_over
from connections.models import DeliveryState, ItemOutcome, Outcome, ReceivedDelivery
from connections.refusals import RetryLater
from connections.working_off import NO_ANSWER, end, work_off
from medspa.refusals import Refused


class DecisionRefused(Refused):
    code = "delivery_ended"


def retry(delivery_id: str) -> str:
    """Work it off now, as asked by a person; a sentence of what came of it."""
    with transaction.atomic():
        row = _locked(delivery_id)
        # The first attempt is this one: no worker takes it meanwhile.
        row.state, row.attempts = DeliveryState.WAITING, 1
        row.reason, row.sentence = "", ""
        row.save(update_fields=["state", "attempts", "reason", "sentence"])
    try:
        work_off(delivery_id, is_asked=True)
    except RetryLater as late:
        hand_over([row])
        raise DecisionRefused(NO_ANSWER, "no_answer") from late
    row.refresh_from_db()
    if row.state == DeliveryState.PARKED:
        raise DecisionRefused(row.sentence, row.reason)
    return "Recorded."


@transaction.atomic
def dismiss(delivery_id: str) -> str:
    """A person says that it is not needed; what it said is forgotten."""
    row = _locked(delivery_id)
    ItemOutcome.objects.filter(delivery=row, outcome=Outcome.PARKED).update(
        outcome=Outcome.REFUSED, reason="dismissed"
    )
    end(row, DeliveryState.DISMISSED)
    return "Dismissed."


def _locked(delivery_id: str) -> ReceivedDelivery:
    rows = ReceivedDelivery.objects.select_for_update(of=("self",))
    row = rows.filter(pk=delivery_id, state=DeliveryState.PARKED).first()
    if row is None:
        raise DecisionRefused("This is no longer waiting.")
    return row
