"""What the lead page shows about who earned its payments."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from commissions.crediting import providers_of
from commissions.models import WHOLE_BPS, Credit, Provider
from commissions.sentences import percent
from kpis.models import KpiEvent
from kpis.vocabulary import Kind
from leads.models import Lead
from leads.panels import Panel
from medspa.models import User

SHOWN = 5


@dataclass(frozen=True)
class CreditedPayment:
    """A payment with its shares in words; `is_whole` when nothing is left open."""

    event: KpiEvent
    shares: str
    is_whole: bool


CREDITED = ArraySubquery(
    Credit.objects.filter(kpi_event=OuterRef("pk"))
    .order_by("-share_bps", "pk")
    .values(row=JSONObject(name="provider__name", share_bps="share_bps"))
)


@dataclass(frozen=True)
class Shown:
    """`default` is the provider of the lead; `treats` the id of who was named."""

    payments: list[CreditedPayment]
    providers: list[Provider]
    default: str
    treats: str


def panel(lead: Lead, person: User) -> Panel | None:
    """For those who credit payments, where somebody earns commissions."""
    if lead.is_deleted or not person.has_perm("commissions.change_credit"):
        return None
    providers = list(Provider.objects.all())
    payments = (
        KpiEvent.objects.of_kind(Kind.INVOICE_PAID)
        .filter(lead=lead)
        .annotate(credited=CREDITED)[:SHOWN]
    )
    credited = [_credited(payment) for payment in payments]
    if not providers and not credited:
        return None
    found = providers_of([lead.pk])[lead.pk]
    names = {provider.pk: provider.name for provider in providers}
    default = found.default(Kind.INVOICE_PAID) or ""
    shown = Shown(credited, providers, names.get(default, ""), found.treats or "")
    return Panel("commissions/_credit_panel.html", shown)


def _credited(payment: Any) -> CreditedPayment:
    words = [f"{one['name']} {percent(one['share_bps'])}" for one in payment.credited]
    whole = sum(one["share_bps"] for one in payment.credited) == WHOLE_BPS
    return CreditedPayment(payment, ", ".join(words) or "nobody", whole)
