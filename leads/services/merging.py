"""Merging two leads into one; `leads.services.unmerging` undoes it.

The merged lead is deleted and keeps its own values; the rows that belong to it move to
the survivor. `LeadMerge` stores every row that moved and, by their history rows, the
values that were replaced. Until the merge is undone, the merged lead's contact id finds
the survivor (`leads.services.matching`).

Other apps add their tables with a `lead` to `extension_points.lead_tables`.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from leads.contact import email_key
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
from medspa import clock
from medspa.audit.actors import acting, current_actor
from medspa.audit.writing import update_with_history
from medspa.encryption.fields import Unreadable
from medspa.refusals import Refused

LEAD_FIELDS = (
    "first_name",
    "email",
    "phone",
    "source",
    "heard_from",
    "campaign",
    "ad_platform",
    "assigned_to",
)
OPPORTUNITY_FIELDS = ("expected_value_cents", "procedure_code", "expected_date")
# Rows whose lead one statement changes.
ROWS_AT_ONCE = 500


class MergeRefused(Refused):
    """Nothing was merged, and no merge was undone."""

    code = "merge_refused"


@dataclass(frozen=True)
class MergeChoice:
    """Which values the survivor takes from the merged lead."""

    lead_fields: frozenset[str] = frozenset()
    opportunity_fields: frozenset[str] = frozenset()
    takes_stage: bool = False


@transaction.atomic
def merge(survivor_id: str, merged_id: str, choice: MergeChoice) -> LeadMerge:
    """Merge the lead `merged_id` into `survivor_id`.

    Raises MergeRefused when one of them is deleted or both are the same.
    """
    survivor, merged = _lock_both(survivor_id, merged_id)
    row = LeadMerge(survivor=survivor, merged=merged, merged_by=current_actor().user)
    moved: dict[str, Any] = {"children": {}}
    contacts = _contacts_of(survivor, merged)
    with acting(reason=f"Merged with {merged}"):
        moved |= _end_one_period(survivor, merged, choice.takes_stage)
        moved |= _take_values(survivor, merged, choice)
        moved |= _take_opportunity(survivor, merged, choice, moved["children"])
        _move_children(survivor, merged, moved["children"])
        moved["contact_points"] = _keep_contacts(survivor, contacts)
    with acting(reason=f"Merged into {survivor}"):
        merged.delete()
    row.moved_json = Moved(**moved).model_dump(mode="json")
    row.full_clean()
    row.save()
    return row


def _lock_both(survivor_id: str, merged_id: str) -> tuple[Lead, Lead]:
    """Both, locked in the order of their ids, so that two merges can't deadlock."""
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
            "One of the leads was deleted or merged. Nothing was merged."
        )
    if any(lead.is_erased for lead in leads.values()):
        raise MergeRefused("One of the people was erased. Nothing was merged.")
    return leads[survivor_id], leads[merged_id]


def _end_one_period(survivor: Lead, merged: Lead, takes_stage: bool) -> dict[str, Any]:
    """End one of two current periods: a lead is in one stage at a time."""
    now = clock.now()
    own, other = (
        lead.stage_periods.filter(left_at=None).first() for lead in (survivor, merged)
    )
    ends = own if takes_stage and other else other if own else None
    if ends:
        ends.left_at = max(now, ends.changed_at)
        ends.save(update_fields=["left_at"])
    return {
        "closed_stay": ends.pk if ends else None,
        "current_stay": other.pk if other else None,
    }


def _take_values(survivor: Lead, merged: Lead, choice: MergeChoice) -> dict[str, Any]:
    before = _last_history(survivor)
    taken = [
        name
        for name in LEAD_FIELDS
        if name in choice.lead_fields and differ(survivor, merged, name)
    ]
    for name in taken:
        copy_value(merged, survivor, name)
    notes: dict[str, Any] = {"before": before, "taken": taken}
    if merged.created_at < survivor.created_at:
        survivor.created_at = merged.created_at
        taken.append("created_at")
        if survivor.created_time_known != merged.created_time_known:
            survivor.created_time_known = merged.created_time_known
            taken.append("created_time_known")
        if survivor.is_backfilled != merged.is_backfilled:
            survivor.is_backfilled = merged.is_backfilled
            taken.append("is_backfilled")
    if merged.do_not_contact_at and not survivor.do_not_contact_at:
        survivor.do_not_contact_at = merged.do_not_contact_at
        taken.append("do_not_contact_at")
    if merged.external_id and not survivor.external_id:
        notes["contact_id_before"] = _last_history(merged)
        survivor.external_id, merged.external_id = merged.external_id, None
        merged.save(update_fields=["external_id"])
        taken.append("external_id")
    if taken:
        survivor.full_clean()
        survivor.save()
    return notes


def _contacts_of(*leads: Lead) -> list[dict[str, str]]:
    """The emails and phones of both leads, before one of them takes any."""
    return [
        {name: text}
        for lead in leads
        for name in ("email", "phone")
        if (text := getattr(lead, name)) and not isinstance(text, Unreadable)
    ]


def _keep_contacts(survivor: Lead, contacts: list[dict[str, str]]) -> list[str]:
    """Make contact points of what is not the survivor's now; their ids."""
    known = {email_key(survivor.email), survivor.phone}
    for point in survivor.contact_points.filter(deleted_at=None):
        known |= {email_key(point.email), point.phone}
    made = []
    for values in contacts:
        point = ContactPoint(lead=survivor, **values)
        key = email_key(point.email) or point.phone
        if key not in known:
            point.save()
            made.append(point.pk)
    return made


def _take_opportunity(
    survivor: Lead, merged: Lead, choice: MergeChoice, children: dict[str, list[str]]
) -> dict[str, Any]:
    """Move the opportunity to a lead without one, else copy the chosen values."""
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
    taken = [name for name in taken if differ(own, other, name)]
    before = _last_history(own)
    for name in taken:
        setattr(own, name, getattr(other, name))
    if own.is_deleted:
        own.deleted_at = None
        taken.append("deleted_at")
    if taken:
        # A copied date keeps the day on which it was first set.
        if "expected_date" in taken:
            own._stored_date = own.expected_date
            own.expected_date_set_on = other.expected_date_set_on
        own.save()
    return {"opportunity_before": before, "opportunity_taken": taken}


def _move_children(
    survivor: Lead, merged: Lead, children: dict[str, list[str]]
) -> None:
    """All rows of `lead_tables`, all stage periods, and the tags and open next steps
    that the survivor doesn't have."""
    for model in lead_tables:
        rows = model._base_manager.filter(lead=merged)
        children[table_of(model)] = reassign(model, rows, survivor)
    periods = LeadStage.objects.filter(lead=merged)
    children["leadstage"] = list(periods.values_list("pk", flat=True))
    # Stage periods have no history table.
    periods.update(lead=survivor)
    own_tags = survivor.lead_tags.values("tag")
    tags = LeadTag.objects.filter(lead=merged).exclude(tag__in=own_tags)
    children["leadtag"] = reassign(LeadTag, tags, survivor)
    planned = Task.objects.open().filter(lead=survivor).values("what")
    tasks = Task.all_objects.filter(lead=merged).exclude(
        done_at=None, deleted_at=None, what__in=planned
    )
    children["task"] = reassign(Task, tasks, survivor)


def reassign(model: Any, rows: Any, lead: Lead) -> list[str]:
    """Make `rows` belong to `lead`, with a history row for each that has history;
    their ids."""
    found = list(rows)
    for row in found:
        row.lead = lead
    if hasattr(model, "history"):
        update_with_history(model, found, ["lead"], batch_size=ROWS_AT_ONCE)
    else:
        model._base_manager.bulk_update(found, ["lead"], batch_size=ROWS_AT_ONCE)
    return [row.pk for row in found]


def table_of(model: type[models.Model]) -> str:
    return str(model._meta.model_name)


def differ(one: Any, other: Any, name: str) -> bool:
    attname = one._meta.get_field(name).attname
    return getattr(one, attname) != getattr(other, attname)


def copy_value(source: Any, target: Any, name: str) -> None:
    attname = target._meta.get_field(name).attname
    setattr(target, attname, getattr(source, attname))


def _last_history(row: Any) -> int:
    """The history row with the current values of `row`; written if there is none."""
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
