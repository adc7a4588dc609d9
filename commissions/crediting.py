"""Who earned a payment: the default, and a split among several."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from commissions.models import WHOLE_BPS, Credit, Provider
from commissions.uncredited import uncredited
from kpis.models import KpiEvent
from leads.models import Lead


def default_provider(lead: Lead | None) -> Provider | None:
    """The provider who signs in as the person that looks after `lead`."""
    if lead is None or lead.assigned_to_id is None:
        return None
    return Provider.objects.filter(user=lead.assigned_to_id).first()


@transaction.atomic
def credit_defaults(month: date) -> int:
    """Credit payments of `month` that nobody has a share of to their lead's provider.

    Returns how many; payments without such a provider stay uncredited.
    """
    by_user = dict(Provider.objects.exclude(user=None).values_list("user", "pk"))
    payments = uncredited(month).filter(credited_bps=0, lead__assigned_to__in=by_user)
    credits = [
        Credit(kpi_event_id=event, provider_id=by_user[user], share_bps=WHOLE_BPS)
        for event, user in payments.values_list("pk", "lead__assigned_to")
    ]
    bulk_create_with_history(credits, Credit)
    return len(credits)


@transaction.atomic
def split(event: KpiEvent, shares: Mapping[str, int]) -> None:
    """Make `shares` (basis points by provider id) the credits of `event`.

    Nothing is written where nothing changes. Raises ValidationError when together
    they exceed the whole.
    """
    if sum(shares.values()) > WHOLE_BPS:
        raise ValidationError("Together the shares can't exceed 100 %.")
    KpiEvent.all_objects.select_for_update(no_key=True).get(pk=event.pk)
    known = {credit.provider_id: credit for credit in event.credits.all()}
    for provider, credit in known.items():
        if not shares.get(provider):
            credit.delete()
    # Lowered ones first: at no moment may the sum exceed the whole.
    ordered = sorted(shares.items(), key=lambda item: item[1] - _now(known, item[0]))
    for provider, share_bps in ordered:
        if share_bps and share_bps != _now(known, provider):
            row = known.get(provider) or Credit(kpi_event=event, provider_id=provider)
            row.share_bps = share_bps
            row.save()


def _now(known: Mapping[str, Credit], provider: str) -> int:
    return known[provider].share_bps if provider in known else 0
