"""The Settings page of the clinic, and its logo."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from medspa.accounts.second_factor.fresh_views import FreshSignInMixin
from medspa.audit.sentences import entries
from medspa.jobs.registry import status_sentence
from medspa.refusals import Refused
from medspa.setup.form import ClinicForm
from medspa.setup.logo import MOST_BYTES
from medspa.setup.models import Clinic, ClinicLogo, the_clinic
from medspa.setup.rebuilding import is_left_off, latest_rebuild
from medspa.setup.saving import change_logo, save_clinic
from medspa.web.conflicts import inputs_to_resend
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused

ENTRIES_SHOWN = 20
LOGO_POLICY = "default-src 'none'; sandbox"


class ClinicPage(
    ClinicPageMixin, FreshSignInMixin, TemplateResponseMixin, ContextMixin, View
):
    """Everything about the clinic in one form, with what changed below it."""

    is_asked_to_read = False
    permission_required = "medspa.change_clinic"
    title = "Clinic"
    template_name = "medspa/clinic.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(ClinicForm(instance=the_clinic()))

    def post(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            clinic = the_clinic(lock=True)
            zone_before = clinic.time_zone
            form = ClinicForm(request.POST, instance=clinic)
            if form.is_valid():
                after = reverse("clinic")
                run = save_clinic(form.instance, zone_before, request.user, after)
        if form.reconciled.conflicts:
            return self._conflict(form)
        if form.errors:
            return self._page(form, status=409 if form.reconciled.taken else 200)
        for sentence in form.reconciled.sentences if form.reconciled.taken else ():
            messages.info(request, f"{sentence} That is kept.")
        messages.success(request, "Saved.")
        return redirect("job", run.pk) if run else redirect("clinic")

    def _page(self, form: ClinicForm, status: int = 200) -> HttpResponse:
        records = Clinic.history.select_related("history_user", "logo")
        latest = records.order_by("-history_id")[: ENTRIES_SHOWN + 1]
        run = latest_rebuild()
        context = self.get_context_data(
            form=form,
            clinic=the_clinic() if form.errors else form.instance,
            # That the row was made with the tables tells nobody anything.
            entries=[
                entry for entry in entries(latest)[:ENTRIES_SHOWN] if entry.changes
            ],
            run=run,
            is_left_off=is_left_off(run),
            standing=status_sentence(run) if run and run.is_active else "",
            most_megabytes=MOST_BYTES // 1024**2,
        )
        return self.render_to_response(context, status=status)

    def _conflict(self, form: ClinicForm) -> HttpResponse:
        context = self.get_context_data(
            what="clinic",
            told=[*form.reconciled.sentences, *form.non_field_errors()[:-1]],
            conflicts=form.reconciled.conflicts,
            inputs=inputs_to_resend(form.data, [form]),  # type: ignore[arg-type]
        )
        context["title"] = "Changed by someone else"
        return render(self.request, "medspa/conflict.html", context, status=409)


@require_POST
@permission_required("medspa.change_clinic", raise_exception=True)
def save_logo(request: HttpRequest) -> HttpResponse:
    """Upload a logo, or take it away (`remove`)."""
    upload: Any = request.FILES.get("logo")
    if "remove" not in request.POST and upload is None:
        sentence = "Choose an image, at most 2 MB. Nothing was changed."
        return redirect_refused(request, Refused(sentence), "clinic")
    try:
        # No more is read than is looked at.
        content = upload.read(MOST_BYTES + 1) if upload else None
        change_logo(None if "remove" in request.POST else content)
    except Refused as refusal:
        return redirect_refused(request, refusal, "clinic")
    messages.success(request, "Saved.")
    return redirect("clinic")


@require_GET
def clinic_logo(request: HttpRequest, logo_id: str) -> HttpResponseBase:
    """The picture itself; it never changes, and another logo has another address."""
    logo = ClinicLogo.objects.filter(pk=logo_id).first()
    if logo is None:
        raise Http404
    response = HttpResponse(bytes(logo.content), content_type=logo.media_type)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = LOGO_POLICY
    response["Content-Disposition"] = "inline"
    response.is_public = True  # type: ignore[attr-defined]
    return response
