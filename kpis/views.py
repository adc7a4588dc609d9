"""The KPI page with its parts and files, and the page of the rows behind a number."""

from datetime import UTC, datetime
from functools import partial

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from kpis.drill import read_cursor, read_metric
from kpis.metrics.definitions import Basis
from kpis.page.data import read_page, read_parts
from kpis.page.exports import table_csv, table_json
from kpis.page.parts import PAGE_PARTS, PagePart
from kpis.page.state import NOT_COMPARED, PageState
from kpis.page.table import KpiTable
from kpis.page.tables import builder_of
from kpis.period import RangeChoice, Window, read_choice
from kpis.queries.numbers import KpiData, read_at_once
from kpis.rows_page.data import read_rows_page
from medspa.accounts.second_factor.fresh_views import ask_again
from medspa.audit.downloads import record_download
from medspa.clinic_time import clinic_zone, local_date
from medspa.postgres.replica_views import from_replica
from medspa.web.answers import attachment
from medspa.web.pages import ClinicPageMixin


@method_decorator(from_replica, name="dispatch")
class KpiPage(ClinicPageMixin, TemplateResponseMixin, ContextMixin, View):
    """`?range=30d` or `?from=…&to=…`, `?basis=cohort`, `?compare=off`.

    `?part=stages` is one part of it, and there may be several; `?export=campaign` a
    table as a CSV file, with `&format=json` as JSON.
    """

    permission_required = "kpis.view_kpis"
    title = "KPIs"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        choice, numbers = read_numbers(request)
        if build := builder_of(request.GET.get("export", "")):
            if asked := ask_again(request, is_download=True):
                return asked
            table = read_at_once(numbers, build)
            if request.GET.get("format") == "json":
                return JsonResponse(table_json(table, choice.period))
            return download(table, choice)
        state = read_state(request, choice, numbers)
        asked_parts = self.asked_parts()
        if not asked_parts:
            page = read_at_once(numbers, partial(read_page, state))
            return self.render_to_response(self.get_context_data(page=page))
        parts = read_at_once(numbers, partial(read_parts, asked_parts, state))
        # Within the page parts need nothing that the shell around the page asks for.
        if request.htmx:  # type: ignore[attr-defined]
            shown = {"parts": parts, "state": state, "stands_alone": False}
            html = render_to_string("kpis/parts.html", shown, using="jinja2")
            return HttpResponse(html)
        shown = self.get_context_data(parts=parts, state=state)
        return self.render_to_response(shown)

    def asked_parts(self) -> list[PagePart]:
        keys = self.request.GET.getlist("part")
        return [PAGE_PARTS[key] for key in dict.fromkeys(keys) if key in PAGE_PARTS]

    def get_template_names(self) -> list[str]:
        return ["kpis/part.html" if self.asked_parts() else "kpis/page.html"]


@method_decorator(from_replica, name="dispatch")
class RowsPage(ClinicPageMixin, TemplateResponseMixin, ContextMixin, View):
    """The rows behind a number: `?rows=booked_leads&by=source&key=google`, a range."""

    permission_required = ("kpis.view_kpis", "leads.view_lead")
    title = "KPIs"
    template_name = "kpis/rows.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        choice, numbers = read_numbers(request)
        asked = read_metric(request.GET, numbers.basis)
        if asked is None:
            raise Http404
        state = read_state(request, choice, numbers)
        after = read_cursor(request.GET)
        page = read_at_once(
            numbers, lambda numbers: read_rows_page(asked, state, numbers, after)
        )
        return self.render_to_response(self.get_context_data(page=page))


def read_state(
    request: HttpRequest, choice: RangeChoice, numbers: KpiData
) -> PageState:
    compares = request.GET.get("compare") != NOT_COMPARED["compare"]
    return PageState(choice, numbers.basis, compares)


def read_numbers(request: HttpRequest) -> tuple[RangeChoice, KpiData]:
    zone, as_of = clinic_zone(), datetime.now(UTC)
    choice = read_choice(request.GET, local_date(as_of, zone))
    is_cohort = request.GET.get("basis") == Basis.COHORT
    basis = Basis.COHORT if is_cohort else Basis.PERIOD
    return choice, KpiData(Window(choice.period, zone, as_of), basis)


def download(table: KpiTable, choice: RangeChoice) -> StreamingHttpResponse:
    days = f"{choice.period.first}_{choice.period.last}"
    record_download("KPIs", "csv")
    return StreamingHttpResponse(
        table_csv(table),
        content_type="text/csv; charset=utf-8",
        headers=attachment(f"kpis_{table.key}_{days}.csv"),
    )
