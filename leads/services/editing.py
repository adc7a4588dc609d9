"""Changing facts of a lead and what it may be worth, and taking a change back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from leads.deletions.deleting import delete_lead
from leads.models import Lead, Opportunity
from leads.services.actions import NOT_YOURS, ActionRefused, ActionResult
from leads.services.assigning import refuse_assignee
from leads.services.merging import OPPORTUNITY_FIELDS
from medspa import clock
from medspa.audit.putting_back import changed_fields, differs, save_back, set_back
from medspa.models import User
from medspa.templatetags.clinic import ago

UNDONE_WITHIN = timedelta(minutes=10)
UNDONE_ALREADY = "This was already undone."


def opportunity_of(lead: Lead) -> Opportunity:
    """What the lead may be worth, to be edited: a new one, or a deleted one anew."""
    found = Opportunity.all_objects.filter(lead=lead).first()
    opportunity: Opportunity = found or Opportunity(lead=lead)
    opportunity.deleted_at = None
    return opportunity


def last_change(row: Lead | Opportunity) -> str:
    """The id of the newest history row: what `undo_change` takes back."""
    newest: Any = row.history.order_by("-history_id")
    return str(newest.values_list("history_id", flat=True)[0])


def undo_lead_change(lead: Lead, record_id: str, person: User) -> ActionResult:
    """Give the lead's fields the values from before the change.

    Raises ActionRefused for somebody else's change, unless the person may put values
    back, and where a field was changed again since; ValidationError for a past value
    that is no longer possible.
    """
    record = _record(Lead, record_id, id=lead.pk)
    return _undo(lead, record, person)


def undo_opportunity_change(lead: Lead, record_id: str, person: User) -> ActionResult:
    """As `undo_lead_change`; one that was just added is deleted again."""
    record = _record(Opportunity, record_id, lead=lead.pk)
    row = Opportunity.all_objects.get(pk=record.id)
    return _undo(row, record, person)


def _record(model: Any, record_id: str, **of: str) -> Any:
    is_id = record_id.isdecimal() and len(record_id) < 19
    record = model.history.filter(history_id=record_id, **of) if is_id else None
    if record is None or not (found := record.first()):
        raise ActionRefused("There is nothing to undo.")
    return found


def _undo(row: Any, record: Any, person: User) -> ActionResult:
    is_own = record.history_user_id == person.pk
    may_change = person.has_perm("leads.change_lead")
    if not ((is_own and may_change) or person.has_perm("leads.put_back")):
        raise ActionRefused(NOT_YOURS.format(who=record.who))
    before = record.prev_record
    if before is None:
        return _undo_added(row, record)
    names = changed_fields(record, before)
    _refuse_changed_since(row, record, names)
    set_back(row, names, before)
    if "assigned_to" in names and (refusal := refuse_assignee(row)):
        raise ActionRefused(refusal)
    save_back(row)
    labels = " and ".join(str(row._meta.get_field(n).verbose_name) for n in names)
    return ActionResult(f"Restored {labels}." if labels else UNDONE_ALREADY)


def _undo_added(row: Any, record: Any) -> ActionResult:
    if not isinstance(row, Opportunity) or row.is_deleted:
        raise ActionRefused("There is nothing to undo.")
    _refuse_changed_since(row, record, OPPORTUNITY_FIELDS)
    row.delete()
    return ActionResult("Removed the expected value.")


def _refuse_changed_since(row: Any, record: Any, names: Sequence[str]) -> None:
    changed = [name for name in names if differs(row, record, name)]
    if not changed:
        return
    newest = row.history.order_by("-history_id").select_related("history_user").first()
    label = row._meta.get_field(changed[0]).verbose_name
    words = f"{newest.who} changed the {label} {ago(newest.history_date)}"
    raise ActionRefused(f"{words}. Nothing was undone.")


def undo_added(lead: Lead, lead_id: str, person: User) -> ActionResult:
    """Delete the lead that the person has just added; raises ActionRefused."""
    added = lead.history.filter(history_type="+").first()
    is_own = added is not None and added.history_user_id == person.pk
    if not is_own or not person.has_perm("leads.delete_lead"):
        raise ActionRefused("You can't undo this. A manager can delete the lead.")
    if clock.now() - lead.created_at > UNDONE_WITHIN:
        raise ActionRefused(f"{lead} was added a while ago. Delete it on its page.")
    delete_lead(lead, person)
    return ActionResult(f"{lead} removed.", is_gone=True)


CHANGE_UNDOERS = {
    "added": undo_added,
    "lead": undo_lead_change,
    "opportunity": undo_opportunity_change,
}
