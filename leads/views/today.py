"""Today: the front desk's start page, and working through it lead by lead."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from leads.choices import CallOutcome
from leads.today import read_today
from leads.today import work_queue as work
from medspa.web.pages import ClinicPageMixin
from medspa.web.toasts import read_toasts

WORKED_KEY = "worked_leads"
REMEMBERED = 500


class TodayPage(ClinicPageMixin, TemplateView):
    permission_required = "leads.view_lead"
    title = "Today"
    template_name = "leads/today.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **_sections(self.request),
            call_outcomes=CallOutcome.choices,
            toasts=read_toasts(self.request),
            **kwargs,
        )


@require_GET
@permission_required("leads.view_lead", raise_exception=True)
def today_sections(request: HttpRequest) -> HttpResponse:
    """The lists of Today as they are now, for a page that is open."""
    return render(request, "leads/_today_sections.html", _sections(request))


def _sections(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    now = timezone.now()
    opened = request.GET.get("all", "")
    sections = read_today(now, user, opened, work.others_claims(now, user))
    return {
        "sections": sections,
        "has_work": any(section.rows for section in sections),
    }


@require_GET
@permission_required("leads.view_lead", raise_exception=True)
def work_queue(request: HttpRequest) -> HttpResponse:
    """Open the next lead of the queue.

    `after` is the lead whose outcome was logged, `skip` one that was skipped. Without
    either the queue starts again. The leads of both kinds are kept in the session.
    """
    user: Any = request.user
    now = timezone.now()
    done, left = (request.GET.get(name, "") for name in ("after", "skip"))
    worked = (
        [*request.session.get(WORKED_KEY, []), done or left] if done or left else []
    )
    request.session[WORKED_KEY] = worked[-REMEMBERED:]
    if done:
        work.note_outcome(now, user, done)
    lead_id = work.take_next(now, user, worked)
    if not lead_id:
        messages.success(request, "You're all caught up.")
        return redirect("today")
    return redirect(f"{reverse('lead', args=[lead_id])}?queue=1")


@require_GET
@permission_required("leads.view_lead", raise_exception=True)
def stop_working(request: HttpRequest) -> HttpResponse:
    """Leave the queue; others may work the lead that was open."""
    user: Any = request.user
    work.release(timezone.now(), user)
    return redirect("today")
