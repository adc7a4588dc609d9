"""What the lead page shows about who earned its payments."""

from dataclasses import dataclass

from commissions.credits.lead_earnings import lead_earnings
from commissions.models import WHOLE_BPS, Provider
from commissions.sentences import percent
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead
from leads.panels import Panel
from medspa.models import User


@dataclass(frozen=True)
class CreditedPayment:
    """A payment with its shares in words; `is_whole` when all of it is credited."""

    event: KpiEvent
    shares: str
    is_whole: bool


@dataclass(frozen=True)
class LeadCredits:
    """`default` is the name of who is credited with the lead's next payment, `treats`
    the id of the provider named as treating the lead; both may be empty."""

    payments: list[CreditedPayment]
    providers: list[Provider]
    default: str
    treats: str


def panel(lead: Lead, person: User) -> Panel | None:
    """For those who may credit payments, where there are providers or payments."""
    if lead.is_deleted or not person.has_perm("commissions.change_credit"):
        return None
    earnings = lead_earnings(lead)
    credited = [_credited(payment) for payment in earnings.payments]
    if not earnings.providers and not credited:
        return None
    default = earnings.names.get(earnings.chosen.default(Kind.INVOICE_PAID) or "", "")
    treats = earnings.chosen.treats or ""
    shown = LeadCredits(credited, earnings.providers, default, treats)
    return Panel("commissions/_credit_panel.html", shown)


def _credited(payment: KpiEvent) -> CreditedPayment:
    credits = list(payment.credits.all())
    words = [f"{each.provider.name} {percent(each.share_bps)}" for each in credits]
    is_whole = sum(each.share_bps for each in credits) == WHOLE_BPS
    return CreditedPayment(payment, ", ".join(words) or "nobody", is_whole)
