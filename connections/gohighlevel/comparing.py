"""The nightly comparison: everything there, against everything here.

What differs is counted by field before it is taken in, and shown as drift.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from connections.gohighlevel import reading
from connections.gohighlevel.access import settings_of
from connections.gohighlevel.api import listing
from connections.gohighlevel.api.client import Client
from connections.gohighlevel.api.errors import NotThere
from connections.gohighlevel.polling import (
    TRANSACTIONS_BACK_AT_NIGHT,
    Poll,
    read_transactions,
)
from connections.items import Deleted
from connections.models import Connection, FieldDifference, Stream, StreamState
from leads.contact import email_key, is_same_phone
from leads.intake.incoming import IncomingLead
from leads.models import Lead
from medspa.clinic_time import clinic_zone

MISSING_HERE, MISSING_THERE = "missing_here", "missing_there"
# More than these, and more than 1 % of all, are not deleted without a person's word.
FEW_MISSING = 20
APPOINTMENTS_BACK, APPOINTMENTS_AHEAD = timedelta(days=120), timedelta(days=366)


def compare(connection: Connection, client: Client) -> Counter[str]:
    """Compare and take in all streams; what came of the items.

    Raises GoHighLevelError; then what was compared so far stays taken in.
    """
    one = Poll.of(connection, client)
    _note(one, Stream.CONTACTS, compare_contacts(one))
    _note(one, Stream.OPPORTUNITIES, compare_stages(one))
    compare_appointments(one)
    state = _state(one, Stream.TRANSACTIONS)
    read_transactions(one, state, TRANSACTIONS_BACK_AT_NIGHT)
    return one.counts


def _state(one: Poll, stream: Stream) -> StreamState:
    found = StreamState.objects.get_or_create(connection=one.connection, stream=stream)
    return found[0]


def _note(one: Poll, stream: Stream, drift: Mapping[str, int]) -> None:
    state = _state(one, stream)
    state.drift, state.compared_at = dict(drift), one.now
    state.save(update_fields=["drift", "compared_at"])


def compare_contacts(one: Poll) -> Counter[str]:
    drift: Counter[str] = Counter()
    there: set[str] = set()
    for rows, _ in listing.contacts(one.client):
        items = [item for row in rows for item in one.items_of(row)]
        contacts = [item for item in items if isinstance(item, IncomingLead)]
        there.update(reading.contact_id(row, "id") for row in rows)
        differing = _differences(contacts)
        drift.update(name for names in differing.values() for _, name in names)
        one.take(items)
        left = _differences(
            [item for item in contacts if item.external_id in differing]
        )
        _note_left(one, [pair for pairs in left.values() for pair in pairs])
    FieldDifference.objects.filter(
        connection=one.connection, found_at__lt=one.now
    ).delete()
    drift.update(_missing_there(one, there))
    return +drift


def _differences(
    contacts: Sequence[IncomingLead],
) -> dict[str, list[tuple[str, str]]]:
    """By contact id: the lead, empty where there is none, and what differs."""
    ids = [contact.external_id for contact in contacts]
    leads: dict[str, Any] = {
        str(lead.external_id): lead
        for lead in Lead.all_objects.filter(external_id__in=ids)
    }
    found: dict[str, list[tuple[str, str]]] = {}
    for contact in contacts:
        lead = leads.get(contact.external_id)
        if lead is None:
            found[contact.external_id] = [("", MISSING_HERE)]
        elif not lead.is_deleted and (names := fields_that_differ(contact, lead)):
            found[contact.external_id] = [(lead.pk, name) for name in names]
    return found


def _note_left(one: Poll, left: Sequence[tuple[str, str]]) -> None:
    """Fields that differ although everything was taken in: a person decides."""
    FieldDifference.objects.bulk_create(
        [
            FieldDifference(
                connection=one.connection, lead_id=lead_id, field=name, found_at=one.now
            )
            for lead_id, name in left
            if lead_id
        ],
        update_conflicts=True,
        unique_fields=["connection", "lead", "field"],
        update_fields=["found_at"],
    )


def fields_that_differ(contact: IncomingLead, lead: Lead) -> list[str]:
    """Of what is known on both sides."""
    is_same = {
        "first_name": contact.first_name.casefold() == lead.first_name.casefold(),
        "email": email_key(contact.email) == email_key(lead.email),
        "phone": is_same_phone(contact.phone, lead.phone),
    }
    return [
        name for name, same in is_same.items() if getattr(contact, name) and not same
    ]


def _missing_there(one: Poll, there: set[str]) -> Counter[str]:
    """Leads whose contact the complete list lacks: deleted where 404 confirms it."""
    here = Lead.objects.exclude(external_id=None).values_list("external_id", flat=True)
    total, missing = 0, []
    for contact in here.iterator(chunk_size=5_000):
        total += 1
        if contact not in there:
            missing.append(contact)
    if len(missing) <= max(FEW_MISSING, total // 100):
        gone = [contact for contact in missing if _is_gone(one.client, contact)]
        one.take([Deleted(external_id=contact, at=one.now) for contact in gone])
    return Counter({MISSING_THERE: len(missing)})


def _is_gone(client: Client, contact: str) -> bool:
    try:
        client.get(f"/contacts/{contact}")
    except NotThere:
        return True
    return False


def compare_stages(one: Poll) -> Counter[str]:
    drift: Counter[str] = Counter()
    for rows in listing.opportunities(one.client):
        found = (reading.stage_of(row) for row in rows)
        results = one.take([stage for stage in found if stage])
        drift["stage"] += sum("stage" in result.fields for result in results)
    return +drift


def compare_appointments(one: Poll) -> None:
    first, last = one.now - APPOINTMENTS_BACK, one.now + APPOINTMENTS_AHEAD
    settings, zone = settings_of(one.connection), clinic_zone()
    for calendar in settings.consult_calendars:
        rows = listing.appointments(one.client, calendar, first, last)
        events = (
            reading.consult_events(row, settings, zone, one.connection.account)
            for row in rows
        )
        one.take([event for found in events for event in found])
