"""The pipeline board, the next cards of a column, and moving one lead."""

from datetime import date, timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from leads import board
from leads.board.changes import ChangeToken
from leads.board.move_form import MoveForm
from leads.board.past import (
    PastDayRefused,
    end_of,
    read_day,
    read_past_board,
    read_past_next,
)
from leads.board.recent_moves import recent_moves
from leads.board.stage_questions import asked_of_consults
from leads.choices import CallOutcome
from leads.extension_points import stage_questions
from leads.models import Lead, LeadStage, Opportunity, PipelineStage
from leads.models.lead_lists import offered_lost_reasons
from leads.move_refusals import LeadIsGone, MoveRefused
from leads.search import takes_of
from leads.selection.filters import BoardFilter, read_filters
from leads.selection.query import encode, without
from leads.services.actions import lock_lead
from leads.services.undoing import ALREADY_UNDONE, undo
from leads.views.board_responses import (
    board_url,
    card_context,
    moved,
    refused,
    wants_json,
)
from leads.views.refusals import refuse
from medspa.clinic_time import clinic_today
from medspa.models import User
from medspa.postgres.keyset import Cursor
from medspa.refusals import Refused
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import render_refused


class BoardView(ClinicPageMixin, TemplateView):
    permission_required = "leads.view_lead"
    title = "Pipeline"
    template_name = "leads/board.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except PastDayRefused as refusal:
            now = f"{reverse('board')}?{_without_day(request)}".rstrip("?")
            return refuse(request, refusal, now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters, day, notices = read_question(self.request)
        unfolded = self._unfolded()
        columns, token = _read(filters, day, unfolded)
        context = card_context(self.request)
        return super().get_context_data(
            columns=columns,
            seen=token,
            stages=[column.stage for column in columns],
            filters=filters,
            notices=notices,
            unfolded=unfolded,
            is_empty=_is_empty(columns),
            search_takes=takes_of(filters.data.get("q", "")),
            is_counted=all(column.figures for column in columns),
            reasons=offered_lost_reasons(),
            call_outcomes=CallOutcome.choices,
            as_of=day,
            latest_day=clinic_today() - timedelta(days=1),
            now_query=_without_day(self.request),
            **context | _permissions(context, day),
            **kwargs,
        )

    def _unfolded(self) -> list[str]:
        folded = self.request.GET.getlist("fold")
        unfolded = dict.fromkeys(self.request.GET.getlist("unfold"))
        return [stage_id for stage_id in unfolded if stage_id not in folded]


def read_question(
    request: HttpRequest,
) -> tuple[BoardFilter, date | None, list[str]]:
    """The filters, the past day if any, and a sentence for what was left out.

    Raises PastDayRefused.
    """
    filters, notices = read_filters(request.GET, request.user)
    text = request.GET.get("as_of")
    day = read_day(text) if text else None
    filters.at = end_of(day) if day else None
    return filters, day, notices


def _read(
    filters: BoardFilter, day: date | None, unfolded: list[str]
) -> tuple[list[board.BoardColumn], ChangeToken | str]:
    if day:
        columns = read_past_board(
            day, filters.leads, entered=filters.entered, unfolded=unfolded
        )
        return columns, ""
    read = board.read_board(filters.leads, entered=filters.entered, unfolded=unfolded)
    return read.columns, read.token


def _is_empty(columns: list[board.BoardColumn]) -> bool:
    """No column has leads; a column that is not counted yet may have some."""
    return not any(column.figures is None or column.figures.count for column in columns)


def _permissions(context: dict[str, Any], day: date | None) -> dict[str, bool]:
    """On a past day nothing can be done."""
    return {name: context[name] and not day for name in ("may_move", "may_log")}


def _without_day(request: HttpRequest) -> str:
    return encode(without(request.GET, "as_of"))


class ColumnView(ClinicPageMixin, TemplateView):
    """The next cards of one column: a partial for htmx, else a page of their own.

    Without `after` the first ones, when a column is unfolded.
    """

    permission_required = "leads.view_lead"
    title = "Pipeline"

    def get_template_names(self) -> list[str]:
        is_partial = self.request.htmx  # type: ignore[attr-defined]
        return ["leads/_cards.html" if is_partial else "leads/column.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            filters, day, _ = read_question(self.request)
        except PastDayRefused as refusal:
            raise Http404(str(refusal)) from refusal
        where = (self.kwargs["stage_id"], self._after(), self._shown())
        try:
            leads, entered = filters.leads, filters.entered
            if day:
                column = read_past_next(day, *where, leads, entered=entered)
            else:
                column = board.read_next(*where, leads, entered=entered)
        except PipelineStage.DoesNotExist as error:
            raise Http404("This stage no longer exists.") from error
        context = card_context(self.request)
        return super().get_context_data(
            column=column,
            cards=column.page.cards,
            as_of=day,
            **context | _permissions(context, day),
            **kwargs,
        )

    def _after(self) -> Cursor | None:
        if "after" not in self.request.GET:
            return None
        after = Cursor.read(self.request.GET["after"])
        if after is None:
            raise Http404("The link to the next cards is invalid.")
        return after

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
        period = lead.stage_periods.filter(left_at=None).select_related("stage").first()
        return super().get_context_data(
            lead=lead,
            period=period,
            stages=PipelineStage.objects.all(),
            reasons=offered_lost_reasons(),
            worth=_worth(lead),
            asked=asked_of_consults(lead.pk, self.request.POST.dict()),
            back=board_url(self.request),
            **kwargs,
        )

    def post(self, request: HttpRequest, lead_id: str) -> HttpResponse:
        form = MoveForm(request.POST)
        try:
            period = form.move(lead_id)
        except MoveRefused as refusal:
            if wants_json(request):
                return refused(request, lead_id, refusal)
            return self._refused_in_form(form, refusal)
        if wants_json(request):
            return _moved(request, period, form)
        messages.success(request, _sentence(period, form))
        return redirect(board_url(request))

    def _refused_in_form(self, form: MoveForm, refusal: MoveRefused) -> HttpResponse:
        if isinstance(refusal, LeadIsGone):
            return refuse(self.request, refusal, board_url(self.request))
        context = self.get_context_data(
            chosen=form.data.get("stage"),
            chosen_reason=form.data.get("lost_reason"),
            chosen_date=form.data.get("scheduled_for"),
            refusal_code=refusal.code,
        )
        return render_refused(self.request, refusal, self.template_name, context)


@require_safe
@permission_required("leads.change_lead", raise_exception=True)
def stage_question(request: HttpRequest, question: str) -> HttpResponse:
    """What a stage asks beside its date: a part of the forms of moving and adding.

    It is read when it is asked, so that the board is no slower.
    """
    if question not in stage_questions:
        raise Http404("Nothing is asked there.")
    asked = stage_questions[question].fields(request.GET.get("lead", ""), {})
    return render(request, asked.template, {"asked": asked.shown})


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
def undo_move(request: HttpRequest, period_id: str) -> HttpResponse:
    """Take a move back: JSON for the board's script, else a sentence on the board."""
    period = LeadStage.objects.filter(pk=period_id).first()
    if period is None:
        gone = Refused(ALREADY_UNDONE)
        if wants_json(request):
            return refused(request, "", gone)
        return refuse(request, gone, board_url(request))
    try:
        with transaction.atomic():
            lead = lock_lead(period.lead_id)
            done = undo(lead, "stage_period", period.pk, cast(User, request.user))
    except Refused as refusal:
        if wants_json(request):
            return refused(request, period.lead_id, refusal)
        return refuse(request, refusal, board_url(request))
    if wants_json(request):
        return moved(request, period.lead_id, done.sentence)
    messages.success(request, done.sentence)
    return redirect(board_url(request))


def _worth(lead: Lead) -> int | None:
    found = Opportunity.objects.filter(lead=lead)
    return found.values_list("expected_value_cents", flat=True).first()


def _sentence(period: LeadStage, form: MoveForm) -> str:
    return f"{period.lead} moved to {period.stage}. {form.notice}".strip()


def _moved(request: HttpRequest, period: LeadStage, form: MoveForm) -> JsonResponse:
    period_id = form.undoable(period)
    undo_url = reverse("board_undo", args=[period_id]) if period_id else ""
    query = f"?{request.GET.urlencode()}" if period_id and request.GET else ""
    return moved(request, period.lead_id, _sentence(period, form), undo_url + query)
