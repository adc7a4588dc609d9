"""Who earns with one lead, as its page shows and asks."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from commissions.credits.crediting import ProvidersOfLead, providers_of
from commissions.models import Credit, Provider
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead

PAYMENTS_SHOWN = 5


@dataclass(frozen=True)
class LeadEarnings:
    """All providers, those of the lead, and its latest payments with their credits."""

    providers: list[Provider]
    chosen: ProvidersOfLead
    payments: list[KpiEvent]

    @property
    def names(self) -> dict[str, str]:
        return {provider.pk: provider.name for provider in self.providers}


def lead_earnings(lead: Lead) -> LeadEarnings:
    """Read once for one `Lead` object: two parts of its page ask for it."""
    known: Any = lead.__dict__
    if "_earnings" not in known:
        known["_earnings"] = _read(lead)
    return known["_earnings"]


def _read(lead: Lead) -> LeadEarnings:
    """By four queries; the payments' credits come largest first."""
    credits = Credit.objects.select_related("provider").order_by("-share_bps", "pk")
    payments = (
        KpiEvent.objects.filter(lead=lead, kind=Kind.INVOICE_PAID)
        .order_by("-occurred_at", "-pk")
        .prefetch_related(Prefetch("credits", credits))
    )
    return LeadEarnings(
        list(Provider.objects.order_by("name", "pk")),
        providers_of([lead.pk])[lead.pk],
        list(payments[:PAYMENTS_SHOWN]),
    )
