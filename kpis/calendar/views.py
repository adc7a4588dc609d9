"""The calendar of consults: a week, or one day, in the address."""

from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from kpis.calendar.data import read_calendar
from kpis.calendar.days import ShownDays
from medspa.clinic_time import clinic_today
from medspa.formats import clinic_formats
from medspa.web.pages import ClinicPageMixin

MOST_CHARACTERS = 25


class CalendarPage(ClinicPageMixin, TemplateView):
    permission_required = "leads.view_lead"
    title = "Calendar"
    template_name = "kpis/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        today = clinic_today(now)
        shown = ShownDays.read(self.request.GET, today)
        provider = self.request.GET.get("provider", "")[:MOST_CHARACTERS]
        calendar = read_calendar(shown, provider.replace("\x00", ""), now)
        return super().get_context_data(
            calendar=calendar,
            earlier=shown.moved(-1),
            later=shown.moved(1),
            now_shown=ShownDays.week_of(today) if shown.is_week else None,
            week=ShownDays.week_of(shown.first),
            paper=clinic_formats().paper,
            **kwargs,
        )
