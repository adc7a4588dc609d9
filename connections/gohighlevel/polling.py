"""Polls: reading what changed since the last time, for what no webhook told.

Each page is taken in together with its bookmark, in one transaction. The bookmark is
the greatest change that was seen, less ten minutes, because the search lags behind.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel import reading
from connections.gohighlevel.access import settings_of
from connections.gohighlevel.api import listing
from connections.gohighlevel.api.client import Client
from connections.gohighlevel.api.errors import GoHighLevelError
from connections.gohighlevel.merges import note_merge
from connections.gohighlevel.refunds import known_refunds
from connections.gohighlevel.taking import take
from connections.items import Item
from connections.models import Connection, Stream, StreamState
from connections.taking_in import ItemResult, ItemSource
from medspa import clock
from medspa.clinic_time import clinic_zone

OVERLAP = timedelta(minutes=10)
# Appointments are read by when they take place.
APPOINTMENTS_BACK, APPOINTMENTS_AHEAD = timedelta(days=14), timedelta(days=120)
TRANSACTIONS_BACK = timedelta(days=7)
TRANSACTIONS_BACK_AT_NIGHT = timedelta(days=120)
Counts = Counter[str]


@dataclass(frozen=True)
class Poll:
    """One connection that is read now, and where its counts are added up."""

    connection: Connection
    client: Client
    now: datetime
    counts: Counts
    # The backfill that it is part of.
    batch: str = ""

    @classmethod
    def of(cls, connection: Connection, client: Client, batch: str = "") -> "Poll":
        return cls(connection, client, clock.now(), Counter(), batch)

    def items_of(self, contact: Mapping[str, Any]) -> list[Item]:
        return reading.contact_items(contact, settings_of(self.connection), self.now)

    @property
    def source(self) -> ItemSource:
        return ItemSource(
            system=GOHIGHLEVEL,
            account=self.connection.account,
            connection=self.connection,
            batch=self.batch,
            lead_source="gohighlevel",
        )

    def take(self, items: Sequence[Item]) -> list[ItemResult]:
        results = take(items, self.source)
        self.counts.update(str(result.outcome) for result in results)
        return results


def poll(connection: Connection, client: Client, stream: Stream) -> Counts:
    """Read one stream; raises GoHighLevelError, which is noted in its state."""
    state, _ = StreamState.objects.get_or_create(connection=connection, stream=stream)
    reader = READERS[stream]
    one = Poll.of(connection, client)
    try:
        reader(one, state)
    except GoHighLevelError as error:
        state.failure = error.code
        state.failing_since = state.failing_since or one.now
        state.save(update_fields=["failure", "failing_since"])
        raise
    state.polled_at, state.failure, state.failing_since = one.now, "", None
    state.save(update_fields=["polled_at", "failure", "failing_since"])
    return one.counts


def read_contacts(one: Poll, state: StreamState) -> None:
    """What changed since the bookmark; without one, since the connection was made."""
    since = state.bookmark or one.connection.made_at - OVERLAP
    for rows, _ in listing.contacts(one.client, since):
        items = [item for row in rows for item in one.items_of(row)]
        changed = [reading.moment(row.get("dateUpdated")) for row in rows]
        with transaction.atomic():
            one.take(items)
            _advance(state, [at for at in changed if at])


def read_opportunities(one: Poll, state: StreamState) -> None:
    """All are read and the changed ones taken: the list can't be asked for changes."""
    since = state.bookmark
    seen = []
    for rows in listing.opportunities(one.client):
        changed = [(row, reading.moment(row.get("updatedAt"))) for row in rows]
        new = [(row, at) for row, at in changed if at and (not since or at >= since)]
        stages = (reading.stage_of(row) for row, _ in new)
        one.take([stage for stage in stages if stage])
        seen += [at for _, at in new]
    _advance(state, seen)


def read_appointments(one: Poll, state: StreamState) -> None:
    first, last = one.now - APPOINTMENTS_BACK, one.now + APPOINTMENTS_AHEAD
    settings, zone = settings_of(one.connection), clinic_zone()
    since, seen = state.bookmark, []
    for calendar in settings.consult_calendars:
        rows = listing.appointments(one.client, calendar, first, last)
        changed = [(row, reading.moment(row.get("dateUpdated"), zone)) for row in rows]
        new = [(row, at) for row, at in changed if at and (not since or at >= since)]
        one.take(
            [
                event
                for row, _ in new
                for event in reading.consult_events(
                    row, settings, zone, one.connection.account
                )
            ]
        )
        seen += [at for _, at in new]
    _advance(state, seen)


def read_transactions(
    one: Poll, state: StreamState, back: timedelta = TRANSACTIONS_BACK
) -> None:
    """Payments, what was given back of them, and contacts that were merged.

    There is no event for refunds and merges, and no list by change: all transactions
    of the last days are read each time.
    """
    settings = settings_of(one.connection)
    for rows in listing.transactions(one.client, one.now - back, one.now):
        found = (
            reading.sale_of(row, settings, clinic_zone(), one.connection.account)
            for row in rows
        )
        sales = [sale for sale in found if sale]
        for sale in sales:
            if sale.merged_from:
                note_merge(one, sale.merged_from, sale.paid.who.external_id)
        with transaction.atomic():
            one.take([sale.paid for sale in sales])
            known = known_refunds(one.connection, sales)
            refunds = (
                reading.refund_event(sale, known[sale.paid.object_id])
                for sale in sales
                if sale.refunded_cents
            )
            one.take([refund for refund in refunds if refund])
    _advance(state, [])


def _advance(state: StreamState, seen: Sequence[datetime]) -> None:
    """The bookmark only goes forward."""
    if not seen:
        return
    bookmark = max(seen) - OVERLAP
    if state.bookmark is None or bookmark > state.bookmark:
        state.bookmark = bookmark
        state.save(update_fields=["bookmark"])


READERS = {
    Stream.CONTACTS: read_contacts,
    Stream.OPPORTUNITIES: read_opportunities,
    Stream.APPOINTMENTS: read_appointments,
    Stream.TRANSACTIONS: read_transactions,
}
