"""The Connections page, and matching an event to a lead."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.views.generic import TemplateView

from connections.models import UnmatchedEvent, WaitState
from connections.page.data import candidates, read_connections, waiting_event
from leads.search import takes_of
from medspa.reading.cleaning import clean_text
from medspa.web.pages import ClinicPageMixin
from medspa.web.site_address import site_address

LONGEST_MATCH_SEARCH = 100


class ConnectionsPage(ClinicPageMixin, TemplateView):
    permission_required = "connections.view_connection"
    title = "Connections"
    template_name = "connections/connections.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page=read_connections(), site=site_address(self.request), **kwargs
        )


class MatchPage(ClinicPageMixin, TemplateView):
    """`?q=…` looks for other leads than those with the event's contact."""

    permission_required = "connections.work_connection"
    title = "Match to a lead"
    template_name = "connections/match.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = UnmatchedEvent.objects.filter(
            pk=self.kwargs["unmatched_id"], state=WaitState.WAITING
        ).first()
        if row is None:
            raise Http404("This is no longer waiting.")
        event = waiting_event(row)
        typed = clean_text(self.request.GET.get("q", ""))[:LONGEST_MATCH_SEARCH]
        return super().get_context_data(
            event=event,
            typed=typed,
            search_takes=takes_of(typed),
            leads=candidates(event.item, typed),
            breadcrumbs_trail=[(reverse("connections"), "Connections")],
            **kwargs,
        )
