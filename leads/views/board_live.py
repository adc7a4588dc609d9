"""What an open board polls: changes, single cards, and the ages of its leads."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from leads import board
from leads.board import Board, BoardColumn
from leads.board.ages import read_ages
from leads.board.cards import LeadCard, read_cards
from leads.board.changes import ChangeToken, changed_leads
from leads.board.past import PastDayRefused, count_past
from leads.models.lead_lists import offered_lost_reasons
from leads.selection.filters import read_filters
from leads.views.board import read_question
from leads.views.board_responses import card_context, figures_of
from medspa.web.refusals import refused_json

# No clinic has more stages; the rest of the header is not read.
STAGES_READ = 50
# The script asks for so many cards at once.
CARDS_AT_ONCE = 100


@require_GET
@never_cache
@permission_required("leads.view_lead", raise_exception=True)
def changes(request: HttpRequest) -> HttpResponse:
    """What has changed since the state that the board sends; 204 if nothing has.

    `columns` are those whose leads changed, `leads` whose cards may look different
    (null: any), `set_up` comes when stages were renamed, added, retired or reordered.
    A column has its first leads in order, and the cards only of those that may look
    different: the others the page has, or asks for by `cards`.
    """
    token, versions = _state(request)
    now = board.read_stored_columns()
    changed = {
        column.stage.id
        for column in now.columns
        if versions.get(column.stage.id) != column.version
    }
    is_set_up_anew = token.set_up != now.token.set_up
    if not changed and token == now.token:
        return HttpResponse(status=204)
    leads = changed_leads(token, now.token)
    answer: dict[str, Any] = {"seen": str(now.token), "leads": leads, "columns": {}}
    if is_set_up_anew:
        read = _read(request)
        answer["columns"] = _answers(request, read.columns, None)
        answer["set_up"] = _set_up(request, read)
    elif changed:
        answer["columns"] = _answers(request, _read(request, changed).columns, leads)
    return JsonResponse(answer)


def _read(request: HttpRequest, stage_ids: Collection[str] | None = None) -> Board:
    """The board with its filters and cards, or only these columns of it."""
    filters, _ = read_filters(request.GET, request.user)
    return board.read_board(
        filters.leads,
        entered=filters.entered,
        unfolded=request.GET.getlist("unfold"),
        stage_ids=stage_ids,
    )


def _set_up(request: HttpRequest, read: Board) -> dict[str, Any]:
    """Every column as a whole, and the stages to choose from in the dialog."""
    context = card_context(request)
    stages = [column.stage for column in read.columns]
    return {
        "columns": [
            render_to_string(
                "leads/_column.html", context | {"column": column}, request
            )
            for column in read.columns
        ],
        "fields": render_to_string(
            "leads/_move_fields.html",
            {"stages": stages, "reasons": offered_lost_reasons()},
            request,
        ),
    }


def _state(request: HttpRequest) -> tuple[ChangeToken, dict[str, str]]:
    """The state that the board shows: its token, and stage id → version.

    The script sends `token stage:version stage:version`.
    """
    first, *parts = request.headers.get("X-Board-Seen", "").split()[
        : STAGES_READ + 1
    ] or [""]
    return ChangeToken.read(first), dict(
        part.split(":", 1) for part in parts if ":" in part
    )


def _answers(
    request: HttpRequest, columns: list[BoardColumn], leads: Collection[str] | None
) -> dict[str, Any]:
    """Stage id → its news: the order of its first leads, and the cards of `leads`.

    None stands for all leads.
    """
    context = card_context(request)
    return {
        column.stage.id: {
            "version": column.version,
            "figures": figures_of(column),
            "order": [card.lead_id for card in column.page.cards],
            "cards": render_to_string(
                "leads/_cards.html",
                context | {"column": column, "cards": _of(leads, column.page.cards)},
                request,
            ),
        }
        for column in columns
    }


def _of(
    leads: Collection[str] | None, cards: Collection[LeadCard]
) -> Collection[LeadCard]:
    if leads is None:
        return cards
    return [card for card in cards if card.lead_id in leads]


@require_GET
@never_cache
@permission_required("leads.view_lead", raise_exception=True)
def cards(request: HttpRequest) -> JsonResponse:
    """Lead id → its stage and its card, without those the filters leave out."""
    filters, _ = read_filters(request.GET, request.user)
    lead_ids = request.GET.getlist("lead")[:CARDS_AT_ONCE]
    found = read_cards(lead_ids, filters.leads, timezone.now())
    return JsonResponse(
        {"cards": {card.lead_id: _card(request, card) for card in found}}
    )


def _card(request: HttpRequest, card: LeadCard) -> dict[str, str]:
    context = card_context(request) | {"cards": [card]}
    return {
        "stage": card.stage_id,
        "card": render_to_string("leads/_cards.html", context, request),
    }


@require_GET
@never_cache
@permission_required("leads.view_lead", raise_exception=True)
def ages(request: HttpRequest) -> JsonResponse:
    """Stage id → age bar and figures: they may take longer than the cards.

    A past day has no age bars.
    """
    try:
        filters, day, _ = read_question(request)
    except PastDayRefused as refusal:
        return refused_json(refusal)
    if day:
        columns = count_past(day, filters.leads)
        return JsonResponse({"ages": {}, "figures": _figures(columns)})
    entered = filters.entered if filters.is_only_age else None
    columns = board.count_columns(filters.leads, entered).columns
    counts = {
        column.stage.id: column.figures.count for column in columns if column.figures
    }
    stages = [column.stage for column in columns]
    found = read_ages(stages, counts, filters.leads, timezone.now())
    bars = {
        pk: render_to_string("leads/_ages.html", {"ages": ages})
        for pk, ages in found.items()
    }
    return JsonResponse({"ages": bars, "figures": _figures(columns)})


def _figures(columns: list[BoardColumn]) -> dict[str, str]:
    return {column.stage.id: figures_of(column) for column in columns}
