"""What the board's script is answered: sentences, the lead's card, all figures."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from leads import board
from leads.board_cards import read_card
from leads.filters import read_filters
from leads.models.lead import LeadQuerySet

JSON = "application/json"


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == JSON


def card_context(request: HttpRequest) -> dict[str, Any]:
    """What the cards' templates need: `query` keeps the filters in the links."""
    query = request.GET.copy()
    for name in ("after", "shown"):
        query.pop(name, None)
    return {
        "may_move": request.user.has_perm("leads.change_lead"),
        "query": query.urlencode(),
    }


def board_url(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"{reverse('board')}?{query}" if query else reverse("board")


def moved(
    request: HttpRequest, lead_id: str, message: str, undo: str = ""
) -> JsonResponse:
    """`undo` is the address that takes the move back."""
    return JsonResponse(
        {"message": message, "undo": undo} | _board_now(request, lead_id)
    )


def refused(request: HttpRequest, lead_id: str, refusal: Exception) -> JsonResponse:
    return JsonResponse(
        {"message": str(refusal)} | _board_now(request, lead_id), status=409
    )


def _board_now(request: HttpRequest, lead_id: str) -> dict[str, Any]:
    """Where the lead is, its card, and every column's figures under the filters."""
    card = read_card(lead_id, timezone.now())
    filters, _ = read_filters(request.GET, request.user)
    columns = board.read_columns(filters.leads)
    context = card_context(request)
    return {
        "lead": lead_id,
        "stage": card.stage_id if card else None,
        "is_hidden": _is_hidden(filters.leads, lead_id),
        "card": card
        and render_to_string("leads/_card.html", context | {"card": card}, request),
        "figures": {
            column.stage.id: render_to_string(
                "leads/_figures.html", {"column": column}, request
            )
            for column in columns
        },
    }


def _is_hidden(leads: LeadQuerySet | None, lead_id: str) -> bool:
    """The lead does not fit the board's filters (any more)."""
    return leads is not None and not leads.filter(pk=lead_id).exists()
