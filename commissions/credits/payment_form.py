"""The part of the payment form on the lead page that asks who earned the payment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commissions.credits.crediting import credit_by_default, split
from commissions.credits.lead_earnings import lead_earnings
from commissions.credits.shares import shares_of
from kpis.choices import Kind
from kpis.extension_points import REPLACES, PaymentFormPart
from kpis.models import KpiEvent
from leads.extension_points import Panel
from leads.models import Lead
from medspa.models import User

MAY_SPLIT = ("commissions.add_credit", "commissions.change_credit")
# Rows shown at once and in all; for still more people there is the payment's own page.
ROWS, MOST_ROWS = 3, 8


@dataclass(frozen=True)
class ShareRow:
    """A row of the form. The first one is filled with the default provider."""

    number: int
    provider: str | None
    percent: str


@dataclass(frozen=True)
class ShareForm:
    """`providers` are names by id, `default` is a name, `more` are the rows behind
    "More people"."""

    providers: dict[str, str]
    rows: list[ShareRow]
    more: list[ShareRow]
    default: str


def shares_panel(lead: Lead, person: User) -> Panel | None:
    """Nothing is asked where there are no providers."""
    earnings = lead_earnings(lead)
    if not earnings.providers:
        return None
    default = earnings.chosen.default(Kind.INVOICE_PAID)
    rows = [ShareRow(1, default, "100" if default else "")]
    most = min(MOST_ROWS, max(ROWS, len(earnings.providers)))
    rows += [ShareRow(number, None, "") for number in range(2, most + 1)]
    name = earnings.providers.get(default or "", "")
    shown = ShareForm(earnings.providers, rows[:ROWS], rows[ROWS:], name)
    return Panel("commissions/_payment_shares.html", shown)


def credit_recorded(events: Sequence[KpiEvent], extras: Mapping[str, object]) -> None:
    """Credit `events`, which were just recorded: by the shares of the form, if it was
    filled in, as the payment that they replace, or by default."""
    shares: Any = extras.get(PAYMENT_SHARES.name)
    replaced: Any = extras.get(REPLACES)
    if replaced is not None:
        kept = dict(replaced.credits.values_list("provider", "share_bps"))
        for event in events:
            split(event, kept)
        return
    if not shares:
        credit_by_default(events)
        return
    for event in events:
        split(event, {share.provider: share.share_bps for share in shares})


def is_as_entered(event: KpiEvent, shares: Any) -> bool:
    """Whether the payment is credited so; without shares it was credited by default."""
    entered = {share.provider: share.share_bps for share in shares}
    credited = event.credits.values_list("provider", "share_bps")
    return not shares or entered == dict(credited)


PAYMENT_SHARES = PaymentFormPart(
    "shares", MAY_SPLIT, shares_panel, shares_of, is_as_entered
)
