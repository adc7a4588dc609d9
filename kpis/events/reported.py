"""Consults and payments that another system reports, with the moments it names.

Unlike `consults`, which people use as things happen, these take days of the past: a
booking system tells of them later. The lead is locked by who calls. A lead moves to
the stage of a consult only while that is news.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from kpis.choices import CancelReason, Kind, VoidReason
from kpis.events.bookings import (
    NO_ARRANGEMENT,
    Arrangement,
    Booking,
    booking_of,
    bookings,
    events_of,
    held_at,
    shows_of,
)
from kpis.events.consult_details import (
    arrange,
    details_of,
    refuse_unknown,
    save_details,
)
from kpis.events.consults import enter_stage, no_show
from kpis.events.follow_ups import end_follow_ups, reopen_follow_up_ended_at
from kpis.events.recording import is_news, notify_recorded
from kpis.events.refusals import ConsultRefused, PaymentRefused
from kpis.events.voiding import void
from kpis.extension_points import REPLACES, closed_days
from kpis.models import KpiEvent
from leads.models import Lead
from medspa import clock
from medspa.audit.actors import acting
from medspa.audit.writing import create_with_history
from medspa.clinic_time import clinic_zone, local_date


@dataclass(frozen=True)
class ReportedConsult:
    booked_at: datetime
    scheduled_for: datetime | None
    arrangement: Arrangement = NO_ARRANGEMENT


def record_booking(
    lead: Lead, consult: ReportedConsult, *, replaces: KpiEvent | None = None
) -> KpiEvent:
    """Record a booked consult; one that `replaces` another keeps its first moment.

    Raises ConsultRefused for a provider or procedure that is not of the clinic.
    """
    refuse_unknown(consult.arrangement)
    booked_at = min(consult.booked_at, clock.now())
    arrangement = consult.arrangement
    metadata = {}
    if consult.scheduled_for:
        metadata["scheduled_for"] = consult.scheduled_for.astimezone(UTC).isoformat()
    if replaces:
        booked_at = min(booked_at, replaces.occurred_at)
        before = details_of(replaces)
        arrangement = Arrangement(
            arrangement.provider_id or before.provider_id or "",
            arrangement.procedure or before.procedure_code,
        )
        if stage_period := replaces.metadata_json.get("stay"):
            metadata["stay"] = stage_period
        with acting(reason="Given another date"):
            replaces.delete()
    event = KpiEvent.objects.create(
        lead=lead,
        kind=Kind.CONSULT_BOOKED,
        occurred_at=booked_at,
        metadata_json=metadata,
    )
    if arrangement != NO_ARRANGEMENT:
        arrange(event, arrangement)
    notify_recorded([event])
    if is_news(consult.scheduled_for or booked_at):
        enter_stage(lead, Kind.CONSULT_BOOKED, clock.now())
    return event


def same_consult(lead: Lead, scheduled_for: datetime | None) -> Booking | None:
    """The standing booking that a person entered for the consult: of the same day, or
    without a date."""
    standing = [one for one in bookings(events_of(lead)) if one.stands]
    for booking in standing:
        when = booking.scheduled_for
        if when is None or scheduled_for is None:
            return booking
        if local_date(when, clinic_zone()) == local_date(scheduled_for, clinic_zone()):
            return booking
    return None


def record_show(lead: Lead, booking_id: str, at: datetime) -> KpiEvent:
    """Record that the person came `at`; a second time changes nothing."""
    booking = booking_of(lead, booking_id)
    if found := shows_of(lead.pk, booking_id).first():
        return found
    if booking.is_canceled:
        _stand_again(booking)
    at = held_at(booking, at)
    event = KpiEvent.objects.create(
        lead=lead,
        kind=Kind.CONSULT_SHOW,
        occurred_at=at,
        metadata_json={"booking": booking_id},
    )
    notify_recorded([event])
    if is_news(at):
        end_follow_ups([lead.pk])
        enter_stage(lead, Kind.CONSULT_SHOW, event.recorded_at)
    return event


def _stand_again(booking: Booking) -> None:
    """The other system's last word is that the consult took place."""
    details = details_of(booking.event)
    details.canceled_at, details.cancel_reason = None, ""
    save_details(details)


def record_no_show(lead: Lead, booking_id: str) -> None:
    """Plan the follow-up of a missed consult, while that is news."""
    booking = booking_of(lead, booking_id)
    if booking.stands and booking.has_begun and is_news(booking.scheduled_for):
        no_show(lead, booking_id)


def record_cancel(lead: Lead, booking_id: str, at: datetime) -> None:
    """Note that a consult does not take place, on whichever day that is told.

    Raises ConsultRefused for one that was held.
    """
    booking = booking_of(lead, booking_id)
    if booking.is_held:
        raise ConsultRefused(
            "This consult was marked as showed. Undo that first.", "consult_was_held"
        )
    if booking.is_canceled:
        return
    details = details_of(booking.event)
    details.canceled_at = min(at, clock.now())
    details.cancel_reason = CancelReason.CANT_MAKE_IT
    save_details(details)


def unshow(lead: Lead, booking_id: str) -> None:
    """Void that the person came: the other system took it back. A follow-up that it
    ended is open again."""
    with acting(reason="Canceled in the other system"):
        for event in shows_of(lead.pk, booking_id):
            event.delete()
            reopen_follow_up_ended_at(lead.pk, event.recorded_at)


@dataclass(frozen=True)
class ReportedPayment:
    lead_id: str
    cents: int
    paid_at: datetime
    procedure: str = ""


def record_payments(payments: Sequence[ReportedPayment]) -> list[KpiEvent]:
    """Record payments of locked leads, in as many statements for one as for hundreds.

    Amounts are from 1 to `MOST_PAID_CENTS`, procedures are codes of the clinic. A
    moment that has not come yet, by another system's clock, is now.
    """
    now = clock.now()
    events = [
        KpiEvent(
            lead_id=payment.lead_id,
            kind=Kind.INVOICE_PAID,
            value_cents=payment.cents,
            metadata_json={"procedure": payment.procedure} if payment.procedure else {},
            occurred_at=min(payment.paid_at, now),
        )
        for payment in payments
    ]
    create_with_history(KpiEvent, events)
    notify_recorded(events)
    return events


def replace_payment(old: KpiEvent, new: ReportedPayment, why: str) -> KpiEvent:
    """Void a payment and record it as another system reports it; who earned it stays.

    `why` stands in history. What `new` doesn't know of the payment (its procedure,
    category or cost) is taken over. Raises VoidRefused for one that was refunded,
    PaymentRefused where one of the days is in a closed month.
    """
    paid_at = min(new.paid_at, clock.now())
    for at in (old.occurred_at, paid_at):
        day = local_date(at, clinic_zone())
        for reason in filter(None, (closed(day) for closed in closed_days)):
            raise PaymentRefused(reason, "day_closed")
    void(old.pk, VoidReason.TWICE, why)
    procedure = {"procedure": new.procedure} if new.procedure else {}
    event = KpiEvent.objects.create(
        lead_id=new.lead_id,
        kind=Kind.INVOICE_PAID,
        value_cents=new.cents,
        metadata_json={**old.metadata_json, **procedure},
        occurred_at=paid_at,
    )
    notify_recorded([event], {REPLACES: old})
    return event
