"""The credit part of the payment form on the lead page, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from commissions.credits.crediting import credit_by_default, split
from commissions.credits.lead_earnings import earning_with
from commissions.models import WHOLE_BPS, Provider
from kpis.choices import Kind
from kpis.lead_page.payment_form import PaymentFormPart
from kpis.models import KpiEvent
from leads.extension_points import Panel
from leads.models import Lead
from leads.services.actions import ActRefused
from medspa.models import User
from medspa.web.form_fields import HundredthsField

MAY_SPLIT = ("commissions.add_credit", "commissions.change_credit")
# Those beyond the first few wait behind "more"; still more people go to the page of
# the payment's credits.
ROWS, MOST_ROWS = 3, 8


@dataclass(frozen=True)
class ShareRow:
    """One line of the form; the first one names the default with all of it."""

    number: int
    provider: str | None
    percent: str


@dataclass(frozen=True)
class ShareForm:
    providers: list[Provider]
    rows: list[ShareRow]
    more: list[ShareRow]
    default: str


def offer(lead: Lead, person: User) -> Panel | None:
    """For those who credit payments, where somebody earns commissions."""
    earning = earning_with(lead)
    if not earning.providers:
        return None
    default = earning.chosen.default(Kind.INVOICE_PAID)
    rows = [ShareRow(1, default, "100" if default else "")]
    most = min(MOST_ROWS, max(ROWS, len(earning.providers)))
    rows += [ShareRow(number, None, "") for number in range(2, most + 1)]
    name = earning.names.get(default or "", "")
    shown = ShareForm(earning.providers, rows[:ROWS], rows[ROWS:], name)
    return Panel("commissions/_payment_shares.html", shown)


def credit_recorded(events: Sequence[KpiEvent], extras: Mapping[str, object]) -> None:
    """Credit what was just recorded: by the shares of the form, or by default."""
    shares: Any = extras.get(PAYMENT_SHARES.name)
    if not shares:
        credit_by_default(events)
        return
    for event in events:
        split(event, shares)


def shares_of(post: QueryDict) -> dict[str, int]:
    """Basis points by provider; raises ActRefused for shares that are none."""
    shares: dict[str, int] = {}
    pairs = zip(post.getlist("earner"), post.getlist("share"), strict=False)
    for provider, text in pairs:
        if not provider and not text.strip():
            continue
        if not provider:
            raise ActRefused("Say who earned the share. Nothing was recorded.")
        if provider in shares:
            raise ActRefused("Name each provider once. Nothing was recorded.")
        shares[provider] = _share(text)
    if sum(shares.values()) > WHOLE_BPS:
        raise ActRefused(
            "Together the shares can't exceed 100 %. Nothing was recorded."
        )
    if Provider.objects.filter(pk__in=shares).count() != len(shares):
        raise ActRefused("Choose providers who work here. Nothing was recorded.")
    return shares


def _share(text: str) -> int:
    try:
        share = HundredthsField().clean(text.replace("%", "").strip())
    except ValidationError:
        share = None
    if share is None or not 0 < share <= WHOLE_BPS:
        raise ActRefused(
            "Enter each share in per cent, like 60 or 33.33. Nothing was recorded."
        )
    return share


PAYMENT_SHARES = PaymentFormPart("shares", MAY_SPLIT, offer, shares_of)
