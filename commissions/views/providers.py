"""The providers: who works here, then those who were deleted."""

from typing import Any

from django.views.generic import TemplateView

from commissions.models import Provider
from medspa.web.pages import ClinicPageMixin


class ProvidersPage(ClinicPageMixin, TemplateView):
    permission_required = "commissions.view_provider"
    title = "Providers"
    template_name = "commissions/providers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(Provider.all_objects.select_related("user").order_by("name", "pk"))
        return super().get_context_data(
            providers=[row for row in rows if not row.is_deleted],
            deleted=[row for row in rows if row.is_deleted],
            **kwargs,
        )
