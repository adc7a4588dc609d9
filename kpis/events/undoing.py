"""Undoing a recorded event from the lead page: it is voided.

A booking that gave a consult a new date brings back the earlier date, and a move that
came with the event is undone too.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from kpis.choices import MONEY_KINDS, Kind, VoidReason
from kpis.events.bookings import shows_of
from kpis.events.consult_details import undo_change
from kpis.events.consults import (
    booking_replaced_by,
    stage_period_begun_by,
)
from kpis.events.follow_ups import reopen_follow_up_ended_at
from kpis.events.refusals import VoidRefused
from kpis.events.voiding import refuse_while_refunded
from kpis.extension_points import reporters
from kpis.models import KpiEvent
from leads.models import Lead, LeadStage, Task
from leads.services.actions import ActionRefused, ActionResult
from leads.services.undoing import ALREADY_UNDONE, Undoer, undo
from medspa import clock
from medspa.audit.actors import acting
from medspa.models import User

# People may undo their own record for a while; after that a manager voids it.
OWN_UNDO_WITHIN = timedelta(minutes=10)


def may_void(event: KpiEvent, person: User | None, recorded_by: str | None) -> bool:
    """Managers always; others what they recorded just now. Clicks are never voided."""
    if person is None or event.kind == Kind.AD_CLICK:
        return False
    return person.has_perm("kpis.void_kpievent") or (
        is_own_recent(event, person, recorded_by)
        and person.has_perm("kpis.add_kpievent")
    )


def is_own_recent(
    event: KpiEvent,
    person: User | None,
    recorded_by: str | None,
    now: datetime | None = None,
) -> bool:
    """Whether the person recorded it just now, so that no reason is asked for.

    What another system reported, too, is not only their own: that report, which counts
    once with it, does not come again.
    """
    age = (now or clock.now()) - event.recorded_at
    is_own = person is not None and recorded_by == person.pk
    return is_own and age < OWN_UNDO_WITHIN and not reported_by(event)


def reported_by(event: KpiEvent) -> str:
    """The other systems that reported a payment or a refund, or an empty text."""
    if event.kind not in MONEY_KINDS:
        return ""
    return " and ".join(filter(None, (names(event) for names in reporters)))


def recorders(event_ids: list[str]) -> dict[str, str | None]:
    """The id of the person who recorded each event, by event id."""
    created = KpiEvent.history.filter(id__in=event_ids, history_type="+")
    return dict(created.values_list("id", "history_user_id"))


def void(
    lead: Lead, event_id: str, person: User, reason: VoidReason | None = None
) -> ActionResult:
    """Void an event of the locked lead; raises VoidRefused.

    Only what one recorded oneself just now needs no reason: it was a mistake.
    """
    event = (
        KpiEvent.objects.select_for_update(no_key=True)
        .filter(pk=event_id, lead=lead)
        .first()
    )
    if event is None:
        raise VoidRefused("This was already undone.", "already_voided")
    systems = reported_by(event)
    _refuse_without_right(event, person, reason, systems)
    _refuse_while_in_use(event)
    with acting(reason=str((reason or VoidReason.MISTAKE).label)):
        _take_back(event, lead.pk)
    if earlier := _earlier_booking(event):
        earlier.restore()
        return ActionResult("The earlier consult date is back.")
    if stage_period := stage_period_begun_by(event):
        undo(lead, "stage_period", stage_period.pk, person)
    also = f" What {systems} reported no longer counts, either." if systems else ""
    return ActionResult(f"{event} undone.{also}")


def take_back_no_show(lead: Lead, task_id: str, person: User) -> ActionResult:
    """Remove the follow-up that marking a no-show planned, also when it was done."""
    marked = Task.objects.filter(pk=task_id, lead=lead).first()
    if marked is None:
        raise ActionRefused(ALREADY_UNDONE)
    if not person.has_perm("leads.change_task"):
        raise ActionRefused("You don't have permission to change next steps.")
    marked.delete()
    reopen_follow_up_ended_at(lead.pk, marked.created_at)
    return ActionResult(f"No-show undone. “{marked}” removed.")


# The sources that the lead page can undo; the reason is part of the source's name.
VOIDERS: dict[str, Undoer] = {
    "event": void,
    "no_show": take_back_no_show,
    "consult": undo_change,
    **{f"event_{reason.value}": partial(void, reason=reason) for reason in VoidReason},
}
WHY_VOIDED = tuple(
    (f"event_{reason.value}", str(reason.label)) for reason in VoidReason
)


def _refuse_without_right(
    event: KpiEvent, person: User, reason: VoidReason | None, systems: str
) -> None:
    told = f"{systems} reported the same. " if systems else ""
    recorded_by = recorders([event.pk]).get(event.pk)
    if not may_void(event, person, recorded_by):
        raise VoidRefused(f"{told}Only a manager can void this now.", "not_allowed")
    if reason is None and not is_own_recent(event, person, recorded_by):
        raise VoidRefused(
            f"{told}Choose a reason for voiding this. Nothing was done.",
            "reason_is_missing",
        )


def _refuse_while_in_use(event: KpiEvent) -> None:
    refuse_while_refunded(event)
    is_booking = event.kind == Kind.CONSULT_BOOKED
    if is_booking and shows_of(event.lead_id, event.pk).exists():
        raise VoidRefused(
            "This consult already happened. Undo “Showed” first.", "consult_was_held"
        )


def void_stage_entry(stage_period: LeadStage) -> None:
    """Void the events that a move recorded, when the move is undone.

    A consult that the move gave a new date gets its earlier date back. Raises
    VoidRefused while a later event needs one of them.
    """
    events = KpiEvent.objects.filter(
        lead=stage_period.lead_id, metadata_json__stay=stage_period.pk
    )
    with acting(reason="The move was undone"):
        for event in events:
            _refuse_while_in_use(event)
            _take_back(event, stage_period.lead_id)
            earlier = _earlier_booking(event)
            if earlier and earlier.metadata_json.get("stay") != stage_period.pk:
                earlier.restore()


def _take_back(event: KpiEvent, lead_id: str) -> None:
    event.delete()
    if event.kind == Kind.CONSULT_SHOW:
        reopen_follow_up_ended_at(lead_id, event.recorded_at)


def _earlier_booking(event: KpiEvent) -> KpiEvent | None:
    return booking_replaced_by(event) if event.kind == Kind.CONSULT_BOOKED else None


def entries_with_records(stage_periods: Sequence[LeadStage]) -> set[str]:
    """The ids of the stage periods that began with a recorded event, not voided."""
    recorded = KpiEvent.objects.filter(
        lead__in=[stage_period.lead_id for stage_period in stage_periods],
        metadata_json__stay__in=[stage_period.pk for stage_period in stage_periods],
    )
    return set(recorded.values_list("metadata_json__stay", flat=True))
