"""The page that lists who was credited with what."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.views.generic import TemplateView

from commissions.credits.listing import provider_choices, read_credit_page
from medspa.clinic_time import clinic_today
from medspa.months import month_of, read_month
from medspa.postgres.keyset import Cursor
from medspa.web.pages import ClinicPageMixin


class CreditListPage(ClinicPageMixin, TemplateView):
    """`?month=2026-03&provider=…`; by default this month and all providers."""

    permission_required = "commissions.view_credit"
    title = "Commission credits"
    template_name = "commissions/credits.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.request.user
        asked = self.request.GET
        month = read_month(asked.get("month", "")) or month_of(clinic_today())
        providers = provider_choices()
        provider = asked.get("provider", "")
        provider = provider if provider in dict(providers) else ""
        after = Cursor.read(asked.get("after", ""))
        query = {"month": f"{month:%Y-%m}", "provider": provider}
        return super().get_context_data(
            page=read_credit_page(month, provider, person, after),
            is_first=after is None,
            providers=providers,
            provider=provider,
            query=urlencode({name: text for name, text in query.items() if text}),
            and_provider=f"&provider={provider}" if provider else "",
            breadcrumbs_trail=[(reverse("commissions"), "Commissions")]
            if person.has_perm("commissions.view_month")
            else [],
            **kwargs,
        )
