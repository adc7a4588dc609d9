"""Why items were rejected, in words: their content is forgotten, the reason is kept."""

from collections import Counter
from datetime import datetime

from django.db.models import Count

from connections.models import ItemOutcome, Outcome

REJECTED_WORDS = {
    "no_contact": "without an email, phone or contact ID",
    "no_first_name": "without a first name",
    "no_amount": "with an amount that isn't above zero",
    "amount_too_large": "with an amount that is too large",
    "other_currency": "in another currency",
    "in_the_future": "with a date in the future",
    "other_amount": "payments that are recorded with another amount",
    "erased": "of a person who was erased",
    "payment_is_voided": "refunds of a payment that was voided here",
    "dismissed": "dismissed here",
}
OTHERWISE_REJECTED = "that couldn't be saved"


def read_rejected(since: datetime) -> dict[str, list[tuple[str, int]]]:
    """By connection: why, in words, and how many; the most frequent first."""
    rows = ItemOutcome.objects.filter(outcome=Outcome.REFUSED, made_at__gte=since)
    told = (
        rows.order_by().values_list("connection_id", "reason").annotate(n=Count("pk"))
    )
    found: dict[str, Counter[str]] = {}
    for connection_id, reason, number in told:
        words = REJECTED_WORDS.get(reason, OTHERWISE_REJECTED)
        found.setdefault(connection_id or "", Counter())[words] += number
    return {pk: counts.most_common() for pk, counts in found.items()}
