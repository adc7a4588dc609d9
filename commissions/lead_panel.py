"""What the lead page shows about who earned its payments."""

from dataclasses import dataclass

from commissions.models import WHOLE_BPS
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


def panel(lead: Lead, person: User) -> Panel | None:
    """For those who credit payments, on leads that have paid."""
    if lead.is_deleted or not person.has_perm("commissions.change_credit"):
        return None
    payments = (
        KpiEvent.objects.of_kind(Kind.INVOICE_PAID)
        .filter(lead=lead)
        .prefetch_related("credits__provider")[:SHOWN]
    )
    shown = [_credited(payment) for payment in payments]
    return Panel("commissions/_credit_panel.html", shown) if shown else None


def _credited(payment: KpiEvent) -> CreditedPayment:
    credits = sorted(payment.credits.all(), key=lambda credit: -credit.share_bps)
    words = [f"{credit.provider} {percent(credit.share_bps)}" for credit in credits]
    whole = sum(credit.share_bps for credit in credits) == WHOLE_BPS
    return CreditedPayment(payment, ", ".join(words) or "nobody", whole)
