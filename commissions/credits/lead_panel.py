"""What the lead page shows about who earned its payments."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commissions.credits.lead_earnings import lead_earnings
from commissions.models import WHOLE_BPS
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.extension_points import Panel
from leads.models import Lead
from medspa.formats import format_percent
from medspa.models import User


@dataclass(frozen=True)
class CreditedPayment:
    """A payment with its shares in words; `is_whole` when all of it is credited."""

    event: KpiEvent
    shares: str
    is_whole: bool


@dataclass(frozen=True)
class LeadCredits:
    """`providers` are names by id. `default` is the name of the provider credited with
    the lead's next payment, `treats` the id of who treats it; both may be empty."""

    payments: list[CreditedPayment]
    providers: dict[str, str]
    default: str
    treats: str


def panel(lead: Lead, person: User, sent: Mapping[str, Any]) -> Panel | None:
    """For those who may credit payments, where there are providers or payments."""
    if lead.is_deleted or not person.has_perm("commissions.change_credit"):
        return None
    earnings = lead_earnings(lead)
    credited = [_credited(payment) for payment in earnings.payments]
    if not earnings.providers and not credited:
        return None
    default = earnings.providers.get(
        earnings.chosen.default(Kind.INVOICE_PAID) or "", ""
    )
    treats = earnings.chosen.treats or ""
    shown = LeadCredits(credited, earnings.providers, default, treats)
    return Panel("commissions/_credit_panel.html", shown)


def _credited(payment: Any) -> CreditedPayment:
    words = [
        f"{each['name']} {format_percent(each['share_bps'])}" for each in payment.shares
    ]
    is_whole = sum(each["share_bps"] for each in payment.shares) == WHOLE_BPS
    return CreditedPayment(payment, ", ".join(words) or "Not credited", is_whole)
