"""Booking a consult, and noting who came.

A consult is booked once: giving it a date, or another date before it was due, records
it anew at the moment at which it was first booked and voids the earlier record. After
it was due it is history, and a new date is a new booking.

No-shows are counted as bookings that were due and are not held (KPIS.md), so nothing
is recorded for them as an event. Marking one plans the follow-up, a `Task`, which also
tells Today that the consult needs no answer any more.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kpis.choices import Kind
from kpis.events.recording import follow_up
from kpis.models import KpiEvent
from leads.choices import NextStep, Outcome
from leads.models import Lead, LeadStage, PipelineStage, Task
from leads.services import next_steps as tasks
from leads.services import pipeline
from leads.services.actions import ActRefused
from medspa.audit.actors import acting, current_actor
from medspa.clinic_time import clinic_today, clinic_zone, local_date, start_of_day
from medspa.clock import CLOCK_SKEW
from medspa.ids import new_id
from medspa.templatetags.clinic import moment

FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Booking:
    """A consult that was booked; `scheduled_for` is None where no date was given."""

    event: KpiEvent
    scheduled_for: datetime | None
    is_held: bool

    @property
    def is_due(self) -> bool:
        """Its day has come, or nobody knows its day."""
        return self.scheduled_for is None or (
            local_date(self.scheduled_for, clinic_zone()) <= clinic_today()
        )

    @property
    def can_change(self) -> bool:
        """Not held, and its time has not passed."""
        return not self.is_held and (
            self.scheduled_for is None or self.scheduled_for > timezone.now()
        )


def bookings(events: list[KpiEvent]) -> list[Booking]:
    """The bookings among a lead's living events, newest first."""
    held = {
        event.metadata_json.get("booking")
        for event in events
        if event.kind == Kind.CONSULT_SHOW
    }
    booked = [event for event in events if event.kind == Kind.CONSULT_BOOKED]
    return [
        Booking(event, event.metadata.scheduled_for, event.pk in held)  # type: ignore[attr-defined]
        for event in sorted(booked, key=lambda e: (e.occurred_at, e.pk), reverse=True)
    ]


def events_of(lead: Lead) -> list[KpiEvent]:
    return list(KpiEvent.objects.filter(lead=lead).exclude(kind=Kind.AD_CLICK))


@transaction.atomic
def book(
    lead: Lead, scheduled_for: datetime, *, key: str = "", stay_id: str = ""
) -> KpiEvent:
    """Book a consult of the locked lead; it moves to the stage that records bookings.

    `stay_id` is the stay whose undoing takes the date back.
    Raises ActRefused for a date before today or more than a year ahead.
    """
    _refuse_date(scheduled_for)
    now = timezone.now()
    last = next(iter(bookings(events_of(lead))), None)
    metadata = {"scheduled_for": scheduled_for.astimezone(UTC).isoformat()}
    booked_at = now
    if last and last.can_change:
        booked_at = last.event.occurred_at
        stay_id = stay_id or last.event.metadata_json.get("stay", "")
        with acting(reason="Given another date"):
            last.event.delete()
    if stay_id:
        metadata["stay"] = stay_id
    event = KpiEvent.objects.create(
        id=key or new_id(),
        lead=lead,
        kind=Kind.CONSULT_BOOKED,
        occurred_at=booked_at,
        metadata_json=metadata,
    )
    follow_up([event])
    _enter_stage(lead, Kind.CONSULT_BOOKED, now)
    return event


def book_on_entry(stay: LeadStage, scheduled_for: datetime) -> None:
    """Date the booking of a lead that was just moved; the same date changes nothing.

    Raises ActRefused as `book` does, and to who may not book.
    """
    person = current_actor().user
    if person and not person.has_perm("kpis.add_kpievent"):
        raise ActRefused("You may not book consults.")
    last = next(iter(bookings(events_of(stay.lead))), None)
    if last is None or last.scheduled_for != scheduled_for:
        book(stay.lead, scheduled_for, stay_id=stay.pk)


def _refuse_date(scheduled_for: datetime) -> None:
    if scheduled_for < start_of_day(clinic_today(), clinic_zone()):
        raise ActRefused("The consult can't be before today.")
    if scheduled_for > timezone.now() + FURTHEST:
        raise ActRefused("The consult can't be more than a year ahead.")


@transaction.atomic
def show(lead: Lead, booking_id: str, *, key: str = "") -> KpiEvent:
    """Note that the person came; a second time changes nothing.

    Raises ActRefused when there is no such booking or its day has not come.
    """
    booking = _booking(lead, booking_id)
    shows = KpiEvent.objects.filter(
        lead=lead, kind=Kind.CONSULT_SHOW, metadata_json__booking=booking_id
    )
    if found := shows.first():
        return found
    _refuse_early(booking)
    now = timezone.now()
    event = KpiEvent.objects.create(
        id=key or new_id(),
        lead=lead,
        kind=Kind.CONSULT_SHOW,
        occurred_at=now,
        metadata_json={"booking": booking_id},
    )
    follow_up([event])
    _enter_stage(lead, Kind.CONSULT_SHOW, now)
    return event


def no_show(lead: Lead, booking_id: str) -> Task:
    """Note that the person did not come: the follow-up is planned for today.

    Raises ActRefused when there is no such booking, its day has not come or the
    person did come.
    """
    booking = _booking(lead, booking_id)
    if booking.is_held:
        raise ActRefused("This consult was marked as shown. Undo that first.")
    _refuse_early(booking)
    planned = lead.tasks.filter(
        what=NextStep.FOLLOW_UP_NO_SHOW, done_at=None, deleted_at=None
    ).first()
    return planned or tasks.plan(
        lead,
        NextStep.FOLLOW_UP_NO_SHOW.value,
        timezone.now() + timedelta(hours=1),
        current_actor().user,
    )


def _booking(lead: Lead, booking_id: str) -> Booking:
    for booking in bookings(events_of(lead)):
        if booking.event.pk == booking_id:
            return booking
    raise ActRefused("This consult is no longer booked.")


def _refuse_early(booking: Booking) -> None:
    if not booking.is_due:
        raise ActRefused(
            f"The consult is on {moment(booking.scheduled_for)}. "
            "Who came is marked on that day."
        )


def _enter_stage(lead: Lead, kind: Kind, at: datetime) -> None:
    """Move to the open stage that records `kind`, but never back from a later one."""
    stage = PipelineStage.objects.filter(records_kpi=kind, outcome=Outcome.OPEN).first()
    current = lead.stays.filter(left_at=None).select_related("stage").first()
    if stage is None or (current and _is_further(current.stage, stage)):
        return
    pipeline.move(lead.pk, stage.pk, at=at)


def _is_further(here: PipelineStage, there: PipelineStage) -> bool:
    """Whoever was lost comes back; a customer stays one."""
    return here.outcome == Outcome.WON or (here.is_open and here.order >= there.order)


def replaced_by(event: KpiEvent) -> KpiEvent | None:
    """The booking that this one gave another date, voided since."""
    return (
        KpiEvent.all_objects.deleted()
        .filter(
            lead=event.lead_id,
            kind=Kind.CONSULT_BOOKED,
            occurred_at=event.occurred_at,
            deleted_at__lte=event.recorded_at + CLOCK_SKEW,
        )
        .exclude(pk=event.pk)
        .order_by("-deleted_at")
        .first()
    )


def stay_of(event: KpiEvent) -> LeadStage | None:
    """The current stay into which booking or showing moved the lead."""
    if event.metadata_json.get("stay"):  # there the move made the event
        return None
    return (
        LeadStage.objects.select_related("stage")
        .filter(
            lead=event.lead_id,
            left_at=None,
            changed_at=event.occurred_at,
            stage__records_kpi=event.kind,
        )
        .first()
    )
