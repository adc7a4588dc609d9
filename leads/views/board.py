"""The pipeline board, the next cards of a column, and moving one lead."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from leads import board
from leads.board_cards import Cursor, read_card
from leads.filters import read_filters
from leads.models import Lead, LeadStage, PipelineStage
from leads.move_form import MoveForm
from leads.pipeline import LeadIsGone, MoveRefused
from leads.vocabulary import LostReason
from medspa.pages import ClinicPageMixin

JSON = "application/json"


class BoardView(ClinicPageMixin, TemplateView):
    permission_required = "leads.view_lead"
    title = "Pipeline"
    template_name = "leads/board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters, notices = read_filters(self.request.GET, self.request.user)
        unfolded = self._unfolded()
        columns = board.read_board(filters.leads, unfolded=unfolded)
        return super().get_context_data(
            columns=columns,
            stages=[column.stage for column in columns],
            filters=filters,
            notices=notices,
            unfolded=unfolded,
            is_empty=not any(column.figures.count for column in columns),
            reasons=LostReason.choices,
            **_card_context(self.request),
            **kwargs,
        )

    def _unfolded(self) -> list[str]:
        folded = self.request.GET.getlist("fold")
        asked = dict.fromkeys(self.request.GET.getlist("unfold"))
        return [stage_id for stage_id in asked if stage_id not in folded]


class ColumnView(ClinicPageMixin, TemplateView):
    """The next cards of one column: a partial for htmx, else a page of their own."""

    permission_required = "leads.view_lead"
    title = "Pipeline"

    def get_template_names(self) -> list[str]:
        is_partial = self.request.htmx  # type: ignore[attr-defined]
        return ["leads/_cards.html" if is_partial else "leads/column.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        after = Cursor.read(self.request.GET.get("after", ""))
        if after is None:
            raise Http404("The link to the next cards is broken.")
        filters, _ = read_filters(self.request.GET, self.request.user)
        try:
            column = board.read_next(
                self.kwargs["stage_id"], after, self._shown(), filters.leads
            )
        except PipelineStage.DoesNotExist as error:
            raise Http404("This stage no longer exists.") from error
        return super().get_context_data(
            column=column, **_card_context(self.request), **kwargs
        )

    def _shown(self) -> int:
        shown = self.request.GET.get("shown", "")
        return int(shown) if shown.isdecimal() and len(shown) < 10 else 0


class MoveView(ClinicPageMixin, TemplateView):
    """Move one lead: JSON for the board's script, else a small form of its own."""

    permission_required = "leads.change_lead"
    title = "Move a lead"
    template_name = "leads/move.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = get_object_or_404(Lead, pk=self.kwargs["lead_id"], deleted_at=None)
        stay = lead.stays.filter(left_at=None).select_related("stage").first()
        return super().get_context_data(
            lead=lead,
            stay=stay,
            stages=PipelineStage.objects.all(),
            reasons=LostReason.choices,
            back=_board_url(self.request),
            **kwargs,
        )

    def post(self, request: HttpRequest, lead_id: str) -> HttpResponse:
        form = MoveForm(request.POST)
        wants_json = request.headers.get("Accept") == JSON
        try:
            stay = form.move(lead_id)
        except MoveRefused as refusal:
            if wants_json:
                return _refused(request, lead_id, refusal)
            return self._refused_in_form(form, refusal)
        if wants_json:
            return _moved(request, stay, form)
        messages.success(request, _sentence(stay))
        return redirect(_board_url(request))

    def _refused_in_form(self, form: MoveForm, refusal: MoveRefused) -> HttpResponse:
        if isinstance(refusal, LeadIsGone):
            messages.error(self.request, str(refusal))
            return redirect(_board_url(self.request))
        context = self.get_context_data(
            refusal=str(refusal),
            chosen=form.data.get("stage"),
            chosen_reason=form.data.get("lost_reason"),
        )
        return render(self.request, self.template_name, context, status=409)


def _card_context(request: HttpRequest) -> dict[str, Any]:
    """What the cards' templates need: `query` keeps the filters in the links."""
    query = request.GET.copy()
    for name in ("after", "shown"):
        query.pop(name, None)
    return {
        "may_move": request.user.has_perm("leads.change_lead"),
        "query": query.urlencode(),
    }


def _board_url(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"{reverse('board')}?{query}" if query else reverse("board")


def _sentence(stay: LeadStage) -> str:
    return f"{stay.lead} moved to {stay.stage}."


def _moved(request: HttpRequest, stay: LeadStage, form: MoveForm) -> JsonResponse:
    return JsonResponse(
        {"message": _sentence(stay), "undo": form.undo(stay)}
        | _board_now(request, stay.lead_id)
    )


def _refused(request: HttpRequest, lead_id: str, refusal: MoveRefused) -> JsonResponse:
    return JsonResponse(
        {"message": str(refusal)} | _board_now(request, lead_id), status=409
    )


def _board_now(request: HttpRequest, lead_id: str) -> dict[str, Any]:
    """Where the lead is, its card, and every column's figures under the filters."""
    card = read_card(lead_id, timezone.now())
    filters, _ = read_filters(request.GET, request.user)
    columns = board.read_columns(filters.leads)
    context = _card_context(request)
    return {
        "stage": card.stage_id if card else None,
        "card": card
        and render_to_string("leads/_card.html", context | {"card": card}, request),
        "figures": {
            column.stage.id: render_to_string(
                "leads/_figures.html", {"column": column}, request
            )
            for column in columns
        },
    }
