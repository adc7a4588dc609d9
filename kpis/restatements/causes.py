"""What changed a month's numbers after they were kept: causes that add up exactly.

Pure. Every number of a month is a sum over single events and single leads. So what a
changed lead adds to the month is worked out twice, from its rows as they were and as
they are, and each difference belongs to the one event or lead that made it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

BOOKED, SHOWN, PAID = "consult_booked", "consult_show", "invoice_paid"
REFUNDED, CLICKED = "invoice_refunded", "ad_click"
# What one event adds one of, by its kind.
COUNTED = {
    CLICKED: "ad_clicks",
    BOOKED: "booked_events",
    SHOWN: "show_events",
    PAID: "paid_invoices",
}
# What a lead adds one of, however often the event happens to it.
ONCE = {BOOKED: "booked_leads", SHOWN: "shown_leads", PAID: "paying_leads"}


class Cause(StrEnum):
    """What people call it, one of it."""

    REFUND = "refund recorded late"
    PAYMENT = "payment recorded late"
    EVENT = "event recorded late"
    VOIDED = "event voided"
    BACK = "voided event brought back"
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
        """Not voided, and of no deleted lead."""
        if event is None or event.is_voided:
            return False
        return event.lead is None or self.lives(event.lead)

    def lives(self, lead: str) -> bool:
        row = self.leads.get(lead)
        return row is not None and not row.is_deleted


@dataclass(frozen=True)
class Change:
    """One event, lead or campaign, and by how much it changed which numbers."""

    cause: Cause
    amounts: Mapping[str, int]
    lead: str | None = None
    event: EventRow | None = None
    campaign: str | None = None
    name: str = ""


@dataclass
class Comparison:
    """Both states, the month's moments, and who was merged or told apart since.

    `taken_up` are the leads that were merged into another, `survivors` those others.
    """

    then: State
    now: State
    start: datetime
    end: datetime
    taken_up: frozenset[str] = frozenset()
    survivors: frozenset[str] = frozenset()
    unmerged: frozenset[str] = frozenset()

    def changes(self) -> list[Change]:
        """Every event and lead that changed a number of the month."""
        events = sorted(self.then.events.keys() | self.now.events.keys())
        leads = sorted(self.then.leads.keys() | self.now.leads.keys())
        return [
            *(change for key in events for change in self._compare_event(key)),
            *(change for key in leads for change in self._compare_lead(key)),
        ]

    # Events --------------------------------------------------------------------

    def _compare_event(self, event_id: str) -> Iterator[Change]:
        before, after = self.then.events.get(event_id), self.now.events.get(event_id)
        amounts = _difference(
            self._event_adds(self.then, before), self._event_adds(self.now, after)
        )
        if amounts:
            row = after or before
            lead = row.lead if row else None
            cause = self._event_cause(before, after)
            yield Change(cause, amounts, lead, row, name=self._name(lead))

    def _event_adds(self, state: State, event: EventRow | None) -> Counter[str]:
        adds: Counter[str] = Counter()
        if event is None or not state.counts(event) or not self._is_within(event):
            return adds
        if event.kind in COUNTED:
            adds[COUNTED[event.kind]] = 1
        sign = {PAID: 1, REFUNDED: -1}.get(event.kind)
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
            late = {REFUNDED: Cause.REFUND, PAID: Cause.PAYMENT}
            return late.get(after.kind, Cause.EVENT)
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

    def _compare_lead(self, lead_id: str) -> Iterator[Change]:
        kinds_then, kinds_now = self._kinds
        amounts = _difference(
            self._lead_adds(self.then.leads.get(lead_id), kinds_then),
            self._lead_adds(self.now.leads.get(lead_id), kinds_now),
        )
        by_cause: dict[Cause, dict[str, int]] = defaultdict(dict)
        for key, amount in amounts.items():
            by_cause[self._cause_of(lead_id, key)][key] = amount
        for cause, parts in by_cause.items():
            yield Change(cause, parts, lead_id, name=self._name(lead_id))

    def _lead_adds(
        self, lead: LeadRow | None, kinds_of: Mapping[str, set[str]]
    ) -> Counter[str]:
        adds: Counter[str] = Counter()
        if lead is None or lead.is_deleted:
            return adds
        kinds = kinds_of.get(lead.id, set())
        adds["leads"] = int(self.start <= lead.created_at < self.end)
        for kind, key in ONCE.items():
            adds[key] = int(kind in kinds)
        adds["new_customers"] = int(PAID in kinds and "earlier" not in kinds)
        if lead.campaign:
            adds["leads_with_campaign"] = adds["leads"]
            adds["attributed_new_customers"] = adds["new_customers"]
        return adds

    @cached_property
    def _kinds(self) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
        """By lead what happened in the month, then and now; see `_kinds_in`."""
        return self._kinds_in(self.then), self._kinds_in(self.now)

    def _kinds_in(self, state: State) -> Mapping[str, set[str]]:
        """`earlier` stands for a payment before the month."""
        kinds: dict[str, set[str]] = defaultdict(set)
        for event in state.events.values():
            if event.lead is None or not state.counts(event):
                continue
            if self._is_within(event):
                kinds[event.lead].add(event.kind)
            elif event.kind == PAID and event.occurred_at < self.start:
                kinds[event.lead].add("earlier")
        return kinds

    def _cause_of(self, lead_id: str, key: str) -> Cause:
        """The lead's own change, else that of an event of the kind that counts."""
        own = self._lead_cause(lead_id)
        is_there = self.then.lives(lead_id) and self.now.lives(lead_id)
        if not is_there or key in ("leads", "leads_with_campaign"):
            return own
        kinds = {BOOKED: "booked", SHOWN: "shown"}
        kind = next((k for k, word in kinds.items() if key.startswith(word)), PAID)
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
                return Cause.MERGED if lead_id in self.taken_up else Cause.DELETED
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
    differences: Mapping[str, int], changes: Iterable[Change]
) -> dict[str, int]:
    """What the changes leave unexplained of the differences, by number."""
    left = Counter(differences)
    for change in changes:
        left.subtract(change.amounts)
    return {key: amount for key, amount in left.items() if amount}
