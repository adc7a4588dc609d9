"""Why a month's numbers changed after its snapshot: causes that add up exactly.

No database here. Every number of a month is a sum over single events and single leads.
So what a changed lead adds to the month is worked out twice, from its rows as they were
and as they are now, and each difference belongs to the event or lead that made it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import cached_property

from kpis.choices import Kind

# The number to which each event of a kind adds one.
EVENT_COUNTS: dict[str, str] = {
    Kind.AD_CLICK.value: "ad_clicks",
    Kind.CONSULT_BOOKED.value: "booked_events",
    Kind.CONSULT_SHOW.value: "show_events",
    Kind.INVOICE_PAID.value: "paid_invoices",
}
# The number to which a lead adds one, however many events of the kind it has.
LEAD_COUNTS: dict[str, str] = {
    Kind.CONSULT_BOOKED.value: "booked_leads",
    Kind.CONSULT_SHOW.value: "shown_leads",
    Kind.INVOICE_PAID.value: "paying_leads",
}
# Stands for a payment before the month: the lead is no new customer in it.
PAID_EARLIER = "paid_earlier"


class Cause(StrEnum):
    """Why a number changed, in words for one change."""

    REFUND = "refund recorded late"
    PAYMENT = "payment recorded late"
    EVENT = "event recorded late"
    VOIDED = "event voided"
    BACK = "voided event restored"
    ADDED = "lead added late"
    DELETED = "lead deleted"
    RESTORED = "lead restored"
    MERGED = "lead merged"
    UNMERGED = "merge undone"
    REMOVED = "record removed"
    CAMPAIGN = "lead of another campaign"
    MOVED = "date changed"
    SPEND = "spend entered or changed"
    OTHER = "other change"


SIGNS: dict[str, int] = {
    Kind.INVOICE_PAID.value: 1,
    Kind.INVOICE_REFUNDED.value: -1,
}
RECORDED_LATE: dict[str, Cause] = {
    Kind.INVOICE_PAID.value: Cause.PAYMENT,
    Kind.INVOICE_REFUNDED.value: Cause.REFUND,
}


@dataclass(frozen=True)
class LeadRow:
    """A lead at one moment."""

    id: str
    name: str
    created_at: datetime
    campaign: str | None
    is_deleted: bool


@dataclass(frozen=True)
class EventRow:
    """An event at one moment."""

    id: str
    lead: str | None
    kind: str
    cents: int
    occurred_at: datetime
    is_voided: bool


@dataclass(frozen=True)
class State:
    """The rows of everybody who changed, as of one moment."""

    leads: Mapping[str, LeadRow]
    events: Mapping[str, EventRow]

    def counts(self, event: EventRow | None) -> bool:
        """It is not voided, and its lead is not deleted."""
        if event is None or event.is_voided:
            return False
        return event.lead is None or self.is_active(event.lead)

    def is_active(self, lead: str) -> bool:
        row = self.leads.get(lead)
        return row is not None and not row.is_deleted


@dataclass(frozen=True)
class NumberChange:
    """One event, lead or campaign, and by how much it changed which numbers."""

    cause: Cause
    amounts: Mapping[str, int]
    lead: str | None = None
    event: EventRow | None = None
    campaign: str | None = None
    name: str = ""


@dataclass
class Comparison:
    """Both states, the month's moments, and the merges and unmerges since.

    `merged` are the leads that were merged into another, `survivors` those others.
    """

    then: State
    now: State
    start: datetime
    end: datetime
    merged: frozenset[str] = frozenset()
    survivors: frozenset[str] = frozenset()
    unmerged: frozenset[str] = frozenset()

    def changes(self) -> list[NumberChange]:
        """Every event and lead that changed a number of the month."""
        events = sorted(self.then.events.keys() | self.now.events.keys())
        leads = sorted(self.then.leads.keys() | self.now.leads.keys())
        return [
            *(change for key in events for change in self._compare_event(key)),
            *(change for key in leads for change in self._compare_lead(key)),
        ]

    # Events --------------------------------------------------------------------

    def _compare_event(self, event_id: str) -> Iterator[NumberChange]:
        before, after = self.then.events.get(event_id), self.now.events.get(event_id)
        amounts = _difference(
            self._event_adds(self.then, before), self._event_adds(self.now, after)
        )
        if amounts:
            row = after or before
            lead = row.lead if row else None
            cause = self._event_cause(before, after)
            yield NumberChange(cause, amounts, lead, row, name=self._name(lead))

    def _event_adds(self, state: State, event: EventRow | None) -> Counter[str]:
        adds: Counter[str] = Counter()
        if event is None or not state.counts(event) or not self._is_within(event):
            return adds
        if event.kind in EVENT_COUNTS:
            adds[EVENT_COUNTS[event.kind]] = 1
        sign = SIGNS.get(event.kind)
        if sign is None:
            return adds
        gross = "gross_collected_cents" if sign > 0 else "refunds_cents"
        adds[gross] = adds["net_revenue_cents"] = sign * event.cents
        lead = state.leads.get(event.lead or "")
        if lead and lead.campaign:
            adds["attributed_net_revenue_cents"] = sign * event.cents
        return adds

    def _event_cause(self, before: EventRow | None, after: EventRow | None) -> Cause:
        if before is None and after is not None:
            return RECORDED_LATE.get(after.kind, Cause.EVENT)
        if before is None or after is None:
            return Cause.REMOVED
        if before.is_voided != after.is_voided:
            return Cause.VOIDED if after.is_voided else Cause.BACK
        if before.lead != after.lead:
            gone = {before.lead, after.lead}
            return Cause.UNMERGED if gone & self.unmerged else Cause.MERGED
        if before.occurred_at != after.occurred_at:
            return Cause.MOVED
        return self._lead_cause(after.lead or "")

    # Leads ---------------------------------------------------------------------

    def _compare_lead(self, lead_id: str) -> Iterator[NumberChange]:
        kinds_then, kinds_now = self._kinds
        amounts = _difference(
            self._lead_adds(self.then.leads.get(lead_id), kinds_then),
            self._lead_adds(self.now.leads.get(lead_id), kinds_now),
        )
        by_cause: dict[Cause, dict[str, int]] = defaultdict(dict)
        for key, amount in amounts.items():
            by_cause[self._cause_of(lead_id, key)][key] = amount
        for cause, parts in by_cause.items():
            yield NumberChange(cause, parts, lead_id, name=self._name(lead_id))

    def _lead_adds(
        self, lead: LeadRow | None, kinds_of: Mapping[str, set[str]]
    ) -> Counter[str]:
        adds: Counter[str] = Counter()
        if lead is None or lead.is_deleted:
            return adds
        kinds = kinds_of.get(lead.id, set())
        adds["leads"] = int(self.start <= lead.created_at < self.end)
        for kind, key in LEAD_COUNTS.items():
            adds[key] = int(kind in kinds)
        adds["new_customers"] = int(
            Kind.INVOICE_PAID in kinds and PAID_EARLIER not in kinds
        )
        if lead.campaign:
            adds["leads_with_campaign"] = adds["leads"]
            adds["attributed_new_customers"] = adds["new_customers"]
        return adds

    @cached_property
    def _kinds(self) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
        """`_kinds_in` of then and of now."""
        return self._kinds_in(self.then), self._kinds_in(self.now)

    def _kinds_in(self, state: State) -> Mapping[str, set[str]]:
        """By lead the kinds of its events in the month, or PAID_EARLIER."""
        kinds: dict[str, set[str]] = defaultdict(set)
        for event in state.events.values():
            if event.lead is None or not state.counts(event):
                continue
            if self._is_within(event):
                kinds[event.lead].add(event.kind)
            elif event.kind == Kind.INVOICE_PAID and event.occurred_at < self.start:
                kinds[event.lead].add(PAID_EARLIER)
        return kinds

    def _cause_of(self, lead_id: str, key: str) -> Cause:
        """The lead's own change, else that of an event of the kind that counts."""
        own = self._lead_cause(lead_id)
        is_there = self.then.is_active(lead_id) and self.now.is_active(lead_id)
        if not is_there or key in ("leads", "leads_with_campaign"):
            return own
        kinds = {number: kind for kind, number in LEAD_COUNTS.items()}
        kind = kinds.get(key, Kind.INVOICE_PAID.value)
        return self._changed_event_cause(lead_id, kind) or own

    def _changed_event_cause(self, lead_id: str, kind: str) -> Cause | None:
        for before, after in self._changed_events.get((lead_id, kind), ()):
            return self._event_cause(before, after)
        return None

    @cached_property
    def _changed_events(
        self,
    ) -> dict[tuple[str, str], list[tuple[EventRow | None, EventRow | None]]]:
        """Events that are not what they were, by lead and kind."""
        found = defaultdict(list)
        for event_id in sorted(self.then.events.keys() | self.now.events.keys()):
            pair = self.then.events.get(event_id), self.now.events.get(event_id)
            if pair[0] != pair[1]:
                for row in filter(None, pair):
                    found[row.lead or "", row.kind].append(pair)
        return found

    def _lead_cause(self, lead_id: str) -> Cause:
        before, after = self.then.leads.get(lead_id), self.now.leads.get(lead_id)
        if after is None:
            return Cause.REMOVED if before else Cause.OTHER
        if before is None:
            return Cause.ADDED
        if before.is_deleted != after.is_deleted:
            if after.is_deleted:
                return Cause.MERGED if lead_id in self.merged else Cause.DELETED
            return Cause.UNMERGED if lead_id in self.unmerged else Cause.RESTORED
        if before.campaign != after.campaign:
            return Cause.CAMPAIGN
        if before.created_at != after.created_at:
            return Cause.MERGED if lead_id in self.survivors else Cause.MOVED
        return Cause.OTHER

    def _is_within(self, event: EventRow) -> bool:
        return self.start <= event.occurred_at < self.end

    def _name(self, lead: str | None) -> str:
        row = self.now.leads.get(lead or "") or self.then.leads.get(lead or "")
        return row.name if row else ""


def _difference(then: Counter[str], now: Counter[str]) -> dict[str, int]:
    return {
        key: now[key] - then[key]
        for key in sorted(then.keys() | now.keys())
        if now[key] != then[key]
    }


def remainder(
    differences: Mapping[str, int], changes: Iterable[NumberChange]
) -> dict[str, int]:
    """What the changes leave unexplained of the differences, by number."""
    left = Counter(differences)
    for change in changes:
        left.subtract(change.amounts)
    return {key: amount for key, amount in left.items() if amount}
