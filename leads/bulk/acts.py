"""What each bulk act does with some leads, inside the transaction of their chunk.

A lead that cannot be changed is counted with its reason and holds up no other.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from leads.bulk import rows as bulk_rows
from leads.bulk.rows import living
from leads.extension_points import stage_dates
from leads.models import BulkAct, BulkRun, LeadStage, LeadTag, PipelineStage
from leads.services import pipeline
from leads.services.actions import ActRefused

GONE = "deleted meanwhile"


@dataclass
class Outcome:
    """Lead id → what undo needs; how many were skipped or failed, by reason."""

    changed: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    def skip(self, why: str, count: int) -> None:
        if count:
            self.skipped[why] += count


Act = Callable[[BulkRun, Sequence[str], Outcome], None]


def _tag(run: BulkRun, ids: Sequence[str], outcome: Outcome) -> None:
    leads = _living_ids(ids, outcome)
    tagged = set(_links(run, leads))
    outcome.skip("had the tag already", len(tagged))
    lacking = [pk for pk in leads if pk not in tagged]
    outcome.changed = bulk_rows.link_tag(lacking, run.target)


def _untag(run: BulkRun, ids: Sequence[str], outcome: Outcome) -> None:
    leads = _living_ids(ids, outcome)
    links = _links(run, leads)
    outcome.skip("did not have the tag", len(leads) - len(links))
    bulk_rows.unlink_tag(list(links.values()))
    outcome.changed = dict.fromkeys(sorted(links), "")


def _assign(run: BulkRun, ids: Sequence[str], outcome: Outcome) -> None:
    found = living(ids).values_list("pk", "assigned_to")
    worked_by = {pk: person or "" for pk, person in found}
    outcome.skip(GONE, len(ids) - len(worked_by))
    outcome.changed = {pk: who for pk, who in worked_by.items() if who != run.target}
    outcome.skip("was assigned so already", len(worked_by) - len(outcome.changed))
    bulk_rows.assign(list(outcome.changed), run.target)


def _move(run: BulkRun, ids: Sequence[str], outcome: Outcome) -> None:
    stage = PipelineStage.objects.filter(pk=run.target).first()
    if run.scheduled_for and stage and stage.records_kpi in stage_dates:
        moves = _move_with_date(run, ids)
    else:
        moves = pipeline.move_many(ids, run.target, lost_reason=run.lost_reason)
    outcome.skip("was in the stage already", len(moves.skipped))
    outcome.failed.update(str(refusal) for refusal in moves.failed.values())
    outcome.changed = {pk: stay.pk for pk, stay in moves.changed.items()}


def _move_with_date(run: BulkRun, ids: Sequence[str]) -> pipeline.Moves:
    """One by one: a lead whose date is refused stays where it is."""
    moves = pipeline.Moves()
    stays = LeadStage.objects.filter(lead__in=ids, left_at=None)
    before = dict(stays.values_list("lead", "pk"))
    for pk in ids:
        try:
            with transaction.atomic():
                stay = pipeline.move(pk, run.target, lost_reason=run.lost_reason)
                if stay.pk != before.get(pk):
                    _give_date(run, stay)
        except (pipeline.MoveRefused, ActRefused) as refusal:
            moves.failed[pk] = pipeline.MoveRefused(str(refusal))
        else:
            told = moves.skipped if stay.pk == before.get(pk) else moves.changed
            told[pk] = stay
    return moves


def _give_date(run: BulkRun, stay: LeadStage) -> None:
    if run.scheduled_for:
        stage_dates[stay.stage.records_kpi](stay, run.scheduled_for)


def _delete(run: BulkRun, ids: Sequence[str], outcome: Outcome) -> None:
    leads = _living_ids(ids, outcome)
    bulk_rows.delete(leads)
    outcome.changed = dict.fromkeys(leads, "")


def _links(run: BulkRun, lead_ids: Sequence[str]) -> dict[str, str]:
    """Of the leads that carry the run's tag: lead id → link id."""
    links = LeadTag.objects.filter(tag=run.target, lead__in=lead_ids)
    return dict(links.values_list("lead", "pk"))


def _living_ids(ids: Sequence[str], outcome: Outcome) -> list[str]:
    found = list(living(ids).values_list("pk", flat=True))
    outcome.skip(GONE, len(ids) - len(found))
    return found


ACTS: dict[str, Act] = {
    BulkAct.TAG: _tag,
    BulkAct.UNTAG: _untag,
    BulkAct.ASSIGN: _assign,
    BulkAct.MOVE: _move,
    BulkAct.DELETE: _delete,
}
