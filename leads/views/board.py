"""The pipeline board, the next cards of a column, and moving one lead."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads import board
from leads.acts import ActRefused, lock_lead
from leads.board_cards import Cursor
from leads.board_past import NoPast, read_day, read_past_board
from leads.filters import read_filters
from leads.models import Lead, LeadStage, Opportunity, PipelineStage
from leads.move_form import MoveForm
from leads.pipeline import LeadIsGone, MoveRefused
from leads.recent_moves import recent_moves
from leads.undoing import undo
from leads.views.board_answers import (
    board_url,
    card_context,
    moved,
    refused,
    wants_json,
)
from leads.vocabulary import LostReason
from medspa.models import User
from medspa.pages import ClinicPageMixin


class BoardView(ClinicPageMixin, TemplateView):
    permission_required = "leads.view_lead"
    title = "Pipeline"
    template_name = "leads/board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters, notices = read_filters(self.request.GET, self.request.user)
        unfolded = self._unfolded()
        day = self._day(notices)
        if day:
            columns = read_past_board(day, filters.leads, unfolded=unfolded)
        else:
            columns = board.read_board(filters.leads, unfolded=unfolded)
        context = card_context(self.request)
        return super().get_context_data(
            columns=columns,
            stages=[column.stage for column in columns],
            filters=filters,
            notices=notices,
            unfolded=unfolded,
            is_empty=not any(column.figures.count for column in columns),
            reasons=LostReason.choices,
            as_of=day,
            **context | {"may_move": context["may_move"] and not day},
            **kwargs,
        )

    def _day(self, notices: list[str]) -> date | None:
        """The past day that the address asks for; what can't be met is said."""
        text = self.request.GET.get("as_of")
        try:
            return read_day(text) if text else None
        except NoPast as sentence:
            notices.append(str(sentence))
            return None

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
            column=column, **card_context(self.request), **kwargs
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
            worth=_worth(lead),
            back=board_url(self.request),
            **kwargs,
        )

    def post(self, request: HttpRequest, lead_id: str) -> HttpResponse:
        form = MoveForm(request.POST)
        try:
            stay = form.move(lead_id)
        except MoveRefused as refusal:
            if wants_json(request):
                return refused(request, lead_id, refusal)
            return self._refused_in_form(form, refusal)
        if wants_json(request):
            return _moved(request, stay, form)
        messages.success(request, _sentence(stay))
        return redirect(board_url(request))

    def _refused_in_form(self, form: MoveForm, refusal: MoveRefused) -> HttpResponse:
        if isinstance(refusal, LeadIsGone):
            messages.error(self.request, str(refusal))
            return redirect(board_url(self.request))
        context = self.get_context_data(
            refusal=str(refusal),
            chosen=form.data.get("stage"),
            chosen_reason=form.data.get("lost_reason"),
            chosen_date=form.data.get("scheduled_for"),
        )
        return render(self.request, self.template_name, context, status=409)


class RecentMovesView(ClinicPageMixin, TemplateView):
    """The last moves: a partial for the board's panel, else a page of their own."""

    permission_required = "leads.change_lead"
    title = "Recent moves"

    def get_template_names(self) -> list[str]:
        is_partial = self.request.htmx  # type: ignore[attr-defined]
        page = "_recent_moves.html" if is_partial else "recent_moves.html"
        return [f"leads/{page}"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            moves=recent_moves(self.request.user),
            **card_context(self.request),
            **kwargs,
        )


@require_POST
@permission_required("leads.change_lead", raise_exception=True)
def undo_move(request: HttpRequest, stay_id: str) -> HttpResponse:
    """Take a move back: JSON for the board's script, else a sentence on the board."""
    stay = get_object_or_404(LeadStage, pk=stay_id)
    try:
        with transaction.atomic():
            lead = lock_lead(request, stay.lead_id)
            done = undo(lead, "stay", stay.pk, cast(User, request.user))
    except (ActRefused, MoveRefused) as refusal:
        if wants_json(request):
            return refused(request, stay.lead_id, refusal)
        messages.error(request, str(refusal))
        return redirect(board_url(request))
    if wants_json(request):
        return moved(request, stay.lead_id, done.sentence)
    messages.success(request, done.sentence)
    return redirect(board_url(request))


def _worth(lead: Lead) -> int | None:
    found = Opportunity.objects.filter(lead=lead)
    return found.values_list("expected_value_cents", flat=True).first()


def _sentence(stay: LeadStage) -> str:
    return f"{stay.lead} moved to {stay.stage}."


def _moved(request: HttpRequest, stay: LeadStage, form: MoveForm) -> JsonResponse:
    way_back = form.way_back(stay)
    undo_url = reverse("board_undo", args=[way_back]) if way_back else ""
    query = f"?{request.GET.urlencode()}" if way_back and request.GET else ""
    return moved(request, stay.lead_id, _sentence(stay), undo_url + query)
