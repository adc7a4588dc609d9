"""What each rule counts: events with the share of a provider, and what is left of them.

A base is the money that an amount is calculated from. Bases of shares are integers of
cents times basis points where they can be, and fractions for rules after product cost.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from commissions.engine.journal import JournalEntry, PaymentRefund
from commissions.engine.rule_language import AnyRule, Draw, Percent, Pool
from commissions.engine.rulebook import RuleBook, group_of
from commissions.engine.schemas import (
    PAYMENT_KIND,
    WHOLE_BPS,
    Event,
    RuleRow,
    Source,
    nearest,
)

# Bases are cents times basis points.
BASE_SCALE = WHOLE_BPS
Base = int | Fraction
# Whether a refund of an entry is known.
Known = Callable[[JournalEntry, PaymentRefund], bool]


class Item(NamedTuple):
    """An event that `rule` counts for `provider` (empty for a pool)."""

    rule: RuleRow
    provider: str
    entry: JournalEntry
    share_bps: int

    @property
    def base_cents(self) -> int:
        return base_of(self.rule.terms, self.entry.event)

    def base(self, left: int) -> Base:
        """The part of its base that belongs to `left` cents of the payment."""
        value, base = self.entry.event.value_cents, self.base_cents
        if base == value:
            return left * self.share_bps
        return Fraction(base * left * self.share_bps, value)

    def shown_base(self, left: int) -> int:
        if (
            self.share_bps == WHOLE_BPS
            and self.base_cents == self.entry.event.value_cents
        ):
            return left
        return rounded(self.base(left))


def base_of(terms: AnyRule, event: Event) -> int:
    """The payment's value; for a rule after product cost less that, at least 0."""
    if isinstance(terms, Percent) and terms.base == "net_of_cost":
        return max(0, event.value_cents - event.cost_cents)
    return event.value_cents


def rounded(base: Base) -> int:
    """The cents of a base, for display."""
    top, bottom = base.as_integer_ratio()
    return nearest(top, bottom * BASE_SCALE)


def taken_back(terms: AnyRule, entry: JournalEntry) -> Sequence[PaymentRefund]:
    """The refunds of a payment that the rule takes back, in order."""
    if not entry.refunds or isinstance(terms, Draw) or terms.refund == "none":
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


def sources_of(items: Iterable[Item], known: Known) -> tuple[Source, ...]:
    """The payments of `items`, each followed by its known refunds."""
    found = []
    for item in items:
        event = item.entry.event
        found.append(_source(item, event, event.value_cents))
        for refund in taken_back(item.rule.terms, item.entry):
            if known(item.entry, refund):
                found.append(_source(item, refund.event, -refund.part_cents))
    return tuple(found)


def refund_sources(items: Iterable[Item], is_new: Known) -> tuple[Source, ...]:
    """The refunds of `items` that are new, in order."""
    found = [
        (refund.order, _source(item, refund.event, -refund.part_cents))
        for item in items
        for refund in taken_back(item.rule.terms, item.entry)
        if is_new(item.entry, refund)
    ]
    return tuple(source for _, source in sorted(found))


def _source(item: Item, event: Event, cents: int) -> Source:
    return Source(event.id, item.share_bps, item.shown_base(cents))


class Ledger:
    """All entries by month, and what the rules count of each; with `only` what they
    count for that provider and its pools."""

    def __init__(
        self, book: RuleBook, entries: Iterable[JournalEntry], only: str | None = None
    ) -> None:
        self.book = book
        self.only = only
        self.by_month: dict[date, list[JournalEntry]] = defaultdict(list)
        # Of each event those of rules about one event, and those about the month.
        self._items: dict[str, tuple[list[Item], list[Item]]] = {}
        for entry in entries:
            self.by_month[entry.month].append(entry)

    def single_items(self, entry: JournalEntry) -> list[Item]:
        """What rules that look at one event at a time count of it."""
        return self._items_of(entry)[0]

    def monthly_items(self, entry: JournalEntry) -> list[Item]:
        """What rules that look at a month as a whole count of it."""
        return self._items_of(entry)[1]

    def _items_of(self, entry: JournalEntry) -> tuple[list[Item], list[Item]]:
        key = entry.event.id
        if key not in self._items:
            single: list[Item] = []
            monthly: list[Item] = []
            for item in self._find_items(entry):
                is_single = item.rule.id in self.book.single
                (single if is_single else monthly).append(item)
            self._items[key] = single, monthly
        return self._items[key]

    def refunded_before(self, month: date, since: date) -> Iterator[JournalEntry]:
        """Payments of months before `month` with refunds in the months from after
        `since` up to it."""
        for paid_in in sorted(self.by_month):
            if paid_in < month:
                for entry in self.by_month[paid_in]:
                    if any(since < each.month <= month for each in entry.refunds):
                        yield entry

    def _find_items(self, entry: JournalEntry) -> Iterator[Item]:
        event, won = entry.event, set()
        if event.kind == PAYMENT_KIND:
            for rule in self.book.pools_of(event, entry.day):
                won.add(group_of(rule))
                if self._is_asked(rule):
                    yield Item(rule, "", entry, WHOLE_BPS)
        groups = {group for group in won if group}
        for provider, share_bps in event.credits:
            if self.only in (None, provider):
                for rule in self.book.winners(provider, event, entry.day, groups):
                    yield Item(rule, provider, entry, share_bps)

    def _is_asked(self, pool: RuleRow) -> bool:
        terms = pool.terms
        return self.only is None or (
            isinstance(terms, Pool) and self.only in terms.members
        )
