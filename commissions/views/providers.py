"""The providers: who works here, then those who were deleted."""

from typing import Any

from django.views.generic import TemplateView

from commissions.models import Provider
from leads.views.clinic_lists import Addresses, ClinicListLine
from medspa.web.pages import ClinicPageMixin

PROVIDERS_INTRO = (
    "Who treats customers. Consults are booked with them, and payments are credited to "
    "them."
)
NO_PROVIDERS = (
    "No providers yet. Add the first one, and consults can be booked with them."
)
PROVIDER_LABELS = ("Role", "Signs in as")
PROVIDER_TABLE = "admin:commissions_provider"
PROVIDER_ADDRESSES = Addresses(
    all=f"{PROVIDER_TABLE}_changelist",
    add=f"{PROVIDER_TABLE}_add",
    change=f"{PROVIDER_TABLE}_change",
    archive=f"{PROVIDER_TABLE}_delete",
    history=f"{PROVIDER_TABLE}_history",
    bring_back=f"{PROVIDER_TABLE}_changelist",
)


class ProvidersPage(ClinicPageMixin, TemplateView):
    permission_required = "commissions.view_provider"
    title = "Providers"
    template_name = "commissions/providers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(Provider.all_objects.select_related("user").order_by("name", "pk"))
        user = self.request.user
        return super().get_context_data(
            intro=PROVIDERS_INTRO,
            remove="Delete",
            removed="Deleted",
            empty_words=NO_PROVIDERS,
            what="provider",
            labels=PROVIDER_LABELS,
            rows=[_line(row) for row in rows if not row.is_deleted],
            archived=[ClinicListLine(row, ()) for row in rows if row.is_deleted],
            addresses=PROVIDER_ADDRESSES,
            may_add=user.has_perm("commissions.add_provider"),
            may_change=user.has_perm("commissions.change_provider"),
            may_archive=user.has_perm("commissions.delete_provider"),
            **kwargs,
        )


def _line(provider: Provider) -> ClinicListLine:
    person = provider.user
    signs_in = f"{person}, {person.email}" if person and person.email else person
    cells = (provider.get_role_display(), str(signs_in or ""))
    return ClinicListLine(provider, tuple(zip(PROVIDER_LABELS, cells, strict=True)))
