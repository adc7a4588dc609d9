"""Taking back what an item did to a lead."""

from typing import Any

from connections.models import ItemOutcome, Outcome
from connections.undoing.since import with_events
from leads.choices import ActivityType
from leads.models import Activity, ContactPoint, Lead, LeadArrival, LeadTag, Opportunity
from leads.services.pipeline import restore_lead
from leads.services.undoing import undo
from medspa.audit.putting_back import differs, save_back, set_back
from medspa.models import User
from medspa.refusals import Refused

WORKED_ON = "This lead was changed or worked with since."
HAS_EVENTS = "This lead has a payment or a consult that stays."
LEAD_IS_DELETED = "This lead was deleted since."
UNKNOWN_BEFORE = "What was there before is no longer stored."


class NotUndone(Refused):
    """The item stays as it is."""

    code = "not_undone"


def undo_lead(lead: Lead, item: ItemOutcome, *, is_worked_on: bool) -> str:
    """A sentence about what of it stays; empty if nothing does. Raises NotUndone."""
    if item.outcome == Outcome.CREATED:
        _delete(lead, is_worked_on=is_worked_on)
        return ""
    if lead.is_deleted:
        raise NotUndone(LEAD_IS_DELETED)
    changed = _set_back(lead, item) + _take_away(lead, item)
    if item.outcome == Outcome.RESTORED:
        _delete(lead, is_worked_on=is_worked_on or bool(changed))
    return f"Changed since: {', '.join(changed)}." if changed else ""


def undo_deletion(lead: Lead) -> str:
    if lead.is_deleted:
        restore_lead(lead)
    return ""


def undo_stage(lead: Lead, item: ItemOutcome, person: User) -> str:
    [period] = _added(item, "period") or [""]
    undo(lead, "stage_period", period, person)
    return ""


def _delete(lead: Lead, *, is_worked_on: bool) -> None:
    if lead.is_deleted:
        return
    if is_worked_on:
        raise NotUndone(WORKED_ON)
    if with_events([lead.pk]):
        raise NotUndone(HAS_EVENTS)
    lead.delete()


def _set_back(lead: Lead, item: ItemOutcome) -> list[str]:
    """Give fields their earlier values; the labels of those that changed since."""
    names = [name for name in item.fields if ":" not in name]
    if not names:
        return []
    rows = Lead.history.filter(history_id__in=[item.before, item.after], id=lead.pk)
    history: dict[int | None, Any] = {row.history_id: row for row in rows}
    before, after = history.get(item.before), history.get(item.after)
    if before is None or after is None:
        raise NotUndone(UNKNOWN_BEFORE)
    changed = [name for name in names if differs(lead, after, name)]
    same = [name for name in names if name not in changed]
    if same:
        set_back(lead, same, before)
        save_back(lead)
    return [_label(name) for name in changed]


def _label(name: str) -> str:
    field: Any = Lead._meta.get_field(name)
    return str(field.verbose_name)


def _take_away(lead: Lead, item: ItemOutcome) -> list[str]:
    """Remove what the item added to the lead; what was changed since, in words."""
    for tag in _added(item, "tag"):
        _untag(lead, tag, item)
    for model, kind in ((Activity, "form"), (ContactPoint, "contact")):
        for row in model.objects.filter(pk__in=_added(item, kind), lead=lead):
            row.delete()
    LeadArrival.objects.filter(pk__in=_added(item, "arrival"), lead=lead).delete()
    expected = Opportunity.objects.filter(
        pk__in=_added(item, "opportunity"), lead=lead
    ).first()
    if expected is None:
        return []
    if expected.history.count() > 1:
        return ["expected value"]
    expected.delete()
    return []


def _untag(lead: Lead, tag: str, item: ItemOutcome) -> None:
    added = {"lead": lead, "created_at__lte": item.made_at}
    for link in LeadTag.objects.filter(tag=tag, **added):
        link.delete()
        notes = Activity.objects.filter(
            type=ActivityType.TAG_ADDED, payload_json__tag=tag, **added
        )
        for note in notes.order_by("-created_at")[:1]:
            note.delete()


def _added(item: ItemOutcome, kind: str) -> list[str]:
    """The ids of the rows of this kind that the item added."""
    start = f"{kind}:"
    return [one.removeprefix(start) for one in item.fields if one.startswith(start)]
