"""What a stage asks beside its date, in the forms that move a lead or add one."""

from collections.abc import Mapping

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leads.extension_points import Panel, stage_questions
from leads.models.stage import RecordedKind


@require_safe
@permission_required("leads.change_lead", raise_exception=True)
def stage_question(request: HttpRequest, question: str) -> HttpResponse:
    """A part of those forms; read when it is asked, so that the board is no slower."""
    if question not in stage_questions:
        raise Http404("Nothing is asked there.")
    asked = stage_questions[question].fields(request.GET.get("lead", ""), {})
    return render(request, asked.template, {"asked": asked.shown})


def asked_of_consults(lead_id: str, entered: Mapping[str, str]) -> Panel | None:
    """For forms that work without scripts."""
    question = stage_questions.get(RecordedKind.CONSULT_BOOKED)
    return question.fields(lead_id, entered) if question else None
