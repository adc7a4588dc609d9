"""Moving a lead through the pipeline: the one function for every door.

Drag, form, bulk action, import and API all call `move`: same locks, same checks,
same history, same side effects.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from leads.models import Activity, Lead, LeadStage, PipelineStage
from leads.signals import stage_entered
from leads.vocabulary import ActivityType, LostReason
from medspa.actors import current_actor
from medspa.clock import CLOCK_SKEW

RETIRED = "This stage no longer exists. Reload to see the board."


class MoveRefused(Exception):
    """The lead stays where it is; the message is a sentence for the person."""


class LeadIsGone(MoveRefused):
    pass


class StageIsRetired(MoveRefused):
    pass


class ReasonNeeded(MoveRefused):
    pass


class InTheFuture(MoveRefused):
    pass


class MovedMeanwhile(MoveRefused):
    """Somebody else moved the lead first. `stay` is where it is now."""

    def __init__(self, stay: LeadStage) -> None:
        self.stay = stay
        who = stay.changed_by or "Somebody"
        seconds = max(0, int((timezone.now() - stay.changed_at).total_seconds()))
        ago = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
        super().__init__(f"{who} moved this to {stay.stage} {ago} ago.")


def first_stage() -> PipelineStage:
    """Where new leads go: the leftmost open stage."""
    stage = PipelineStage.objects.filter(outcome="open").order_by("order").first()
    if stage is None:
        raise MoveRefused("There is no open stage. Add one under Set-up, Stages.")
    return stage


@transaction.atomic
def admit(
    lead: Lead,
    stage: PipelineStage | None = None,
    *,
    lost_reason: str = "",
    at: datetime | None = None,
) -> LeadStage:
    """Save a new lead and let it enter its first stage; raises MoveRefused."""
    stage = stage or first_stage()
    reason = _reason(stage, lost_reason)
    lead.save(force_insert=True)
    return _open_stay(lead, stage, at or lead.created_at, reason)


@transaction.atomic
def bring_back(lead: Lead) -> None:
    """Restore a deleted lead; if its stage was retired meanwhile, to the first one.

    Raises ValidationError when another row has taken its place.
    """
    lead.restore()
    if lead.stays.filter(left_at=None, stage__deleted_at__isnull=False).exists():
        move(lead.pk, first_stage().pk)


@transaction.atomic
def move(
    lead_id: str,
    stage_id: str,
    *,
    expected_stage_id: str | None = None,
    lost_reason: str = "",
    at: datetime | None = None,
) -> LeadStage:
    """Move the lead to the stage and return its new stay.

    `expected_stage_id` is where the person saw the lead; if it is elsewhere by now,
    nothing happens. Moving to the stage it is in changes nothing. `at` is the moment
    of the move (now). Raises MoveRefused with a sentence.
    """
    if at and at > timezone.now() + CLOCK_SKEW:
        raise InTheFuture("A move can't be in the future.")
    lead = _lock_lead(lead_id)
    stage = _living_stage(stage_id)
    current = (
        lead.stays.select_related("stage", "changed_by")
        .filter(left_at__isnull=True)
        .first()
    )
    if current and current.stage_id == stage.id:
        return current
    if expected_stage_id and current and current.stage_id != expected_stage_id:
        raise MovedMeanwhile(current)
    reason = _reason(stage, lost_reason)
    # Two servers' clocks may differ: a stay never ends before it began.
    moment = max(at or timezone.now(), current.changed_at) if current else at
    if current:
        current.left_at = moment
        current.save(update_fields=["left_at"])
    stay = _open_stay(lead, stage, moment or timezone.now(), reason)
    _note_the_move(current, stay)
    return stay


def _lock_lead(lead_id: str) -> Lead:
    lead = Lead.objects.select_for_update(no_key=True).filter(pk=lead_id).first()
    if lead is None:
        raise LeadIsGone("This lead was deleted. Nothing was moved.")
    return lead


def _living_stage(stage_id: str) -> PipelineStage:
    stage = PipelineStage.objects.filter(pk=stage_id).first()
    if stage is None:
        raise StageIsRetired(RETIRED)
    return stage


def _reason(stage: PipelineStage, lost_reason: str) -> str:
    if not stage.is_lost:
        return ""
    if lost_reason not in LostReason.values:
        raise ReasonNeeded(f"Say why the lead goes to {stage}: choose a reason.")
    return lost_reason


def _open_stay(
    lead: Lead, stage: PipelineStage, at: datetime, lost_reason: str = ""
) -> LeadStage:
    try:
        stay = LeadStage.objects.create(
            lead=lead,
            stage=stage,
            lost_reason=lost_reason,
            changed_by=current_actor().user,
            changed_at=at,
        )
    except IntegrityError as error:
        if _constraint(error) == "leads_leadstage_stage_is_living":
            raise StageIsRetired(RETIRED) from error
        raise
    stage_entered.send(sender=LeadStage, stay=stay)
    return stay


def _constraint(error: IntegrityError) -> str | None:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


def _note_the_move(previous: LeadStage | None, stay: LeadStage) -> None:
    payload = {"to_stage": stay.stage_id}
    if previous:
        payload["from_stage"] = previous.stage_id
    if stay.lost_reason:
        payload["lost_reason"] = stay.lost_reason
    Activity.objects.create(
        lead=stay.lead,
        type=ActivityType.STAGE_CHANGE,
        payload_json=payload,
        created_by=stay.changed_by,
        created_at=stay.changed_at,
    )
