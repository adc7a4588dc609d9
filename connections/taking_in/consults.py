"""Appointments from other systems: booked, moved, cancelled, showed, missed.

The newest status of an appointment counts: an older one that comes late changes
nothing. One that comes before its booking makes the booking, too.
"""

from datetime import datetime

from connections.items import IncomingEvent
from connections.models import ExternalId, Outcome, WaitWhy
from connections.taking_in.money import id_of, ids_of
from connections.taking_in.people import People, lock_leads
from connections.taking_in.results import ItemResult, ItemSource
from connections.taking_in.waiting_rows import waits
from connections.taking_in.words import ClinicWords
from kpis.events import reported
from kpis.events.bookings import Arrangement, shows_of
from kpis.events.refusals import EventRefused
from kpis.models import KpiEvent
from leads.models import Lead
from leads.move_refusals import MoveRefused
from medspa import clock

APPOINTMENT = "appointment"


def take_consult(
    source: ItemSource, item: IncomingEvent, people: People, words: ClinicWords
) -> ItemResult:
    """Apply one status of one appointment."""
    row = _row(source, item)
    if item.is_gone and not (row and _is_ahead(row)):
        return _unchanged(row, "gone") if row else ItemResult(Outcome.UNCHANGED, "gone")
    if row and _is_older(row, item):
        return _unchanged(row, "older")
    if row and row.event and row.event.is_deleted and row.status != "moved":
        return _unchanged(row, "voided")
    if row is None and people.is_suppressed(item.who):
        return ItemResult(Outcome.REFUSED, "erased")
    lead_id = row.event.lead_id if row and row.event else people.find(item.who)
    if lead_id is None:
        return waits(source, item, people.why_not(item.who))
    lead = lock_leads([lead_id]).get(lead_id)
    if lead is None:
        return waits(source, item, WaitWhy.NOBODY)
    try:
        return _apply(source, item, row, lead, words)
    except (EventRefused, MoveRefused) as refusal:
        return waits(source, item, WaitWhy.REFUSED, refusal.sentence)


def _row(source: ItemSource, item: IncomingEvent) -> ExternalId | None:
    """By the appointment's own id, else by that of the one which it stands for."""
    named = [name for name in (item.object_id, item.parent_id) if name]
    found = ids_of(source, APPOINTMENT, named)
    return found.get(item.object_id) or found.get(item.parent_id)


def _is_older(row: ExternalId, item: IncomingEvent) -> bool:
    at = _status_at(item)
    return row.value == item.object_id and bool(row.status_at and at < row.status_at)


def _is_ahead(row: ExternalId) -> bool:
    planned = _planned(row.event) if row.event else None
    return planned is not None and planned > clock.now()


def _status_at(item: IncomingEvent) -> datetime:
    """Now, for a moment that has not come yet: else no later status would count."""
    return min(item.status_at or item.occurred_at, clock.now())


def _unchanged(row: ExternalId, reason: str = "") -> ItemResult:
    lead_id = row.event.lead_id if row.event else None
    return ItemResult(Outcome.UNCHANGED, reason, "", lead_id, row.event_id)


def _apply(
    source: ItemSource,
    item: IncomingEvent,
    row: ExternalId | None,
    lead: Lead,
    words: ClinicWords,
) -> ItemResult:
    booking = row.event if row else None
    is_new = booking is None or (row is not None and row.value != item.object_id)
    if booking is None or _is_moved(booking, item, row):
        booking = _book(item, booking, lead, words)
        is_new = is_new or row is None
        moved = True
    else:
        moved = False
    is_same = row is not None and row.status == item.what
    if not moved and is_same and not is_new:
        _note(source, item, row, booking)
        return ItemResult(Outcome.UNCHANGED, lead_id=lead.pk, event_id=booking.pk)
    if not is_same or moved:
        _set_status(item, lead, booking)
    _note(source, item, row, booking)
    outcome = Outcome.CREATED if row is None else Outcome.UPDATED
    return ItemResult(outcome, lead_id=lead.pk, event_id=booking.pk)


def _is_moved(booking: KpiEvent, item: IncomingEvent, row: ExternalId | None) -> bool:
    """A new time for a consult that did not take place yet, or was canceled.

    One that was canceled here stays so until it changes there.
    """
    if item.scheduled_for is None or item.what != "booked":
        return False
    planned = getattr(booking.readable_metadata, "scheduled_for", None)
    details = getattr(booking, "consult_details", None)
    if planned != item.scheduled_for or details is None or not details.is_canceled:
        return planned != item.scheduled_for
    was_canceled_there = row is not None and row.status == "cancelled"
    return was_canceled_there or _status_at(item) > details.canceled_at


def _book(
    item: IncomingEvent, earlier: KpiEvent | None, lead: Lead, words: ClinicWords
) -> KpiEvent:
    arrangement = Arrangement(
        words.provider(item.provider), words.procedure(item.procedure)
    )
    consult = reported.ReportedConsult(
        item.occurred_at, item.scheduled_for, arrangement
    )
    if earlier is None:
        by_hand = reported.same_consult(lead, item.scheduled_for)
        if by_hand and not by_hand.event.external_ids.exists():
            earlier = by_hand.event
    elif _took_place_or_ended(earlier):
        earlier = None
    return reported.record_booking(lead, consult, replaces=earlier)


def _took_place_or_ended(booking: KpiEvent) -> bool:
    details = getattr(booking, "consult_details", None)
    is_canceled = details is not None and details.is_canceled
    return (
        booking.is_deleted
        or is_canceled
        or shows_of(booking.lead_id, booking.pk).exists()
    )


def _set_status(item: IncomingEvent, lead: Lead, booking: KpiEvent) -> None:
    at = _status_at(item)
    match item.what:
        case "cancelled":
            reported.unshow(lead, booking.pk)
            reported.record_cancel(lead, booking.pk, at)
        case "showed":
            came_at = item.scheduled_for or _planned(booking) or at
            reported.record_show(lead, booking.pk, min(came_at, at))
        case "no_show":
            reported.unshow(lead, booking.pk)
            reported.record_no_show(lead, booking.pk)


def _planned(booking: KpiEvent) -> datetime | None:
    return getattr(booking.readable_metadata, "scheduled_for", None)


def _note(
    source: ItemSource, item: IncomingEvent, row: ExternalId | None, booking: KpiEvent
) -> None:
    """The appointment's newest status; the one it stands for is noted as moved."""
    if row is None or row.value != item.object_id:
        if row:
            row.status, row.event = "moved", booking
            row.save(update_fields=["status", "event"])
        new = id_of(source, APPOINTMENT, item, booking)
        new.status_at = _status_at(item)
        new.save()
        return
    row.event, row.status, row.status_at = booking, item.what, _status_at(item)
    row.save(update_fields=["event", "status", "status_at"])
