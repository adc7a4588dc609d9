"""The pages of one person's data, and of erasures."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from leads.models import Lead
from medspa.accounts.second_factor.fresh_views import fresh_sign_in_required
from medspa.audit.events import record_event
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused
from safekeeping.erasure import kinds
from safekeeping.erasure.access import as_json, read_person
from safekeeping.erasure.download_views import download
from safekeeping.erasure.erasing import ErasureRefused
from safekeeping.erasure.listing import read_erasures
from safekeeping.erasure.models import (
    ErasureReason,
    ErasureRequest,
    ErasureState,
    LegalHold,
)
from safekeeping.erasure.person import lead_ids_of
from safekeeping.erasure.requests import (
    approve_erasure,
    decline_erasure,
    request_erasure,
)
from safekeeping.erasure.suppression import allow_again, contact_in

SEE, ASK, DECIDE = (
    f"safekeeping.{act}_erasurerequest" for act in ("view", "add", "change")
)


class ErasurePage(ClinicPageMixin, TemplateView):
    permission_required = SEE
    title = "Erasure"
    template_name = "safekeeping/erasure.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page=read_erasures(), **kwargs)


class PrivacyPage(ClinicPageMixin, TemplateView):
    """What is kept of a lead's person, to be given out or erased."""

    permission_required = SEE
    title = "Privacy"
    template_name = "safekeeping/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = _lead(self.kwargs["lead_id"])
        ids = lead_ids_of(lead.pk)
        waiting = ErasureRequest.objects.filter(
            lead__in=ids, state=ErasureState.WAITING
        )
        return super().get_context_data(
            lead=lead,
            data=read_person(lead),
            waiting=waiting.select_related("requested_by").first(),
            hold=LegalHold.objects.of_leads(ids).first(),
            reasons=ErasureReason.choices,
            breadcrumbs_trail=[
                (reverse("leads"), "Leads"),
                (reverse("lead", args=[lead.pk]), str(lead)),
            ],
            **kwargs,
        )


def _lead(lead_id: str) -> Lead:
    lead: Lead | None = Lead.all_objects.filter(pk=lead_id).first()
    if lead is None:
        raise Http404("This lead doesn't exist.")
    return lead


@require_GET
@permission_required(SEE, raise_exception=True)
@fresh_sign_in_required(is_download=True)
def export_person(request: HttpRequest, lead_id: str, kind: str) -> HttpResponse:
    """`kind` is `json` or `pdf`."""
    lead = _lead(lead_id)
    data = read_person(lead)
    record_event(kinds.PERSON_EXPORTED, subject=lead)
    if kind == "pdf":
        # Its library takes 18 MB; few web workers ever write a PDF.
        from safekeeping.erasure.access_pdf import as_pdf

        return download(as_pdf(data), "your-data.pdf", "application/pdf")
    return download(as_json(data), "your-data.json", "application/json")


@require_POST
@permission_required(ASK, raise_exception=True)
@fresh_sign_in_required
def ask_erasure(request: HttpRequest, lead_id: str) -> HttpResponse:
    lead = _lead(lead_id)
    person: Any = request.user
    try:
        request_erasure(lead.pk, request.POST.get("reason", ""), person)
    except ErasureRefused as refusal:
        return redirect_refused(request, refusal, "lead_privacy", lead.pk)
    messages.success(request, "Requested. Another administrator has to approve it.")
    return redirect("erasure")


@require_POST
@permission_required(DECIDE, raise_exception=True)
@fresh_sign_in_required
def decide_erasure(request: HttpRequest, request_id: str) -> HttpResponse:
    """`answer` is `approve` or `decline`."""
    person: Any = request.user
    is_approved = request.POST.get("answer") == "approve"
    decide = approve_erasure if is_approved else decline_erasure
    if not ErasureRequest.objects.filter(pk=request_id).exists():
        raise Http404("This request doesn't exist.")
    try:
        decide(request_id, person)
    except ErasureRefused as refusal:
        return redirect_refused(request, refusal, "erasure")
    words = "Erased. The certificate is below." if is_approved else "Declined."
    messages.success(request, words)
    return redirect("erasure")


@require_POST
@permission_required(DECIDE, raise_exception=True)
@fresh_sign_in_required
def allow_contact(request: HttpRequest) -> HttpResponse:
    """Let an email or phone in again, because its person came back."""
    try:
        count = allow_again([contact_in(request.POST.get("contact", ""))])
    except ValidationError as refusal:
        return redirect_refused(request, refusal, "erasure")
    if not count:
        messages.error(request, "This contact isn't blocked.")
        return redirect("erasure")
    record_event(kinds.CONTACT_ALLOWED, details=kinds.Rows(rows=count))
    messages.success(request, "This contact can be added again.")
    return redirect("erasure")
