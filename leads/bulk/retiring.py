"""Retiring a stage: its leads are moved by a bulk run, then the stage is retired.

The run moves chunk by chunk and can be watched, canceled and undone like any other.
Which leads a chunk moves is asked when its turn comes, so that starting a run costs the
same for ten leads and for a hundred thousand.
Nobody who listens to moves is told: no consult is recorded as booked because the stage
set-up changed. A process that dies before the end leaves an active stage with the leads
that are still in it; retiring it again does the rest.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from leads.lists.archiving import AlreadyArchived
from leads.models import BulkChunk, BulkRun, LeadStage, PipelineStage, StageTotal
from leads.models.lead_lists import lost_reasons
from leads.models.stage import lock_set_up
from leads.move_refusals import RETIRED, ReasonNeeded, StageIsRetired
from leads.services.actions import ActionRefused
from leads.services.pipeline import MOVE_CHUNK, first_stage
from leads.services.stage_order import SetUpRefused, restore_stage, set_entry
from medspa.postgres.violations import constraint_of

LAST_OPEN = (
    "“{stage}” is the last open stage, and new leads need one. Add another one first."
)
NAME_ENTRY = "New leads start in “{stage}”. Choose where they should start."


@dataclass(frozen=True)
class Retirement:
    """What retiring a stage will do: where its leads and new leads go."""

    stage: PipelineStage
    leads: int
    destination: PipelineStage | None = None
    lost_reason: str = ""
    entry: PipelineStage | None = None


def plan_retirement(
    stage: PipelineStage,
    destination_id: str = "",
    *,
    lost_reason: str = "",
    entry_id: str = "",
) -> Retirement:
    """Check what was chosen, do nothing yet; raises SetUpRefused or MoveRefused."""
    refuse_the_last_open(stage)
    leads = leads_in(stage)
    destination = _destination(stage, destination_id, lost_reason)
    if leads and destination is None:
        raise SetUpRefused(f"“{stage}” has leads. Choose where they should go first.")
    return Retirement(stage, leads, destination, lost_reason, _entry(stage, entry_id))


def leads_in(stage: PipelineStage) -> int:
    """How many active leads are in the stage now."""
    leads, _ = StageTotal.objects.by_stage().get(stage.pk, (0, 0))
    return leads


def refuse_the_last_open(stage: PipelineStage) -> None:
    """Raises SetUpRefused if new leads would have no stage to go to."""
    if stage.is_open and not stage.others_of_its_outcome().exists():
        raise SetUpRefused(LAST_OPEN.format(stage=stage))


def _destination(
    stage: PipelineStage, destination_id: str, lost_reason: str
) -> PipelineStage | None:
    """The other active stage; None when none was chosen."""
    if destination_id == stage.pk:
        raise SetUpRefused(f"The leads can't go to “{stage}” itself.")
    if not destination_id:
        return None
    destination = PipelineStage.objects.filter(pk=destination_id).first()
    if destination is None:
        raise StageIsRetired(RETIRED)
    if destination.is_lost and lost_reason not in lost_reasons():
        raise ReasonNeeded(f"Choose a reason for moving the leads to {destination}.")
    return destination


def is_entry(stage: PipelineStage) -> bool:
    """New leads start in this stage, named or as the leftmost one."""
    return stage.is_open and first_stage().pk == stage.pk


def _entry(stage: PipelineStage, entry_id: str) -> PipelineStage | None:
    """Where new leads start from now on; None where that stays as it is."""
    if not is_entry(stage):
        return None
    entry = stage.others_of_its_outcome().filter(pk=entry_id).first()
    if entry is None:
        raise SetUpRefused(NAME_ENTRY.format(stage=stage))
    return entry


def retire_empty(retirement: Retirement) -> None:
    """Retire a stage without leads at once; raises SetUpRefused or AlreadyArchived."""
    entry = retirement.entry
    if not _retired(retirement.stage.pk, entry.pk if entry else ""):
        raise SetUpRefused(f"A lead just entered “{retirement.stage}”. Try again.")


def close_stage(run: BulkRun) -> bool:
    """Retire the run's stage; False if leads are in it that the run can move.

    Raises SetUpRefused when leads stay in it, or when it is the last open stage by now.
    """
    try:
        is_closed = _retired(str(run.retires_id), run.new_entry_id or "")
    except AlreadyArchived:
        is_closed = True
    if is_closed:
        _count_only_reached(run)
        return True
    if not _next_leads(run):
        raise SetUpRefused(
            f"Some leads couldn't be moved, so “{run.retires}” stays. Archive it again."
        )
    return False


def _count_only_reached(run: BulkRun) -> None:
    """Leads that somebody else moved out of the stage meanwhile were not chosen."""
    reached = F("changed") + F("skipped") + F("failed")
    BulkRun.objects.filter(pk=run.pk).update(chosen=reached)


def chunk_in_stage(run: BulkRun) -> BulkChunk | None:
    """The next chunk of the locked run: leads of the stage that it retires, if any."""
    ids = sorted(_next_leads(run)) if run.retires_id else []
    if not ids:
        return None
    if len(ids) > run.left:  # some came in meanwhile
        run.chosen += len(ids) - run.left
        run.save(update_fields=["chosen"])
    number = run.chunks.count()
    return BulkChunk.objects.create(run=run, number=number, lead_ids=ids)


def _next_leads(run: BulkRun) -> list[str]:
    """Leads in the stage for one more chunk; none if the last one could move none of
    them. Where it moved nobody since others were quicker, these are other leads."""
    periods = LeadStage.objects.current().of_stage(str(run.retires_id))
    here = periods.order_by("stage_id", "-changed_at").values_list("lead", flat=True)
    ids = list(here[:MOVE_CHUNK])
    last = run.chunks.order_by("-number").first()
    if last and not last.changed_ids and set(ids) <= set(last.lead_ids):
        return []
    return ids


def _retired(stage_id: str, entry_id: str) -> bool:
    """Retire the stage; False while leads are in it. Raises AlreadyArchived."""
    try:
        with transaction.atomic():
            lock_set_up()
            stage = PipelineStage.all_objects.get(pk=stage_id)
            if stage.is_deleted:
                raise AlreadyArchived(stage)
            refuse_the_last_open(stage)
            if stage.is_entry != bool(entry_id):
                stage.is_entry = bool(entry_id)
                stage.save(update_fields=["is_entry"])
            stage.delete()
            if entry_id:
                set_entry(entry_id)
    except ValidationError:
        return False
    except IntegrityError as error:  # a lead came in at the last moment
        if constraint_of(error) == "leads_pipelinestage_retires_empty":
            return False
        raise
    return True


def bring_stage_back(run: BulkRun) -> None:
    """Before a retirement is undone: the stage is back, with place and entry."""
    if run.retires is None:
        return
    try:
        restore_stage(run.retires)
    except ValidationError as error:
        raise ActionRefused(
            f"“{run.retires}” stays archived. {error.messages[0]}"
        ) from error
