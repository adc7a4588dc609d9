"""The lead list: search, filters, and the next page of what they leave."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from leads.board_cards import Cursor
from leads.export import export
from leads.lead_list import filtered_leads, read_listing
from leads.list_filters import counted_stages, read_list_filters
from leads.vocabulary import LostReason
from medspa.clinic_time import clinic_today
from medspa.pages import ClinicPageMixin
from medspa.toasts import read_toasts


@require_GET
@permission_required("leads.export_lead", raise_exception=True)
def export_leads(request: HttpRequest) -> HttpResponseBase:
    """What the filters leave, as a file; a filter that is gone is not left out."""
    user: Any = request.user
    filters, notices = read_list_filters(request.GET, user)
    if notices:
        messages.error(request, f"{notices[0]} Nothing was exported.")
        return redirect("leads")
    asked = [name for name in filters.filters if filters.form[name].value()]
    return StreamingHttpResponse(
        export(filtered_leads(filters), user, ", ".join(asked)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="leads_{clinic_today()}.csv"',
            "Cache-Control": "no-store",
        },
    )


class LeadListPage(ClinicPageMixin, TemplateView):
    """The page, or for htmx its next rows alone."""

    permission_required = "leads.view_lead"
    title = "Leads"

    def get_template_names(self) -> list[str]:
        is_partial = self.request.htmx and "after" in self.request.GET  # type: ignore[attr-defined]
        return ["leads/_list_rows.html" if is_partial else "leads/list.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters, notices = read_list_filters(self.request.GET, self.request.user)
        totals = counted_stages(filters)
        after = self._after()
        return super().get_context_data(
            filters=filters,
            notices=notices,
            listing=read_listing(filters, totals, after),
            is_first=after is None,
            query=filters.kept,
            is_empty=not any(totals.values()),
            choices=filters.choices,
            reasons=LostReason.choices,
            toasts=read_toasts(self.request),
            may_restore=self.request.user.has_perm("leads.restore_lead"),
            **kwargs,
        )

    def _after(self) -> Cursor | None:
        if not (text := self.request.GET.get("after", "")):
            return None
        if (cursor := Cursor.read(text)) is None:
            raise Http404("The link to the next leads is broken.")
        return cursor
