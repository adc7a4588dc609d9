"""What the board's script is answered: sentences, the lead's card, all figures."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from leads import board
from leads.board.cards import read_cards
from leads.models.lead import LeadQuerySet
from leads.selection.filters import read_filters

JSON = "application/json"
# Stands for a lead's id while an address is looked up once for all cards.
ANY_LEAD = "0"


@dataclass(frozen=True)
class Links:
    """Where the cards lead: what stands before a lead's id, and the query after it.

    A page has many cards, and looking an address up takes longer than the rest of one.
    """

    lead: str
    move: str
    query: str
    and_filters: str


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == JSON


def card_context(request: HttpRequest) -> dict[str, Any]:
    """What the cards' templates need: `query` keeps the filters in the links."""
    query = request.GET.copy()
    for name in ("after", "shown", "lead"):
        query.pop(name, None)
    kept = query.urlencode()
    for name in ("fold", "unfold"):
        query.pop(name, None)
    filters = query.urlencode()
    links = Links(
        lead=_before_id("lead"),
        move=_before_id("board_move"),
        query=f"?{kept}" if kept else "",
        and_filters=f"&{filters}" if filters else "",
    )
    return {
        "may_move": request.user.has_perm("leads.change_lead"),
        "may_log": request.user.has_perm("leads.add_activity"),
        "query": kept,
        "links": links,
    }


def _before_id(name: str) -> str:
    return reverse(name, args=[ANY_LEAD]).removesuffix(f"{ANY_LEAD}/")


def board_url(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"{reverse('board')}?{query}" if query else reverse("board")


def moved(
    request: HttpRequest, lead_id: str, message: str, undo: str = ""
) -> JsonResponse:
    """`undo` is the address that takes it back."""
    return JsonResponse(
        {"message": message, "undo": undo} | _board_now(request, lead_id)
    )


def refused(request: HttpRequest, lead_id: str, refusal: Exception) -> JsonResponse:
    return JsonResponse(
        {"message": str(refusal)} | _board_now(request, lead_id), status=409
    )


def figures_of(column: board.Column) -> str:
    """Empty where they are counted later."""
    if column.figures is None:
        return ""
    return render_to_string("leads/_figures.html", {"column": column})


def _board_now(request: HttpRequest, lead_id: str) -> dict[str, Any]:
    """Where the lead is, its card, and the columns' figures, if quickly counted."""
    cards = read_cards([lead_id], None, timezone.now())
    filters, _ = read_filters(request.GET, request.user)
    columns = board.read_columns(filters.leads).columns
    return {
        "lead": lead_id,
        "stage": cards[0].stage_id if cards else None,
        "is_hidden": _is_hidden(filters.leads, lead_id),
        "card": cards
        and render_to_string(
            "leads/_cards.html", card_context(request) | {"cards": cards}, request
        ),
        "figures": {
            column.stage.id: figures_of(column) for column in columns if column.figures
        },
    }


def _is_hidden(leads: LeadQuerySet | None, lead_id: str) -> bool:
    """The lead does not fit the board's filters (any more)."""
    return leads is not None and not leads.filter(pk=lead_id).exists()
