"""Today: the front desk's start page, and working through it lead by lead."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from leads.today import queue, read_today
from medspa.pages import ClinicPageMixin

WORKED = "worked_leads"
REMEMBERED = 500


class TodayPage(ClinicPageMixin, TemplateView):
    permission_required = "leads.view_lead"
    title = "Today"
    template_name = "leads/today.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        sections = read_today(timezone.now(), user, self.request.GET.get("all", ""))
        return super().get_context_data(
            sections=sections,
            has_work=any(filled.rows for filled in sections),
            **kwargs,
        )


@require_GET
@permission_required("leads.view_lead", raise_exception=True)
def work_queue(request: HttpRequest) -> HttpResponse:
    """Open the next lead of the queue; `after` is the one that is done with.

    Without `after` the queue starts again. What was worked is remembered for this
    person only and only until they sign out.
    """
    user: Any = request.user
    done = request.GET.get("after", "")
    worked = [*request.session.get(WORKED, []), done] if done else []
    request.session[WORKED] = worked[-REMEMBERED:]
    lead_id = next(queue(timezone.now(), user, worked), "")
    if not lead_id:
        messages.success(request, "The queue is empty. Well done.")
        return redirect("today")
    return redirect(f"{reverse('lead', args=[lead_id])}?queue=1")
