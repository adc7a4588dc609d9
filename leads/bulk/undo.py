"""Undoing a bulk action: everything that it changed and nobody has changed since."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from leads.bulk import REASON
from leads.bulk import rows as bulk_rows
from leads.bulk.retiring import bring_stage_back
from leads.bulk.rows import lock_active
from leads.extension_points import after_move_undone, stage_entry_records
from leads.models import (
    BulkAction,
    BulkRun,
    Lead,
    LeadMerge,
    LeadStage,
    LeadTag,
    Tag,
)
from leads.move_refusals import StageIsRetired
from leads.services import pipeline
from leads.services.actions import ActionRefused
from leads.services.stage_periods import reopen
from medspa.audit.actors import acting
from medspa.jobs.progress import JobProgress, NullProgress
from medspa.models import User
from medspa.refusals import Refused

Before = dict[str, str]


def check_undo(run: BulkRun, person: User) -> None:
    """Raises ActionRefused if the run can't be undone now, or not by `person`."""
    if run.running:
        raise ActionRefused("This is still running. Wait, or cancel it first.")
    if not can_be_undone(run):
        raise ActionRefused("This was already undone.")
    if run.made_by_id != person.pk and not person.has_perm("leads.put_back"):
        raise ActionRefused(f"Only {run.made_by or 'its author'} or a manager can.")
    if run.retires and not person.has_perm("leads.delete_pipelinestage"):
        raise ActionRefused("You don't have permission to change stages.")


def can_be_undone(run: BulkRun) -> bool:
    """Whether there is anything left to take back."""
    done = run.chunks.filter(done_at__isnull=False, undone_at=None)
    return done.exclude(changed_ids=[]).exists()


def undo_run(run_id: str, person: User) -> tuple[BulkRun, int]:
    """Undo the run at once, all or nothing; the run and how many leads are as before.

    A lead is left as it is if what the run changed was changed again since. Raises
    ActionRefused.
    """
    with transaction.atomic():
        run = BulkRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None:
            raise ActionRefused("This was already undone.")
        check_undo(run, person)
        undo_chunks(run_id, person, NullProgress())
        run.refresh_from_db()
    return run, run.restored


def undo_chunks(run_id: str, person: User, progress: JobProgress) -> None:
    """Undo chunk by chunk; raises ActionRefused, and Cancelled between two chunks."""
    run = BulkRun.objects.get(pk=run_id)
    back = run.chunks.filter(undone_at__isnull=False)
    progress.of(run.changed, done=sum(len(chunk.changed_ids) for chunk in back))
    with acting(reason=f"undo of a {REASON}"):
        bring_stage_back(run)
        while (count := _undo_next_chunk(run_id, person)) is not None:
            progress.step(count)


@transaction.atomic
def _undo_next_chunk(run_id: str, person: User) -> int | None:
    """How many leads the chunk had changed; None when all are taken back."""
    run = BulkRun.objects.select_for_update().get(pk=run_id)
    chunk = run.chunks.filter(done_at__isnull=False, undone_at=None).first()
    if chunk is None:
        return None
    before = dict(zip(chunk.changed_ids, chunk.before, strict=True))
    chunk.undone_at = run.undone_at = timezone.now()
    chunk.save(update_fields=["undone_at"])
    run.restored += BULK_UNDOERS[run.act](run, before, person) if before else 0
    run.save(update_fields=["restored", "undone_at"])
    return len(before)


def _untag_again(run: BulkRun, before: Before, person: User) -> int:
    list(lock_active(list(before)).values_list("pk"))
    links = LeadTag.objects.filter(pk__in=before.values())
    untagged = list(links.values_list("pk", flat=True))
    bulk_rows.unlink_tag(untagged)
    bulk_rows.delete_activities(untagged)
    return len(untagged)


def _tag_again(run: BulkRun, before: Before, person: User) -> int:
    if not Tag.objects.filter(pk=run.target).exists():
        raise ActionRefused(f"The tag {run.target_name} no longer exists.")
    leads = list(lock_active(list(before)).values_list("pk", flat=True))
    links = LeadTag.objects.filter(tag=run.target, lead__in=leads)
    tagged = set(links.values_list("lead", flat=True))
    return len(bulk_rows.link_tag([pk for pk in leads if pk not in tagged], run.target))


def _assign_back(run: BulkRun, before: Before, person: User) -> int:
    now = lock_active(list(before)).values_list("pk", "assigned_to")
    still = [pk for pk, worked_by in now if (worked_by or "") == run.target]
    people = set(
        User.objects.filter(pk__in=before.values()).values_list("pk", flat=True)
    )
    for was in sorted({before[pk] for pk in still}):
        back = [pk for pk in still if before[pk] == was]
        bulk_rows.assign(back, was if was in people else "")
    return len(still)


def _move_back(run: BulkRun, before: Before, person: User) -> int:
    """Undoes each move, except those whose recorded entry can't be voided."""
    if not person.has_perm("leads.change_lead"):
        raise ActionRefused("You don't have permission to move leads.")
    leads = list(lock_active(list(before)).values_list("pk", flat=True))
    periods = LeadStage.objects.filter(lead__in=leads, left_at=None)
    still = [
        period
        for period in periods.select_related("stage", "changed_by", "lead")
        if period.pk == before[period.lead_id]
    ]
    recorded: set[str] = set().union(*(name(still) for name in stage_entry_records))
    free = [period for period in still if period.pk not in recorded or _is_free(period)]
    try:
        return len(reopen(free))
    except StageIsRetired as refusal:  # at this moment: the chunk can be tried again
        raise ActionRefused(str(refusal)) from refusal


def _is_free(period: LeadStage) -> bool:
    """Void what entering the stage recorded; False if something depends on it."""
    try:
        with transaction.atomic():
            for void in after_move_undone:
                void(period)
    except Refused:
        return False
    return True


def _restore(run: BulkRun, before: Before, person: User) -> int:
    deleted = Lead.all_objects.select_for_update(no_key=True).deleted()
    # A merged lead comes back by undoing the merge.
    merged = LeadMerge.objects.standing().filter(merged__in=list(before))
    back = deleted.filter(pk__in=list(before)).exclude(pk__in=merged.values("merged"))
    ids = list(back.order_by("pk").values_list("pk", flat=True))
    bulk_rows.restore(ids)
    in_retired = LeadStage.objects.filter(
        lead__in=ids, left_at=None, stage__deleted_at__isnull=False
    )
    if lead_ids := list(in_retired.values_list("lead", flat=True)):
        pipeline.move_many(lead_ids, pipeline.first_stage().pk, is_told=False)
    return len(ids)


BULK_UNDOERS: dict[str, Callable[[BulkRun, Before, User], int]] = {
    BulkAction.TAG: _untag_again,
    BulkAction.UNTAG: _tag_again,
    BulkAction.ASSIGN: _assign_back,
    BulkAction.MOVE: _move_back,
    BulkAction.DELETE: _restore,
}
