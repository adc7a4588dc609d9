"""Writing to GoHighLevel that a consult was kept, missed or canceled here.

GoHighLevel decides: each appointment is read and taken in first, and written only where
it did not change there. People there are not notified by it.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel.access import settings_of
from connections.gohighlevel.api.errors import NotThere
from connections.gohighlevel.known import KnownValue
from connections.gohighlevel.polling import Poll
from connections.gohighlevel.reading import consult_events
from connections.models import ExternalId
from connections.taking_in.consults import APPOINTMENT
from kpis.events.bookings import Booking, bookings, events_of
from leads.models import Lead
from medspa.clinic_time import clinic_zone

BOOKED_HERE = "booked"
# Our statuses in their words.
THEIR_STATUS = {
    BOOKED_HERE: "confirmed",
    "showed": "showed",
    "no_show": "noshow",
    "cancelled": "cancelled",
}
LONGEST_KNOWN_FIELD = 40
A_MOMENT = timedelta(microseconds=1)


def write_statuses(one: Poll, lead: Lead, known: KnownValue) -> bool:
    """Whether something was written."""
    written = [
        _write(one, lead, row, known) for row in list(_appointments(one, lead, known))
    ]
    return any(written)


def _appointments(one: Poll, lead: Lead, known: KnownValue) -> Iterator[ExternalId]:
    """Those whose status differs from what is known of GoHighLevel's."""
    standing = {booking.event.pk: booking for booking in bookings(events_of(lead))}
    rows = ExternalId.objects.filter(
        system=GOHIGHLEVEL,
        account=one.connection.account,
        kind=APPOINTMENT,
        event__in=standing,
        status__in=THEIR_STATUS,
    )
    for row in rows.order_by("pk"):
        ours = status_here(lead, standing[str(row.event_id)])
        if ours == row.status:
            continue
        if ours != BOOKED_HERE or _was_ours(known, lead, row):
            yield row


def status_here(lead: Lead, booking: Booking) -> str:
    if booking.is_canceled:
        return "cancelled"
    if booking.is_held:
        return "showed"
    return "no_show" if booking.is_no_show else BOOKED_HERE


def _known_field(row: ExternalId) -> str:
    return f"appt:{row.value}"[:LONGEST_KNOWN_FIELD]


def _was_ours(known: KnownValue, lead: Lead, row: ExternalId) -> bool:
    """We wrote the status that is there, and it was undone here since."""
    return known.is_same(lead.pk, _known_field(row), row.status)


def _write(one: Poll, lead: Lead, row: ExternalId, known: KnownValue) -> bool:
    path = f"/calendars/events/appointments/{row.value}"
    try:
        answer = one.client.get(path)
    except NotThere:
        return False
    there: Any = answer.get("event", answer.get("appointment")) or {}
    settings = settings_of(one.connection)
    one.take(consult_events(there, settings, clinic_zone(), one.connection.account))
    before = row.status
    row.refresh_from_db()
    if row.status != before:
        return False  # It was changed there: that counts.
    booking = next(
        (b for b in bookings(events_of(lead)) if b.event.pk == row.event_id), None
    )
    ours = status_here(lead, booking) if booking else row.status
    if ours == row.status:
        return False
    change = {"appointmentStatus": THEIR_STATUS[ours], "toNotify": False}
    one.client.put(path, change | {"ignoreFreeSlotValidation": True})
    # A moment later than what was read, so that its booking is the older status.
    row.status, row.status_at = ours, (row.status_at or one.now) + A_MOMENT
    row.save(update_fields=["status", "status_at"])
    known.note(lead.pk, _known_field(row), ours, one.now, is_ours=True)
    return True
