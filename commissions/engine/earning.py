"""The lines that each event makes, and what it adds to the bases of its month.

A base is the money that a rule of the whole month (tiers, bonus, pool, minimum) is
calculated from.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from commissions.engine.journal import JournalEntry, RefundedPart
from commissions.engine.rule_language import Flat, Percent
from commissions.engine.rulebook import (
    RuleBook,
    group_of,
    is_monthly,
    pays_per_event,
)
from commissions.engine.schemas import (
    PAYMENT_KIND,
    WHOLE_BPS,
    CommissionLine,
    CreditShare,
    Event,
    LineKind,
    RuleRow,
    nearest,
)
from medspa.months import month_of

# Bases are integers of cents times basis points, so that no share needs a fraction.
BASE_SCALE = WHOLE_BPS


class BaseKey(NamedTuple):
    """Whose base it is: a month's, of one rule and provider (empty for a pool)."""

    month: date
    rule: str
    provider: str


class ProviderLine(NamedTuple):
    """A line of a provider's statement.

    `minimum` names the base that must reach the rule's minimum for the line to count.
    """

    provider: str
    line: CommissionLine
    minimum: BaseKey | None


class ProviderScope(NamedTuple):
    """One provider, and the leads of all events they are credited with."""

    provider: str
    leads: Collection[str | None]


class Ledger:
    """Lines and bases of all events by month; with `scope` those of one provider."""

    def __init__(
        self,
        book: RuleBook,
        months: Collection[date],
        scope: ProviderScope | None = None,
    ) -> None:
        self.book = book
        self.months = set(months)
        # A pool in a group is filled by the shares of all providers.
        self.scope = None if book.has_pools_in_groups else scope
        self.bases: dict[BaseKey, int] = defaultdict(int)
        self.lines: dict[date, list[ProviderLine]] = defaultdict(list)
        self.once: dict[tuple[str, str], str] = {}
        self.paid_flats: set[tuple[str, str, str]] = set()

    def post(self, entry: JournalEntry) -> None:
        is_past = entry.month not in self.months
        if entry.refunded is None:
            for share in entry.event.credits:
                if self._concerns(share, entry.event):
                    self._earn(entry, share, is_past)
        elif entry.refunded.cents:
            for share in entry.refunded.payment.credits:
                if self._concerns(share, entry.refunded.payment):
                    self._take_back(entry, entry.refunded, share)
        if not is_past:
            self._fill_pools(entry)

    def _concerns(self, share: CreditShare, event: Event) -> bool:
        scope = self.scope
        return (
            scope is None
            or share.provider == scope.provider
            or event.lead in scope.leads
        )

    def _earn(self, entry: JournalEntry, share: CreditShare, is_past: bool) -> None:
        event = entry.event
        if is_past and not self.book.needs_history:
            return
        for rule in self.book.winners(share.provider, event, entry.day):
            if isinstance(rule.terms, Percent):
                self._percent(entry, share, rule, rule.terms)
            elif isinstance(rule.terms, Flat):
                self._flat(entry, share, rule, rule.terms)
            else:
                key = BaseKey(entry.month, rule.id, _owner(rule, share))
                self.bases[key] += event.value_cents * share.share_bps

    def _percent(
        self, entry: JournalEntry, share: CreditShare, rule: RuleRow, terms: Percent
    ) -> None:
        base = base_of(terms, entry.event)
        key = BaseKey(entry.month, rule.id, share.provider)
        if terms.min_period_base_cents:
            self.bases[key] += base * share.share_bps
        if entry.month in self.months:
            numerator = base * share.share_bps * terms.rate_bps
            line = _line(rule, entry, LineKind.SALE, base, numerator, share)
            self._write(entry, share, line, _minimum_of(terms, key))

    def _flat(
        self, entry: JournalEntry, share: CreditShare, rule: RuleRow, terms: Flat
    ) -> None:
        event = entry.event
        if terms.once_per_lead and event.lead:
            first = self.once.setdefault((rule.chain or rule.id, event.lead), event.id)
            if first != event.id:
                return
        self.paid_flats.add((rule.id, event.id, share.provider))
        if entry.month in self.months:
            line = _flat_line(rule, terms, entry, share, 1)
            self._write(entry, share, line, None)

    def _take_back(
        self, entry: JournalEntry, part: RefundedPart, share: CreditShare
    ) -> None:
        paid_groups = set()
        for rule in self.book.winners(share.provider, part.payment, part.paid_on):
            if isinstance(rule.terms, Percent):
                self._refund(entry, part, share, rule, rule.terms)
            elif isinstance(rule.terms, Flat):
                self._reverse(entry, part, share, rule, rule.terms)
            if pays_per_event(rule) and group_of(rule):
                paid_groups.add(group_of(rule))
        if not self.book.has_monthly:
            return
        for rule in self.book.winners(share.provider, part.payment, entry.day):
            if is_monthly(rule) and group_of(rule) not in paid_groups:
                key = BaseKey(entry.month, rule.id, _owner(rule, share))
                self.bases[key] -= part.cents * share.share_bps

    def _refund(
        self,
        entry: JournalEntry,
        part: RefundedPart,
        share: CreditShare,
        rule: RuleRow,
        terms: Percent,
    ) -> None:
        if terms.refund == "none" or _is_too_late(entry, part, terms.clawback_days):
            return
        whole = part.payment.value_cents
        base = -base_of(terms, part.payment) * part.cents
        key = BaseKey(entry.month, rule.id, share.provider)
        if terms.min_period_base_cents:
            self.bases[key] += nearest(base * share.share_bps, whole)
        if entry.month in self.months:
            line = _line(
                rule,
                entry,
                LineKind.REFUND,
                nearest(base, whole),
                base * share.share_bps * terms.rate_bps,
                share,
                whole,
            )
            paid = key._replace(month=month_of(part.paid_on))
            self._write(entry, share, line, _minimum_of(terms, paid))

    def _reverse(
        self,
        entry: JournalEntry,
        part: RefundedPart,
        share: CreditShare,
        rule: RuleRow,
        terms: Flat,
    ) -> None:
        was_paid = (rule.id, part.payment.id, share.provider) in self.paid_flats
        if not part.is_rest or not was_paid:
            return
        if _is_too_late(entry, part, terms.clawback_days):
            return
        if entry.month in self.months:
            line = _flat_line(rule, terms, entry, share, -1)
            self._write(entry, share, line, None)

    def _fill_pools(self, entry: JournalEntry) -> None:
        """A pool without a group counts every matching payment, credited or not."""
        part = entry.refunded
        event = part.payment if part else entry.event
        if event.kind != PAYMENT_KIND:
            return
        cents = -part.cents if part else event.value_cents
        for rule in self.book.pools_of(event, entry.day):
            self.bases[BaseKey(entry.month, rule.id, "")] += cents * BASE_SCALE

    def _write(
        self,
        entry: JournalEntry,
        share: CreditShare,
        line: CommissionLine,
        minimum: BaseKey | None,
    ) -> None:
        self.lines[entry.month].append(ProviderLine(share.provider, line, minimum))


def base_of(terms: Percent, event: Event) -> int:
    if terms.base == "collected":
        return event.value_cents
    return max(0, event.value_cents - event.cost_cents)


def _owner(rule: RuleRow, share: CreditShare) -> str:
    return "" if rule.terms.type == "pool" else share.provider


def _minimum_of(terms: Percent, key: BaseKey) -> BaseKey | None:
    return key if terms.min_period_base_cents else None


def _is_too_late(
    entry: JournalEntry, part: RefundedPart, clawback_days: int | None
) -> bool:
    if clawback_days is None:
        return False
    return (entry.day - part.paid_on).days > clawback_days


def _line(
    rule: RuleRow,
    entry: JournalEntry,
    kind: LineKind,
    base: int,
    numerator: int,
    share: CreditShare,
    divisor: int = 1,
) -> CommissionLine:
    denominator = BASE_SCALE * WHOLE_BPS * divisor
    return CommissionLine(
        rule=rule.id,
        event=entry.event.id,
        kind=kind,
        base_cents=base,
        numerator=numerator,
        denominator=denominator,
        amount_cents=nearest(numerator, denominator),
        share_bps=share.share_bps,
        rate_bps=rule.terms.rate_bps if isinstance(rule.terms, Percent) else None,
    )


def _flat_line(
    rule: RuleRow, terms: Flat, entry: JournalEntry, share: CreditShare, sign: int
) -> CommissionLine:
    kind = LineKind.SALE if sign > 0 else LineKind.REVERSAL
    numerator = sign * terms.amount_cents * share.share_bps * WHOLE_BPS
    return _line(rule, entry, kind, 0, numerator, share)
