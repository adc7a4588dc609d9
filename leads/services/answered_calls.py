"""After an answered call a new lead has been contacted: it moves on, or may do so.

The entry stage says which (`PipelineStage.moves_on_when_answered`). Where it moves is
the next open stage.
"""

from dataclasses import dataclass
from functools import cache

from django.db.models import Exists, OuterRef

from leads.choices import ActivityType, CallOutcome, Outcome
from leads.extension_points import StageOffer
from leads.models import Activity, Lead, LeadStage, PipelineStage
from leads.services import pipeline
from medspa.postgres.written_query import Given, WrittenQuery

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
    first = pipeline.first_stage()
    return next(iter(_stages_after().every(lead=lead.pk, entry=first.pk)), None)


@cache
def _stages_after() -> WrittenQuery[PipelineStage]:
    """The open stage after the one with the id `entry`, if the lead is in that one."""
    periods = LeadStage.objects.filter(left_at=None, stage=Given("entry"))
    periods = periods.filter(lead=Given("lead"), stage__order__lt=OuterRef("order"))
    later = PipelineStage.objects.filter(Exists(periods), outcome=Outcome.OPEN)
    return WrittenQuery(later.order_by("order")[:1])
