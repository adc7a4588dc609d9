"""The page of what changed a past month's numbers, and its line on the KPI page."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from kpis.period import Period, PeriodRefused, Window, read_choice, read_date
from kpis.queries.numbers import Numbers
from kpis.restatements import HEADLINES, Restatement, baseline
from kpis.restatements.months import restated_months
from kpis.restatements.snapshots import month_of
from medspa.clinic_time import clinic_zone, local_date
from medspa.web.pages import ClinicPageMixin


class RestatementPage(ClinicPageMixin, TemplateResponseMixin, ContextMixin, View):
    """`?month=2026-10`, `&number=leads` for one number; `&part=line` for the line."""

    permission_required = ("kpis.view_kpis", "leads.view_lead")
    title = "What changed since"
    template_name = "kpis/restatements.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        period = _month(request)
        zone = clinic_zone()
        snapshot = baseline(period, zone.key)
        if snapshot is None:
            raise Http404
        number = request.GET.get("number", "")
        numbers = Numbers(Window(period, zone, datetime.now(UTC)))
        it = Restatement(snapshot, numbers, number if number in HEADLINES else "")
        if request.GET.get("part") == "line":
            self.template_name = "kpis/_restated_line.html"
            return self.render_to_response({"it": it})
        trail = [(f"{reverse('kpis')}?{_range(period)}", "KPIs")]
        return self.render_to_response(
            self.get_context_data(it=it, back=_range(period), breadcrumbs_trail=trail)
        )


class RestatedMonths(ClinicPageMixin, TemplateResponseMixin, ContextMixin, View):
    """`?from=…&to=…`: the months in these days that became others, for the KPI page."""

    permission_required = RestatementPage.permission_required
    title = RestatementPage.title
    template_name = "kpis/_restated_months.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        zone, as_of = clinic_zone(), datetime.now(UTC)
        choice = read_choice(request.GET, local_date(as_of, zone))
        months = restated_months(Window(choice.period, zone, as_of))
        return self.render_to_response({"months": months})


def _month(request: HttpRequest) -> Period:
    try:
        return month_of(read_date(f"{request.GET.get('month', '')}-01"))
    except (PeriodRefused, OverflowError) as refusal:
        raise Http404 from refusal


def _range(period: Period) -> str:
    return f"from={period.first}&to={period.last}"
