"""Who earned a payment: the default, and a split among several."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from commissions.credits.uncredited import uncredited
from commissions.models import WHOLE_BPS, Credit, LeadProvider, Provider
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.audit.writing import create_with_history

CREDITED = (Kind.INVOICE_PAID, Kind.CONSULT_SHOW, Kind.CONSULT_BOOKED)
# Only who is still here; the last choice counts.
OF_LEADS = """
SELECT l.id, treats.id, looks_after.id FROM leads_lead l
LEFT JOIN LATERAL (
    SELECT provider_id FROM commissions_leadprovider WHERE lead_id = l.id
    ORDER BY chosen_at DESC, id DESC LIMIT 1
) chosen ON true
LEFT JOIN commissions_provider treats
    ON treats.id = chosen.provider_id AND treats.deleted_at IS NULL
LEFT JOIN commissions_provider looks_after
    ON looks_after.user_id = l.assigned_to_id AND looks_after.deleted_at IS NULL
WHERE l.id = ANY(%s)
"""


class ProvidersOfLead(NamedTuple):
    """Ids: who was named as treating the lead, and who looks after it."""

    treats: str | None
    looks_after: str | None

    def default(self, kind: str) -> str | None:
        """Who is credited with an event of `kind` when nobody says otherwise.

        A booking is the work of whoever looks after the lead.
        """
        if kind == Kind.CONSULT_BOOKED:
            return self.looks_after or self.treats
        return self.treats or self.looks_after


def providers_of(leads: Iterable[str]) -> dict[str, ProvidersOfLead]:
    """By lead, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(OF_LEADS, [list(leads)])
        return {lead: ProvidersOfLead(*found) for lead, *found in cursor.fetchall()}


def default_provider(lead: Lead | None) -> Provider | None:
    """Whoever was named as treating `lead`, else the provider who signs in as the
    person that looks after it."""
    if lead is None:
        return None
    key = providers_of([lead.pk])[lead.pk].default(Kind.INVOICE_PAID)
    return Provider.objects.filter(pk=key).first() if key else None


def name_provider(lead: Lead, provider_id: str) -> LeadProvider:
    """From now on the provider (an id; empty for nobody) treats the locked `lead`.

    Raises ValidationError for a provider who is not there, or has left.
    """
    provider = Provider.objects.filter(pk=provider_id).first()
    if provider_id and provider is None:
        raise ValidationError("Choose a provider who works here.")
    choice = LeadProvider(lead=lead, provider=provider)
    choice.full_clean()
    choice.save()
    return choice


def credit_by_default(events: Sequence[KpiEvent]) -> int:
    """Credit `events` that nobody has a share of; returns how many got a provider.

    A booking given another date keeps the credit of the one that it replaces. The
    others stay without credit, where payments are listed and counted.
    """
    events = [event for event in events if event.kind in CREDITED and event.lead_id]
    if not events or not Provider.objects.exists():
        return 0
    kept = _of_replaced_bookings(events)
    known = providers_of({str(event.lead_id) for event in events})
    credits: list[Credit] = []
    for event in events:
        default = known[str(event.lead_id)].default(event.kind)
        shares = kept.get(str(event.lead_id)) or {default: WHOLE_BPS}
        credits += [
            Credit(kpi_event=event, provider_id=provider, share_bps=share_bps)
            for provider, share_bps in shares.items()
            if provider
        ]
    create_with_history(Credit, credits)
    return len({credit.kpi_event_id for credit in credits})


def _of_replaced_bookings(events: Sequence[KpiEvent]) -> dict[str, dict[Any, int]]:
    """Shares by lead and provider of the bookings that `events` gave another date."""
    booked = {
        (event.lead_id, event.occurred_at): event
        for event in events
        if event.kind == Kind.CONSULT_BOOKED and event.occurred_at < event.recorded_at
    }
    rows = Credit.objects.filter(
        kpi_event__lead__in={lead for lead, _ in booked},
        kpi_event__kind=Kind.CONSULT_BOOKED,
        kpi_event__deleted_at__isnull=False,
    ).select_related("kpi_event")
    found: dict[str, dict[str, dict[Any, int]]] = {}
    for row in rows.order_by("kpi_event__deleted_at") if booked else ():
        earlier = row.kpi_event
        if (earlier.lead_id, earlier.occurred_at) in booked:
            of_lead = found.setdefault(str(earlier.lead_id), {})
            of_lead.setdefault(earlier.pk, {})[row.provider_id] = row.share_bps
    # The last of them is the one that was replaced just now.
    return {lead: list(shares.values())[-1] for lead, shares in found.items()}


@transaction.atomic
def credit_defaults(month: date) -> int:
    """Credit payments of `month` that nobody has a share of to their lead's provider.

    Returns how many; payments without such a provider stay uncredited.
    """
    return credit_by_default(list(uncredited(month).filter(open_bps=WHOLE_BPS)))


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
