"""What people do on the lead page: one click, one transaction, one way back.

An act is a function of the request and the locked lead. It returns what was done, so
that the page can say it and offer to undo it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from leads.models import Lead
from leads.selection.neighbors import KEPT
from leads.services.pipeline import LeadIsGone, MoveRefused
from medspa.ids import CUID, new_id
from medspa.refusals import Refused
from medspa.web.toasts import say_with_undo


class ActRefused(Exception):
    """Nothing was done; the message is a sentence for the person."""


@dataclass(frozen=True)
class Done:
    """What was done; `source` and `row` name the record that undo takes back.

    `is_outcome` is true for what ends somebody's turn in the work queue. `then` is
    the key of the act that naturally follows, which the page opens.
    """

    sentence: str
    source: str = ""
    row: str = ""
    is_outcome: bool = False
    then: str = ""


Act = Callable[[HttpRequest, Lead], Done]
Find = Callable[[HttpRequest, str], Lead]


def lock_lead(request: HttpRequest, lead_id: str) -> Lead:
    """The living lead, locked until the transaction ends; raises LeadIsGone."""
    lead = Lead.objects.select_for_update(no_key=True).filter(pk=lead_id).first()
    if lead is None:
        raise LeadIsGone("This lead was deleted. Nothing was done.")
    return lead


def lead_act(
    permission: str, find: Find = lock_lead
) -> Callable[[Act], Callable[..., HttpResponse]]:
    """A view that does `act` with a lead and then shows the page it came from."""

    def decorate(act: Act) -> Callable[..., HttpResponse]:
        @require_POST
        @permission_required(permission, raise_exception=True)
        @wraps(act)
        def view(request: HttpRequest, lead_id: str) -> HttpResponse:
            try:
                with transaction.atomic():
                    done = act(request, find(request, lead_id))
            except LeadIsGone as refusal:
                messages.error(request, str(refusal))
                return redirect("board")
            except (ActRefused, MoveRefused, Refused) as refusal:
                messages.error(request, str(refusal))
                return redirect(lead_address(request, lead_id))
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
                return redirect(lead_address(request, lead_id))
            say_with_undo(request, done.sentence, _undo_of(lead_id, done))
            return redirect(_next_address(request, lead_id, done))

        return view

    return decorate


def lead_address(request: HttpRequest, lead_id: str) -> str:
    """The lead's page, still knowing the list or queue that it was opened from."""
    kept = request.GET.copy()
    for name in set(kept) - set(KEPT):
        del kept[name]
    page = reverse("lead", args=[lead_id])
    return f"{page}?{kept.urlencode()}" if kept else page


def row_key(request: HttpRequest) -> str:
    """The id for the row that a form makes: a second click brings the same one."""
    key = request.POST.get("key", "")
    return key if CUID.fullmatch(key) else new_id()


def made_before(model: Any, key: str, lead: Lead) -> Any:
    """The row that an earlier click of the same form made, if there was one."""
    row = model.all_objects.filter(pk=key).first()
    if row is not None and row.lead_id != lead.pk:
        raise ActRefused("This page is out of date. Reload it and try again.")
    return row


def _undo_of(lead_id: str, done: Done) -> str:
    return f"{lead_id} {done.source} {done.row}" if done.source else ""


def _next_address(request: HttpRequest, lead_id: str, done: Done) -> str:
    page = lead_address(request, lead_id)
    if done.then:
        return f"{page}{'&' if '?' in page else '?'}then={done.then}"
    if done.is_outcome and "queue" in request.GET:
        return f"{reverse('work_queue')}?after={lead_id}"
    return page
