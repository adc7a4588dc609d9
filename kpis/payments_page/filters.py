"""What the page of payments and events is asked for by its address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from campaigns.models import Campaign
from kpis.choices import MONEY_KINDS, Kind
from kpis.models import KpiEvent
from kpis.models.event import KpiEventQuerySet
from leads.models import Lead
from medspa.clinic_time import clinic_zone, day_range, read_day
from medspa.models import User
from medspa.reading.amounts import parse_cents
from medspa.reading.parameters import read_texts

# Payments are what people come for; `all` has every kind.
ALL = "all"
KIND_TABS = (
    (Kind.INVOICE_PAID.value, "Payments"),
    (Kind.INVOICE_REFUNDED.value, "Refunds"),
    (Kind.CONSULT_BOOKED.value, "Consults"),
    (Kind.CONSULT_SHOW.value, "Showed"),
    (Kind.AD_CLICK.value, "Ad clicks"),
    (ALL, "All"),
)
# Leads whose events a search reads; more have the same name than anybody looks through.
LEADS_SEARCHED = 500
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
PARAMETERS = ("kind", "status", "q", "campaign", "from", "to", "least", "most")


@dataclass(frozen=True)
class EventFilter:
    """The filters in use; `texts` are those of the address, as the form shows them."""

    kind: str = Kind.INVOICE_PAID.value
    is_voided: bool = False
    q: str = ""
    campaign: str = ""
    first: date | None = None
    last: date | None = None
    least: int | None = None
    most: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """As addresses have it."""
        return urlencode(self.texts)

    @property
    def is_used(self) -> bool:
        """Anything but the kind is asked for."""
        return bool(set(self.texts) - {"kind"})

    @property
    def has_all_kinds(self) -> bool:
        return self.kind == ALL

    @property
    def has_amounts(self) -> bool:
        return self.kind in (ALL, *MONEY_KINDS)

    def tabs(self) -> list[tuple[str, str, bool]]:
        """Address, label, and whether it is open; the other filters stay."""
        rest = {name: text for name, text in self.texts.items() if name != "kind"}
        return [
            (f"?{urlencode(rest | {'kind': kind})}", label, kind == self.kind)
            for kind, label in KIND_TABS
        ]


def read_event_filter(asked: Mapping[str, str]) -> EventFilter:
    """What can't be read is left out, and named in `notices`."""
    texts = read_texts(asked, PARAMETERS)
    notices = [*_unreadable(texts)]
    kind = texts.get("kind", "")
    return EventFilter(
        kind=kind if kind in dict(KIND_TABS) else Kind.INVOICE_PAID.value,
        is_voided=texts.get("status") == "voided",
        q=texts.get("q", ""),
        campaign=texts.get("campaign", ""),
        first=_day(texts.get("from", "")),
        last=_day(texts.get("to", "")),
        least=_cents(texts.get("least", "")),
        most=_cents(texts.get("most", "")),
        texts=texts,
        notices=tuple(notices),
    )


def every_event(filters: EventFilter, person: User) -> KpiEventQuerySet:
    """The events that the indexes leave: by kind, time, and whether they are voided."""
    events: KpiEventQuerySet = KpiEvent.all_objects.visible_to(person)
    events = events.deleted() if filters.is_voided else events.active()
    if filters.kind != ALL:
        events = events.filter(kind=filters.kind)
    first, last = filters.first or FIRST_DAY, filters.last or LAST_DAY
    if first > last:
        return events.none()
    if filters.first or filters.last:
        begins, ends = day_range(first, last, clinic_zone())
        events = events.filter(occurred_at__gte=begins, occurred_at__lt=ends)
    return events


def searched_leads(typed: str) -> list[str]:
    """The ids of the leads that a search finds, at most one above the limit."""
    found = Lead.objects.search(typed).order_by().values_list("pk", flat=True)
    return [*found[: LEADS_SEARCHED + 1]]


def matching(events: KpiEventQuerySet, filters: EventFilter) -> KpiEventQuerySet:
    """Of the events those of the campaign and with such an amount."""
    if filters.campaign:
        # A click names its campaign; all else is of the campaign of its lead.
        events = events.filter(
            Q(campaign=filters.campaign)
            | Q(campaign__isnull=True, lead__campaign=filters.campaign)
        )
    if filters.least is not None:
        events = events.filter(value_cents__gte=filters.least)
    if filters.most is not None:
        events = events.filter(value_cents__lte=filters.most)
    return events


def campaign_choices() -> list[tuple[Any, str]]:
    return [*Campaign.objects.order_by("name").values_list("pk", "name")]


def _unreadable(texts: Mapping[str, str]) -> list[str]:
    sentences = []
    days = [texts[name] for name in ("from", "to") if name in texts]
    if any(_day(text) is None for text in days):
        sentences.append("The date couldn't be read, so it isn't applied.")
    amounts = [texts[name] for name in ("least", "most") if name in texts]
    if any(_cents(text) is None for text in amounts):
        sentences.append("The amount couldn't be read, so it isn't applied.")
    return sentences


def _day(text: str) -> date | None:
    day = read_day(text)
    return day if day and FIRST_DAY <= day <= LAST_DAY else None


def _cents(text: str) -> int | None:
    try:
        cents = parse_cents(text)
    except ValueError:
        return None
    return int(cents) if text and cents <= 10**12 else None
