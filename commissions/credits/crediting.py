"""Who is credited with a payment or consult: the default, or a split among several."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction

from commissions.credits.shares import check_sum
from commissions.credits.uncredited import uncredited
from commissions.models import CREDITED_KINDS, WHOLE_BPS, Credit, LeadProvider, Provider
from commissions.refusals import CreditRefused
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.audit.writing import create_with_history
from medspa.clinic_time import clinic_zone, local_date
from medspa.postgres.sql_files import sql
from medspa.postgres.written_query import prepared_cursor

# In SQL, because the statement of the lead page holds the same question.
PROVIDERS_OF_LEADS = sql("commissions", "credits", "providers_of_leads")


class ProvidersOfLead(NamedTuple):
    """Ids: the provider named as treating the lead, the one who signs in as the person
    that it is assigned to, and those with whom it had consults.

    Each of `consults` is (id of the show, its moment as ISO text, provider), the latest
    first.
    """

    treats: str | None
    looks_after: str | None
    consults: Sequence[tuple[str, str, str]] = ()

    @classmethod
    def read(
        cls, treats: str | None, looks_after: str | None, consults: str | None
    ) -> "ProvidersOfLead":
        """From a row of `PROVIDERS_OF_LEADS`, whose last column is JSON."""
        return cls(treats, looks_after, json.loads(consults or "[]"))

    def default(self, kind: str, event: KpiEvent | None = None) -> str | None:
        """Who is credited with an event of `kind` when nobody says otherwise; without
        an `event`, with the next one.

        A booking is credited to whoever looks after the lead, a consult to the provider
        it was with, and a payment to whoever treats the lead, if nobody was named to
        the provider of the last consult until that day.
        """
        if kind == Kind.CONSULT_BOOKED:
            return self.looks_after or self.treats
        if kind == Kind.CONSULT_SHOW:
            return self._with_whom(event) or self.treats or self.looks_after
        return self.treats or self._of_last_consult(event) or self.looks_after

    def _with_whom(self, show: KpiEvent | None) -> str | None:
        held = (who for pk, _, who in self.consults if show and pk == show.pk)
        return next(held, None)

    def _of_last_consult(self, payment: KpiEvent | None) -> str | None:
        """A payment that has only a date may be stored before the day's consult."""
        if payment is None:
            return next((who for _, _, who in self.consults), None)
        zone = clinic_zone()
        day = local_date(payment.occurred_at, zone)
        held = (
            who
            for _, moment, who in self.consults
            if local_date(datetime.fromisoformat(moment), zone) <= day
        )
        return next(held, None)


def providers_of(leads: Iterable[str]) -> dict[str, ProvidersOfLead]:
    """By lead, in one query; providers who have left are left out."""
    with prepared_cursor() as cursor:
        asked: dict[str, Any] = {"leads": list(leads)}
        asked["shown_kind"] = Kind.CONSULT_SHOW.value
        cursor.execute(PROVIDERS_OF_LEADS, asked)
        return {
            lead: ProvidersOfLead.read(*found) for lead, *found in cursor.fetchall()
        }


def default_provider(event: KpiEvent) -> Provider | None:
    """Who is credited with `event` when nobody says otherwise."""
    if event.lead_id is None:
        return None
    found = providers_of([event.lead_id])[event.lead_id]
    key = found.default(event.kind, event)
    return Provider.objects.filter(pk=key).first() if key else None


def name_provider(lead: Lead, provider_id: str) -> LeadProvider:
    """From now on the provider (an id; empty for nobody) treats the locked `lead`.

    Raises CreditRefused for a provider who is not there, or has left.
    """
    provider = Provider.objects.filter(pk=provider_id).first()
    if provider_id and provider is None:
        raise CreditRefused("Choose a provider who works here.")
    return LeadProvider.objects.create(lead=lead, provider=provider)


def credit_by_default(events: Sequence[KpiEvent]) -> int:
    """Credit `events` that have no credits yet; returns how many got a provider.

    A booking given another date gets the credits of the booking that it replaces.
    Events of leads without a provider stay uncredited.
    """
    events = [
        event for event in events if event.kind in CREDITED_KINDS and event.lead_id
    ]
    if not events:
        return 0
    replaced = _shares_of_replaced_bookings(events)
    known = providers_of({str(event.lead_id) for event in events})
    credits: list[Credit] = []
    for event in events:
        default = known[str(event.lead_id)].default(event.kind, event)
        shares = replaced.get(str(event.lead_id)) or {default: WHOLE_BPS}
        credits += [
            Credit(kpi_event=event, provider_id=provider, share_bps=share_bps)
            for provider, share_bps in shares.items()
            if provider
        ]
    create_with_history(Credit, credits)
    return len({credit.kpi_event_id for credit in credits})


def _shares_of_replaced_bookings(
    events: Sequence[KpiEvent],
) -> dict[str, dict[Any, int]]:
    """By lead the shares, by provider, of the booking that was given another date."""
    booked = {
        (event.lead_id, event.occurred_at): event
        for event in events
        if event.kind == Kind.CONSULT_BOOKED and event.occurred_at < event.recorded_at
    }
    if not booked:
        return {}
    rows = Credit.objects.filter(
        kpi_event__lead__in={lead for lead, _ in booked},
        kpi_event__kind=Kind.CONSULT_BOOKED,
        kpi_event__deleted_at__isnull=False,
    ).select_related("kpi_event")
    found: dict[str, dict[str, dict[Any, int]]] = {}
    for row in rows.order_by("kpi_event__deleted_at"):
        earlier = row.kpi_event
        if (earlier.lead_id, earlier.occurred_at) in booked:
            bookings = found.setdefault(str(earlier.lead_id), {})
            bookings.setdefault(earlier.pk, {})[row.provider_id] = row.share_bps
    # The booking voided last is the one that was replaced just now.
    return {lead: list(shares.values())[-1] for lead, shares in found.items()}


@transaction.atomic
def credit_defaults(month: date) -> int:
    """Credit wholly uncredited payments of `month` to the provider of their lead.

    Returns how many were credited.
    """
    return credit_by_default(list(uncredited(month).filter(open_bps=WHOLE_BPS)))


@transaction.atomic
def split(event: KpiEvent, shares: Mapping[str, int]) -> None:
    """Make `shares` (basis points by provider id) the credits of `event`.

    Credits that stay the same are not written. Raises CreditRefused when the shares
    exceed the whole.
    """
    check_sum(shares.values())
    KpiEvent.all_objects.select_for_update(no_key=True).get(pk=event.pk)
    known = {credit.provider_id: credit for credit in event.credits.all()}
    for provider, credit in known.items():
        if not shares.get(provider):
            credit.delete()
    # Lowered ones first: the database lets the sum exceed the whole at no moment.
    ordered = sorted(
        shares.items(), key=lambda item: item[1] - _share_in(known, item[0])
    )
    for provider, share_bps in ordered:
        if share_bps and share_bps != _share_in(known, provider):
            row = known.get(provider) or Credit(kpi_event=event, provider_id=provider)
            row.share_bps = share_bps
            row.save()


def _share_in(known: Mapping[str, Credit], provider: str) -> int:
    return known[provider].share_bps if provider in known else 0
