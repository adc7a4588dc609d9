"""Pages of background jobs: the progress of one, a person's latest ones, cancel one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from medspa.jobs.models import JobRun
from medspa.jobs.registry import cancel, status_sentence
from medspa.web.pages import ClinicPageMixin

RUNS_SHOWN = 50


def watch(request: HttpRequest, run: JobRun) -> HttpResponse:
    """Send the person to the page with the run's progress.

    The sidebar leads back to it for a day (see `medspa.accounts.auth`).
    """
    return redirect("job", run.pk)


def find_run(request: HttpRequest, run_id: str) -> JobRun:
    """The person's own run, for managers anybody's; else raises Http404."""
    runs = JobRun.objects.visible_to(request.user).select_related("made_by")
    run = runs.filter(pk=run_id).first()
    if run is None:
        raise Http404("This job doesn't exist, or it isn't yours.")
    return run


class RunPage(LoginRequiredMixin, ClinicPageMixin, TemplateView):
    """The progress of a run; the page asks again every second until it has ended."""

    permission_required = ()
    title = "Job status"
    template_name = "medspa/run.html"

    def get_template_names(self) -> list[str]:
        is_poll = getattr(self.request, "htmx", False)
        return ["medspa/_run.html" if is_poll else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = find_run(self.request, self.kwargs["run_id"])
        return super().get_context_data(
            run=run,
            standing=status_sentence(run) if run.is_active else "",
            breadcrumbs_trail=[(reverse("jobs"), "Background jobs")],
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
    """The latest runs that the person may see, active ones first."""

    permission_required = ()
    title = "Background jobs"
    template_name = "medspa/runs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = JobRun.objects.visible_to(self.request.user).select_related("made_by")
        latest = list(runs.order_by("-created_at", "-pk")[:RUNS_SHOWN])
        return super().get_context_data(
            active=[(run, status_sentence(run)) for run in latest if run.is_active],
            over=[run for run in latest if not run.is_active],
            **kwargs,
        )


@require_POST
@login_required
def cancel_run(request: HttpRequest, run_id: str) -> HttpResponse:
    cancel(find_run(request, run_id))
    return redirect("job", run_id)
