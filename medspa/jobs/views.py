"""Pages of long runs: how far one is, what one has running, stop one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from medspa.jobs.registry import cancel, standing
from medspa.models import LongRun
from medspa.web.pages import ClinicPageMixin

SHOWN = 50


def find_run(request: HttpRequest, run_id: str) -> LongRun:
    """One's own run, or anybody's for managers; otherwise there is none."""
    runs = LongRun.objects.visible_to(request.user).select_related("made_by")
    run = runs.filter(pk=run_id).first()
    if run is None:
        raise Http404("No such work, or not yours.")
    return run


class RunPage(LoginRequiredMixin, ClinicPageMixin, TemplateView):
    """How far a run is; the page asks again every second until it is over."""

    permission_required = ()
    title = "How far it is"
    template_name = "medspa/run.html"

    def get_template_names(self) -> list[str]:
        is_asked_again = getattr(self.request, "htmx", False)
        return ["medspa/_run.html" if is_asked_again else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = find_run(self.request, self.kwargs["run_id"])
        return super().get_context_data(
            run=run,
            standing=standing(run) if run.is_active else "",
            breadcrumbs_trail=[(reverse("long_runs"), "Long work")],
            **kwargs,
        )

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        run = context["run"]
        if getattr(self.request, "htmx", False) and run.state == "done" and run.after:
            response["HX-Redirect"] = run.after
        response["Cache-Control"] = "no-store"
        return response


class RunsPage(LoginRequiredMixin, ClinicPageMixin, TemplateView):
    """The latest long work that the person may see, active first."""

    permission_required = ()
    title = "Long work"
    template_name = "medspa/runs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = LongRun.objects.visible_to(self.request.user).select_related("made_by")
        latest = list(runs.order_by("-created_at", "-pk")[:SHOWN])
        return super().get_context_data(
            active=[(run, standing(run)) for run in latest if run.is_active],
            over=[run for run in latest if not run.is_active],
            **kwargs,
        )


@require_POST
@login_required
def cancel_run(request: HttpRequest, run_id: str) -> HttpResponse:
    cancel(find_run(request, run_id))
    return redirect("long_run", run_id)
