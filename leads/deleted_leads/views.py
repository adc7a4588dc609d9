"""The page of deleted leads, and restoring one."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads.deleted_leads.data import read_deleted_filter, read_deleted_page
from leads.deleted_leads.restoring import restore
from leads.move_refusals import LeadIsGone
from leads.search import takes_of
from leads.views.lead_action import BACK_TO
from leads.views.refusals import REFUSALS, refuse
from medspa.postgres.keyset import Cursor
from medspa.web.pages import ClinicPageMixin
from medspa.web.toasts import read_toasts, say_with_undo


class DeletedLeadsPage(ClinicPageMixin, TemplateView):
    """`?q=…&to=…`, and with `merged=yes` the leads that were merged into others."""

    permission_required = "leads.restore_lead"
    title = "Deleted leads"
    template_name = "leads/deleted.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = read_deleted_filter(self.request.GET)
        after = Cursor.read(self.request.GET.get("after", ""))
        return super().get_context_data(
            filters=filters,
            page=read_deleted_page(filters, after),
            is_first=after is None,
            search_takes=takes_of(filters.q),
            by="Merged by" if filters.is_merged else "Deleted by",
            back=f"back=deleted&{filters.query}".rstrip("&"),
            toasts=read_toasts(self.request),
            breadcrumbs_trail=[(reverse("leads"), "Leads")],
            **kwargs,
        )


@require_POST
@permission_required("leads.restore_lead", raise_exception=True)
def restore_lead(request: HttpRequest, lead_id: str) -> HttpResponse:
    """Restore the lead and show the page on which the button was: list or lead."""
    back = BACK_TO.get(request.GET.get("back", ""))
    page = back(request) if back else reverse("lead", args=[lead_id])
    try:
        lead = restore(lead_id)
    except LeadIsGone as refusal:
        raise Http404 from refusal
    except REFUSALS as refusal:
        return refuse(request, refusal, page)
    say_with_undo(request, f"{lead} restored.", f"{lead.pk} restored {lead.pk}")
    return redirect(page)
