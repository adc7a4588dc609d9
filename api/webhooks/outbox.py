"""From history to events: every write leaves history in its own transaction, and that
is the outbox. A write pays nothing for it, and what was rolled back was never there.
"""

import re
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
SNAPSHOT = re.compile(r"(\d+):(\d+):[\d,]*")
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
    rows = OutboxPosition.objects.select_for_update(skip_locked=True)
    position = rows.filter(pk=ONE).first()
    if position is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_block("is_of_another_server"), [position.snapshot])
        if cursor.fetchone()[0]:
            begin()
            return 0
        cursor.execute(_relay(), _bound(position))
        snapshot, made = cursor.fetchone()
    OutboxPosition.objects.filter(pk=ONE).update(snapshot=snapshot)
    return int(made)


def _relay() -> str:
    return _block("relay").format(
        of_h=_block("outbox_is_new").format(row="h"),
        booking_of_show=_block("booking_of_show"),
        last_booking=_block("last_booking"),
    )


def _bound(position: OutboxPosition) -> dict[str, Any]:
    match = SNAPSHOT.fullmatch(position.snapshot)
    assert match, "The database writes its snapshots like this."
    return {
        "seen": position.snapshot,
        "seen_from": int(match[1]),
        "begun_at": position.begun_at,
        "wait": HOLDS_FOR,
        "limit": TRIED_FOR,
    }


def _block(name: str) -> str:
    return sql("api", "webhooks", name)
