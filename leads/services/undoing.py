"""Taking back what was done with a lead, whatever kind of record it is.

Other apps add their kinds to `extension_points.undoers`.
"""

from collections.abc import Callable

from leads.choices import ActivityType, Outcome
from leads.extension_points import WIN, after_move_undone, undoers
from leads.models import Activity, Lead, LeadStage, LeadTag, Tag, Task
from leads.services import unmerging
from leads.services.actions import NOT_YOURS, ActionRefused, ActionResult
from leads.services.stage_periods import periods_before, reopen
from leads.services.tagging import add_tag
from leads.touches import TOUCH_TYPES
from medspa.models import User
from medspa.templatetags.clinic import ago

ALREADY_UNDONE = "This was already undone."
# Activities that people log and may take back; a submitted form stays.
UNDOABLE_TYPES = {*TOUCH_TYPES, ActivityType.TAG_ADDED}
Undoer = Callable[[Lead, str, User], ActionResult]


def undo(lead: Lead, source: str, row: str, person: User) -> ActionResult:
    """Take back the record `row` of `source`; the lead must be locked.

    Raises ActionRefused.
    """
    if source not in undoers:
        raise ActionRefused("There is nothing to undo.")
    return undoers[source](lead, row, person)


def may_undo_activity(row: Activity, person: User | None) -> bool:
    """One's own at any time; those of others with the permission to put values back."""
    if person is None or row.type not in UNDOABLE_TYPES:
        return False
    is_own = row.created_by_id == person.pk and person.has_perm("leads.add_activity")
    return is_own or person.has_perm("leads.put_back")


def _undo_activity(lead: Lead, row_id: str, person: User) -> ActionResult:
    row = Activity.objects.filter(pk=row_id, lead=lead).first()
    if row is None:
        raise ActionRefused(ALREADY_UNDONE)
    if not may_undo_activity(row, person):
        raise ActionRefused(NOT_YOURS.format(who=row.created_by or "its author"))
    if row.type == ActivityType.TAG_ADDED:
        for link in LeadTag.objects.filter(lead=lead, tag=row.payload_json["tag"]):
            link.delete()
    row.delete()
    sentence = f"{row.get_type_display()} undone."
    if moved := _move_by(row):
        sentence += f" {_undo_move(lead, moved.pk, person).sentence}"
    return ActionResult(sentence)


def _move_by(call: Activity) -> LeadStage | None:
    """The current stage period, if the answered call moved the lead into it."""
    periods = LeadStage.objects.filter(lead=call.lead_id, left_at=None)
    moved = periods.filter(changed_at=call.created_at).first()
    return moved if call.type == ActivityType.CALL else None


def _undo_task(lead: Lead, row_id: str, person: User) -> ActionResult:
    """A step that is done is open again; one that is open is not planned."""
    task = Task.objects.filter(pk=row_id, lead=lead).first()
    if task is None:
        raise ActionRefused(ALREADY_UNDONE)
    if not person.has_perm("leads.change_task"):
        raise ActionRefused("You don't have permission to change next steps.")
    if task.done_at is not None:
        task.reopen()
        return ActionResult(f"“{task}” is open again.")
    task.delete()
    return ActionResult(f"“{task}” removed.")


def _undo_removed_tag(lead: Lead, row_id: str, person: User) -> ActionResult:
    tag = Tag.objects.filter(pk=row_id).first()
    if tag is None or not person.has_perm("leads.add_leadtag"):
        raise ActionRefused("This tag was deleted.")
    add_tag(lead, tag)
    return ActionResult(f"Tagged {tag} again.")


def _undo_move(lead: Lead, row_id: str, person: User) -> ActionResult:
    if not person.has_perm("leads.change_lead"):
        raise ActionRefused("You don't have permission to move leads.")
    period = (
        lead.stage_periods.select_related("stage", "changed_by")
        .filter(left_at=None)
        .first()
    )
    if period is None:
        raise ActionRefused(f"{lead} isn't in a stage. Nothing was undone.")
    if period.pk != row_id:
        raise ActionRefused(_moved_since(period))
    before = periods_before([period]).get(lead.pk)
    if before is None:
        raise ActionRefused(
            f"{lead} came to {period.stage} first. It can't be moved back."
        )
    for take_back in after_move_undone:
        take_back(period)
    reopen([period])
    then = WIN if period.stage.outcome == Outcome.WON else ""
    return ActionResult(f"{lead} is back in {before.stage}.", then=then)


def _moved_since(period: LeadStage) -> str:
    """The later change that undo must not overwrite."""
    who = f" by {period.changed_by}" if period.changed_by else ""
    moved = f"{period.lead} was moved to {period.stage}{who} {ago(period.changed_at)}"
    return f"{moved}. Nothing was undone."


def _undo_merge(lead: Lead, row_id: str, person: User) -> ActionResult:
    if not person.has_perm("leads.merge_lead"):
        raise ActionRefused("You don't have permission to undo a merge.")
    undone = unmerging.unmerge(row_id)
    sentence = f"{undone.merged} is a separate lead again."
    if undone.unrestored:
        sentence += f" Kept because they changed later: {', '.join(undone.unrestored)}."
    return ActionResult(sentence)


LEAD_UNDOERS: dict[str, Undoer] = {
    "activity": _undo_activity,
    "task": _undo_task,
    "untag": _undo_removed_tag,
    "stage_period": _undo_move,
    "merge": _undo_merge,
}
