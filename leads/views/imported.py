"""The result of a large import, and its failed rows, which can be downloaded once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads.intake.files.background import (
    has_failed_rows,
    read_payload,
    take_failed_rows,
)
from leads.intake.files.upload import failures
from leads.models import ImportFile
from medspa.accounts.second_factor.fresh_views import fresh_sign_in_required
from medspa.audit.downloads import record_download
from medspa.models import JobRun
from medspa.web.answers import attachment
from medspa.web.pages import ClinicPageMixin


def _files(request: HttpRequest) -> QuerySet[ImportFile]:
    """One's own imports; everybody's for managers."""
    works = JobRun.objects.visible_to(request.user)
    return ImportFile.objects.filter(work__in=works).select_related("work__made_by")


@method_decorator(never_cache, name="dispatch")
class ImportedPage(ClinicPageMixin, TemplateView):
    permission_required = "leads.import_lead"
    title = "Imported leads"
    template_name = "leads/imported.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file = get_object_or_404(_files(self.request), pk=self.kwargs["file_id"])
        has_notes = file.content and file.is_settled
        payload = read_payload(file) if has_notes else None
        return super().get_context_data(
            file=file,
            notes=payload.sentences if payload else (),
            dropped=payload.dropped if payload else (),
            has_failed_rows=has_failed_rows(file),
            failures=failures(zip(file.failed_reasons, file.failed_rows, strict=True)),
            breadcrumbs_trail=[
                (reverse("leads"), "Leads"),
                (reverse("lead_import"), "Import leads"),
            ],
            **kwargs,
        )


@require_POST
@never_cache
@permission_required("leads.import_lead", raise_exception=True)
@fresh_sign_in_required(is_download=True)
def failed_rows(request: HttpRequest, file_id: str) -> HttpResponse:
    """The failed rows as CSV; they are deleted with the download."""
    file = get_object_or_404(_files(request).defer("content"), pk=file_id)
    text = "" if file.work.is_active else take_failed_rows(file.pk)
    if not text:
        messages.error(request, "The failed rows are no longer stored.")
        return redirect("lead_imported", file_id)
    record_download("failed rows of an import", "csv", file)
    return HttpResponse(
        ("\ufeff" + text).encode(),
        content_type="text/csv; charset=utf-8",
        headers=attachment("failed-rows.csv"),
    )
