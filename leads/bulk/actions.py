"""What each bulk action does with some leads, inside the transaction of their chunk.

A lead that can't be changed is counted with its reason and doesn't stop the others.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from leads.bulk import rows as bulk_rows
from leads.bulk.rows import lock_active
from leads.deletions.deleting import refused_deletions
from leads.extension_points import stage_questions
from leads.models import BulkAction, BulkRun, LeadStage, LeadTag, PipelineStage
from leads.move_refusals import MoveRefused
from leads.services import pipeline
from leads.services.assigning import CAN_NOT_OPEN, is_assignable
from medspa.refusals import Refused

DELETED_MEANWHILE = "was deleted"


@dataclass
class BulkOutcome:
    """What came of a chunk.

    `changed` is lead id → what undo needs; the others are counts by reason.
    """

    changed: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    def skip(self, why: str, count: int) -> None:
        if count:
            self.skipped[why] += count


Action = Callable[[BulkRun, Sequence[str], BulkOutcome], None]


def _tag(run: BulkRun, ids: Sequence[str], outcome: BulkOutcome) -> None:
    leads = _active_ids(ids, outcome)
    tagged = set(_links(run, leads))
    outcome.skip("already had the tag", len(tagged))
    untagged = [pk for pk in leads if pk not in tagged]
    outcome.changed = bulk_rows.link_tag(untagged, run.target)


def _untag(run: BulkRun, ids: Sequence[str], outcome: BulkOutcome) -> None:
    leads = _active_ids(ids, outcome)
    links = _links(run, leads)
    outcome.skip("did not have the tag", len(leads) - len(links))
    bulk_rows.unlink_tag(list(links.values()))
    outcome.changed = dict.fromkeys(sorted(links), "")


def _assign(run: BulkRun, ids: Sequence[str], outcome: BulkOutcome) -> None:
    if run.target and not is_assignable(run.target):
        outcome.failed[CAN_NOT_OPEN] += len(ids)
        return
    found = lock_active(ids).values_list("pk", "assigned_to")
    assigned = {pk: person or "" for pk, person in found}
    outcome.skip(DELETED_MEANWHILE, len(ids) - len(assigned))
    outcome.changed = {pk: who for pk, who in assigned.items() if who != run.target}
    outcome.skip("was already assigned", len(assigned) - len(outcome.changed))
    bulk_rows.assign(list(outcome.changed), run.target)


def _move(run: BulkRun, ids: Sequence[str], outcome: BulkOutcome) -> None:
    stage = PipelineStage.objects.filter(pk=run.target).first()
    if run.retires_id:
        moves = pipeline.move_many(
            ids,
            run.target,
            expected_stage_id=run.retires_id,
            lost_reason=run.lost_reason,
            is_told=False,
        )
    elif run.scheduled_for and stage and stage.records_kpi in stage_questions:
        moves = _move_with_date(run, ids)
    else:
        moves = pipeline.move_many(ids, run.target, lost_reason=run.lost_reason)
    outcome.skip("was already in the stage", len(moves.skipped))
    outcome.failed.update(str(refusal) for refusal in moves.failed.values())
    outcome.changed = {pk: period.pk for pk, period in moves.changed.items()}


def _move_with_date(run: BulkRun, ids: Sequence[str]) -> pipeline.Moves:
    """Move the leads one by one: a lead whose date is refused is not moved."""
    moves = pipeline.Moves()
    periods = LeadStage.objects.filter(lead__in=ids, left_at=None)
    before = dict(periods.values_list("lead", "pk"))
    for pk in ids:
        try:
            with transaction.atomic():
                period = pipeline.move(pk, run.target, lost_reason=run.lost_reason)
                if period.pk != before.get(pk):
                    _give_date(run, period)
        except Refused as refusal:
            moves.failed[pk] = MoveRefused(str(refusal))
        else:
            group = moves.skipped if period.pk == before.get(pk) else moves.changed
            group[pk] = period
    return moves


def _give_date(run: BulkRun, period: LeadStage) -> None:
    if run.scheduled_for:
        question = stage_questions[period.stage.records_kpi]
        # Many consults at one time are meant: nobody is asked about each.
        question.take(period, run.scheduled_for, {"anyway": "1"})


def _delete(run: BulkRun, ids: Sequence[str], outcome: BulkOutcome) -> None:
    active = _active_ids(ids, outcome)
    refused = refused_deletions(active, run.made_by)
    outcome.failed.update(refused.values())
    leads = [pk for pk in active if pk not in refused]
    bulk_rows.delete(leads)
    outcome.changed = dict.fromkeys(leads, "")


def _links(run: BulkRun, lead_ids: Sequence[str]) -> dict[str, str]:
    """Lead id → link id, for the leads that have the run's tag."""
    links = LeadTag.objects.filter(tag=run.target, lead__in=lead_ids)
    return dict(links.values_list("lead", "pk"))


def _active_ids(ids: Sequence[str], outcome: BulkOutcome) -> list[str]:
    found = list(lock_active(ids).values_list("pk", flat=True))
    outcome.skip(DELETED_MEANWHILE, len(ids) - len(found))
    return found


ACTIONS: dict[str, Action] = {
    BulkAction.TAG: _tag,
    BulkAction.UNTAG: _untag,
    BulkAction.ASSIGN: _assign,
    BulkAction.MOVE: _move,
    BulkAction.DELETE: _delete,
}
