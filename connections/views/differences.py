"""What GoHighLevel says and what we say, after the last comparison."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel.access import client_of
from connections.gohighlevel.differences import (
    OURS,
    THEIRS,
    drift_in_words,
    read_differences,
    settle,
)
from connections.models import Connection, FieldDifference
from connections.refusals import Parked
from medspa.refusals import Refused
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused

DIFFERENCE_RIGHT = ("connections.work_connection", "leads.change_lead")


class DifferencesPage(ClinicPageMixin, TemplateView):
    permission_required = DIFFERENCE_RIGHT
    title = "Differences"
    template_name = "connections/differences.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        connection = get_object_or_404(
            Connection, pk=self.kwargs["gohighlevel_id"], door=GOHIGHLEVEL
        )
        try:
            client = client_of(connection)
            shown, problem = read_differences(connection, client)
            client.http.close()
        except Parked as refusal:
            shown, problem = (), refusal.sentence
        return super().get_context_data(
            connection=connection,
            streams=[
                (stream, drift_in_words(stream))
                for stream in connection.streams.exclude(compared_at=None)
            ],
            shown=shown,
            problem=problem,
            total=connection.differences.count(),
            breadcrumbs_trail=[(reverse("connections"), "Connections")],
            **kwargs,
        )


@require_POST
@permission_required(DIFFERENCE_RIGHT, raise_exception=True)
def settle_difference(request: HttpRequest, difference_id: str) -> HttpResponse:
    """`take` is `theirs` or `ours`."""
    row = get_object_or_404(
        FieldDifference.objects.select_related("connection"), pk=difference_id
    )
    back = ("differences", row.connection_id)
    side = OURS if request.POST.get("take") == OURS else THEIRS
    try:
        client = client_of(row.connection)
        messages.success(request, settle(row.pk, side, client))
        client.http.close()
    except (Refused, ValidationError) as refusal:
        return redirect_refused(request, refusal, *back)
    return redirect(*back)
