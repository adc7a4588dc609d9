"""The view around every action on one lead: one click, one transaction, one undo.

An action is a function of the request and the locked lead. It returns what was done;
the view shows it with a button to undo it.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from leads.models import Lead
from leads.move_refusals import LeadIsGone
from leads.selection.neighbors import ORIGIN_PARAMETERS
from leads.selection.query import encode, without
from leads.services.actions import ActionResult, lock_lead
from leads.views.board_responses import wants_json
from leads.views.refusals import REFUSALS, refuse
from medspa.ids import CUID, new_id
from medspa.web.forms.sent import keep_sent
from medspa.web.refusals import refused_json
from medspa.web.toasts import say_with_undo

Act = Callable[[HttpRequest, Lead], ActionResult]
FindLead = Callable[[HttpRequest, str], Lead]


def _lock(request: HttpRequest, lead_id: str) -> Lead:
    return lock_lead(lead_id)


def lead_action_view(
    permission: str, find: FindLead = _lock
) -> Callable[[Act], Callable[..., HttpResponse]]:
    """A view that does the decorated action with a lead and shows the lead again."""

    def decorate(act: Act) -> Callable[..., HttpResponse]:
        @require_POST
        @permission_required(permission, raise_exception=True)
        @wraps(act)
        def view(request: HttpRequest, lead_id: str) -> HttpResponse:
            try:
                with transaction.atomic():
                    done = act(request, find(request, lead_id))
            except LeadIsGone as refusal:
                gone_to = refusal.survivor
                page = reverse("lead", args=[gone_to.pk]) if gone_to else "board"
                return refuse(request, refusal, page)
            except REFUSALS as refusal:
                if wants_json(request):
                    return refused_json(refusal)
                if request.resolver_match:
                    form = request.resolver_match.view_name
                    keep_sent(request, lead_id, form, getattr(refusal, "code", ""))
                return refuse(request, refusal, lead_address(request, lead_id))
            if wants_json(request):
                return JsonResponse({"message": done.sentence})
            say_with_undo(request, done.sentence, _undo_of(lead_id, done))
            return redirect(_next_address(request, lead_id, done))

        return view

    return decorate


def lead_address(request: HttpRequest, lead_id: str) -> str:
    """The lead's page, with the parameters of the list or queue it was opened from."""
    others = set(request.GET) - set(ORIGIN_PARAMETERS)
    query = encode(without(request.GET, *others))
    page = reverse("lead", args=[lead_id])
    return f"{page}?{query}" if query else page


def _list_address(request: HttpRequest) -> str:
    others = set(request.GET) - set(ORIGIN_PARAMETERS) | {"in", "queue"}
    query = encode(without(request.GET, *others))
    return f"{reverse('leads')}?{query}".rstrip("?")


def _same_filters(request: HttpRequest, page: str) -> str:
    return f"{reverse(page)}?{encode(without(request.GET, 'back'))}".rstrip("?")


# Where a row's button was pressed: after the action that page is shown again.
BACK_TO: dict[str, Callable[[HttpRequest], str]] = {
    "list": _list_address,
    "today": lambda request: reverse("today"),
    "deleted": lambda request: _same_filters(request, "deleted_leads"),
}


def form_row_id(request: HttpRequest) -> str:
    """The id for the row that a form makes; a second click of it sends the same one."""
    key = request.POST.get("key", "")
    return key if CUID.fullmatch(key) else new_id()


def _undo_of(lead_id: str, done: ActionResult) -> str:
    return f"{lead_id} {done.source} {done.row}" if done.source else ""


def _next_address(request: HttpRequest, lead_id: str, done: ActionResult) -> str:
    back = request.GET.get("back", "")
    if back in BACK_TO and not done.then:
        return BACK_TO[back](request)
    if done.is_gone:
        return reverse("leads")
    page = lead_address(request, lead_id)
    if done.then:
        return f"{page}{'&' if '?' in page else '?'}then={done.then}"
    if done.is_outcome and "queue" in request.GET:
        return f"{reverse('work_queue')}?after={lead_id}"
    return page
