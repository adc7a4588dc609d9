"""The events that the page shows, with what hangs on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kpis.choices import MONEY_KINDS, Category, Kind
from kpis.events.undoing import may_void
from kpis.models import KpiEvent
from kpis.payments_page.filters import (
    LEADS_SEARCHED,
    EventFilter,
    every_event,
    matching,
    searched_leads,
)
from leads.models.procedure import procedure_name
from medspa.audit.deletions import Deletion, deletions_of
from medspa.formats import format_cents
from medspa.models import User
from medspa.postgres.keyset import Cursor
from medspa.postgres.keyset_page import KeysetPage, read_keyset_page
from medspa.templatetags.clinic import moment

TOO_MANY = (
    f"More than {LEADS_SEARCHED} leads match. Type more of the name, or a phone number "
    "or email."
)
SHOWN_COLUMNS = (
    "kind",
    "value_cents",
    "metadata_json",
    "occurred_at",
    "recorded_at",
    "deleted_at",
    "refund_of__value_cents",
    "refund_of__occurred_at",
    "lead__first_name",
    "lead__deleted_at",
    "lead__campaign__name",
    "campaign__name",
)


@dataclass(frozen=True)
class PaymentsRow:
    """One event; `refunds` are those of a payment that count."""

    event: KpiEvent
    what: str
    campaign: str
    may_void: bool
    refunds: tuple["PaymentsRow", ...] = ()
    voided: Deletion | None = None

    @property
    def lead(self) -> Any:
        return self.event.lead

    @property
    def is_payment(self) -> bool:
        return self.event.kind == Kind.INVOICE_PAID

    @property
    def kind(self) -> str:
        return kind_in_words(self.event)

    @property
    def may_correct(self) -> bool:
        return self.is_payment and self.may_void and not self.refunds

    @property
    def in_words(self) -> str:
        return event_in_words(self.event)


def kind_in_words(event: KpiEvent) -> str:
    return str(event.get_kind_display())


def event_in_words(event: KpiEvent) -> str:
    """`Payment of $450`."""
    kind, cents = kind_in_words(event), event.value_cents
    return kind if cents is None else f"{kind} of {format_cents(cents)}"


@dataclass(frozen=True)
class EventPage:
    """One page of the list; `looked` as in `KeysetPage`."""

    rows: Sequence[PaymentsRow]
    following: Cursor | None
    looked: int
    notices: tuple[str, ...]


def read_event_page(
    filters: EventFilter, person: User, after: Cursor | None
) -> EventPage:
    """Four queries: the bound of the page, its events, their refunds or why voided,
    and with a search the leads that it finds."""
    notices = filters.notices
    every = every_event(filters, person)
    if filters.q:
        leads = searched_leads(filters.q)
        if len(leads) > LEADS_SEARCHED:
            return EventPage((), None, 0, (*notices, TOO_MANY))
        every = every.filter(lead__in=leads)
    found = _read(filters, every, after)
    notes = deletions_of(KpiEvent, found.rows) if filters.is_voided else {}
    refunds = {} if filters.is_voided else _refunds_of(found.rows, person)
    rows = [
        replace(
            _row(event, person),
            refunds=tuple(refunds.get(event.pk, ())),
            voided=notes.get(event.pk),
        )
        for event in found.rows
    ]
    return EventPage(rows, found.following, found.looked, notices)


def _read(filters: EventFilter, every: Any, after: Cursor | None) -> KeysetPage:
    rows = matching(every, filters)
    is_exact = bool(filters.q) or rows is every
    bound = None if is_exact else every
    return read_keyset_page(_shown(rows), "occurred_at", after, every=bound)


def _shown(events: Any) -> Any:
    """Without the contact data of the leads, which would be decrypted for nothing."""
    related = events.select_related("refund_of", "lead__campaign", "campaign")
    return related.only(*SHOWN_COLUMNS)


def _refunds_of(
    events: Sequence[KpiEvent], person: User
) -> dict[str | None, list[PaymentsRow]]:
    payments = [event.pk for event in events if event.kind == Kind.INVOICE_PAID]
    refunds: dict[str | None, list[PaymentsRow]] = {}
    if payments:
        found = _shown(KpiEvent.objects.filter(refund_of__in=payments))
        for event in found.order_by("occurred_at", "pk"):
            refunds.setdefault(event.refund_of_id, []).append(_row(event, person))
    return refunds


def _row(event: KpiEvent, person: User) -> PaymentsRow:
    lead: Any = event.lead
    campaign = event.campaign or (lead.campaign if lead else None)
    is_standing = not event.is_deleted and lead is not None and not lead.is_deleted
    return PaymentsRow(
        event,
        what_in_words(event),
        str(campaign) if campaign else "",
        may_void=is_standing and may_void(event, person, None),
    )


def what_in_words(event: KpiEvent) -> str:
    """What the amount was for, or when the consult is."""
    details = event.metadata_json
    if event.kind == Kind.CONSULT_BOOKED:
        scheduled = getattr(event.readable_metadata, "scheduled_for", None)
        return f"For {moment(scheduled)}" if scheduled else "Without a date"
    if event.refund_of:
        payment = event.refund_of
        paid = f"{format_cents(payment.value_cents)}, {moment(payment.occurred_at)}"
        return f"Refund of {paid}"
    if event.kind not in MONEY_KINDS:
        return ""
    category = details.get("category")
    labels = [
        procedure_name(details.get("procedure")),
        str(Category(category).label) if category in Category.values else "",
    ]
    return ", ".join(filter(None, labels))
