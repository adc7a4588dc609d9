"""Setting up the stages: their order, retiring one, restoring it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads.choices import LostReason
from leads.models import PipelineStage, StageTotal
from leads.services.retiring import Retirement, refuse_the_last_open, retire
from leads.services.stage_order import SetUpRefused, place, restore_stage
from leads.views.board_responses import wants_json
from leads.views.refusals import refuse
from medspa.refusals import Refused
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import refused_json, render_refused

STAGES_PAGE = "admin:leads_pipelinestage_changelist"
# A long retirement is done in parts of this time. After each the page shows progress
# and requests the next part, so no request times out and the page can be left.
SECONDS_A_REQUEST = 4.0


@dataclass(frozen=True)
class StageRow:
    """A stage of the list.

    `up` and `down` are the ids of the stages that it would be put in front of; None at
    the ends, and `down` is empty for the last place.
    """

    stage: PipelineStage
    number: int
    leads: int
    up: str | None
    down: str | None

    @property
    def chance(self) -> str:
        return f"{self.stage.win_probability_bps / 100:g} %"


class StagesPage(ClinicPageMixin, TemplateView):
    """All stages: the active ones in their order, then the retired."""

    permission_required = "leads.view_pipelinestage"
    title = "Stages"
    template_name = "leads/stages.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**_list(self.request), **kwargs)


def _list(request: HttpRequest) -> dict[str, Any]:
    stages = list(PipelineStage.all_objects.order_by("order", "deleted_at"))
    totals = StageTotal.objects.by_stage()
    active = [stage for stage in stages if not stage.is_deleted]
    return {
        "rows": _rows(active, {pk: leads for pk, (leads, _) in totals.items()}),
        "retired": [stage for stage in stages if stage.is_deleted],
        "may_change": request.user.has_perm("leads.change_pipelinestage"),
        "may_retire": request.user.has_perm("leads.delete_pipelinestage"),
    }


def _rows(stages: list[PipelineStage], leads: dict[str, int]) -> list[StageRow]:
    ids = [stage.pk for stage in stages]
    return [
        StageRow(
            stage=stage,
            number=number,
            leads=leads.get(stage.pk, 0),
            up=ids[number - 2] if number > 1 else None,
            down=[*ids[number + 1 :], ""][0] if number < len(ids) else None,
        )
        for number, stage in enumerate(stages, 1)
    ]


@require_POST
@permission_required("leads.change_pipelinestage", raise_exception=True)
def place_stage(request: HttpRequest, stage_id: str) -> HttpResponse:
    """Put a stage in front of `before`, or last: JSON for the script, else the page."""
    try:
        ordered = place(stage_id, request.POST.get("before", ""))
    except SetUpRefused as refusal:
        if wants_json(request):
            return refused_json(refusal, rows=_table_body(request))
        return refuse(request, refusal, STAGES_PAGE)
    number, stage = next(
        (number, stage)
        for number, stage in enumerate(ordered, 1)
        if stage.pk == stage_id
    )
    sentence = f"{stage} is now number {number} of {len(ordered)}."
    if wants_json(request):
        return JsonResponse({"message": sentence, "rows": _table_body(request)})
    messages.success(request, sentence)
    return redirect(STAGES_PAGE)


def _table_body(request: HttpRequest) -> str:
    return render_to_string("leads/_stage_rows.html", _list(request), request)


@require_POST
@permission_required("leads.delete_pipelinestage", raise_exception=True)
def bring_stage_back(request: HttpRequest, stage_id: str) -> HttpResponse:
    stage = get_object_or_404(PipelineStage.all_objects, pk=stage_id)
    try:
        restore_stage(stage)
    except ValidationError as refusal:
        messages.error(request, f"{stage} stays retired. {refusal.messages[0]}")
    else:
        messages.success(request, f"{stage} is back on the board.")
    return redirect(STAGES_PAGE)


class RetirePage(ClinicPageMixin, TemplateView):
    """Asks where the leads go, then retires the stage."""

    permission_required = "leads.delete_pipelinestage"
    title = "Retire a stage"
    template_name = "leads/retire_stage.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stage = get_object_or_404(PipelineStage.all_objects, pk=self.kwargs["stage_id"])
        others = PipelineStage.objects.exclude(pk=stage.pk)
        return super().get_context_data(
            stage=stage,
            leads=stage.stage_periods.current().count(),
            others=others,
            reasons=LostReason.choices,
            impossible=_impossible(stage),
            is_last_of_its_kind=not stage.others_of_its_outcome().exists(),
            breadcrumbs_trail=[(reverse(STAGES_PAGE), "Stages")],
            **kwargs,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data()
        if context["stage"].is_deleted:
            messages.info(request, f"{context['stage']} is retired already.")
            return redirect(STAGES_PAGE)
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stage = get_object_or_404(PipelineStage.all_objects, pk=self.kwargs["stage_id"])
        chosen = {
            "destination": request.POST.get("destination", ""),
            "lost_reason": request.POST.get("lost_reason", ""),
        }
        try:
            result = retire(
                stage,
                chosen["destination"],
                lost_reason=chosen["lost_reason"],
                seconds=SECONDS_A_REQUEST,
            )
        except Refused as refusal:
            context = self.get_context_data(chosen=chosen)
            return render_refused(request, refusal, self.template_name, context)
        moved = _number(request.POST.get("moved", "")) + result.moved
        if result.is_done:
            messages.success(request, _sentence(stage, moved))
            return redirect(STAGES_PAGE)
        return self._go_on(chosen, moved, result)

    def _go_on(
        self, chosen: dict[str, str], moved: int, result: Retirement
    ) -> HttpResponse:
        context = self.get_context_data(
            chosen=chosen, moved=moved, total=moved + result.left, is_under_way=True
        )
        return self.render_to_response(context)


def _impossible(stage: PipelineStage) -> str:
    """Why the stage can't be retired at all; empty when it can."""
    try:
        refuse_the_last_open(stage)
    except SetUpRefused as refusal:
        return str(refusal)
    return ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _sentence(stage: PipelineStage, moved: int) -> str:
    leads = f" {moved:,} lead{'' if moved == 1 else 's'} moved." if moved else ""
    return f"{stage} is retired.{leads}"
