"""Setting up the stages: their order, the entry stage, retiring one, restoring it."""

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

from leads.bulk import MOST_AT_ONCE, BulkOrder
from leads.bulk.retiring import (
    Retirement,
    is_entry,
    leads_in,
    plan_retirement,
    refuse_the_last_open,
    retire_empty,
)
from leads.lists.archiving import AlreadyArchived
from leads.models import BulkAction, PipelineStage, StageTotal
from leads.models.lead_lists import offered_lost_reasons
from leads.move_refusals import MoveRefused
from leads.services.pipeline import first_stage
from leads.services.stage_order import SetUpRefused, place, restore_stage, set_entry
from leads.views.board_responses import wants_json
from leads.views.bulk import start_or_run
from leads.views.refusals import refuse
from medspa.formats import format_percent
from medspa.refusals import Refused
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import refused_json, render_refused

STAGES_PAGE = "admin:leads_pipelinestage_changelist"


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
    is_entry: bool = False

    @property
    def chance(self) -> str:
        return format_percent(self.stage.win_probability_bps)


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
    entry = _entry_id()
    return [
        StageRow(
            stage=stage,
            number=number,
            leads=leads.get(stage.pk, 0),
            up=ids[number - 2] if number > 1 else None,
            down=[*ids[number + 1 :], ""][0] if number < len(ids) else None,
            is_entry=stage.pk == entry,
        )
        for number, stage in enumerate(stages, 1)
    ]


def _entry_id() -> str:
    """Where new leads start; empty when there is no open stage."""
    try:
        return first_stage().pk
    except MoveRefused:
        return ""


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
        messages.error(request, f"{stage} stays archived. {refusal.messages[0]}")
    else:
        messages.success(request, f"{stage} restored.")
    return redirect(STAGES_PAGE)


@require_POST
@permission_required("leads.change_pipelinestage", raise_exception=True)
def set_entry_stage(request: HttpRequest, stage_id: str) -> HttpResponse:
    try:
        stage = set_entry(stage_id)
    except SetUpRefused as refusal:
        return refuse(request, refusal, STAGES_PAGE)
    messages.success(request, f"New leads start in {stage}.")
    return redirect(STAGES_PAGE)


class RetirePage(ClinicPageMixin, TemplateView):
    """Asks where the leads go, says what will happen, then retires the stage.

    A stage with leads is retired by a bulk run: a job if there are many, with a result
    page that undoes it.
    """

    permission_required = "leads.delete_pipelinestage"
    title = "Archive a stage"
    template_name = "leads/retire_stage.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stage = get_object_or_404(PipelineStage.all_objects, pk=self.kwargs["stage_id"])
        others = PipelineStage.objects.exclude(pk=stage.pk)
        impossible = _impossible(stage)
        return super().get_context_data(
            stage=stage,
            leads=leads_in(stage),
            others=others,
            entries=stage.others_of_its_outcome()
            if not impossible and is_entry(stage)
            else (),
            reasons=offered_lost_reasons(),
            impossible=impossible,
            is_last_of_its_kind=not stage.others_of_its_outcome().exists(),
            most_at_once=MOST_AT_ONCE,
            breadcrumbs_trail=[(reverse(STAGES_PAGE), "Stages")],
            **kwargs,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data()
        if context["stage"].is_deleted:
            messages.info(request, f"{context['stage']} is already archived.")
            return redirect(STAGES_PAGE)
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stage = get_object_or_404(PipelineStage.all_objects, pk=self.kwargs["stage_id"])
        if stage.is_deleted:
            messages.info(request, f"{stage} is already archived.")
            return redirect(STAGES_PAGE)
        chosen = {
            name: request.POST.get(name, "")
            for name in ("destination", "lost_reason", "entry")
        }
        try:
            retirement = plan_retirement(
                stage,
                chosen["destination"],
                lost_reason=chosen["lost_reason"],
                entry_id=chosen["entry"],
            )
            if retirement.leads and "sure" not in request.POST:
                context = self.get_context_data(chosen=chosen, retirement=retirement)
                return self.render_to_response(context)
            return _retire(request, retirement)
        except AlreadyArchived as refusal:
            messages.info(request, str(refusal))
            return redirect(STAGES_PAGE)
        except Refused as refusal:
            context = self.get_context_data(chosen=chosen)
            return render_refused(request, refusal, self.template_name, context)


def _retire(request: HttpRequest, retirement: Retirement) -> HttpResponse:
    stage, destination = retirement.stage, retirement.destination
    if destination is None or not retirement.leads:
        retire_empty(retirement)
        messages.success(request, f"{stage} archived.")
        return redirect(STAGES_PAGE)
    order = BulkOrder(
        BulkAction.MOVE,
        destination.pk,
        str(destination),
        retirement.lost_reason if destination.is_lost else "",
        retires=stage.pk,
        new_entry=retirement.entry.pk if retirement.entry else "",
    )
    title = f"Archive {stage}, move {retirement.leads:,} leads to {destination}"
    return start_or_run(request, order, retirement.leads, title)


def _impossible(stage: PipelineStage) -> str:
    """Why the stage can't be retired at all; empty when it can."""
    try:
        refuse_the_last_open(stage)
    except SetUpRefused as refusal:
        return str(refusal)
    return ""
