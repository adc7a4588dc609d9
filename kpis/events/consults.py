"""Booking consults and marking whether the person came.

Rescheduling a consult before its time records a new `consult_booked` event with the
new date, dated at the first booking, and voids the old event: it counts as one booking.
After its time a consult is history, and a new date is a new booking.

A no-show is no event of its own: it is a booking that was due and was not held
(docs/kpis.md). Marking one plans the follow-up, a `Task`, by which pages know of it:
see `follow_ups.is_no_show`.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from kpis.choices import Kind
from kpis.events.bookings import (
    NO_ARRANGEMENT,
    Arrangement,
    booking_of,
    bookings,
    events_of,
    held_at,
    refuse_canceled,
    shows_of,
    standing_booking,
)
from kpis.events.consult_details import arrange, refuse_clash, refuse_unknown
from kpis.events.follow_ups import end_follow_ups, last_follow_up
from kpis.events.opening_hours import first_open
from kpis.events.recording import notify_recorded
from kpis.events.refusals import ConsultRefused
from kpis.models import KpiEvent
from leads.choices import NextStep, Outcome
from leads.models import Lead, LeadStage, PipelineStage, Task
from leads.services import next_steps, pipeline
from leads.services.actions import refuse_erased
from medspa import clock
from medspa.audit.actors import acting, current_actor
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.clock import CLOCK_SKEW
from medspa.ids import new_id
from medspa.templatetags.clinic import moment

FURTHEST_AHEAD = timedelta(days=366)
FOLLOW_UP_AFTER = timedelta(hours=1)


@transaction.atomic
def book(
    lead: Lead,
    scheduled_for: datetime,
    arrangement: Arrangement | None = None,
    *,
    key: str = "",
    stage_period_id: str = "",
    may_clash: bool = True,
) -> KpiEvent:
    """Book a consult of the locked lead and move it to the stage for booked consults.

    Without an `arrangement` a consult that is moved keeps its own. `key` is the id of
    the event. When a move set the date, `stage_period_id` is the stage period it began:
    undoing that move takes the date back. Raises ConsultRefused for a date before today
    or more than a year ahead, ConsultClash unless it `may_clash`, and ActionRefused for
    somebody erased.
    """
    refuse_erased(lead)
    _refuse_date(scheduled_for)
    now = clock.now()
    last = next(iter(bookings(events_of(lead))), None)
    if arrangement:
        refuse_unknown(arrangement)
    elif last and last.can_change:
        arrangement = last.arrangement
    arrangement = arrangement or NO_ARRANGEMENT
    if not may_clash:
        refuse_clash(lead, scheduled_for, arrangement.provider_id)
    metadata = {"scheduled_for": scheduled_for.astimezone(UTC).isoformat()}
    booked_at = now
    if last and last.can_change:
        booked_at = last.event.occurred_at
        stage_period_id = stage_period_id or last.event.metadata_json.get("stay", "")
        with acting(reason="Given another date"):
            last.event.delete()
    if stage_period_id:
        metadata["stay"] = stage_period_id
    event = KpiEvent.objects.create(
        id=key or new_id(),
        lead=lead,
        kind=Kind.CONSULT_BOOKED,
        occurred_at=booked_at,
        metadata_json=metadata,
    )
    if arrangement != NO_ARRANGEMENT:
        arrange(event, arrangement)
    notify_recorded([event])
    enter_stage(lead, Kind.CONSULT_BOOKED, now)
    return event


def _refuse_date(scheduled_for: datetime) -> None:
    if scheduled_for < start_of_day(clinic_today(), clinic_zone()):
        raise ConsultRefused("The consult can't be before today.", "date_is_past")
    if scheduled_for > clock.now() + FURTHEST_AHEAD:
        raise ConsultRefused(
            "The consult can't be more than a year ahead.", "date_is_too_far"
        )


@transaction.atomic
def show(lead: Lead, booking_id: str, *, key: str = "") -> KpiEvent:
    """Record that the person came, when the consult was planned, however late somebody
    says so; a second time changes nothing.

    Raises ConsultRefused when there is no such booking or its day has not come.
    """
    booking = booking_of(lead, booking_id)
    if found := shows_of(lead.pk, booking_id).first():
        return found
    refuse_canceled(booking)
    if booking.scheduled_for and not booking.is_due:
        raise _too_early(booking.scheduled_for)
    event = KpiEvent.objects.create(
        id=key or new_id(),
        lead=lead,
        kind=Kind.CONSULT_SHOW,
        occurred_at=held_at(booking, booking.scheduled_for or clock.now()),
        metadata_json={"booking": booking_id},
    )
    end_follow_ups([lead.pk])
    notify_recorded([event])
    enter_stage(lead, Kind.CONSULT_SHOW, event.recorded_at)
    return event


def no_show(lead: Lead, booking_id: str) -> Task:
    """Mark that the person did not come: the follow-up is due in an hour, or when the
    clinic opens next if it is closed by then. A second time changes nothing.

    One that is open from before the consult is done: the person booked again. Call it
    in a transaction, with the lead locked.

    Raises ConsultRefused when there is no such booking, its time has not come or the
    person did come.
    """
    booking = standing_booking(lead, booking_id)
    if booking.scheduled_for is None:
        raise ConsultRefused(
            "This consult has no date. Add a date first.", "date_is_missing"
        )
    if not booking.has_begun:
        raise _too_early(booking.scheduled_for)
    if booking.is_no_show and (marked := last_follow_up(lead.pk)):
        return marked
    end_follow_ups([lead.pk])
    return next_steps.plan(
        lead,
        NextStep.FOLLOW_UP_NO_SHOW.value,
        first_open(clock.now() + FOLLOW_UP_AFTER),
        current_actor().user,
    )


def _too_early(scheduled_for: datetime) -> ConsultRefused:
    return ConsultRefused(
        f"The consult is on {moment(scheduled_for)}. You can mark it then.", "too_early"
    )


def enter_stage(lead: Lead, kind: Kind, at: datetime) -> None:
    """Move the lead to the open stage that records `kind`, but never backward."""
    stage = PipelineStage.objects.filter(records_kpi=kind, outcome=Outcome.OPEN).first()
    current = lead.stage_periods.filter(left_at=None).select_related("stage").first()
    if stage is None or (current and _is_further(current.stage, stage)):
        return
    pipeline.move(lead.pk, stage.pk, at=at)


def _is_further(here: PipelineStage, there: PipelineStage) -> bool:
    """A won lead is beyond every stage; a lost lead is beyond none."""
    return here.outcome == Outcome.WON or (here.is_open and here.order >= there.order)


def booking_replaced_by(event: KpiEvent) -> KpiEvent | None:
    """The earlier booking, since voided, that this one gave a new date."""
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


def moved_from(event: KpiEvent) -> datetime | None:
    """When the consult was to be before this booking moved it; None if it didn't."""
    earlier = booking_replaced_by(event)
    when = bookings([earlier])[0].scheduled_for if earlier else None
    return when if when != bookings([event])[0].scheduled_for else None


def stage_period_begun_by(event: KpiEvent) -> LeadStage | None:
    """The current stage period, if booking or showing moved the lead into it."""
    if event.metadata_json.get("stay"):  # the move recorded the event
        return None
    return (
        LeadStage.objects.select_related("stage")
        .filter(
            lead=event.lead_id,
            left_at=None,
            # A booking's and a show's: the latter is dated when it was planned.
            changed_at__in=(event.occurred_at, event.recorded_at),
            stage__records_kpi=event.kind,
        )
        .first()
    )
