"""What the lead page shows about who earned its payments."""

from dataclasses import dataclass

from commissions.credits.lead_earnings import earning_with
from commissions.models import WHOLE_BPS, Provider
from commissions.sentences import percent
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.extension_points import Panel
from leads.models import Lead
from medspa.models import User


@dataclass(frozen=True)
class CreditedPayment:
    """A payment with its shares in words; `is_whole` when nothing is left open."""

    event: KpiEvent
    shares: str
    is_whole: bool


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
    earning = earning_with(lead)
    credited = [_credited(*payment) for payment in earning.payments]
    if not earning.providers and not credited:
        return None
    default = earning.names.get(earning.chosen.default(Kind.INVOICE_PAID) or "", "")
    treats = earning.chosen.treats or ""
    shown = Shown(credited, earning.providers, default, treats)
    return Panel("commissions/_credit_panel.html", shown)


def _credited(payment: KpiEvent, credits: list[tuple[str, int]]) -> CreditedPayment:
    words = [f"{name} {percent(share_bps)}" for name, share_bps in credits]
    whole = sum(share_bps for _, share_bps in credits) == WHOLE_BPS
    return CreditedPayment(payment, ", ".join(words) or "nobody", whole)
