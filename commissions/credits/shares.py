"""The shares of one payment: read from a form, and checked in one place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from commissions.models import WHOLE_BPS, Provider
from commissions.refusals import CreditRefused
from medspa.web.forms.fields import HundredthsField

NOTHING_RECORDED = "Nothing was recorded."


@dataclass(frozen=True)
class PaymentShare:
    """The part of a payment that a provider (an id) is credited with."""

    provider: str
    share_bps: int


def shares_of(form: Mapping[str, Sequence[str]]) -> list[PaymentShare]:
    """The rows `earner` and `share` of a form, whose fields are lists of texts.

    Empty rows are left out. Raises CreditRefused for a row that is incomplete, and for
    shares that exceed the whole.
    """
    shares: dict[str, PaymentShare] = {}
    rows = zip(form.get("earner", ()), form.get("share", ()), strict=False)
    for provider, text in rows:
        if not provider and not text.strip():
            continue
        if not provider:
            raise CreditRefused(f"Choose who earned the share. {NOTHING_RECORDED}")
        if provider in shares:
            raise CreditRefused(f"Enter each provider only once. {NOTHING_RECORDED}")
        shares[provider] = PaymentShare(provider, _basis_points(text))
    try:
        check_sum(share.share_bps for share in shares.values())
    except CreditRefused as refusal:
        raise CreditRefused(f"{refusal} {NOTHING_RECORDED}") from refusal
    if Provider.objects.filter(pk__in=shares).count() != len(shares):
        raise CreditRefused(f"Choose providers who work here. {NOTHING_RECORDED}")
    return list(shares.values())


def check_sum(shares: Iterable[int]) -> None:
    """Raises CreditRefused for basis points that are more than the whole."""
    if sum(shares) > WHOLE_BPS:
        raise CreditRefused("Shares can't exceed 100% in total.")


def _basis_points(text: str) -> int:
    try:
        share = HundredthsField().clean(text.replace("%", "").strip())
    except ValidationError:
        share = None
    if share is None or not 0 < share <= WHOLE_BPS:
        raise CreditRefused(
            f"Enter each share in percent, like 60 or 33.33. {NOTHING_RECORDED}"
        )
    return share
