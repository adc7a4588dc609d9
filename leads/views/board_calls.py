"""Logging a call on the board, and taking it back."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from leads.choices import ActivityType, CallOutcome
from leads.models import Activity, Lead
from leads.services import answered_calls, contacting
from leads.services.actions import (
    ActionRefused,
    ActionResult,
    lock_lead,
    row_of_same_form,
)
from leads.services.undoing import undo
from leads.views.board_responses import moved, refused
from leads.views.lead_action import form_row_id
from medspa.models import User
from medspa.refusals import Refused


@require_POST
@permission_required("leads.add_activity", raise_exception=True)
def log_call(request: HttpRequest, lead_id: str) -> HttpResponse:
    """Log a call with its outcome; a second click of the same form changes nothing."""
    return _answer(request, lead_id, lambda lead: _log(request, lead))


@require_POST
@permission_required("leads.add_activity", raise_exception=True)
def undo_call(request: HttpRequest, lead_id: str, activity_id: str) -> HttpResponse:
    person = cast(User, request.user)
    return _answer(
        request, lead_id, lambda lead: undo(lead, "activity", activity_id, person)
    )


def _answer(
    request: HttpRequest, lead_id: str, act: Callable[[Lead], ActionResult]
) -> HttpResponse:
    try:
        with transaction.atomic():
            done = act(lock_lead(lead_id))
    except Refused as refusal:
        return refused(request, lead_id, refusal)
    undo_url = ""
    if done.row:
        undo_url = reverse("board_undo_call", args=[lead_id, done.row])
        undo_url += f"?{request.GET.urlencode()}" if request.GET else ""
    return moved(request, lead_id, done.sentence, undo_url, done.offer)


def _log(request: HttpRequest, lead: Lead) -> ActionResult:
    outcome = request.POST.get("outcome", "")
    if outcome not in CallOutcome.values:
        raise ActionRefused("Choose an outcome. Nothing was saved.")
    key = form_row_id(request)
    type, payload = ActivityType.CALL.value, {"outcome": outcome}
    call = row_of_same_form(Activity, key, lead, type=type, payload_json=payload)
    try:
        call = call or contacting.log_contact(lead, type, outcome, key=key)
    except ValidationError as error:
        raise ActionRefused(" ".join(error.messages)) from error
    word = CallOutcome(outcome).label.lower()
    sentence, offer = f"Call logged: {word}.", None
    if request.user.has_perm("leads.change_lead"):
        following = answered_calls.follow(lead, call)
        if following and following.is_moved:
            sentence += f" {lead} moved to {following.stage}."
        elif following:
            offer = following.stage
    return ActionResult(sentence, "activity", call.pk, offer=offer)
