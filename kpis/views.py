"""The KPI page and its files."""

from datetime import UTC, datetime

from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from kpis.drill import read_cursor, read_metric
from kpis.drill.page import DrillPage
from kpis.metrics.definitions import Basis
from kpis.page.data import NOT_COMPARED, PARTS, Page, PartPage
from kpis.page.exports import as_json, csv_lines
from kpis.page.table import Table
from kpis.page.tables import TABLES
from kpis.period import Choice, Window, read_choice
from kpis.queries.numbers import Numbers
from medspa.clinic_time import clinic_zone, local_date
from medspa.web.pages import ClinicPageMixin


class KpiPage(ClinicPageMixin, TemplateResponseMixin, ContextMixin, View):
    """`?range=30d` or `?from=…&to=…`, `?basis=cohort`, `?compare=off`.

    `?part=stages` is one part of it, `?export=campaign` a table as a CSV file, with
    `&format=json` as JSON.
    """

    permission_required = "kpis.view_kpis"
    title = "KPIs"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        choice, numbers = read_numbers(request)
        if build := TABLES.get(request.GET.get("export", "")):
            table = build(numbers)
            if request.GET.get("format") == "json":
                return JsonResponse(as_json(table, choice.period))
            return download(table, choice)
        compares = is_compared(request)
        part = PARTS.get(request.GET.get("part", ""))
        if part is None:
            page = Page(choice, numbers, compares=compares)
        else:
            page = PartPage(part, choice, numbers, compares=compares)
        # A part comes without the shell, and does without what the shell asks for.
        if part and request.htmx:  # type: ignore[attr-defined]
            return self.render_to_response({"page": page})
        return self.render_to_response(self.get_context_data(page=page))

    def get_template_names(self) -> list[str]:
        if self.request.GET.get("part") not in PARTS:
            return ["kpis/page.html"]
        is_partial = self.request.htmx  # type: ignore[attr-defined]
        return ["kpis/_part.html" if is_partial else "kpis/part.html"]


class DrillPageView(ClinicPageMixin, TemplateResponseMixin, ContextMixin, View):
    """The rows behind a number: `?rows=booked_leads&by=source&key=google`, a range."""

    permission_required = ("kpis.view_kpis", "leads.view_lead")
    title = "KPIs"
    template_name = "kpis/rows.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        choice, numbers = read_numbers(request)
        asked = read_metric(request.GET, numbers.basis)
        if asked is None:
            raise Http404
        after = read_cursor(request.GET)
        page = DrillPage(choice, numbers, asked, after, is_compared(request))
        return self.render_to_response(self.get_context_data(page=page))


def is_compared(request: HttpRequest) -> bool:
    return request.GET.get("compare") != NOT_COMPARED["compare"]


def read_numbers(request: HttpRequest) -> tuple[Choice, Numbers]:
    zone, as_of = clinic_zone(), datetime.now(UTC)
    choice = read_choice(request.GET, local_date(as_of, zone))
    is_cohort = request.GET.get("basis") == Basis.COHORT
    basis = Basis.COHORT if is_cohort else Basis.PERIOD
    return choice, Numbers(Window(choice.period, zone, as_of), basis)


def download(table: Table, choice: Choice) -> StreamingHttpResponse:
    days = f"{choice.period.first}_{choice.period.last}"
    return StreamingHttpResponse(
        csv_lines(table),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="kpis_{table.key}_{days}.csv"'
        },
    )
