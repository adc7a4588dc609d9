"""The month's statements, and its payments that are not fully credited."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.views.generic import TemplateView

from commissions.credits.uncredited import (
    UNCREDITED_COUNT_LIMIT,
    count_uncredited,
    uncredited,
)
from commissions.jobs import last_job
from commissions.models import Provider
from commissions.statements.exports import month_rows
from commissions.statements.overview import default_month, overview, statements_of
from medspa.accounts.second_factor.fresh_views import fresh_sign_in_required
from medspa.audit.downloads import record_download
from medspa.months import read_month
from medspa.web.answers import attachment
from medspa.web.csv import csv_file
from medspa.web.pages import ClinicPageMixin
from medspa.web.paging import BoundedPaginator

PAYMENTS_PER_PAGE = 50


def requested_month(request: HttpRequest) -> date:
    text = request.GET.get("month") or request.POST.get("month") or ""
    return read_month(text) or default_month()


class MonthPage(ClinicPageMixin, TemplateView):
    """`?month=2026-03`; by default last month, which is being closed."""

    permission_required = "commissions.view_month"
    title = "Commissions"
    template_name = "commissions/month.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        month = requested_month(self.request)
        return super().get_context_data(
            overview=overview(month),
            last_job=last_job(month),
            uncredited_count=count_uncredited(month),
            uncredited_limit=UNCREDITED_COUNT_LIMIT,
            has_providers=Provider.objects.exists(),
            **kwargs,
        )


class UncreditedPage(ClinicPageMixin, TemplateView):
    permission_required = "commissions.view_month"
    title = "Uncredited payments"
    template_name = "commissions/uncredited.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        month = requested_month(self.request)
        payments = uncredited(month).select_related("lead")
        pages = BoundedPaginator(payments, PAYMENTS_PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        return super().get_context_data(
            month=month,
            page=page,
            payments=list(page.object_list),
            breadcrumbs_trail=[
                (f"{reverse('commissions')}?month={month:%Y-%m}", "Commissions")
            ],
            **kwargs,
        )


@login_required
@permission_required("commissions.view_month", raise_exception=True)
@fresh_sign_in_required(is_download=True)
def month_csv(request: HttpRequest) -> StreamingHttpResponse:
    month = requested_month(request)
    record_download("commissions of a month", "csv")
    return StreamingHttpResponse(
        csv_file(month_rows(statements_of(month))),
        content_type="text/csv; charset=utf-8",
        headers=attachment(f"commissions_{month:%Y-%m}.csv"),
    )
