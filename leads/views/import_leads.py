"""The import page: choose a file, see what would happen, import it."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from leads.intake.files.background import MAX_ROWS_FOR_WORKER, MAX_ROWS_IN_REQUEST
from leads.intake.files.importers import FILE_IMPORTERS
from leads.intake.files.upload import UploadReport, import_upload
from leads.intake.take_in import ImportOptions
from leads.privacy import PRIVACY_NOTE
from medspa.jobs.views import watch
from medspa.models import JobRun
from medspa.reading.uploads import MAX_UPLOAD_MEGABYTES
from medspa.web.pages import ClinicPageMixin

TOO_LARGE = (
    f"The file is larger than {MAX_UPLOAD_MEGABYTES} MB. Split it, or ask an "
    "administrator to import it with manage.py import_leads."
)
MOST_HEADER_ROW = 1_000
CREATE_CAMPAIGNS = "campaigns.add_campaign"


class ImportForm(forms.Form):
    file = forms.FileField(
        allow_empty_file=True,
        error_messages={"required": "Choose a file.", "invalid": "Choose a file."},
    )
    format = forms.ChoiceField(
        label="Source",
        required=False,
        choices=[
            ("", "Detect automatically"),
            *((importer.name, importer.title) for importer in FILE_IMPORTERS),
        ],
    )
    create_campaigns = forms.BooleanField(required=False)
    header_row = forms.IntegerField(
        label="Header row",
        required=False,
        min_value=1,
        max_value=MOST_HEADER_ROW,
        error_messages={"invalid": "Enter the number of the row with the headers."},
    )


@method_decorator(never_cache, name="dispatch")
class ImportPage(ClinicPageMixin, TemplateView):
    """The response holds failed rows, so no cache may store it."""

    permission_required = "leads.import_lead"
    title = "Import leads"
    template_name = "leads/import.html"

    def get_template_names(self) -> list[str]:
        if self.request.method == "POST" and getattr(self.request, "htmx", False):
            return ["leads/_import_report.html"]
        return super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = {"form": ImportForm()} | kwargs
        return super().get_context_data(
            privacy_note=PRIVACY_NOTE,
            max_megabytes=MAX_UPLOAD_MEGABYTES,
            most_in_request=MAX_ROWS_IN_REQUEST,
            most_rows=MAX_ROWS_FOR_WORKER,
            may_create_campaigns=self.request.user.has_perm(CREATE_CAMPAIGNS),
            breadcrumbs_trail=[(reverse("leads"), "Leads")],
            **context,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        report = _report(request, form)
        if report.work:
            return _watch(request, report.work)
        return self.render_to_response(self.get_context_data(form=form, report=report))


def _watch(request: HttpRequest, work: JobRun) -> HttpResponse:
    to_the_run = watch(request, work)
    if not getattr(request, "htmx", False):
        return to_the_run
    return HttpResponse(headers={"HX-Redirect": to_the_run["Location"]})


def _report(request: HttpRequest, form: ImportForm) -> UploadReport:
    if not form.is_valid():
        # A larger file than memory may hold is not received at all.
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        too_large = (
            "file" in form.errors and size > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        )
        return UploadReport(TOO_LARGE if too_large else _first_error(form))
    return import_upload(
        form.cleaned_data["file"].read(),
        form.cleaned_data["format"],
        [override for override in request.POST.getlist("map") if override],
        ImportOptions(
            is_dry_run=request.POST.get("action") != "import",
            creates_campaigns=form.cleaned_data["create_campaigns"]
            and request.user.has_perm(CREATE_CAMPAIGNS),
        ),
        form.cleaned_data["header_row"] or 0,
    )


def _first_error(form: ImportForm) -> str:
    return next(str(errors[0]) for errors in form.errors.values())
