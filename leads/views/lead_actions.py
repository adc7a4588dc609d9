"""The actions of the lead page; each can be undone."""

from dataclasses import replace
from datetime import MAXYEAR, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils import timezone

from leads.choices import ActivityType, CallOutcome
from leads.models import Activity, Lead, LeadTag, Tag, Task
from leads.models.stage import RecordedKind
from leads.move_refusals import LeadIsGone
from leads.services import answered_calls, contacting, pipeline
from leads.services import next_steps as tasks
from leads.services.actions import (
    ActionRefused,
    ActionResult,
    lock_lead,
    row_of_same_form,
)
from leads.services.assigning import CAN_NOT_OPEN, is_assignable
from leads.services.contacting import allow_contact, stop_contact
from leads.services.editing import last_change
from leads.services.tagging import add_tag
from leads.services.undoing import undo
from leads.views.lead_action import form_row_id, lead_action_view
from medspa.clinic_time import read_local_moment
from medspa.models import User

# The outcome of a call → the key of the action that usually follows: booking a consult
# or planning a next step.
FOLLOWED_BY = {CallOutcome.BOOKED.value: "b", CallOutcome.CALL_BACK.value: "n"}
LOGGED = {
    ActivityType.CALL: "Call logged.",
    ActivityType.SMS_SENT: "Text logged.",
    ActivityType.EMAIL_SENT: "Email logged.",
}


@lead_action_view("leads.change_lead")
def move_lead(request: HttpRequest, lead: Lead) -> ActionResult:
    """The stage bar: the same move as on the board."""
    period = pipeline.move_locked(
        lead,
        request.POST.get("stage", ""),
        expected_stage_id=request.POST.get("expected") or None,
        lost_reason=request.POST.get("lost_reason", ""),
    )
    return ActionResult(
        f"{lead} moved to {period.stage}.",
        "stage_period",
        period.pk,
        is_outcome=True,
        then="b" if period.stage.records_kpi == RecordedKind.CONSULT_BOOKED else "",
    )


@lead_action_view("leads.change_lead")
def do_not_contact(request: HttpRequest, lead: Lead) -> ActionResult:
    """`act` is `stop` or `allow`."""
    if request.POST.get("act") == "allow":
        is_changed = allow_contact(lead)
        sentence = f"{lead} may be contacted again."
    else:
        is_changed = stop_contact(lead)
        sentence = f"{lead} is marked as do not contact."
    if not is_changed:
        return ActionResult(sentence)
    return ActionResult(sentence, "lead", last_change(lead))


@lead_action_view("leads.add_activity")
def log_contact(request: HttpRequest, lead: Lead) -> ActionResult:
    """Log a call, text or email with its outcome."""
    key = form_row_id(request)
    type, outcome = request.POST.get("type", ""), request.POST.get("outcome", "")
    payload = {"outcome": outcome} if outcome else {}
    activity = row_of_same_form(Activity, key, lead, type=type, payload_json=payload)
    try:
        activity = activity or contacting.log_contact(lead, type, outcome, key=key)
    except (ValueError, ValidationError) as error:
        raise ActionRefused(
            "Choose an outcome from the list. Nothing was saved."
        ) from error
    sentence = LOGGED[ActivityType(activity.type)]
    then = FOLLOWED_BY.get(outcome, "")
    if request.user.has_perm("leads.change_lead"):
        following = answered_calls.follow(lead, activity)
        if following and following.is_moved:
            sentence += f" {lead} moved to {following.stage}."
        elif following:
            then = answered_calls.MOVE_ON
    return ActionResult(sentence, "activity", activity.pk, is_outcome=True, then=then)


@lead_action_view("leads.add_task")
def plan_task(request: HttpRequest, lead: Lead) -> ActionResult:
    key = form_row_id(request)
    what, due_at = request.POST.get("what", ""), _due_at(request)
    # “In an hour” is a little later by the second click.
    typed = {"due_at": due_at} if request.POST.get("due_at") else {}
    task = row_of_same_form(Task, key, lead, what=what, **typed) or tasks.plan(
        lead, what, due_at, _assignee(request, lead), key=key
    )
    return ActionResult(f"“{task}” added.", "task", task.pk, is_outcome=True)


@lead_action_view("leads.change_task")
def finish_task(request: HttpRequest, lead: Lead) -> ActionResult:
    task = Task.objects.filter(pk=request.POST.get("task", ""), lead=lead).first()
    if task is None:
        raise ActionRefused("This next step no longer exists.")
    who = None if task.finish() else tasks.finished_by(task)
    if who and who != request.user:
        return ActionResult(f"“{task}” was already done by {who}.", is_outcome=True)
    return ActionResult(f"“{task}” done.", "task", task.pk, is_outcome=True)


@lead_action_view("leads.add_leadtag")
def tag_lead(request: HttpRequest, lead: Lead) -> ActionResult:
    tag = Tag.objects.filter(pk=request.POST.get("tag", "")).first()
    if tag is None:
        raise ActionRefused("This tag no longer exists.")
    if not add_tag(lead, tag):
        return ActionResult(f"{lead} already has the tag {tag}.")
    newest = lead.activities.filter(type=ActivityType.TAG_ADDED).order_by("-created_at")
    return ActionResult(
        f"Tagged {tag}.", "activity", newest.values_list("pk", flat=True)[0]
    )


@lead_action_view("leads.delete_leadtag")
def untag_lead(request: HttpRequest, lead: Lead) -> ActionResult:
    link = LeadTag.objects.select_related("tag").filter(
        lead=lead, tag=request.POST.get("tag", "")
    )
    found = link.first()
    if found is None:
        raise ActionRefused("The lead doesn't have this tag.")
    found.delete()
    return ActionResult(f"Tag {found.tag} removed.", "untag", found.tag_id)


def _find(request: HttpRequest, lead_id: str) -> Lead:
    """Undoing a merge locks both leads itself, in the order of their ids."""
    if request.POST.get("source") != "merge":
        return lock_lead(lead_id)
    lead = Lead.objects.filter(pk=lead_id).first()
    if lead is None:
        raise LeadIsGone("This lead was deleted. Nothing was undone.")
    return lead


@lead_action_view("leads.view_lead", _find)
def undo_act(request: HttpRequest, lead: Lead) -> ActionResult:
    """Take back one record; each kind of record checks its own permission."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    done = undo(
        lead, request.POST.get("source", ""), request.POST.get("row", ""), request.user
    )
    # From a row of a list that page is shown again, without what might follow.
    return replace(done, then="") if "back" in request.GET else done


def _due_at(request: HttpRequest) -> datetime:
    """The typed moment in the clinic's zone, else the chosen one."""
    if text := request.POST.get("due_at", ""):
        typed = read_local_moment(text)
        # At the end of 9999 the same moment is in a year that no column holds.
        if typed is None or typed.year == MAXYEAR:
            raise ActionRefused("Enter a date and time for the next step.")
        return typed
    picked = request.POST.get("when", "")
    for key, _, moment in tasks.due_choices(timezone.now()):
        if key == picked:
            return moment
    raise ActionRefused("Choose when the next step is due.")


def _assignee(request: HttpRequest, lead: Lead) -> User | None:
    match request.POST.get("for"):
        case "me":
            return request.user  # type: ignore[return-value]
        case "owner":
            if lead.assigned_to and not is_assignable(lead.assigned_to_id):
                raise ActionRefused(CAN_NOT_OPEN)
            return lead.assigned_to
    return None
