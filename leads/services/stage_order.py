"""The order of the stages: moving one, adding one, restoring a retired one.

Every change of the stages holds one lock until its transaction ends. So changes at the
same moment happen one after the other, and no place is given twice.
"""

from itertools import count

from django.db import transaction
from django.db.models import Max

from leads.choices import Outcome
from leads.models import PipelineStage
from leads.models.stage import lock_set_up
from medspa.refusals import Refused

STAGE_IS_GONE = "This stage was archived. Nothing was changed."
# The place of a new stage among the others, from left to right.
RANKS = {Outcome.OPEN: 0, Outcome.WON: 1, Outcome.LOST: 2}
LAST_PLACE = 32_767


class SetUpRefused(Refused):
    """The stages stay as they are."""

    code = "set_up_refused"


@transaction.atomic
def place(stage_id: str, before_id: str = "") -> list[PipelineStage]:
    """Put a stage in front of another, or last; all active stages in their order.

    Naming the next stage and not a number keeps what others have moved meanwhile.
    Raises SetUpRefused when one of the two is no longer there.
    """
    lock_set_up()
    stages = {stage.pk: stage for stage in PipelineStage.objects.order_by("order")}
    if stage_id not in stages or (before_id and before_id not in stages):
        raise SetUpRefused(STAGE_IS_GONE)
    if before_id == stage_id:
        return list(stages.values())
    moved = stages.pop(stage_id)
    others = list(stages.values())
    at = list(stages).index(before_id) if before_id else len(others)
    ordered = [*others[:at], moved, *others[at:]]
    _number(ordered)
    return ordered


@transaction.atomic
def place_by_outcome(stage: PipelineStage) -> None:
    """Put a stage after the last one of its outcome: open, then won, then lost."""
    lock_set_up()
    rank = RANKS[Outcome(stage.outcome)]
    others = PipelineStage.objects.exclude(pk=stage.pk).order_by("order")
    later = [other.pk for other in others if RANKS[Outcome(other.outcome)] > rank]
    place(stage.pk, later[0] if later else "")


@transaction.atomic
def free_place() -> int:
    """A number after all active stages, for a stage that is about to be saved."""
    lock_set_up()
    stages = PipelineStage.objects.order_by("order")
    last = stages.aggregate(last=Max("order"))["last"] or 0
    if last >= LAST_PLACE:
        _number(list(stages))
        last = len(stages)
    return last + 1


@transaction.atomic
def restore_stage(stage: PipelineStage) -> None:
    """Restore a retired stage where it was, as the entry stage if it was that.

    Raises ValidationError when another stage has taken its name meanwhile.
    """
    lock_set_up()
    stage.refresh_from_db()
    if not stage.is_deleted:
        return
    right = PipelineStage.objects.filter(order__gte=stage.order).order_by("order")
    before_id = right.values_list("pk", flat=True).first() or ""
    if stage.is_entry:
        _unmark_entry()
    stage.deleted_at = None
    stage.order = free_place()
    stage.validate_constraints()
    stage.save(update_fields=["deleted_at", "order"])
    place(stage.pk, before_id)


@transaction.atomic
def set_entry(stage_id: str) -> PipelineStage:
    """Let new leads start in this stage; raises SetUpRefused if it can't be."""
    lock_set_up()
    stage = PipelineStage.objects.filter(pk=stage_id).first()
    if stage is None:
        raise SetUpRefused(STAGE_IS_GONE)
    if not stage.is_open:
        raise SetUpRefused("New leads can only start in an open stage.")
    if not stage.is_entry:
        _unmark_entry()
        stage.is_entry = True
        stage.save(update_fields=["is_entry"])
    return stage


def _unmark_entry() -> None:
    for entry in PipelineStage.objects.filter(is_entry=True):
        entry.is_entry = False
        entry.save(update_fields=["is_entry"])


def _number(stages: list[PipelineStage]) -> None:
    """Number the stages from 1, writing only those whose number changes.

    A number is unique at any moment, so those that change get a free one first.
    """
    moving = [
        (stage, number)
        for number, stage in enumerate(stages, 1)
        if stage.order != number
    ]
    taken = {stage.order for stage in stages}
    free = (number for number in count(len(stages) + 1) if number not in taken)
    for stage, _ in moving:
        # `update` writes no history of this intermediate number.
        PipelineStage.objects.filter(pk=stage.pk).update(order=next(free))
    for stage, number in moving:
        stage.order = number
        stage.save(update_fields=["order"])
