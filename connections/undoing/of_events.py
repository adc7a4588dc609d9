"""Taking back what an item recorded: payments, refunds, consults."""

from typing import Any

from connections.models import APPLIED, ExternalId, ItemOutcome, Outcome
from connections.undoing.of_leads import NotUndone
from connections.undoing.since import UNDO_REASON
from kpis.choices import Kind, VoidReason
from kpis.events.bookings import shows_of
from kpis.events.consult_details import last_change, undo_change
from kpis.events.consults import booking_replaced_by
from kpis.events.follow_ups import reopen_follow_up_ended_at
from kpis.events.refusals import VoidRefused
from kpis.events.voiding import void
from kpis.extension_points import closed_days
from kpis.models import ConsultDetails, KpiEvent
from leads.choices import NextStep
from leads.intake.files.importers import FROM_A_FILE
from leads.models import Lead, LeadStage, Task
from leads.services.undoing import undo
from medspa.clinic_time import clinic_zone, local_date
from medspa.clock import CLOCK_SKEW
from medspa.models import User

TOLD_BY_ANOTHER = "Another system reported this, too."
BY_A_PERSON = "A person marked this consult since."
# The status that an appointment has again.
BOOKED_AGAIN = "booked"


def undo_event(lead: Lead, item: ItemOutcome, person: User) -> str:
    """Raises Refused for what has to stay."""
    event = KpiEvent.all_objects.filter(pk=item.event_id).first()
    if event is None:
        return ""
    _refuse_closed(event)
    if item.what in ("paid", "refunded"):
        _undo_money(event, item)
    else:
        _undo_status(lead, event, item, person)
    return ""


def _refuse_closed(event: KpiEvent) -> None:
    day = local_date(event.occurred_at, clinic_zone())
    for reason in filter(None, (closed(day) for closed in closed_days)):
        raise NotUndone(reason)


def _undo_money(event: KpiEvent, item: ItemOutcome) -> None:
    if item.outcome == Outcome.UPDATED and item.what == "paid":
        _undo_replaced(event, item)
    elif item.outcome == Outcome.UPDATED:  # a refund that failed there
        event.restore()
    elif not event.is_deleted:
        _refuse_told_by_others(event, item)
        void(event.pk, VoidReason.MISTAKE, UNDO_REASON)
    _forget_ids(event, item)


def _refuse_told_by_others(event: KpiEvent, item: ItemOutcome) -> None:
    own = ExternalId.objects.filter(event=event, value=item.object_id)
    others = ExternalId.objects.filter(event=event)
    if others.exclude(system__in=own.values("system")).exists():
        raise NotUndone(TOLD_BY_ANOTHER)


def _undo_replaced(event: KpiEvent, item: ItemOutcome) -> None:
    """The payment counts again as another system reported it, if that still stands."""
    if event.is_deleted:
        return
    void(event.pk, VoidReason.MISTAKE, UNDO_REASON)
    others = ExternalId.objects.filter(event=event).exclude(value=item.object_id)
    first = others.order_by("made_at", "id").first()
    earlier = _recorded_by(first) if first else None
    if first and earlier:
        earlier.restore()
        others.update(event=earlier)
        others.model.objects.filter(pk=first.pk).update(status=item.what)


def _recorded_by(row: ExternalId) -> KpiEvent | None:
    """The voided payment that an item of this id recorded and nobody undid."""
    recorded = ItemOutcome.objects.filter(
        what="paid",
        object_id=row.value,
        outcome__in=APPLIED,
        undone_at=None,
        event__deleted_at__isnull=False,
    ).order_by("-made_at")
    found = recorded.select_related("event").first()
    return found.event if found else None


def _undo_status(
    lead: Lead, booking: KpiEvent, item: ItemOutcome, person: User
) -> None:
    match item.what:
        case "showed":
            _unshow(lead, booking, item, person)
        case "cancelled":
            _uncancel(lead, booking, item, person)
        case "no_show":
            _forget_follow_up(lead, item)
    is_booked_by_it = item.outcome == Outcome.CREATED or item.what == BOOKED_AGAIN
    if is_booked_by_it and not booking.is_deleted:
        _unbook(lead, booking, item, person)
    elif not is_booked_by_it:
        ExternalId.objects.filter(event=booking, value=item.object_id).update(
            status=BOOKED_AGAIN
        )


def _unbook(lead: Lead, booking: KpiEvent, item: ItemOutcome, person: User) -> None:
    if shows_of(lead.pk, booking.pk).exists():
        raise VoidRefused("This consult already happened.", "consult_was_held")
    earlier = booking_replaced_by(booking)
    _move_back(lead, booking, item, person)
    void(booking.pk, VoidReason.MISTAKE, UNDO_REASON)
    if earlier:
        earlier.restore()
    if earlier and item.outcome == Outcome.UPDATED:
        ExternalId.objects.filter(event=booking).update(
            event=earlier, status=BOOKED_AGAIN
        )
    else:
        _forget_ids(booking, item)


def _unshow(lead: Lead, booking: KpiEvent, item: ItemOutcome, person: User) -> None:
    for show in shows_of(lead.pk, booking.pk):
        if not _is_by_machine(show.history.filter(history_type="+").first()):
            raise NotUndone(BY_A_PERSON)
        _refuse_closed(show)
        _move_back(lead, show, item, person)
        void(show.pk, VoidReason.MISTAKE, UNDO_REASON)
        reopen_follow_up_ended_at(lead.pk, show.recorded_at)


def _uncancel(lead: Lead, booking: KpiEvent, item: ItemOutcome, person: User) -> None:
    details = ConsultDetails.objects.filter(booking=booking).first()
    if details is None or not details.is_canceled:
        return
    newest: Any = details.history.order_by("-history_id").first()
    if not _is_by_machine(newest):
        raise NotUndone(BY_A_PERSON)
    undo_change(lead, last_change(details), person)
    taken_back = KpiEvent.all_objects.deleted().filter(
        lead=lead,
        kind=Kind.CONSULT_SHOW,
        metadata_json__booking=booking.pk,
        deleted_at__range=(newest.history_date - CLOCK_SKEW, item.made_at),
    )
    if show := taken_back.order_by("-deleted_at").first():
        show.restore()


def _forget_follow_up(lead: Lead, item: ItemOutcome) -> None:
    """The task that a missed consult planned, unless somebody did it."""
    planned = Task.objects.filter(
        lead=lead,
        what=NextStep.FOLLOW_UP_NO_SHOW,
        done_at=None,
        created_at__lte=item.made_at,
    )
    for task in planned:
        if _is_by_machine(task.history.order_by("-history_id").first()):
            task.delete()


def _move_back(lead: Lead, event: KpiEvent, item: ItemOutcome, person: User) -> None:
    """Undo the move that recording the event made, if the lead is still there."""
    period = LeadStage.objects.filter(
        lead=lead,
        left_at=None,
        stage__records_kpi=event.kind,
        changed_at__range=(event.recorded_at, item.made_at),
    ).first()
    if period:
        undo(lead, "stage_period", period.pk, person)


def _is_by_machine(row: Any) -> bool:
    """Whether a row of history was written by a door or a file."""
    why = row.history_change_reason or ""
    return row.history_user_id is None or why.startswith(FROM_A_FILE)


def _forget_ids(event: KpiEvent, item: ItemOutcome) -> None:
    """A file may be imported again; what a system sends again stays undone."""
    if item.batch and item.connection_id is None:
        ExternalId.objects.filter(event=event, value=item.object_id).delete()
