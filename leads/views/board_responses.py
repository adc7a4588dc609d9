"""What the board's script gets as JSON: a sentence, the lead's card, all figures."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from leads import board
from leads.board.cards import read_cards
from leads.models import PipelineStage
from leads.models.lead_queries import LeadQuerySet
from leads.selection.filters import read_filters
from leads.selection.query import encode, without
from medspa.refusals import Refused
from medspa.web.answers import JSON

# Stands for a lead's id when an address is resolved once for all cards.
ANY_LEAD = "0"


@dataclass(frozen=True)
class CardLinks:
    """The addresses of the cards, without the lead's id: what is before and after it.

    Resolving an address takes longer than the rest of a card, so it is done once.
    """

    lead: str
    move: str
    query: str
    and_filters: str


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == JSON


def card_context(request: HttpRequest) -> dict[str, Any]:
    """What the cards' templates need: `query` keeps the filters in the links."""
    query = without(request.GET, "after", "shown", "lead")
    board_query = encode(query)
    filters = encode(without(query, "fold", "unfold"))
    links = CardLinks(
        lead=_before_id("lead"),
        move=_before_id("board_move"),
        query=f"?{board_query}" if board_query else "",
        and_filters=f"&{filters}" if filters else "",
    )
    return {
        "may_move": request.user.has_perm("leads.change_lead"),
        "may_log": request.user.has_perm("leads.add_activity"),
        "query": board_query,
        "links": links,
    }


def _before_id(name: str) -> str:
    return reverse(name, args=[ANY_LEAD]).removesuffix(f"{ANY_LEAD}/")


def board_url(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"{reverse('board')}?{query}" if query else reverse("board")


def moved(
    request: HttpRequest,
    lead_id: str,
    message: str,
    undo: str = "",
    offer: PipelineStage | None = None,
) -> JsonResponse:
    """`undo` is the address that takes it back, `offer` where the lead may go next."""
    answer = {"message": message, "undo": undo} | _board_now(request, lead_id)
    if offer:
        answer["offer"] = {"stage": offer.pk, "label": f"Move to {offer}"}
    return JsonResponse(answer)


def refused(request: HttpRequest, lead_id: str, refusal: Refused) -> JsonResponse:
    answer = {"message": str(refusal), "code": refusal.code}
    return JsonResponse(answer | _board_now(request, lead_id), status=409)


def figures_of(column: board.BoardColumn) -> str:
    """Empty where they will be counted later."""
    if column.figures is None:
        return ""
    return render_to_string("leads/_figures.html", {"column": column})


def _board_now(request: HttpRequest, lead_id: str) -> dict[str, Any]:
    """Where the lead is, its card, and the columns' figures where they are counted."""
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
    """The lead does not match the board's filters."""
    return leads is not None and not leads.filter(pk=lead_id).exists()
