"""Retiring a stage: its leads are moved first, as if each had been moved by hand.

They are moved in chunks that are committed one by one, and the stage is retired when it
is empty. A process that dies before that leaves an active stage with the leads that are
still in it; retiring it again does the rest.
"""

from dataclasses import dataclass
from time import monotonic

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from leads.choices import LostReason
from leads.models import PipelineStage
from leads.models.stage import lock_set_up
from leads.services.pipeline import (
    MOVE_CHUNK,
    RETIRED,
    ReasonNeeded,
    StageIsRetired,
    constraint_of,
    move_many,
)
from leads.services.stage_order import SetUpRefused
from medspa.audit.actors import acting

LAST_OPEN = (
    "“{stage}” is the last open stage, and new leads need one. Add another one first."
)


@dataclass(frozen=True)
class Retirement:
    """How many leads were moved now and how many are still in the stage."""

    moved: int
    left: int
    is_done: bool


def retire(
    stage: PipelineStage,
    destination_id: str = "",
    *,
    lost_reason: str = "",
    seconds: float = float("inf"),
) -> Retirement:
    """Move the stage's leads to the destination and retire the stage.

    Stops after the first chunk that ends later than `seconds`; calling it again goes
    on. Raises SetUpRefused or MoveRefused before anything is done.
    """
    if PipelineStage.all_objects.deleted().filter(pk=stage.pk).exists():
        return Retirement(0, 0, is_done=True)
    refuse_the_last_open(stage)
    destination = _destination(stage, destination_id, lost_reason)
    until, moved = monotonic() + seconds, 0
    with acting(reason=_reason(stage, destination)):
        while not _close(stage):
            moved += _move_some(stage, destination, lost_reason)
            if monotonic() > until:
                return Retirement(
                    moved, stage.stage_periods.current().count(), is_done=False
                )
    return Retirement(moved, 0, is_done=True)


def refuse_the_last_open(stage: PipelineStage) -> None:
    """Raises SetUpRefused if new leads would have no stage to go to."""
    if stage.is_open and not stage.others_of_its_outcome().exists():
        raise SetUpRefused(LAST_OPEN.format(stage=stage))


def _destination(
    stage: PipelineStage, destination_id: str, lost_reason: str
) -> PipelineStage | None:
    """The other active stage; None when none is needed."""
    if destination_id == stage.pk:
        raise SetUpRefused(f"The leads can't go to “{stage}” itself.")
    if not destination_id:
        return None
    destination = PipelineStage.objects.filter(pk=destination_id).first()
    if destination is None:
        raise StageIsRetired(RETIRED)
    if destination.is_lost and lost_reason not in LostReason.values:
        raise ReasonNeeded(f"Say why the leads go to {destination}: choose a reason.")
    return destination


def _reason(stage: PipelineStage, destination: PipelineStage | None) -> str:
    return f"“{stage}” retired" + (f", leads to “{destination}”" if destination else "")


def _move_some(
    stage: PipelineStage, destination: PipelineStage | None, lost_reason: str
) -> int:
    if destination is None:
        raise SetUpRefused(f"There are leads in “{stage}”. Say where they go first.")
    # Leads that are deleted at this moment are left out, so every chunk leaves fewer.
    periods = stage.stage_periods.current().order_by("changed_at")
    moves = move_many(
        list(periods.values_list("lead", flat=True)[:MOVE_CHUNK]),
        destination.pk,
        expected_stage_id=stage.pk,
        lost_reason=lost_reason,
    )
    for refusal in moves.failed.values():
        if isinstance(refusal, StageIsRetired | ReasonNeeded):
            raise refusal
    return len(moves.changed)


def _close(stage: PipelineStage) -> bool:
    """Retire the stage if no lead is in it any more."""
    if stage.stage_periods.current().exists():  # asked again under the lock
        return False
    try:
        with transaction.atomic():
            lock_set_up()
            refuse_the_last_open(stage)
            PipelineStage.all_objects.get(pk=stage.pk).delete()
    except ValidationError:
        return False
    except IntegrityError as error:  # a lead came in at the last moment
        if constraint_of(error) == "leads_pipelinestage_retires_empty":
            return False
        raise
    return True
