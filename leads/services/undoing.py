"""Taking back what was done with a lead: one door for every kind of record.

Apps above this floor add theirs to `UNDOERS`.
"""

from collections.abc import Callable, Sequence

from django.utils import timezone

from leads.choices import ActivityType
from leads.models import Activity, Lead, LeadStage, LeadTag, Tag, Task
from leads.services import pipeline, unmerging
from leads.services.actions import ActRefused, Done
from leads.services.tagging import add_tag
from leads.touches import TOUCH_TYPES
from medspa.models import User
from medspa.templatetags.clinic import duration

GONE = "This was already taken back."
OTHERS = "Only {who} or a manager can take this back."
# What people note; a form that somebody sent in was sent in.
TAKEN_BACK = {*TOUCH_TYPES, ActivityType.TAG_ADDED}
# Told which stay was undone, so that what its entry recorded is voided.
AFTER_MOVE_UNDONE: list[Callable[[LeadStage], None]] = []
# Told many stays, name those (by id) for which the above has anything to do.
ENTRIES_WITH_RECORDS: list[Callable[[Sequence[LeadStage]], set[str]]] = []
Undoer = Callable[[Lead, str, User], Done]


def undo(lead: Lead, source: str, row: str, person: User) -> Done:
    """Take back the record `row` of `source`; the lead must be locked.

    Raises ActRefused with a sentence.
    """
    if source not in UNDOERS:
        raise ActRefused("There is nothing to undo.")
    return UNDOERS[source](lead, row, person)


def may_undo_activity(row: Activity, person: User | None) -> bool:
    """One's own at any time; those of others where past values may be put back."""
    if person is None or row.type not in TAKEN_BACK:
        return False
    is_own = row.created_by_id == person.pk and person.has_perm("leads.add_activity")
    return is_own or person.has_perm("leads.put_back")


def _undo_activity(lead: Lead, row_id: str, person: User) -> Done:
    row = Activity.objects.filter(pk=row_id, lead=lead).first()
    if row is None:
        raise ActRefused(GONE)
    if not may_undo_activity(row, person):
        raise ActRefused(OTHERS.format(who=row.created_by or "its author"))
    if row.type == ActivityType.TAG_ADDED:
        for link in LeadTag.objects.filter(lead=lead, tag=row.payload_json["tag"]):
            link.delete()
    row.delete()
    return Done(f"{row.get_type_display()} taken back.")


def _undo_task(lead: Lead, row_id: str, person: User) -> Done:
    """A step that is done is open again; one that is open is not planned."""
    task = Task.objects.filter(pk=row_id, lead=lead).first()
    if task is None:
        raise ActRefused(GONE)
    if not person.has_perm("leads.change_task"):
        raise ActRefused("You may not change next steps.")
    if task.done_at is not None:
        task.reopen()
        return Done(f"“{task}” is open again.")
    task.delete()
    return Done(f"“{task}” is no longer planned.")


def _undo_removed_tag(lead: Lead, row_id: str, person: User) -> Done:
    tag = Tag.objects.filter(pk=row_id).first()
    if tag is None or not person.has_perm("leads.add_leadtag"):
        raise ActRefused("This tag is gone.")
    add_tag(lead, tag)
    return Done(f"Tagged {tag} again.")


def _undo_move(lead: Lead, row_id: str, person: User) -> Done:
    if not person.has_perm("leads.change_lead"):
        raise ActRefused("You may not move leads.")
    stay = lead.stays.select_related("stage", "changed_by").filter(left_at=None).first()
    if stay is None:
        raise ActRefused(f"{lead} is in no stage. Nothing was undone.")
    if stay.pk != row_id:
        raise ActRefused(_moved_since(stay))
    before = (
        # Later ended only what came with a merged lead.
        lead.stays.filter(left_at__lte=stay.changed_at)
        .exclude(pk=stay.pk)
        .order_by("-left_at", "-changed_at", "-id")
        .first()
    )
    if before is None:
        raise ActRefused(f"{lead} came to {stay.stage} first. There is no way back.")
    back = pipeline.move(
        lead.pk,
        before.stage_id,
        expected_stage_id=stay.stage_id,
        lost_reason=before.lost_reason,
    )
    for take_back in AFTER_MOVE_UNDONE:
        take_back(stay)
    return Done(f"{lead} is back in {back.stage}.")


def _moved_since(stay: LeadStage) -> str:
    """The later change that undo must not overwrite."""
    who = f" by {stay.changed_by}" if stay.changed_by else ""
    ago = duration(timezone.now() - stay.changed_at)
    when = "just now" if ago == "now" else f"{ago} ago"
    return f"{stay.lead} was moved to {stay.stage}{who} {when}. Nothing was undone."


def _undo_merge(lead: Lead, row_id: str, person: User) -> Done:
    if not person.has_perm("leads.merge_lead"):
        raise ActRefused("You may not undo a merge.")
    undone = unmerging.unmerge(row_id)
    sentence = f"{undone.merged} is a lead of its own again."
    if undone.kept:
        sentence += f" Kept, since changed later: {', '.join(undone.kept)}."
    return Done(sentence)


UNDOERS: dict[str, Undoer] = {
    "activity": _undo_activity,
    "task": _undo_task,
    "untag": _undo_removed_tag,
    "stay": _undo_move,
    "merge": _undo_merge,
}
