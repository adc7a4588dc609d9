"""Where somebody is signed in: ending it, one by one or everywhere else."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from medspa.accounts.second_factor.changes import end_session, end_sessions
from medspa.accounts.second_factor.step_views import person_of
from medspa.refusals import Refused
from medspa.web.refusals import redirect_refused


@login_required
@require_POST
def sign_out_there(request: HttpRequest, session_key: str) -> HttpResponse:
    try:
        end_session(person_of(request), session_key)
    except Refused as refusal:
        return redirect_refused(request, refusal, "account")
    messages.success(request, "Signed out there.")
    return redirect("account")


@login_required
@require_POST
def sign_out_others(request: HttpRequest) -> HttpResponse:
    end_sessions(person_of(request), request.session.session_key)
    messages.success(request, "Signed out everywhere else.")
    return redirect("account")
