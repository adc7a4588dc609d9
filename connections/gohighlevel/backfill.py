"""The first filling: all contacts, stages, consults and payments that are there.

First a dry run counts what would happen. The job can be paused, by canceling its run,
and goes on behind the last page that was written.
"""

from collections import Counter
from typing import Protocol

from django.db import transaction

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel.api import listing
from connections.gohighlevel.api.client import Client
from connections.gohighlevel.comparing import compare_appointments, compare_stages
from connections.gohighlevel.polling import (
    TRANSACTIONS_BACK_AT_NIGHT,
    Poll,
    read_transactions,
)
from connections.gohighlevel.taking import deleted_here
from connections.models import (
    BackfillPreview,
    Connection,
    IntakeBatch,
    Stream,
    StreamState,
)
from connections.taking_in.ledger import begin_batch
from leads.intake.incoming import IncomingLead
from leads.intake.refusals import RowRefused
from leads.intake.take_in import ImportOptions, IntakeRun, status_of, take_in
from medspa.jobs.progress import NullProgress


class Steps(Protocol):
    def of(self, total: int, done: int = 0) -> None: ...

    def step(self, count: int = 1) -> None: ...


# What `status_of` calls a lead in which nothing is new.
UNCHANGED = "skipped"


def dry_run(
    connection: Connection, client: Client, progress: Steps | None = None
) -> BackfillPreview:
    """What would become of all contacts; writes none of them and keeps the result."""
    one = Poll.of(connection, client)
    run = IntakeRun(GOHIGHLEVEL, ImportOptions(is_dry_run=True), system=GOHIGHLEVEL)
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    progress = progress or NullProgress()
    progress.of(listing.count_contacts(client))
    for rows, _ in listing.contacts(client):
        items = [item for row in rows for item in one.items_of(row)]
        leads = [item for item in items if isinstance(item, IncomingLead)]
        counts["without_contact"] += len(rows) - len(leads)
        counts["do_not_contact"] += len(items) - len(leads)
        gone = deleted_here(connection, {lead.external_id for lead in leads})
        active = [lead for lead in leads if lead.external_id not in gone]
        counts["deleted_here"] += len(leads) - len(active)
        results = take_in(run, dict(enumerate(active)), {}).values()
        refused.update(one.sentence for one in results if isinstance(one, RowRefused))
        counts.update(
            status_of(one) for one in results if not isinstance(one, RowRefused)
        )
        progress.step(len(rows))
    counts["unchanged"] = counts.pop(UNCHANGED, 0)
    preview = BackfillPreview(**counts, refused=dict(refused))
    StreamState.objects.update_or_create(
        connection=connection,
        stream=Stream.CONTACTS,
        defaults={"preview": preview.model_dump(), "previewed_at": one.now},
    )
    return preview


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
    if state.place_id and paused and not paused.undos.exists():
        return paused.pk
    return begin_batch("GoHighLevel backfill", connection=connection).pk
