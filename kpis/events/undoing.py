"""Taking back a recorded event: voiding it, with whatever came with it."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.utils import timezone

from kpis.choices import Kind, VoidReason
from kpis.events.consults import replaced_by, stay_of
from kpis.models import KpiEvent
from leads.models import Lead, LeadStage
from leads.services.actions import ActRefused, Done
from leads.services.undoing import Undoer, undo
from medspa.audit.actors import acting
from medspa.models import User

# Who recorded an event may take it back at once; later a manager voids it.
OWN_UNDO_WITHIN = timedelta(minutes=10)


def may_void(event: KpiEvent, person: User | None, recorded_by: str | None) -> bool:
    """Managers always; one's own record while the slip is fresh."""
    if person is None or event.kind == Kind.AD_CLICK:
        return False
    return person.has_perm("kpis.void_kpievent") or (
        is_own_slip(event, person, recorded_by) and person.has_perm("kpis.add_kpievent")
    )


def is_own_slip(event: KpiEvent, person: User | None, recorded_by: str | None) -> bool:
    """Whether the person recorded it just now: then nobody has to be asked why."""
    is_fresh = timezone.now() - event.recorded_at < OWN_UNDO_WITHIN
    return is_fresh and person is not None and recorded_by == person.pk


def recorders(event_ids: list[str]) -> dict[str, str | None]:
    """Event id → the person who recorded it."""
    created = KpiEvent.history.filter(id__in=event_ids, history_type="+")
    return dict(created.values_list("id", "history_user_id"))


def void(
    lead: Lead, event_id: str, person: User, reason: VoidReason | None = None
) -> Done:
    """Void an event of the locked lead; raises ActRefused with a sentence.

    Only one's own slip of this moment needs no reason: it was a mistake.
    """
    event = (
        KpiEvent.objects.select_for_update(no_key=True)
        .filter(pk=event_id, lead=lead)
        .first()
    )
    if event is None:
        raise ActRefused("This was already taken back.")
    recorded_by = recorders([event.pk]).get(event.pk)
    if not may_void(event, person, recorded_by):
        raise ActRefused("Only a manager can void this now.")
    if reason is None and not is_own_slip(event, person, recorded_by):
        raise ActRefused("Choose why this is voided. Nothing was done.")
    _refuse_while_needed(event)
    with acting(reason=str((reason or VoidReason.MISTAKE).label)):
        event.delete()
    earlier = replaced_by(event) if event.kind == Kind.CONSULT_BOOKED else None
    if earlier:
        earlier.restore()
        return Done("The earlier date of the consult holds again.")
    if stay := stay_of(event):
        undo(lead, "stay", stay.pk, person)
    return Done(f"{event} taken back.")


# What the lead's page can ask for: the reason is in the name of the record's source.
VOIDERS: dict[str, Undoer] = {
    "event": void,
    **{f"event_{reason.value}": partial(void, reason=reason) for reason in VoidReason},
}
WHY_VOIDED = tuple(
    (f"event_{reason.value}", str(reason.label)) for reason in VoidReason
)


def _refuse_while_needed(event: KpiEvent) -> None:
    if KpiEvent.objects.filter(refund_of=event).exists():
        raise ActRefused("Part of this payment was paid back. Void the refund first.")
    if (
        event.kind == Kind.CONSULT_BOOKED
        and KpiEvent.objects.filter(
            lead=event.lead_id,
            kind=Kind.CONSULT_SHOW,
            metadata_json__booking=event.pk,
        ).exists()
    ):
        raise ActRefused("This consult was held. Void that it was shown first.")


def void_stage_entry(stay: LeadStage) -> None:
    """Void what entering the stage recorded, when the move is undone.

    A consult that the move gave another date has its earlier one again. Raises
    ActRefused while something later rests on it.
    """
    events = KpiEvent.objects.filter(lead=stay.lead_id, metadata_json__stay=stay.pk)
    with acting(reason="The move was undone"):
        for event in events:
            _refuse_while_needed(event)
            event.delete()
            earlier = replaced_by(event) if event.kind == Kind.CONSULT_BOOKED else None
            if earlier and earlier.metadata_json.get("stay") != stay.pk:
                earlier.restore()


def entries_with_records(stays: Sequence[LeadStage]) -> set[str]:
    """The ids of the stays whose entry recorded something that is not void."""
    recorded = KpiEvent.objects.filter(
        lead__in=[stay.lead_id for stay in stays],
        metadata_json__stay__in=[stay.pk for stay in stays],
    )
    return set(recorded.values_list("metadata_json__stay", flat=True))
