"""The Retention page, legal holds and certificates."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from leads.models import Lead
from medspa.accounts.second_factor.fresh_views import fresh_sign_in_required
from medspa.clinic_time import read_day
from medspa.ids import CUID, new_id
from medspa.web.add_once import again_if_taken, row_id
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused
from safekeeping.certificates.models import Certificate
from safekeeping.certificates.signing import as_file, is_genuine
from safekeeping.erasure.download_views import download
from safekeeping.erasure.holds import HoldRefused, lift_hold, place_hold
from safekeeping.erasure.models import HoldReason, LegalHold
from safekeeping.retention.models import RetentionNight
from safekeeping.retention.policy import RULES
from safekeeping.retention.preview import read_due

NIGHTS_SHOWN, CERTIFICATES_SHOWN = 14, 50


class RetentionPage(ClinicPageMixin, TemplateView):
    """`?count=yes` also counts what would go tonight, which takes a while."""

    permission_required = "safekeeping.view_retentionnight"
    title = "Retention"
    template_name = "safekeeping/retention.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_counted = self.request.GET.get("count") == "yes"
        holds = LegalHold.objects.in_force().select_related("lead", "placed_by")
        return super().get_context_data(
            rules=RULES,
            due=read_due() if is_counted else (),
            is_counted=is_counted,
            holds=holds,
            reasons=HoldReason.choices,
            nights=RetentionNight.objects.all()[:NIGHTS_SHOWN],
            certificates=Certificate.objects.all()[:CERTIFICATES_SHOWN],
            lead=_asked_lead(self.request),
            row_key=new_id(),
            **kwargs,
        )


def _asked_lead(request: HttpRequest) -> Lead | None:
    """The lead that a hold is to be placed on."""
    given = request.GET.get("lead", "")
    is_id = CUID.fullmatch(given)
    return Lead.all_objects.filter(pk=given).first() if is_id else None


class CertificatePage(ClinicPageMixin, TemplateView):
    permission_required = "safekeeping.view_certificate"
    title = "Certificate"
    template_name = "safekeeping/certificate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = get_object_or_404(Certificate, pk=self.kwargs["certificate_id"])
        return super().get_context_data(
            certificate=row,
            content=row.content_json,
            night=read_day(row.content_json.get("night", "")),
            is_genuine=is_genuine(row.content_json, row.signature),
            **kwargs,
        )


@require_GET
@permission_required("safekeeping.view_certificate", raise_exception=True)
@fresh_sign_in_required(is_download=True)
def certificate_file(request: HttpRequest, certificate_id: str) -> HttpResponse:
    row = get_object_or_404(Certificate, pk=certificate_id)
    return download(as_file(row), f"certificate-{row.pk}.json", "application/json")


@require_POST
@permission_required("safekeeping.add_legalhold", raise_exception=True)
@fresh_sign_in_required
def add_hold(request: HttpRequest) -> HttpResponse:
    """`lead` is the id of one lead; empty for all of them."""
    return again_if_taken(lambda: _add_hold(request))


def _add_hold(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    given = request.POST
    lead_id = given.get("lead", "")
    asked = f"?lead={lead_id}" if CUID.fullmatch(lead_id) else ""
    page = f"{reverse('retention')}{asked}"
    until = read_day(given.get("until", ""))
    if given.get("until") and until is None:
        messages.error(request, "Enter a day. No hold was placed.")
        return redirect(page)
    try:
        reason = given.get("reason", "")
        place_hold(person, reason, lead_id, until, row_id(given))
    except (HoldRefused, ValidationError) as refusal:
        return redirect_refused(request, refusal, page)
    messages.success(request, "Hold placed.")
    return redirect("retention")


@require_POST
@permission_required("safekeeping.change_legalhold", raise_exception=True)
@fresh_sign_in_required
def end_hold(request: HttpRequest, hold_id: str) -> HttpResponse:
    person: Any = request.user
    if not LegalHold.objects.filter(pk=hold_id).exists():
        raise Http404("This hold doesn't exist.")
    try:
        lift_hold(hold_id, person)
    except HoldRefused as refusal:
        return redirect_refused(request, refusal, "retention")
    messages.success(request, "Hold lifted.")
    return redirect("retention")
