"""Noting on the board that somebody was called, and taking the note back."""

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
from leads.services import contacting
from leads.services.actions import ActRefused, Done, lock_lead, made_before, row_key
from leads.services.pipeline import MoveRefused
from leads.services.undoing import undo
from leads.views.board_responses import moved, refused
from medspa.models import User


@require_POST
@permission_required("leads.add_activity", raise_exception=True)
def log_call(request: HttpRequest, lead_id: str) -> HttpResponse:
    """Note a call with its outcome from the list; a second click brings the same."""
    return _answer(request, lead_id, lambda lead: _log(request, lead))


@require_POST
@permission_required("leads.add_activity", raise_exception=True)
def undo_call(request: HttpRequest, lead_id: str, activity_id: str) -> HttpResponse:
    person = cast(User, request.user)
    return _answer(
        request, lead_id, lambda lead: undo(lead, "activity", activity_id, person)
    )


def _answer(
    request: HttpRequest, lead_id: str, act: Callable[[Lead], Done]
) -> HttpResponse:
    try:
        with transaction.atomic():
            done = act(lock_lead(request, lead_id))
    except (ActRefused, MoveRefused) as refusal:
        return refused(request, lead_id, refusal)
    way_back = ""
    if done.row:
        way_back = reverse("board_undo_call", args=[lead_id, done.row])
        way_back += f"?{request.GET.urlencode()}" if request.GET else ""
    return moved(request, lead_id, done.sentence, way_back)


def _log(request: HttpRequest, lead: Lead) -> Done:
    outcome = request.POST.get("outcome", "")
    if outcome not in CallOutcome.values:
        raise ActRefused("Choose how the call went. Nothing was noted.")
    key = row_key(request)
    call = made_before(Activity, key, lead)
    try:
        call = call or contacting.log_contact(
            lead, ActivityType.CALL.value, outcome, key=key
        )
    except ValidationError as error:
        raise ActRefused(" ".join(error.messages)) from error
    word = CallOutcome(outcome).label.lower()
    return Done(f"Call with {lead} noted: {word}.", "activity", call.pk)
