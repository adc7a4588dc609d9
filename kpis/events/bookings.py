"""The booked consults of a lead, as its events tell them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import QuerySet

from kpis.choices import Kind
from kpis.events.follow_ups import followed_up_at, is_no_show
from kpis.events.refusals import ConsultRefused
from kpis.models import ConsultDetails, KpiEvent
from leads.models import Lead
from medspa import clock
from medspa.clinic_time import clinic_today, clinic_zone, local_date
from medspa.postgres.written_query import Given, WrittenQuery


@dataclass(frozen=True)
class Arrangement:
    """With whom a consult is (an id) and for what (a code); both may be empty."""

    provider_id: str = ""
    procedure: str = ""


NO_ARRANGEMENT = Arrangement()


@dataclass(frozen=True)
class Booking:
    """A consult that was booked; `scheduled_for` is None if it has no date.

    Without a date it is never due: nobody can have missed it, though one can come.
    """

    event: KpiEvent
    scheduled_for: datetime | None
    is_held: bool
    details: ConsultDetails | None = None
    followed_up_at: datetime | None = None

    @property
    def is_due(self) -> bool:
        """Its day has come."""
        return self.scheduled_for is not None and (
            local_date(self.scheduled_for, clinic_zone()) <= clinic_today()
        )

    @property
    def has_begun(self) -> bool:
        """Its time has come."""
        return self.scheduled_for is not None and self.scheduled_for <= clock.now()

    @property
    def is_over(self) -> bool:
        """Its day has passed."""
        return self.scheduled_for is not None and (
            local_date(self.scheduled_for, clinic_zone()) < clinic_today()
        )

    @property
    def is_canceled(self) -> bool:
        return self.details is not None and self.details.is_canceled

    @property
    def is_confirmed(self) -> bool:
        return self.details is not None and self.details.is_confirmed

    @property
    def stands(self) -> bool:
        """It was neither held nor canceled."""
        return not self.is_held and not self.is_canceled

    @property
    def is_no_show(self) -> bool:
        """It was marked as missed."""
        return self.stands and is_no_show(self.scheduled_for, self.followed_up_at)

    @property
    def can_be_confirmed(self) -> bool:
        return not (self.is_confirmed or self.is_no_show)

    @property
    def can_change(self) -> bool:
        """It stands, was not missed, and its time has not passed."""
        is_ahead = self.scheduled_for is None or self.scheduled_for > clock.now()
        return self.stands and is_ahead and not self.is_no_show

    @property
    def arrangement(self) -> Arrangement:
        if self.details is None:
            return NO_ARRANGEMENT
        return Arrangement(self.details.provider_id or "", self.details.procedure_code)


def bookings(events: list[KpiEvent]) -> list[Booking]:
    """The bookings among the events of a lead that are not voided, newest first.

    Read the events `with_details`, and with `followed_up_at` to know of no-shows.
    """
    held = {
        event.metadata_json.get("booking")
        for event in events
        if event.kind == Kind.CONSULT_SHOW
    }
    booked = [event for event in events if event.kind == Kind.CONSULT_BOOKED]
    return [
        Booking(
            event,
            getattr(event.readable_metadata, "scheduled_for", None),
            event.pk in held,
            getattr(event, "consult_details", None),
            getattr(event, "followed_up_at", None),
        )
        for event in sorted(booked, key=lambda e: (e.occurred_at, e.pk), reverse=True)
    ]


def events_of(lead: Lead) -> list[KpiEvent]:
    return _events().every(lead=lead.pk)


@cache
def _events() -> WrittenQuery[KpiEvent]:
    """Of a lead; each page of a lead asks for them."""
    events = KpiEvent.objects.with_details().filter(lead=Given("lead"))
    events = events.annotate(followed_up_at=followed_up_at())
    return WrittenQuery(events.exclude(kind=Kind.AD_CLICK))


def booking_of(lead: Lead, booking_id: str) -> Booking:
    for booking in bookings(events_of(lead)):
        if booking.event.pk == booking_id:
            return booking
    raise ConsultRefused("This consult is no longer booked.", "unknown_booking")


def standing_booking(lead: Lead, booking_id: str) -> Booking:
    booking = booking_of(lead, booking_id)
    if booking.is_held:
        raise ConsultRefused(
            "This consult was marked as showed. Undo that first.", "consult_was_held"
        )
    refuse_canceled(booking)
    return booking


def held_at(booking: Booking, planned: datetime) -> datetime:
    """The moment of a show: not before its booking, nor to come."""
    return min(max(planned, booking.event.occurred_at), clock.now())


def refuse_canceled(booking: Booking) -> None:
    if booking.is_canceled:
        raise ConsultRefused(
            "This consult was canceled. Undo that, or book a new one.",
            "consult_is_canceled",
        )


def shows_of(lead_id: str | None, booking_id: str) -> QuerySet[KpiEvent]:
    """The events which say that the person came to the booked consult."""
    return KpiEvent.objects.filter(
        lead=lead_id, kind=Kind.CONSULT_SHOW, metadata_json__booking=booking_id
    )
