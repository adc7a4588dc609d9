"""The first filling: all contacts, stages, consults and payments that are there.

First a dry run counts what would happen. The job can be paused, by canceling its run,
and goes on behind the last page that was written.
"""

from collections import Counter
from typing import Protocol

from django.db import transaction

from connections.gohighlevel.api import listing
from connections.gohighlevel.api.client import Client
from connections.gohighlevel.comparing import compare_appointments, compare_stages
from connections.gohighlevel.polling import (
    TRANSACTIONS_BACK_AT_NIGHT,
    Poll,
    read_transactions,
)
from connections.gohighlevel.reading import GOHIGHLEVEL
from connections.models import Connection, IntakeBatch, Stream, StreamState
from connections.taking_in.ledger import begin_batch
from leads.intake.incoming import IncomingLead
from leads.intake.take_in import ImportOptions, IntakeRun, status_of, take_in


class Steps(Protocol):
    def of(self, total: int, done: int = 0) -> None: ...

    def step(self, count: int = 1) -> None: ...


def dry_run(connection: Connection, client: Client) -> Counter[str]:
    """How many contacts would be created, updated, restored, skipped or fail."""
    one = Poll.of(connection, client)
    run = IntakeRun(GOHIGHLEVEL, ImportOptions(is_dry_run=True), system=GOHIGHLEVEL)
    counts: Counter[str] = Counter()
    for rows, _ in listing.contacts(client):
        items = [item for row in rows for item in one.items_of(row)]
        leads = [item for item in items if isinstance(item, IncomingLead)]
        counts["without_contact"] += len(rows) - len(leads)
        results = take_in(run, dict(enumerate(leads)), {})
        counts.update(status_of(result) for result in results.values())
    return +counts


def carry_out(connection: Connection, client: Client, progress: Steps) -> Counter[str]:
    """Take in everything, from where an earlier run was paused."""
    state, _ = StreamState.objects.get_or_create(
        connection=connection, stream=Stream.CONTACTS
    )
    one = Poll.of(connection, client, _batch_of(connection, state))
    total = listing.count_contacts(client)
    place = [state.place_at, state.place_id] if state.place_id else None
    progress.of(total)
    for rows, after in listing.contacts(client, after=place):
        items = [item for row in rows for item in one.items_of(row)]
        with transaction.atomic():
            one.take(items)
            state.place_at, state.place_id = after or (None, "")
            state.save(update_fields=["place_at", "place_id"])
        progress.step(len(rows))
    compare_stages(one)
    compare_appointments(one)
    money, _ = StreamState.objects.get_or_create(
        connection=connection, stream=Stream.TRANSACTIONS
    )
    read_transactions(one, money, TRANSACTIONS_BACK_AT_NIGHT)
    state.place_at, state.place_id = None, ""
    state.save(update_fields=["place_at", "place_id"])
    return one.counts


def _batch_of(connection: Connection, state: StreamState) -> str:
    """The id of this backfill: the last one's, if that was paused."""
    paused = IntakeBatch.objects.filter(connection=connection).first()
    if state.place_id and paused:
        return paused.pk
    return begin_batch("GoHighLevel backfill", connection=connection).pk
