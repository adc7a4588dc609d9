"""The page of what changed a past month's numbers, and its parts of the KPI page."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from kpis.period import Window, read_choice, whole_month
from kpis.queries.numbers import KpiData
from kpis.restatements.data import HEADLINE_KEYS, RestatementPageData
from kpis.restatements.months import restated_months
from kpis.restatements.reading import baseline, read_restatement
from medspa.clinic_time import clinic_zone, local_date
from medspa.months import last_day, read_month
from medspa.postgres.replica_views import from_replica
from medspa.web.pages import ClinicPageMixin


@method_decorator(from_replica, name="dispatch")
class RestatementPage(ClinicPageMixin, TemplateResponseMixin, ContextMixin, View):
    """`?month=2026-10`, `&number=leads` for one number; `&part=line` for the line."""

    permission_required = ("kpis.view_kpis", "leads.view_lead")
    title = "Changes since"
    template_name = "kpis/restatements.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        restatement = _read(request)
        if request.GET.get("part") == "line":
            self.template_name = "kpis/_restated_line.html"
            return self.render_to_response({"restatement": restatement})
        month = restatement.month
        month_range = f"from={month}&to={last_day(month)}"
        return self.render_to_response(
            self.get_context_data(
                restatement=restatement,
                back=month_range,
                breadcrumbs_trail=[(f"{reverse('kpis')}?{month_range}", "KPIs")],
            )
        )


@method_decorator(from_replica, name="dispatch")
class RestatedMonths(ClinicPageMixin, TemplateResponseMixin, ContextMixin, View):
    """`?from=…&to=…`: the months in this range that changed, for the KPI page."""

    permission_required = RestatementPage.permission_required
    title = RestatementPage.title
    template_name = "kpis/_restated_months.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        zone, as_of = clinic_zone(), datetime.now(UTC)
        choice = read_choice(request.GET, local_date(as_of, zone))
        months = restated_months(Window(choice.period, zone, as_of))
        return self.render_to_response({"months": months})


def _read(request: HttpRequest) -> RestatementPageData:
    month, zone = read_month(request.GET.get("month", "")), clinic_zone()
    if month is None:
        raise Http404
    period = whole_month(month)
    snapshot = baseline(period, zone.key)
    if snapshot is None:
        raise Http404
    number = request.GET.get("number", "")
    numbers = KpiData(Window(period, zone, datetime.now(UTC)))
    only = number if number in HEADLINE_KEYS else ""
    return read_restatement(snapshot, numbers, only)
