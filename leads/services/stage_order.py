"""The order of the stages: moving one, and giving a place to a new or returning one.

Whoever changes the set-up holds one lock until the transaction ends, so people who do
it at the same moment follow each other and nobody's stage is lost or counted twice.
"""

from itertools import count

from django.db import transaction
from django.db.models import Max

from leads.choices import Outcome
from leads.models import PipelineStage
from leads.models.stage import lock_set_up

GONE = "This stage was retired meanwhile. Nothing was changed."
# Leads end at the right: customers, then those who were lost.
FROM_LEFT_TO_RIGHT = {Outcome.OPEN: 0, Outcome.WON: 1, Outcome.LOST: 2}
LAST_PLACE = 32_767


class SetUpRefused(Exception):
    """Nothing was changed; the message is a sentence for the person."""


@transaction.atomic
def place(stage_id: str, before_id: str = "") -> list[PipelineStage]:
    """Put a stage in front of another, or last; all living stages in their order.

    Naming the neighbour, not a number, keeps what others have moved meanwhile. Raises
    SetUpRefused when one of the two is no longer there.
    """
    lock_set_up()
    stages = {stage.pk: stage for stage in PipelineStage.objects.order_by("order")}
    if stage_id not in stages or (before_id and before_id not in stages):
        raise SetUpRefused(GONE)
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
    """Put a stage behind the last one that means the same: open, won, lost."""
    lock_set_up()
    rank = FROM_LEFT_TO_RIGHT[Outcome(stage.outcome)]
    others = PipelineStage.objects.exclude(pk=stage.pk).order_by("order")
    later = [
        other.pk
        for other in others
        if FROM_LEFT_TO_RIGHT[Outcome(other.outcome)] > rank
    ]
    place(stage.pk, later[0] if later else "")


@transaction.atomic
def free_place() -> int:
    """A number behind all living stages, for a stage that is about to be saved."""
    lock_set_up()
    stages = PipelineStage.objects.order_by("order")
    last = stages.aggregate(last=Max("order"))["last"] or 0
    if last >= LAST_PLACE:
        _number(list(stages))
        last = len(stages)
    return last + 1


@transaction.atomic
def bring_back(stage: PipelineStage) -> None:
    """Let a retired stage live again, with a place of its own.

    Raises ValidationError when another stage has taken its name meanwhile.
    """
    lock_set_up()
    stage.refresh_from_db()
    if not stage.is_deleted:
        return
    stage.deleted_at = None
    stage.order = free_place()
    stage.validate_constraints()
    stage.save(update_fields=["deleted_at", "order"])
    place_by_outcome(stage)


def _number(stages: list[PipelineStage]) -> None:
    """Number from 1. A place is never taken twice, so those who move step aside first.

    Only stages whose number changes are written.
    """
    moving = [
        (stage, number)
        for number, stage in enumerate(stages, 1)
        if stage.order != number
    ]
    taken = {stage.order for stage in stages}
    aside = (number for number in count(len(stages) + 1) if number not in taken)
    for stage, _ in moving:
        # No history of this half step.
        PipelineStage.objects.filter(pk=stage.pk).update(order=next(aside))
    for stage, number in moving:
        stage.order = number
        stage.save(update_fields=["order"])
