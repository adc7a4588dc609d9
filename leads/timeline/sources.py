"""What the timeline tells of leads' own tables: contacts, stays, steps, merges."""

from typing import Any

from leads.choices import (
    ActivityType,
    CallOutcome,
    LostReason,
    MessageOutcome,
    NextStep,
)
from leads.models import Activity, Lead, LeadMerge, Task
from leads.services.undoing import may_undo_activity
from leads.timeline import Item, Moment, Source
from medspa.models import User
from medspa.postgres.json_rows import model_of
from medspa.templatetags.clinic import moment

# Activities ---------------------------------------------------------------

ICONS = {
    ActivityType.SMS_SENT: "sms",
    ActivityType.EMAIL_SENT: "mail",
    ActivityType.CALL: "call",
    ActivityType.FORM_SUBMIT: "description",
    ActivityType.TAG_ADDED: "label",
}

# A move is told by its stay.
ACTIVITIES = """
SELECT activity.id AS "row", activity.created_at AS at, jsonb_build_object(
    'activity', to_jsonb(activity), 'who', {who}, 'tag', tag.name
) AS data
FROM leads_activity activity
LEFT JOIN medspa_user person ON person.id = activity.created_by_id
LEFT JOIN leads_tag tag
    ON activity.type = 'tag_added' AND tag.id = activity.payload_json ->> 'tag'
WHERE activity.lead_id = %(lead)s AND activity.deleted_at IS NULL
    AND activity.type <> 'stage_change'
"""


def _activity_item(told: Moment, lead: Lead, viewer: User | None) -> Item:
    row = model_of(Activity, told.data["activity"])
    return Item(
        row.id,
        told.at,
        "activity",
        ICONS.get(ActivityType(row.type), "circle"),
        _activity_text(row, told.data["tag"] or "with a tag that is gone"),
        told.data["who"],
        "activity",
        "Undo" if may_undo_activity(row, viewer) else "",
    )


def _activity_text(row: Activity, tag: str) -> str:
    payload: Any = row.payload
    match row.type:
        case ActivityType.TAG_ADDED:
            return f"Tagged {tag}"
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

# A merged lead's stays stand among the survivor's: then one follows another only if it
# began when the other ended.
STAYS = """
SELECT stay.id AS "row", stay.changed_at AS at, jsonb_build_object(
    'stage', stage.name, 'from', earlier.name, 'lost_reason', stay.lost_reason,
    'is_current', stay.left_at IS NULL, 'who', {who}
) AS data
FROM leads_leadstage stay
JOIN leads_pipelinestage stage ON stage.id = stay.stage_id
LEFT JOIN medspa_user person ON person.id = stay.changed_by_id
LEFT JOIN LATERAL (
    SELECT came_from.name
    FROM leads_leadstage other
    JOIN leads_pipelinestage came_from ON came_from.id = other.stage_id
    WHERE other.lead_id = stay.lead_id AND other.id <> stay.id
        AND CASE WHEN cardinality(%(told)s::text[]) > 1
            THEN other.left_at = stay.changed_at
            ELSE (other.changed_at, other.id) < (stay.changed_at, stay.id) END
    ORDER BY other.changed_at DESC, other.id DESC
    LIMIT 1
) earlier ON true
WHERE stay.lead_id = %(lead)s
"""


def _stay_item(told: Moment, lead: Lead, viewer: User | None) -> Item:
    may_move = viewer is not None and viewer.has_perm("leads.change_lead")
    is_last_move = told.data["from"] is not None and told.data["is_current"]
    return Item(
        told.row,
        told.at,
        "stage",
        "arrow_forward",
        _stay_text(told.data),
        told.data["who"],
        "stay",
        "Undo" if may_move and is_last_move else "",
    )


def _stay_text(data: dict[str, Any]) -> str:
    if data["from"] is None:
        text = f"Came in at {data['stage']}"
    else:
        text = f"Moved from {data['from']} to {data['stage']}"
    if data["lost_reason"]:
        text += f": {str(LostReason(data['lost_reason']).label).lower()}"
    return text


# Next steps ---------------------------------------------------------------

TASKS = """
SELECT task.id AS "row", coalesce(task.done_at, task.created_at) AS at,
    jsonb_build_object('task', to_jsonb(task), 'who', {who}) AS data
FROM leads_task task LEFT JOIN medspa_user person ON person.id = task.assigned_to_id
WHERE task.lead_id = %(lead)s AND task.deleted_at IS NULL
"""


def _task_item(told: Moment, lead: Lead, viewer: User | None) -> Item:
    task = model_of(Task, told.data["task"])
    may_undo = viewer is not None and viewer.has_perm("leads.change_task")
    return Item(
        task.id,
        told.at,
        "step",
        "task_alt" if task.done_at else "flag",
        _task_text(task),
        told.data["who"],
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

MERGES = """
SELECT merge.id AS "row", merge.merged_at AS at, jsonb_build_object(
    'merge', to_jsonb(merge) - 'moved_json', 'who', {who},
    'merged', jsonb_build_object(
        'id', merged.id, 'first_name', merged.first_name,
        'created_at', merged.created_at
    )
) AS data
FROM leads_leadmerge merge
JOIN leads_lead merged ON merged.id = merge.merged_id
LEFT JOIN medspa_user person ON person.id = merge.merged_by_id
WHERE merge.survivor_id = %(lead)s AND merge.undone_at IS NULL
"""


def _merge_item(told: Moment, lead: Lead, viewer: User | None) -> Item:
    may_undo = viewer is not None and viewer.has_perm("leads.merge_lead")
    merge = model_of(LeadMerge, told.data["merge"])
    merged = model_of(Lead, told.data["merged"])
    return Item(
        merge.id,
        told.at,
        "change",
        "merge",
        f"Merged with {merged}, who came in {moment(merged.created_at)}",
        told.data["who"],
        "merge",
        "Undo the merge" if may_undo and merge.can_be_undone else "",
    )


SOURCES = (
    Source("activity", "activity", ACTIVITIES, _activity_item),
    Source("stay", "stage", STAYS, _stay_item),
    Source("task", "step", TASKS, _task_item),
    Source("merge", "change", MERGES, _merge_item),
)
