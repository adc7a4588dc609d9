"""Making two leads one, and two again within thirty days.

The merged lead is deleted and keeps its own values; what hangs on it moves to the
survivor. `LeadMerge` remembers every row that moved and, by their history rows, the
values that were replaced. While a merge stands, the merged lead's contact id means
the survivor (`leads.matching`).

Apps above this floor add their tables with a `lead` to `CHILDREN`.
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from leads import pipeline
from leads.models import (
    Activity,
    Lead,
    LeadMerge,
    LeadStage,
    LeadTag,
    Opportunity,
    Task,
)
from leads.models.merge import Moved
from medspa.actors import acting, current_actor

LEAD_FIELDS = (
    "first_name",
    "email",
    "phone",
    "source",
    "campaign",
    "ad_platform",
    "assigned_to",
)
OPPORTUNITY_FIELDS = ("expected_value_cents", "procedure_code", "expected_date")
# Tables whose rows all move. Tags, stays, steps and the opportunity have rules.
CHILDREN: list[type[models.Model]] = [Activity]
ROWS_AT_ONCE = 500


class MergeRefused(ValidationError):
    """Nothing was merged or taken apart; the message is a sentence."""


@dataclass(frozen=True)
class Choice:
    """Which values the survivor takes from the merged lead."""

    lead_fields: frozenset[str] = frozenset()
    opportunity_fields: frozenset[str] = frozenset()
    takes_stage: bool = False


@dataclass
class Unmerged:
    """The lead that is its own again, and what of the survivor was left as it is."""

    merged: Lead
    kept: list[str] = field(default_factory=list)


# Merging --------------------------------------------------------------------


@transaction.atomic
def merge(survivor_id: str, merged_id: str, choice: Choice) -> LeadMerge:
    """Take the lead `merged_id` up into `survivor_id`.

    Raises MergeRefused when one of them is deleted or they are one.
    """
    survivor, merged = _lock_both(survivor_id, merged_id)
    row = LeadMerge(survivor=survivor, merged=merged, merged_by=current_actor().user)
    moved: dict[str, Any] = {"children": {}}
    with acting(reason=f"Merged with {merged}"):
        moved |= _end_one_stay(survivor, merged, choice.takes_stage)
        moved |= _take_values(survivor, merged, choice)
        moved |= _take_opportunity(survivor, merged, choice, moved["children"])
        _move_children(survivor, merged, moved["children"])
    with acting(reason=f"Merged into {survivor}"):
        merged.delete()
    row.moved_json = Moved(**moved).model_dump(mode="json")
    row.full_clean()
    row.save()
    return row


def _lock_both(survivor_id: str, merged_id: str) -> tuple[Lead, Lead]:
    """Both, locked in the order of their ids: two merges can't wait for each other."""
    if survivor_id == merged_id:
        raise MergeRefused("A lead can't be merged with itself.")
    leads = {
        lead.pk: lead
        for lead in Lead.objects.select_for_update(no_key=True)
        .filter(pk__in=[survivor_id, merged_id])
        .order_by("pk")
    }
    if len(leads) < 2:
        raise MergeRefused(
            "One of the two was deleted or merged meanwhile. Nothing was merged."
        )
    return leads[survivor_id], leads[merged_id]


def _end_one_stay(survivor: Lead, merged: Lead, takes_stage: bool) -> dict[str, Any]:
    """Of two current stays one ends, so that a lead still stands in one stage."""
    now = timezone.now()
    own, other = (
        lead.stays.filter(left_at=None).first() for lead in (survivor, merged)
    )
    ends = own if takes_stage and own and other else other if own else None
    if ends:
        ends.left_at = max(now, ends.changed_at)
        ends.save(update_fields=["left_at"])
    return {
        "closed_stay": ends.pk if ends else None,
        "current_stay": other.pk if other else None,
    }


def _take_values(survivor: Lead, merged: Lead, choice: Choice) -> dict[str, Any]:
    before = _last_history(survivor)
    taken = [
        name
        for name in LEAD_FIELDS
        if name in choice.lead_fields and _differ(survivor, merged, name)
    ]
    for name in taken:
        _copy(merged, survivor, name)
    notes: dict[str, Any] = {"before": before, "taken": taken}
    if merged.created_at < survivor.created_at:
        survivor.created_at = merged.created_at
        taken.append("created_at")
    if merged.external_id and not survivor.external_id:
        notes["contact_id_before"] = _last_history(merged)
        survivor.external_id, merged.external_id = merged.external_id, None
        merged.save(update_fields=["external_id"])
        taken.append("external_id")
    if taken:
        survivor.full_clean()
        survivor.save()
    return notes


def _take_opportunity(
    survivor: Lead, merged: Lead, choice: Choice, children: dict[str, list[str]]
) -> dict[str, Any]:
    """A lead has one: it moves to who has none, else the chosen values are copied."""
    own, other = (
        Opportunity.all_objects.filter(lead=lead).first() for lead in (survivor, merged)
    )
    if other is None or other.is_deleted:
        return {}
    if own is None:
        other.lead = survivor
        other.save()
        children["opportunity"] = [other.pk]
        return {}
    fields = OPPORTUNITY_FIELDS if own.is_deleted else choice.opportunity_fields
    taken = [name for name in OPPORTUNITY_FIELDS if name in fields]
    taken = [name for name in taken if _differ(own, other, name)]
    before = _last_history(own)
    for name in taken:
        setattr(own, name, getattr(other, name))
    if own.is_deleted:
        own.deleted_at = None
        taken.append("deleted_at")
    if taken:
        # The day on which a taken date was set is the day it was first set.
        if "expected_date" in taken:
            own._stored_date = own.expected_date
            own.expected_date_set_on = other.expected_date_set_on
        own.save()
    return {"opportunity_before": before, "opportunity_taken": taken}


def _move_children(
    survivor: Lead, merged: Lead, children: dict[str, list[str]]
) -> None:
    for model in CHILDREN:
        rows = model._base_manager.filter(lead=merged)
        children[_table(model)] = _give(model, rows, survivor)
    stays = LeadStage.objects.filter(lead=merged)
    children["leadstage"] = list(stays.values_list("pk", flat=True))
    # The stays of a lead have no history beside themselves.
    stays.update(lead=survivor)
    carried = survivor.lead_tags.values("tag")
    tags = LeadTag.objects.filter(lead=merged).exclude(tag__in=carried)
    children["leadtag"] = _give(LeadTag, tags, survivor)
    planned = Task.objects.open().filter(lead=survivor).values("what")
    tasks = Task.all_objects.filter(lead=merged).exclude(
        done_at=None, deleted_at=None, what__in=planned
    )
    children["task"] = _give(Task, tasks, survivor)


def _give(model: Any, rows: Any, lead: Lead) -> list[str]:
    """Hang `rows` on `lead`, with a history row for each; their ids."""
    found = list(rows)
    for row in found:
        row.lead = lead
    if found:
        bulk_update_with_history(
            found,
            model,
            ["lead"],
            batch_size=ROWS_AT_ONCE,
            default_user=current_actor().user,
            default_change_reason=current_actor().reason,
            manager=model._base_manager,
        )
    return [row.pk for row in found]


def _table(model: type[models.Model]) -> str:
    return str(model._meta.model_name)


def _differ(one: Any, other: Any, name: str) -> bool:
    attname = one._meta.get_field(name).attname
    return getattr(one, attname) != getattr(other, attname)


def _copy(source: Any, target: Any, name: str) -> None:
    attname = target._meta.get_field(name).attname
    setattr(target, attname, getattr(source, attname))


def _last_history(row: Any) -> int:
    """The history row that says what `row` is now; made if no row says it."""
    last = row.history.order_by("-history_id").first()
    tracked = [field.attname for field in row.history.model.tracked_fields]
    if last is None or any(
        getattr(last, name) != getattr(row, name)
        for name in tracked
        if name != "updated_at"
    ):
        row.save()
        last = row.history.order_by("-history_id").first()
    return last.history_id


# Taking apart ---------------------------------------------------------------


@transaction.atomic
def unmerge(merge_id: str) -> Unmerged:
    """Make the merged lead a lead of its own again, as it was.

    Every row that the merge moved goes back, every value that it replaced returns;
    a value that somebody has changed since stays and is named. Raises MergeRefused
    when the merge is too old, was undone, or its survivor is gone.
    """
    row = LeadMerge.objects.filter(pk=merge_id).first()
    if row is None or row.undone_at is not None:
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
        kept = _give_values_back(survivor, merged, moved)
        _give_children_back(survivor, merged, moved)
    row.undone_at, row.undone_by = timezone.now(), current_actor().user
    row.full_clean()
    row.save()
    return Unmerged(merged, kept)


def _refuse_unmerge(row: LeadMerge, survivor: Lead) -> None:
    if row.undone_at is not None:
        raise MergeRefused("This merge was already undone.")
    if survivor.is_deleted:
        raise MergeRefused(
            f"{survivor} was deleted or merged later. Take that back first."
        )
    if not row.can_be_undone:
        raise MergeRefused("A merge can be undone for 30 days. This one is older.")


def _restore(merged: Lead) -> None:
    # Not `restore()`: that refuses a merged lead, for everybody but this function.
    merged.deleted_at = None
    merged.save(update_fields=["deleted_at", "updated_at"])


def _give_values_back(survivor: Lead, merged: Lead, moved: Moved) -> list[str]:
    kept: list[str] = []
    before = survivor.history.filter(history_id=moved.before).first()
    if moved.contact_id_before and "external_id" in moved.taken:
        _give_contact_id_back(survivor, merged, moved, kept)
    plain = [name for name in moved.taken if name != "external_id"]
    kept += _put_back(survivor, merged, before, plain)
    own = Opportunity.all_objects.filter(lead=survivor).first()
    other = Opportunity.all_objects.filter(lead=merged).first()
    if own and other and moved.opportunity_taken:
        before = own.history.filter(history_id=moved.opportunity_before).first()
        kept += _put_back(own, other, before, moved.opportunity_taken)
    return kept


def _give_contact_id_back(
    survivor: Lead, merged: Lead, moved: Moved, kept: list[str]
) -> None:
    past = merged.history.filter(history_id=moved.contact_id_before).first()
    if past is None or survivor.external_id != past.external_id:
        kept.append(str(survivor._meta.get_field("external_id").verbose_name))
        return
    survivor.external_id = None
    survivor.save(update_fields=["external_id", "updated_at"])
    merged.external_id = past.external_id
    merged.save(update_fields=["external_id", "updated_at"])


def _put_back(row: Any, other: Any, before: Any, names: list[str]) -> list[str]:
    """The values of `before` where `row` still has those of `other`; the rest kept."""
    kept = []
    for name in names:
        if before is None or (name != "deleted_at" and _differ(row, other, name)):
            kept.append(str(row._meta.get_field(name).verbose_name))
        else:
            _copy(before, row, name)
    if "expected_date" in names and before is not None:
        row.expected_date_set_on = before.expected_date_set_on
        row._stored_date = row.expected_date
    if len(kept) < len(names):
        row.save()
    return kept


def _give_children_back(survivor: Lead, merged: Lead, moved: Moved) -> None:
    tables: tuple[Any, ...] = (*CHILDREN, LeadTag, Task, Opportunity)
    models_by_table = {_table(model): model for model in tables}
    for table, ids in moved.children.items():
        if table in models_by_table:
            model = models_by_table[table]
            _give(model, model._base_manager.filter(pk__in=ids, lead=survivor), merged)
    stays = moved.children.get("leadstage", [])
    LeadStage.objects.filter(pk__in=stays).update(lead=merged)
    _stand_again(merged, moved.current_stay)
    if moved.closed_stay not in stays and not _stands(survivor):
        _stand_again(survivor, moved.closed_stay)


def _stands(lead: Lead) -> bool:
    return lead.stays.filter(left_at=None).exists()


def _stand_again(lead: Lead, stay_id: str | None) -> None:
    """The stay goes on as if it had not ended; a retired stage's leads go to the first.

    The lead has no other current stay.
    """
    stay = LeadStage.objects.select_related("stage").filter(pk=stay_id).first()
    if stay is None:
        return
    if stay.stage.is_deleted:
        pipeline.move(lead.pk, pipeline.first_stage().pk)
        return
    stay.left_at = None
    stay.save(update_fields=["left_at"])
