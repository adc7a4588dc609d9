"""The pages of an export that a worker made: what it holds, and its file."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from api.exports.exporting import download_stored, visible_exports
from api.exports.models import LeadExport
from leads.lead_list.export import EXPORT_FORMATS
from medspa import clock
from medspa.accounts.second_factor.fresh_views import fresh_sign_in_required
from medspa.clinic_time import clinic_zone, local_date
from medspa.web.answers import attachment
from medspa.web.pages import ClinicPageMixin

# As the list's menu calls them.
FORMAT_NAMES = {"csv": "CSV", "xlsx": "Excel"}


def find_export(request: HttpRequest, export_id: str) -> LeadExport:
    """One with a file, whose job the person may see; else raises Http404."""
    exports = visible_exports(request.user).exclude(form="")  # type: ignore[arg-type]
    export: LeadExport | None = exports.filter(pk=export_id).first()
    if export is None:
        raise Http404("This export doesn't exist, or it isn't yours.")
    return export


class ExportFilePage(ClinicPageMixin, TemplateView):
    """How many leads the file has and until when it can be downloaded."""

    permission_required = "leads.export_lead"
    title = "Export"
    template_name = "api/export.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        export = find_export(self.request, self.kwargs["export_id"])
        return super().get_context_data(
            export=export,
            format_name=FORMAT_NAMES[export.form],
            is_ready=export.is_ready(clock.now()),
            breadcrumbs_trail=[(reverse("leads"), "Leads")],
            **kwargs,
        )


@require_GET
@permission_required("leads.export_lead", raise_exception=True)
@fresh_sign_in_required(is_download=True)
def export_file(request: HttpRequest, export_id: str) -> HttpResponseBase:
    """The stored file; to the page, which says why, when there is none any more."""
    export = find_export(request, export_id)
    if not export.is_ready(clock.now()):
        return redirect("export", export_id)
    form = EXPORT_FORMATS[export.form]
    day = local_date(export.work.created_at, clinic_zone())
    person: Any = request.user
    return StreamingHttpResponse(
        download_stored(export, person),
        content_type=form.content_type,
        headers=attachment(f"leads_{day}.{form.ending}")
        | {"Cache-Control": "no-store"},
    )
