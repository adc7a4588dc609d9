"""What the timeline tells of leads' own tables: contacts, stays, steps, changes."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from leads.models import (
    Activity,
    Lead,
    LeadMerge,
    LeadStage,
    Opportunity,
    Tag,
    Task,
)
from leads.timeline import Item, PastValue, Source, moments_of
from leads.undoing import may_undo_activity
from leads.vocabulary import ActivityType, CallOutcome, MessageOutcome, NextStep
from medspa.history_sentences import Change, Entry, entries
from medspa.models import User
from medspa.templatetags.clinic import moment

# Activities ---------------------------------------------------------------

ICONS = {
    ActivityType.SMS_SENT: "sms",
    ActivityType.EMAIL_SENT: "mail",
    ActivityType.CALL: "call",
    ActivityType.FORM_SUBMIT: "description",
    ActivityType.TAG_ADDED: "label",
}


def _activity_moments(lead: Lead) -> QuerySet:
    # A move is told by its stay.
    rows = Activity.objects.filter(lead=lead).exclude(type=ActivityType.STAGE_CHANGE)
    return moments_of(rows, "activity", "created_at")


def _activity_items(lead: Lead, ids: list[str], viewer: User | None) -> Iterable[Item]:
    rows = Activity.objects.filter(id__in=ids).select_related("created_by")
    tags = Tag.all_objects.in_bulk(
        [row.payload_json["tag"] for row in rows if row.type == ActivityType.TAG_ADDED]
    )
    for row in rows:
        yield Item(
            row.id,
            row.created_at,
            "activity",
            ICONS.get(ActivityType(row.type), "circle"),
            _activity_text(row, tags),
            str(row.created_by or ""),
            "activity",
            "Undo" if may_undo_activity(row, viewer) else "",
        )


def _activity_text(row: Activity, tags: dict[str, Tag]) -> str:
    payload: Any = row.payload
    match row.type:
        case ActivityType.TAG_ADDED:
            return f"Tagged {tags.get(payload.tag, 'with a tag that is gone')}"
        case ActivityType.FORM_SUBMIT:
            form = (payload.form or "").replace("-", " ").replace("_", " ")
            return f"Form “{form}” sent in" if form else "Form sent in"
        case ActivityType.CALL:
            return _call_text(payload)
    return _message_text(row, payload)


def _call_text(payload: Any) -> str:
    parts = ["Call" if payload.direction == "outbound" else "They called"]
    if payload.outcome:
        parts.append(str(CallOutcome(payload.outcome).label).lower())
    if payload.duration_seconds:
        parts.append(f"{max(1, payload.duration_seconds // 60)} min")
    return ", ".join(parts)


def _message_text(row: Activity, payload: Any) -> str:
    text = str(row.get_type_display())
    if payload.automated:
        text += " automatically"
    if payload.template:
        text += f": “{payload.template.replace('-', ' ').replace('_', ' ')}”"
    if payload.outcome and payload.outcome != MessageOutcome.SENT:
        text += f", {str(MessageOutcome(payload.outcome).label).lower()}"
    return text


# Stays --------------------------------------------------------------------


def _stay_moments(lead: Lead) -> QuerySet:
    return moments_of(LeadStage.objects.filter(lead=lead), "stay", "changed_at")


def _stay_items(lead: Lead, ids: list[str], viewer: User | None) -> Iterable[Item]:
    may_move = viewer is not None and viewer.has_perm("leads.change_lead")
    stays = list(
        LeadStage.objects.filter(lead=lead)
        .select_related("stage", "changed_by")
        .order_by("changed_at", "id")
    )
    for previous, stay in _with_previous(lead, stays):
        if stay.id in ids:
            yield Item(
                stay.id,
                stay.changed_at,
                "stage",
                "arrow_forward",
                _stay_text(previous, stay),
                str(stay.changed_by or ""),
                "stay",
                "Undo" if may_move and previous and stay.left_at is None else "",
            )


def _with_previous(
    lead: Lead, stays: list[LeadStage]
) -> Iterable[tuple[LeadStage | None, LeadStage]]:
    """Each stay after the one that it followed.

    A merged lead's stays stand among the survivor's: then one follows another only if
    it began when the other ended.
    """
    if len(lead.told_ids) == 1:
        return zip([None, *stays], stays, strict=False)
    ended = {stay.left_at: stay for stay in stays}
    return [(ended.get(stay.changed_at), stay) for stay in stays]


def _stay_text(previous: LeadStage | None, stay: LeadStage) -> str:
    if previous is None:
        text = f"Came in at {stay.stage}"
    else:
        text = f"Moved from {previous.stage} to {stay.stage}"
    if stay.lost_reason:
        text += f": {stay.get_lost_reason_display().lower()}"
    return text


# Next steps ---------------------------------------------------------------


def _task_moments(lead: Lead) -> QuerySet:
    rows = Task.objects.filter(lead=lead)
    return moments_of(rows, "task", Coalesce("done_at", "created_at"))


def _task_items(lead: Lead, ids: list[str], viewer: User | None) -> Iterable[Item]:
    may_undo = viewer is not None and viewer.has_perm("leads.change_task")
    for task in Task.objects.filter(id__in=ids).select_related("assigned_to"):
        yield Item(
            task.id,
            task.done_at or task.created_at,
            "step",
            "task_alt" if task.done_at else "flag",
            _task_text(task),
            str(task.assigned_to or ""),
            "task",
            "Undo" if may_undo else "",
        )


def _task_text(task: Task) -> str:
    if task.done_at:
        return f"Done: {task}"
    due = f"due {moment(task.due_at)}"
    if task.what == NextStep.FOLLOW_UP_NO_SHOW:
        return f"Did not come. Next: {task}, {due}"
    return f"Next: {task}, {due}"


# Merges -------------------------------------------------------------------


def _merge_moments(lead: Lead) -> QuerySet:
    rows = LeadMerge.objects.standing().filter(survivor=lead)
    return moments_of(rows, "merge", "merged_at")


def _merge_items(lead: Lead, ids: list[str], viewer: User | None) -> Iterable[Item]:
    may_undo = viewer is not None and viewer.has_perm("leads.merge_lead")
    rows = LeadMerge.objects.filter(id__in=ids).select_related("merged", "merged_by")
    for row in rows:
        yield Item(
            row.id,
            row.merged_at,
            "change",
            "merge",
            f"Merged with {row.merged}, who came in {moment(row.merged.created_at)}",
            str(row.merged_by or ""),
            "merge",
            "Undo the merge" if may_undo and row.can_be_undone else "",
        )


# Field changes ------------------------------------------------------------


def _lead_history(lead: Lead) -> QuerySet:
    return Lead.history.filter(id__in=lead.told_ids)


def _opportunity_history(lead: Lead) -> QuerySet:
    return Opportunity.history.filter(lead_id__in=lead.told_ids)


def _changes(
    name: str, model: Any, key: str, rows_of: Callable[[Lead], QuerySet]
) -> Source:
    """`key` is the history's column that holds the lead's id."""
    puttable = {field.name for field in model._meta.fields if field.editable} - {"lead"}

    def moments(lead: Lead) -> QuerySet:
        # That a merged lead was deleted says the merge.
        of_merged = ~Q(**{key: lead.pk}) & Q(deleted_at__isnull=False)
        changes = rows_of(lead).filter(history_type="~").exclude(of_merged)
        return moments_of(changes, name, "history_date", "history_id")

    def items(lead: Lead, ids: list[str], viewer: User | None) -> Iterable[Item]:
        may_put_back = viewer is not None and viewer.has_perm("leads.put_back")
        fields = puttable if may_put_back and not lead.is_deleted else set()
        records = rows_of(lead).select_related("history_user")
        for entry in entries(records.order_by("id", "-history_id")):
            if str(entry.record.history_id) in ids:
                yield _change(entry, name, fields)

    return Source(name, "change", moments, items)


def _change(entry: Entry, source: str, puttable: set[str]) -> Item:
    text = entry.sentence.removeprefix(f"{entry.actor} ")
    record = entry.record
    return Item(
        str(record.history_id),
        record.history_date,
        "change",
        "edit",
        text[:1].upper() + text[1:],
        entry.actor,
        source,
        past=tuple(
            _past_value(change, record, source)
            for change in entry.changes
            if change.field in puttable
        ),
    )


def _past_value(change: Change, record: Any, model: str) -> PastValue:
    address = reverse(f"admin:leads_{model}_put_back", args=[record.id])
    return PastValue(
        change.field, change.label, change.old, str(record.history_id), address
    )


SOURCES = (
    Source("activity", "activity", _activity_moments, _activity_items),
    Source("stay", "stage", _stay_moments, _stay_items),
    Source("task", "step", _task_moments, _task_items),
    Source("merge", "change", _merge_moments, _merge_items),
    _changes("lead", Lead, "id", _lead_history),
    _changes("opportunity", Opportunity, "lead_id", _opportunity_history),
)
