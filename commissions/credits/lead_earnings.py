"""Who earns with one lead, as its page shows and asks."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from commissions.credits.crediting import ProvidersOfLead, providers_of
from commissions.models import Credit, Provider
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead

PAYMENTS_SHOWN = 5


@dataclass(frozen=True)
class LeadEarnings:
    """The names of all providers by id, those of the lead, and its latest payments.

    Each payment has `shares`, the largest first, with `name` and `share_bps`.
    """

    providers: dict[str, str]
    chosen: ProvidersOfLead
    payments: list[Any]


def lead_earnings(lead: Lead) -> LeadEarnings:
    """Read once for one `Lead` object: two parts of its page ask for it."""
    known: Any = lead.__dict__
    if "_earnings" not in known:
        known["_earnings"] = _read(lead)
    return known["_earnings"]


def _read(lead: Lead) -> LeadEarnings:
    """By three queries."""
    credits = Credit.objects.filter(kpi_event=OuterRef("pk"))
    shares = credits.order_by("-share_bps", "pk").values(
        share=JSONObject(name="provider__name", share_bps="share_bps")
    )
    payments = KpiEvent.objects.filter(lead=lead, kind=Kind.INVOICE_PAID)
    payments = payments.only("value_cents", "occurred_at")
    latest = payments.order_by("-occurred_at", "-pk")[:PAYMENTS_SHOWN]
    return LeadEarnings(
        dict(Provider.objects.order_by("name", "pk").values_list("pk", "name")),
        providers_of([lead.pk])[lead.pk],
        list(latest.annotate(shares=ArraySubquery(shares))),
    )
