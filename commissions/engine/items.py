"""What each rule counts: a provider's portions of events, and what is left of them.

A base is the money that an amount is calculated from. Bases of shares are integers of
cents times basis points where they can be, and fractions for rules after product cost.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from commissions.engine.journal import JournalEntry, PaymentRefund
from commissions.engine.rule_language import AnyRule, Pool
from commissions.engine.rulebook import Candidate, RuleBook
from commissions.engine.schemas import (
    PAYMENT_KIND,
    WHOLE_BPS,
    Event,
    LineSource,
    RuleRow,
    nearest,
)

# Bases are cents times basis points.
BASE_SCALE = WHOLE_BPS
Base = int | Fraction
# A rule's id and a provider's (empty for a pool).
MonthKey = tuple[str, str]
# Whether a refund of an entry is known.
Known = Callable[[JournalEntry, PaymentRefund], bool]


class Portion(NamedTuple):
    """A provider's share of an event, or all of it for a pool (`provider` is empty).

    All rules that count it share one. `source` is it before refunds and costs.
    """

    provider: str
    entry: JournalEntry
    source: LineSource

    @property
    def share_bps(self) -> int:
        return self.source.share_bps


class Item(NamedTuple):
    """What one rule counts of an event."""

    rule: RuleRow
    portion: Portion

    @property
    def provider(self) -> str:
        return self.portion.provider

    @property
    def entry(self) -> JournalEntry:
        return self.portion.entry

    @property
    def share_bps(self) -> int:
        return self.portion.source.share_bps


def is_after_cost(terms: AnyRule) -> bool:
    return terms.type == "percent" and terms.base == "net_of_cost"


def base_cents_of(terms: AnyRule, event: Event) -> int:
    """The payment's value; for a rule after product cost less that, at least 0."""
    if is_after_cost(terms):
        return max(0, event.value_cents - event.cost_cents)
    return event.value_cents


def base_of(terms: AnyRule, portion: Portion, left: int) -> Base:
    """The part of its base that belongs to `left` cents of the payment."""
    if not is_after_cost(terms):
        return left * portion.share_bps
    event = portion.entry.event
    whole = base_cents_of(terms, event) * left * portion.share_bps
    return Fraction(whole, event.value_cents) if event.value_cents else 0


def base_of_all(terms: AnyRule, portions: Iterable[Portion], known: Known) -> Base:
    """The base of what the `known` refunds leave of `portions`."""
    if is_after_cost(terms):
        return sum(
            (
                base_of(terms, each, left_of(terms, each.entry, known))
                * each.entry.times
                for each in portions
            ),
            Fraction(),
        )
    return sum(
        left_of(terms, each.entry, known) * each.source.share_bps * each.entry.times
        for each in portions
    )


def rounded(base: Base) -> int:
    """The cents of a base, for display."""
    top, bottom = base.as_integer_ratio()
    return nearest(top, bottom * BASE_SCALE)


def taken_back(terms: AnyRule, entry: JournalEntry) -> Sequence[PaymentRefund]:
    """The refunds of a payment that the rule takes back, in order."""
    if not entry.refunds or terms.type == "draw" or terms.refund == "none":
        return ()
    days = terms.clawback_days
    if days is None:
        return entry.refunds
    return [each for each in entry.refunds if (each.day - entry.day).days <= days]


def left_of(terms: AnyRule, entry: JournalEntry, known: Known) -> int:
    """The payment's value less the `known` refunds that the rule takes back."""
    value = entry.event.value_cents
    if not entry.refunds:
        return value
    refunds = taken_back(terms, entry)
    return value - sum(each.part_cents for each in refunds if known(entry, each))


def up_to(month: date) -> Known:
    """The refunds dated up to the end of `month`."""
    return lambda entry, refund: refund.month <= month


def sources_of(
    terms: AnyRule, portions: Iterable[Portion], known: Known
) -> tuple[LineSource, ...]:
    """The payments of `portions`, each followed by its known refunds."""
    is_whole = not is_after_cost(terms)
    found = []
    for portion in portions:
        found.append(portion.source if is_whole else payment_source(terms, portion))
        if portion.entry.refunds:
            for refund in taken_back(terms, portion.entry):
                if known(portion.entry, refund):
                    found.append(_refund_source(terms, portion, refund))
    return tuple(found)


def refund_sources(
    terms: AnyRule, portions: Iterable[Portion], is_new: Known
) -> tuple[LineSource, ...]:
    """The refunds of `portions` that are new, in order."""
    found = [
        (refund.order, _refund_source(terms, portion, refund))
        for portion in portions
        for refund in taken_back(terms, portion.entry)
        if is_new(portion.entry, refund)
    ]
    return tuple(source for _, source in sorted(found))


def payment_source(terms: AnyRule, portion: Portion) -> LineSource:
    if not is_after_cost(terms):
        return portion.source
    value = portion.entry.event.value_cents
    return portion.source._replace(cents=rounded(base_of(terms, portion, value)))


def _refund_source(
    terms: AnyRule, portion: Portion, refund: PaymentRefund
) -> LineSource:
    cents = rounded(base_of(terms, portion, -refund.part_cents))
    return LineSource(refund.event.id, portion.share_bps, cents)


class MonthOfRule(NamedTuple):
    """What a rule counts in a month for a provider, or for a pool, in order."""

    rule: RuleRow
    portions: list[Portion]


class Ledger:
    """All entries by month, and what the rules count of each; with `only` what they
    count for that provider and its pools."""

    def __init__(self, book: RuleBook, only: str | None = None) -> None:
        self.book = book
        self.only = only
        self.by_month: dict[date, list[JournalEntry]] = defaultdict(list)
        # Of rules about one event, and of those about a month as a whole.
        self._single: dict[date, dict[MonthKey, MonthOfRule]] = defaultdict(dict)
        self._monthly: dict[date, dict[MonthKey, MonthOfRule]] = defaultdict(dict)

    def add(self, entry: JournalEntry) -> None:
        """Entries are added in their order."""
        self.by_month[entry.month].append(entry)
        single, monthly = self._single[entry.month], self._monthly[entry.month]
        for winners, portion in self._counted(entry):
            for won in winners:
                months = single if won.is_single else monthly
                key = won.rule.id, portion.provider
                counted = months.get(key)
                if counted is None:
                    counted = months[key] = MonthOfRule(won.rule, [])
                counted.portions.append(portion)

    def single_rules(self, month: date) -> Iterable[MonthOfRule]:
        """Of rules that look at one event at a time."""
        return self._single.get(month, {}).values()

    def monthly_rules(self, month: date) -> Iterable[MonthOfRule]:
        """Of rules that look at a month as a whole."""
        return self._monthly.get(month, {}).values()

    def single_items_of(self, entry: JournalEntry) -> list[Item]:
        return [
            Item(won.rule, portion)
            for winners, portion in self._counted(entry)
            for won in winners
            if won.is_single
        ]

    def monthly_rules_of(self, entry: JournalEntry) -> list[RuleRow]:
        return [
            won.rule
            for winners, _ in self._counted(entry)
            for won in winners
            if not won.is_single
        ]

    def refunded_before(self, month: date, since: date) -> Iterator[JournalEntry]:
        """Payments of months before `month` with refunds in the months from after
        `since` up to it."""
        for paid_in in sorted(self.by_month):
            if paid_in < month:
                for entry in self.by_month[paid_in]:
                    if any(since < each.month <= month for each in entry.refunds):
                        yield entry

    def _counted(
        self, entry: JournalEntry
    ) -> Iterator[tuple[list[Candidate], Portion]]:
        """The rules that count a portion of it, pools first."""
        event = entry.event
        whole = LineSource(event.id, WHOLE_BPS, event.value_cents)
        pools: list[Candidate] = []
        if event.kind == PAYMENT_KIND:
            pools = self.book.pools_of(event, entry.day)
            if asked := self._asked(pools):
                yield asked, Portion("", entry, whole)
        groups = {pool.group for pool in pools if pool.group}
        for provider, share_bps in event.credits:
            if self.only in (None, provider):
                winners = self.book.winners(provider, event, entry.day, groups)
                if winners:
                    part = _part_of(whole, share_bps)
                    yield winners, Portion(provider, entry, part)

    def _asked(self, pools: list[Candidate]) -> list[Candidate]:
        if self.only is None:
            return pools
        return [
            pool
            for pool in pools
            if isinstance(pool.rule.terms, Pool)
            and self.only in pool.rule.terms.members
        ]


def _part_of(whole: LineSource, share_bps: int) -> LineSource:
    if share_bps == WHOLE_BPS:
        return whole
    return LineSource(
        whole.event, share_bps, nearest(whole.cents * share_bps, BASE_SCALE)
    )
