"""The calendar of consults: a week, or one day, in the address."""

from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from kpis.calendar.consults import NO_PROVIDER
from kpis.calendar.data import read_calendar
from kpis.calendar.days import ShownDays
from medspa.clinic_time import clinic_today
from medspa.ids import CUID
from medspa.web.pages import ClinicPageMixin


class CalendarPage(ClinicPageMixin, TemplateView):
    permission_required = "leads.view_lead"
    title = "Calendar"
    template_name = "kpis/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        today = clinic_today(now)
        shown = ShownDays.read(self.request.GET, today)
        calendar = read_calendar(shown, self._provider, now)
        return super().get_context_data(
            calendar=calendar,
            earlier=shown.moved(-1),
            later=shown.moved(1),
            week=ShownDays.week_of(shown.first),
            **kwargs,
        )

    @property
    def _provider(self) -> str:
        """An id, `NO_PROVIDER`, or "" for everyone."""
        text = self.request.GET.get("provider", "")
        return text if text == NO_PROVIDER or CUID.fullmatch(text) else ""
