"""The page of payments and events, and voiding one of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from kpis.choices import VoidReason
from kpis.events import undoing
from kpis.models import KpiEvent
from kpis.payments_page.data import event_in_words, read_event_page
from kpis.payments_page.filters import campaign_choices, read_event_filter
from leads.services.actions import lock_lead
from leads.views.refusals import REFUSALS
from medspa.clinic_time import clinic_today
from medspa.postgres.keyset import Cursor
from medspa.postgres.replica_views import from_replica
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused


@method_decorator(from_replica, name="dispatch")
class PaymentsPage(ClinicPageMixin, TemplateView):
    """`?kind=…&status=voided&q=…&campaign=…&from=…&to=…&least=…&most=…`."""

    permission_required = "kpis.view_kpievent"
    title = "Payments & events"
    template_name = "kpis/payments.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.request.user
        filters = read_event_filter(self.request.GET)
        after = Cursor.read(self.request.GET.get("after", ""))
        return super().get_context_data(
            filters=filters,
            page=read_event_page(filters, person, after),
            is_first=after is None,
            campaigns=campaign_choices(),
            reasons=VoidReason.choices,
            today=clinic_today(),
            **kwargs,
        )


@require_POST
@permission_required("kpis.void_kpievent", raise_exception=True)
def void_event(request: HttpRequest, event_id: str) -> HttpResponse:
    """Void an event of a lead with a reason; the page is shown as it was."""
    events = KpiEvent.all_objects.visible_to(request.user)
    event = get_object_or_404(events.filter(lead__isnull=False), pk=event_id)
    person: Any = request.user
    query = read_event_filter(request.GET).query
    page = f"{reverse('payments')}?{query}".rstrip("?")
    reason = request.POST.get("reason", "")
    try:
        with transaction.atomic():
            undoing.void(
                lock_lead(str(event.lead_id)),
                event.pk,
                person,
                VoidReason(reason) if reason in VoidReason.values else None,
            )
    except REFUSALS as refusal:
        return redirect_refused(request, refusal, page)
    messages.success(request, f"{event_in_words(event)} ({event.lead}) voided.")
    return redirect(page)
