"""Items of the timeline from leads' own tables: activities, stages, steps, merges."""

from typing import Any

from leads.choices import (
    ActivityType,
    CallOutcome,
    MessageOutcome,
    NextStep,
)
from leads.models import Activity, Lead, LeadMerge, Task
from leads.models.lead_lists import lost_reason_name
from leads.services.undoing import may_undo_activity
from leads.timeline import TimelineItem, TimelineRow, TimelineSource
from medspa.encryption.json_rows import instance_from_json
from medspa.models import User
from medspa.templatetags.clinic import moment

# Activities ---------------------------------------------------------------

ACTIVITY_ICONS = {
    ActivityType.SMS_SENT: "sms",
    ActivityType.EMAIL_SENT: "mail",
    ActivityType.CALL: "call",
    ActivityType.FORM_SUBMIT: "description",
    ActivityType.TAG_ADDED: "label",
}

# Parts of one statement: see `leads.timeline`. This one takes 0.6 ms by itself, the
# stage periods 1.4, the next steps and the merges 0.6 each.
# Moves are shown by their stage periods.
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


def _activity_item(row: TimelineRow, lead: Lead, viewer: User | None) -> TimelineItem:
    activity = instance_from_json(Activity, row.data["activity"])
    return TimelineItem(
        activity.id,
        row.at,
        "activity",
        ACTIVITY_ICONS.get(ActivityType(activity.type), "circle"),
        activity_text(activity, row.data["tag"] or "with a deleted tag"),
        row.data["who"],
        "activity",
        "Undo" if may_undo_activity(activity, viewer) else "",
    )


def activity_text(activity: Activity, tag: str) -> str:
    """What was done, in words; `tag` is the name of the tag that was added."""
    payload: Any = activity.readable_payload
    if payload is None:
        return f"{activity.get_type_display()}, details unreadable"
    match activity.type:
        case ActivityType.TAG_ADDED:
            return f"Tagged {tag}"
        case ActivityType.FORM_SUBMIT:
            form = (payload.form or "").replace("-", " ").replace("_", " ")
            return f"Submitted form “{form}”" if form else "Submitted a form"
        case ActivityType.CALL:
            return _call_text(payload)
    return _message_text(activity, payload)


def _call_text(payload: Any) -> str:
    parts = ["Call" if payload.direction == "outbound" else "They called"]
    if payload.outcome:
        parts.append(str(CallOutcome(payload.outcome).label).lower())
    if payload.duration_seconds:
        parts.append(f"{max(1, payload.duration_seconds // 60)} min")
    return ", ".join(parts)


def _message_text(activity: Activity, payload: Any) -> str:
    text = str(activity.get_type_display())
    if payload.automated:
        text += " automatically"
    if payload.template:
        text += f": “{payload.template.replace('-', ' ').replace('_', ' ')}”"
    if payload.outcome and payload.outcome != MessageOutcome.SENT:
        text += f", {str(MessageOutcome(payload.outcome).label).lower()}"
    return text


# Stage periods -------------------------------------------------------------

# After a merge the periods of both leads are mixed: then the one before a period is the
# one that ended when it began.
PERIODS = """
SELECT period.id AS "row", period.changed_at AS at, jsonb_build_object(
    'stage', stage.name, 'from', earlier.name, 'lost_reason', period.lost_reason,
    'is_current', period.left_at IS NULL, 'who', {who}
) AS data
FROM leads_leadstage period
JOIN leads_pipelinestage stage ON stage.id = period.stage_id
LEFT JOIN medspa_user person ON person.id = period.changed_by_id
LEFT JOIN LATERAL (
    SELECT came_from.name
    FROM leads_leadstage other
    JOIN leads_pipelinestage came_from ON came_from.id = other.stage_id
    WHERE other.lead_id = period.lead_id AND other.id <> period.id
        AND CASE WHEN cardinality(%(leads)s::text[]) > 1
            THEN other.left_at = period.changed_at
            ELSE (other.changed_at, other.id) < (period.changed_at, period.id) END
    ORDER BY other.changed_at DESC, other.id DESC
    LIMIT 1
) earlier ON true
WHERE period.lead_id = %(lead)s
"""


def _period_item(row: TimelineRow, lead: Lead, viewer: User | None) -> TimelineItem:
    may_move = viewer is not None and viewer.has_perm("leads.change_lead")
    is_last_move = row.data["from"] is not None and row.data["is_current"]
    return TimelineItem(
        row.row,
        row.at,
        "stage",
        "arrow_forward",
        _period_text(row.data),
        row.data["who"],
        "stage_period",
        "Undo" if may_move and is_last_move else "",
    )


def _period_text(data: dict[str, Any]) -> str:
    if data["from"] is None:
        text = f"Created in {data['stage']}"
    else:
        text = f"Moved from {data['from']} to {data['stage']}"
    if data["lost_reason"]:
        text += f": {lost_reason_name(data['lost_reason']).lower()}"
    return text


# Next steps ---------------------------------------------------------------

TASKS = """
SELECT task.id AS "row", coalesce(task.done_at, task.created_at) AS at,
    jsonb_build_object('task', to_jsonb(task), 'who', {who}) AS data
FROM leads_task task
LEFT JOIN LATERAL (
    SELECT change.history_user_id FROM leads_taskhistory change
    WHERE change.id = task.id AND change.done_at = task.done_at
    ORDER BY change.history_id LIMIT 1
) finished ON true
LEFT JOIN medspa_user person ON person.id = CASE
    WHEN task.done_at IS NULL THEN task.assigned_to_id ELSE finished.history_user_id
END
WHERE task.lead_id = %(lead)s AND task.deleted_at IS NULL
"""


def _task_item(row: TimelineRow, lead: Lead, viewer: User | None) -> TimelineItem:
    task = instance_from_json(Task, row.data["task"])
    may_undo = viewer is not None and viewer.has_perm("leads.change_task")
    return TimelineItem(
        task.id,
        row.at,
        "step",
        "task_alt" if task.done_at else "flag",
        _task_text(task),
        row.data["who"],
        "task",
        "Undo" if may_undo else "",
    )


def _task_text(task: Task) -> str:
    if task.done_at:
        return f"Done: {task}"
    due = f"due {moment(task.due_at)}"
    if task.what == NextStep.FOLLOW_UP_NO_SHOW:
        return f"No-show. Next: {task}, {due}"
    return f"Next: {task}, {due}"


# Merges -------------------------------------------------------------------

MERGES_SQL = """
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


def _merge_item(row: TimelineRow, lead: Lead, viewer: User | None) -> TimelineItem:
    may_undo = viewer is not None and viewer.has_perm("leads.merge_lead")
    merge = instance_from_json(LeadMerge, row.data["merge"])
    merged = instance_from_json(Lead, row.data["merged"])
    return TimelineItem(
        merge.id,
        row.at,
        "change",
        "merge",
        f"Merged with {merged}, created {moment(merged.created_at)}",
        row.data["who"],
        "merge",
        "Undo merge" if may_undo and merge.can_be_undone else "",
    )


TIMELINE_SOURCES = (
    TimelineSource("activity", "activity", ACTIVITIES, _activity_item),
    TimelineSource("stage_period", "stage", PERIODS, _period_item),
    TimelineSource("task", "step", TASKS, _task_item),
    TimelineSource("merge", "change", MERGES_SQL, _merge_item),
)
