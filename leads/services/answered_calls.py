"""After an answered call a new lead has been contacted: it moves on, or may do so.

The entry stage says which (`PipelineStage.moves_on_when_answered`). Where it moves is
the next open stage.
"""

from dataclasses import dataclass

from leads.choices import ActivityType, CallOutcome, Outcome
from leads.extension_points import StageOffer
from leads.models import Activity, Lead, PipelineStage
from leads.services import pipeline

# After an answered call the page offers to move the lead on.
MOVE_ON = "move_on"


@dataclass(frozen=True)
class NextStage:
    """The stage that a lead was moved to after the call, or may be moved to."""

    stage: PipelineStage
    is_moved: bool


def follow(lead: Lead, call: Activity) -> NextStage | None:
    """Move the locked lead on, or say where it may go; None if it stays.

    The move has the moment of the call, so that undoing the call undoes it, too.
    """
    is_answered = call.payload_json.get("outcome") == CallOutcome.ANSWERED
    if call.type != ActivityType.CALL or not is_answered:
        return None
    stage = stage_after_call(lead)
    if stage is None:
        return None
    if not pipeline.first_stage().moves_on_when_answered:
        return NextStage(stage, is_moved=False)
    pipeline.move(lead.pk, stage.pk, at=call.created_at)
    return NextStage(stage, is_moved=True)


def offer_after_call(lead: Lead) -> StageOffer | None:
    stage = stage_after_call(lead)
    return StageOffer(stage, f"{lead} answered.") if stage else None


def stage_after_call(lead: Lead) -> PipelineStage | None:
    """The open stage after the entry stage, for a lead that is still in that one."""
    period = lead.stage_periods.select_related("stage").filter(left_at=None).first()
    if period is None or period.stage != pipeline.first_stage():
        return None
    later = PipelineStage.objects.filter(order__gt=period.stage.order)
    return later.filter(outcome=Outcome.OPEN).order_by("order").first()
