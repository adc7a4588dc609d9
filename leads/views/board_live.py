"""What an open board asks every few seconds: has anything changed?"""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from leads.board import Column, read_changed
from leads.filters import read_filters
from leads.views.board_answers import card_context

# More stages than that no clinic has; the rest of the header is not read.
STAGES = 50


@require_GET
@never_cache
@permission_required("leads.view_lead", raise_exception=True)
def changes(request: HttpRequest) -> HttpResponse:
    """The columns that are not as the board says it saw them; 204 when all are."""
    columns = read_changed(
        _seen(request), lambda: read_filters(request.GET, request.user)[0].leads
    )
    if not columns:
        return HttpResponse(status=204)
    return JsonResponse(
        {"columns": {column.stage.id: _answer(request, column) for column in columns}}
    )


def _seen(request: HttpRequest) -> dict[str, str]:
    """Stage id → the version that the board shows: `stage:version stage:version`."""
    parts = request.headers.get("X-Board-Seen", "").split()[:STAGES]
    return dict(part.split(":", 1) for part in parts if ":" in part)


def _answer(request: HttpRequest, column: Column) -> dict[str, str]:
    context = card_context(request) | {"column": column}
    return {
        "version": column.version,
        "figures": render_to_string("leads/_figures.html", context, request),
        "cards": render_to_string("leads/_cards.html", context, request),
    }
