"""Year to date, and a provider's own statements."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.views.generic import TemplateView

from commissions.models import Statement
from commissions.statements.overview import MONTHS_OF_A_YEAR, year_rows, year_totals
from medspa.clinic_time import clinic_today
from medspa.months import FIRST_YEAR, LAST_YEAR
from medspa.web.pages import ClinicPageMixin


def read_year(text: str) -> int:
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else clinic_today().year


class YearPage(ClinicPageMixin, TemplateView):
    """`?year=2026`: what is payable to each provider, month by month."""

    permission_required = "commissions.view_month"
    title = "Year to date"
    template_name = "commissions/year.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year = read_year(self.request.GET.get("year", ""))
        rows = year_rows(year)
        return super().get_context_data(
            year=year,
            previous=year - 1,
            next=year + 1 if year < clinic_today().year else None,
            months=MONTHS_OF_A_YEAR,
            rows=rows,
            all=year_totals(rows),
            breadcrumbs_trail=[(reverse("commissions"), "Commissions")],
            **kwargs,
        )


class MinePage(ClinicPageMixin, TemplateView):
    """The signed-in provider's own statements."""

    permission_required = "commissions.view_own_statement"
    title = "My commissions"
    template_name = "commissions/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year = clinic_today().year
        mine = Statement.objects.current().of_person(self.request.user)
        return super().get_context_data(
            year=year,
            statements=list(mine.defer("snapshot_json").select_related("provider")),
            rows=year_rows(year, Q(provider__user=self.request.user)),
            **kwargs,
        )
