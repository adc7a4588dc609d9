"""Undoing a merge: every moved row goes back, every replaced value is restored."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from leads.extension_points import lead_tables
from leads.models import (
    ContactPoint,
    Lead,
    LeadMerge,
    LeadStage,
    LeadTag,
    Opportunity,
    Task,
)
from leads.models.merge import Moved
from leads.services import pipeline
from leads.services.merging import (
    MergeRefused,
    copy_value,
    differ,
    reassign,
    table_of,
)
from medspa import clock
from medspa.audit.actors import acting, current_actor


@dataclass
class Unmerged:
    """The lead that is separate again, and the fields that were left as they are."""

    merged: Lead
    unrestored: list[str] = field(default_factory=list)


@transaction.atomic
def unmerge(merge_id: str) -> Unmerged:
    """Make the merged lead a separate lead again, as it was.

    Every row that the merge moved goes back, every value that it replaced is restored.
    A value that was changed since is left as it is and named in the result. Raises
    MergeRefused when the merge is too old, was undone, or its survivor is gone.
    """
    row = LeadMerge.objects.filter(pk=merge_id).first()
    if row is None:
        raise MergeRefused("This merge was already undone.")
    leads = Lead.all_objects.select_for_update(no_key=True).filter(
        pk__in=[row.survivor_id, row.merged_id]
    )
    both = {lead.pk: lead for lead in leads.order_by("pk")}
    row.refresh_from_db()
    survivor, merged = both[row.survivor_id], both[row.merged_id]
    _refuse_unmerge(row, survivor)
    moved = row.moved
    with acting(reason=f"Merge with {merged} undone"):
        _restore(merged)
        unrestored = _give_values_back(survivor, merged, moved)
        _give_children_back(survivor, merged, moved)
    row.undone_at = max(clock.now(), row.merged_at)
    row.undone_by = current_actor().user
    row.save()
    return Unmerged(merged, unrestored)


def _refuse_unmerge(row: LeadMerge, survivor: Lead) -> None:
    if row.undone_at is not None:
        raise MergeRefused("This merge was already undone.")
    if survivor.is_erased:
        raise MergeRefused("This person was erased. The merge stays as it is.")
    if survivor.is_deleted:
        raise MergeRefused(f"{survivor} was deleted or merged later. Undo that first.")
    if not row.can_be_undone:
        raise MergeRefused("A merge can be undone for 30 days. This one is older.")


def _restore(merged: Lead) -> None:
    # Not `restore()`: that refuses a merged lead, for everybody but this function.
    merged.deleted_at = None
    merged.save(update_fields=["deleted_at", "updated_at"])


def _give_values_back(survivor: Lead, merged: Lead, moved: Moved) -> list[str]:
    unrestored: list[str] = []
    before = survivor.history.filter(history_id=moved.before).first()
    if "external_id" in moved.taken:
        _give_contact_id_back(survivor, merged, moved, unrestored)
    plain = [name for name in moved.taken if name != "external_id"]
    unrestored += _put_back(survivor, merged, before, plain)
    if moved.opportunity_taken:
        own, other = (
            Opportunity.all_objects.get(lead=lead) for lead in (survivor, merged)
        )
        before = own.history.filter(history_id=moved.opportunity_before).first()
        unrestored += _put_back(own, other, before, moved.opportunity_taken)
    return unrestored


def _give_contact_id_back(
    survivor: Lead, merged: Lead, moved: Moved, unrestored: list[str]
) -> None:
    past = merged.history.filter(history_id=moved.contact_id_before).first()
    if past is None or survivor.external_id != past.external_id:
        unrestored.append(str(survivor._meta.get_field("external_id").verbose_name))
        return
    survivor.external_id = None
    survivor.save(update_fields=["external_id", "updated_at"])
    merged.external_id = past.external_id
    merged.save(update_fields=["external_id"])


def _put_back(row: Any, other: Any, before: Any, names: list[str]) -> list[str]:
    """Restore the values of `before` where `row` still has those of `other`.

    Returns the labels of the fields that were left as they are.
    """
    unrestored = []
    for name in names:
        if before is None or (name != "deleted_at" and differ(row, other, name)):
            unrestored.append(str(row._meta.get_field(name).verbose_name))
        else:
            copy_value(before, row, name)
    if "expected_date" in names and before is not None:
        row.expected_date_set_on = before.expected_date_set_on
        row._stored_date = row.expected_date
    if len(unrestored) < len(names):
        row.save()
    return unrestored


def _give_children_back(survivor: Lead, merged: Lead, moved: Moved) -> None:
    tables: tuple[Any, ...] = (*lead_tables, LeadTag, Task, Opportunity)
    models_by_table = {table_of(model): model for model in tables}
    for table, ids in moved.children.items():
        if table in models_by_table:
            model = models_by_table[table]
            reassign(
                model, model._base_manager.filter(pk__in=ids, lead=survivor), merged
            )
    for point in ContactPoint.objects.filter(
        pk__in=moved.contact_points, lead=survivor
    ):
        point.delete()
    periods = moved.children.get("leadstage", [])
    LeadStage.objects.filter(pk__in=periods).update(lead=merged)
    _reopen(merged, moved.current_stay)
    if not _is_in_a_stage(survivor):
        _reopen(survivor, moved.closed_stay)


def _is_in_a_stage(lead: Lead) -> bool:
    return lead.stage_periods.filter(left_at=None).exists()


def _reopen(lead: Lead, period_id: str | None) -> None:
    """Let the period go on as if it had not ended, or move the lead to the first stage.

    The latter if its stage was retired. The lead must have no current period.
    """
    period = LeadStage.objects.select_related("stage").filter(pk=period_id).first()
    if period is None:
        return
    if period.stage.is_deleted:
        pipeline.move(lead.pk, pipeline.first_stage().pk, is_told=False)
        return
    period.left_at = None
    period.save(update_fields=["left_at"])
