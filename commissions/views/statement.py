"""A statement, line by line, and its files."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.views.generic import TemplateView

from commissions.models import RESOLUTIONS, DisputeReason, Statement, StatementLine
from commissions.statements.differences import changes_since_lock
from commissions.statements.exports import line_rows
from commissions.statements.lines import line_views
from commissions.statements.page import (
    draw_sentence,
    read_contents,
    read_line_sources,
)
from commissions.views.actions import may_see
from medspa.accounts.second_factor.fresh_views import ask_again
from medspa.audit.downloads import record_download
from medspa.web.answers import attachment
from medspa.web.csv import csv_file
from medspa.web.pages import ClinicPageMixin


def find_statement(statement_id: str) -> Statement:
    rows = Statement.objects.select_related(
        "provider", "approved_by", "locked_by", "paid_by"
    )
    return get_object_or_404(rows.defer("snapshot_json"), pk=statement_id)


class _StatementView(ClinicPageMixin, TemplateView):
    """Managers see all statements, providers their own."""

    permission_required = ()

    @cached_property
    def statement(self) -> Statement:
        return find_statement(self.kwargs["statement_id"])

    def has_permission(self) -> bool:
        user = self.request.user
        return user.is_authenticated and may_see(user, self.statement)

    def breadcrumbs(self) -> list[tuple[str, str]]:
        if self.request.user.has_perm("commissions.view_month"):
            month = f"{self.statement.month:%Y-%m}"
            return [(f"{reverse('commissions')}?month={month}", "Commissions")]
        return [(reverse("my_commissions"), "My commissions")]


class StatementPage(_StatementView):
    template_name = "commissions/statement.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        statement = self.statement
        self.title = str(statement)
        return super().get_context_data(
            statement=statement,
            contents=read_contents(statement, self.request.GET.get("page")),
            reasons=DisputeReason.choices,
            answers=RESOLUTIONS,
            breadcrumbs_trail=self.breadcrumbs(),
            **kwargs,
        )


class LinePaymentsPage(_StatementView):
    """All payments and refunds under one line."""

    template_name = "commissions/line_payments.html"

    @cached_property
    def line(self) -> StatementLine:
        return get_object_or_404(StatementLine, pk=self.kwargs["line_id"])

    @cached_property
    def statement(self) -> Statement:
        return find_statement(self.line.statement_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.title = "Payments under a line"
        address = f"{reverse('statement', args=[self.statement.pk])}#{self.line.pk}"
        return super().get_context_data(
            found=read_line_sources(self.line, self.request.GET.get("page")),
            breadcrumbs_trail=[*self.breadcrumbs(), (address, str(self.statement))],
            **kwargs,
        )


class ChangesPage(_StatementView):
    template_name = "commissions/changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.title = "What changed"
        address = reverse("statement", args=[self.statement.pk])
        return super().get_context_data(
            statement=self.statement,
            changes=changes_since_lock(self.statement)
            if self.statement.is_closed
            else None,
            breadcrumbs_trail=[*self.breadcrumbs(), (address, str(self.statement))],
            **kwargs,
        )


@login_required
def statement_csv(request: HttpRequest, statement_id: str) -> HttpResponseBase:
    statement = _permitted_statement(request, statement_id)
    if asked := ask_again(request, is_download=True):
        return asked
    record_download("a statement", "csv", statement)
    return StreamingHttpResponse(
        csv_file(line_rows(line_views(statement.lines.all()))),
        content_type="text/csv; charset=utf-8",
        headers=attachment(f"{_file_name(statement)}.csv"),
    )


@login_required
def statement_pdf(request: HttpRequest, statement_id: str) -> HttpResponse:
    statement = _permitted_statement(request, statement_id)
    if asked := ask_again(request, is_download=True):
        return asked
    record_download("a statement", "pdf", statement)
    # Its library takes 18 MB; few web workers ever write a PDF.
    from commissions.statements.pdf import statement_as_pdf

    return HttpResponse(
        statement_as_pdf(
            statement, line_views(statement.lines.all()), draw_sentence(statement)
        ),
        content_type="application/pdf",
        headers=attachment(f"{_file_name(statement)}.pdf"),
    )


def _permitted_statement(request: HttpRequest, statement_id: str) -> Statement:
    statement = find_statement(statement_id)
    if not may_see(request.user, statement):
        raise PermissionDenied
    return statement


def _file_name(statement: Statement) -> str:
    return f"commissions_{statement.month:%Y-%m}_{slugify(statement.provider.name)}"
