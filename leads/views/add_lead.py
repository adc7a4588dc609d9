"""Adding a lead: a page of its own, and the side sheet over board, list and Today."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads.board.stage_questions import asked_of_consults
from leads.lead_page.add_form import AddLeadForm, typed_contact
from leads.models import Lead
from leads.privacy import PRIVACY_NOTE
from leads.services.adding import AddRefused, SamePersonFound, add_lead, add_to
from leads.services.same_person import people_like
from leads.views.refusals import REFUSALS
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import sentence_of
from medspa.web.toasts import say_with_undo

# Pages that show the new lead once they are loaded again.
RELOADED = ("leads", "today")


class AddLeadPage(ClinicPageMixin, TemplateView):
    permission_required = "leads.add_lead"
    title = "Add lead"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(AddLeadForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AddLeadForm(request.POST)
        known_id = request.POST.get("add_to", "")
        if not form.is_valid():
            return self._refuse(form)
        try:
            if known_id:
                lead, sentence = self._add_to(known_id, form)
            else:
                seen = request.POST.getlist("seen")
                lead = add_lead(form.new_lead, request.user, seen=seen)
                sentence = f"{lead} added. {form.new_lead.notice}".strip()
        except SamePersonFound as refusal:
            return self._refuse(form, people=refusal.people, refusal=str(refusal))
        except AddRefused as refusal:
            form.add_error(refusal.field, refusal.sentence)
            return self._refuse(form, refusal_code=refusal.code)
        except REFUSALS as refusal:
            return self._refuse(form, refusal=sentence_of(refusal))
        if "another" in request.POST:
            return self._show(AddLeadForm(), added=lead, sentence=sentence)
        return self._leave(lead, sentence, is_new=not known_id)

    def _add_to(self, lead_id: str, form: AddLeadForm) -> tuple[Lead, str]:
        if not self.request.user.has_perm("leads.change_lead"):
            raise PermissionDenied
        added = add_to(lead_id, form.new_lead, self.request.user)
        lead = Lead.objects.get(pk=lead_id)
        if not added:
            return lead, f"{lead} already has all of this."
        sentence = f"Added to {lead}: {', '.join(added)}. {form.new_lead.notice}"
        return lead, sentence.strip()

    def _refuse(self, form: AddLeadForm, **context: Any) -> HttpResponse:
        """The form once more, with what was entered and a sentence beside it."""
        if "people" not in context:
            context["people"] = people_like(
                typed_contact(self.request.POST.dict()), self.request.user
            )
        return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY, **context)

    def _show(
        self, form: AddLeadForm, status: int = HTTPStatus.OK, **context: Any
    ) -> HttpResponse:
        shown = {
            "form": form,
            "privacy_note": PRIVACY_NOTE,
            "may_restore": self.request.user.has_perm("leads.restore_lead"),
            **context,
        }
        in_sheet = _is_in_sheet(self.request)
        if not in_sheet or form["consult_at"].value():
            # In the sheet they are loaded when a consult is entered.
            shown["asked"] = asked_of_consults("", self.request.POST.dict())
        if in_sheet:
            return render(self.request, "leads/_add_form.html", shown, status=status)
        trail = [(reverse("leads"), "Leads")]
        shown = self.get_context_data(breadcrumbs_trail=trail, **shown)
        return render(self.request, "leads/add.html", shown, status=status)

    def _leave(self, lead: Lead, sentence: str, *, is_new: bool) -> HttpResponse:
        """Back to where it was added from: the board goes on, other pages load anew."""
        address = reverse("lead", args=[lead.pk])
        page = _page_around(self.request)
        if page == "board":
            undo = reverse("lead_undo", args=[lead.pk]) if is_new else ""
            added = {
                "message": sentence,
                "lead": lead.pk,
                "address": address,
                "undo": undo,
            }
            event = json.dumps({"medspa:lead-added": added})
            return HttpResponse(headers={"HX-Trigger": event})
        undo = f"{lead.pk} added {lead.pk}" if is_new else ""
        say_with_undo(self.request, sentence, undo)
        if page in RELOADED:
            return HttpResponse(headers={"HX-Refresh": "true"})
        if _is_in_sheet(self.request):
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect(address)


def _is_in_sheet(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]


def _page_around(request: HttpRequest) -> str:
    """The name of the page that the sheet lies over; empty where there is none."""
    address = request.htmx.current_url or ""  # type: ignore[attr-defined]
    try:
        return str(resolve(urlsplit(address).path).url_name) if address else ""
    except (Resolver404, ValueError):
        return ""


@require_POST
@permission_required("leads.add_lead", raise_exception=True)
def find_same_person(request: HttpRequest) -> HttpResponse:
    """Who is known by the email or phone that is being typed: a part of the form.

    Posted, because an address would stand in the logs.
    """
    people = people_like(typed_contact(request.POST.dict()), request.user)
    may_restore = request.user.has_perm("leads.restore_lead")
    context = {"people": people, "may_restore": may_restore}
    return render(request, "leads/_same_person.html", context)
