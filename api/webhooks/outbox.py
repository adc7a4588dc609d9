"""From history to events: every write leaves history in its own transaction, and that
is the outbox. A write pays nothing for it, and what was rolled back was never there.
"""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from api.webhooks.delivery import OutboxPosition
from api.webhooks.endpoint import WebhookEndpoint
from medspa.clock import CLOCK_SKEW
from medspa.postgres.sql_files import sql

# How long an event that can't be delivered holds back the next one of its lead.
HOLDS_FOR = timedelta(hours=1)
# How long a delivery is tried.
TRIED_FOR = timedelta(days=3)
ONE = 1


def begin() -> None:
    """What happens from now on is news: the first endpoint was switched on."""
    with connection.cursor() as cursor:
        cursor.execute(_block("snapshot"))
        snapshot, now = cursor.fetchone()
    position = {"snapshot": snapshot, "begun_at": now - CLOCK_SKEW}
    OutboxPosition.objects.update_or_create(pk=ONE, defaults=position)


@transaction.atomic
def relay() -> int:
    """Make events and deliveries of what is new; how many events.

    Of several workers one does it at a time.
    """
    if not WebhookEndpoint.objects.on().exists():
        return 0
    position = OutboxPosition.objects.filter(pk=ONE).first()
    return _relay() if position and _is_due(position) else 0


def _is_due(position: OutboxPosition) -> bool:
    is_elsewhere, is_new = _ask("state_of_position", position)
    if is_elsewhere:
        begin()
    return bool(is_new) and not is_elsewhere


def _relay() -> int:
    rows = OutboxPosition.objects.select_for_update(skip_locked=True)
    position = rows.filter(pk=ONE).first()
    if position is None:
        return 0
    # The lock is there before the snapshot of this statement is taken.
    snapshot, made = _ask("relay", position)
    OutboxPosition.objects.filter(pk=ONE).update(snapshot=snapshot)
    return int(made)


def _ask(name: str, position: OutboxPosition) -> Any:
    """The one row that a block of SQL returns."""
    question = _block(name).format(
        of_h=_block("outbox_is_new").format(row="h"),
        booking_of_show=_block("booking_of_show"),
        last_booking=_block("last_booking"),
    )
    with connection.cursor() as cursor:
        # Where most rows were written by one transaction (a sample clinic), the planner
        # takes the index by transaction for useless and reads 500 ms.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(question, _bound(position))
        found = cursor.fetchone()
        cursor.execute("SET LOCAL enable_seqscan = on")
        return found


def _bound(position: OutboxPosition) -> dict[str, Any]:
    # A snapshot is written as `xmin:xmax:` and the transactions at work in between.
    first, _, _ = position.snapshot.partition(":")
    return {
        "seen": position.snapshot,
        "seen_from": int(first),
        "begun_at": position.begun_at,
        "wait": HOLDS_FOR,
        "limit": TRIED_FOR,
    }


def _block(name: str) -> str:
    return sql("api", "webhooks", name)
