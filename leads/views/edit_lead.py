"""Editing one fact of a lead: in its place on the lead's page, or on a page alone."""

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import TemplateView

from leads.lead_page.fact_forms import EDITABLE_FACTS, EditableFact, FactForm
from leads.models import Lead
from leads.services.actions import lock_lead
from leads.services.editing import last_change
from leads.views.lead_action import lead_address
from leads.views.refusals import no_such_lead
from medspa.web.pages import ClinicPageMixin
from medspa.web.toasts import say_with_undo


class EditFactPage(ClinicPageMixin, TemplateView):
    permission_required = "leads.change_lead"
    template_name = "leads/edit_fact.html"

    @property
    def fact(self) -> EditableFact:
        if fact := EDITABLE_FACTS.get(self.kwargs["fact"]):
            return fact
        raise Http404("There is nothing to edit at this address.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lead = Lead.objects.filter(pk=self.kwargs["lead_id"]).first()
        if lead is None:
            raise no_such_lead(self.kwargs["lead_id"])
        return self._show(lead, self.fact.form(lead))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            lead = lock_lead(self.kwargs["lead_id"])
            form = self.fact.form(lead, request.POST)
            if not form.is_valid():
                form.see_their_changes()
                return self._show(lead, form, HTTPStatus.UNPROCESSABLE_ENTITY)
            self._save(lead, form)
        return redirect(lead_address(request, lead.pk))

    def _save(self, lead: Lead, form: FactForm) -> None:
        if not form.has_changed():
            return
        row = form.save()
        undo = f"{lead.pk} {self.fact.source} {last_change(row)}"
        say_with_undo(self.request, f"{self.fact.label} saved.", undo)

    def _show(
        self, lead: Lead, form: FactForm, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        back = lead_address(self.request, lead.pk)
        shown = {
            "lead": lead,
            "fact": self.fact,
            "form": form,
            "back": back,
            "address": self.request.get_full_path(),
        }
        if self.request.htmx:  # type: ignore[attr-defined]
            template = "leads/_fact_form.html"
            return render(self.request, template, shown, status=status)
        self.title = f"Edit {self.fact.label[:1].lower()}{self.fact.label[1:]}"
        shown = self.get_context_data(breadcrumbs_trail=[(back, str(lead))], **shown)
        return render(self.request, self.template_name, shown, status=status)
