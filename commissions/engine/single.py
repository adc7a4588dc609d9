"""Lines of rules that look at one event at a time: percent and flat without a cap or
minimum. A payment has its full line, and each refund a line with the difference that
it makes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from commissions.engine.items import (
    BASE_SCALE,
    Item,
    Known,
    Ledger,
    base_cents_of,
    base_of,
    payment_source,
    rounded,
    taken_back,
)
from commissions.engine.journal import JournalEntry, Order, PaymentRefund
from commissions.engine.once import FirstEvents
from commissions.engine.rulebook import pays_once
from commissions.engine.schemas import (
    PAYMENT_KIND,
    WHOLE_BPS,
    CommissionLine,
    LineKind,
    nearest,
)


class EventLine(NamedTuple):
    """A provider's line about one event, with its place among them."""

    provider: str
    order: Order
    line: CommissionLine


class Amount(NamedTuple):
    """Exactly `numerator / denominator` cents."""

    numerator: int
    denominator: int

    @property
    def cents(self) -> int:
        return nearest(self.numerator, self.denominator)


def amount_of(item: Item, left: int) -> Amount:
    """What the rule pays while `left` cents of the payment are not paid back."""
    terms, event = item.rule.terms, item.entry.event
    if terms.type == "percent":
        top = base_cents_of(terms, event) * left * item.share_bps * terms.rate_bps
        return Amount(top, BASE_SCALE * WHOLE_BPS * max(event.value_cents, 1))
    if terms.type == "flat" and (left > 0 or event.kind != PAYMENT_KIND):
        return Amount(terms.amount_cents * item.share_bps, BASE_SCALE)
    return Amount(0, BASE_SCALE)


def rate_of(item: Item) -> int | None:
    terms = item.rule.terms
    return terms.rate_bps if terms.type == "percent" else None


def event_lines(
    ledger: Ledger, first: FirstEvents, month: date, since: date
) -> Iterator[EventLine]:
    """All such lines of the statements of `month`; those before are of `since`."""
    at_first = _known_at_first(month)
    for rule, portions in ledger.single_rules(month):
        is_once = pays_once(rule)
        for portion in portions:
            item = Item(rule, portion)
            if is_once:
                if first.pays(rule, portion.entry, at_first):
                    yield sale_line(item)
            elif _has_value(item):
                yield sale_line(item)
                if portion.entry.refunds:
                    yield from _refund_lines(item, month, None)
    for entry in ledger.refunded_before(month, since):
        for item in ledger.single_items_of(entry):
            if not pays_once(item.rule):
                yield from _refund_lines(item, month, since)
    if first.is_needed:
        yield from _once_lines(ledger, first, month, since)


def _has_value(item: Item) -> bool:
    """A flat sum is never paid for a payment of nothing."""
    event = item.entry.event
    is_payment = event.kind == PAYMENT_KIND
    return not is_payment or event.value_cents > 0 or rate_of(item) is not None


def sale_line(item: Item) -> EventLine:
    event, times = item.entry.event, item.entry.times
    amount = amount_of(item, event.value_cents)
    line = CommissionLine(
        rule=item.rule.id,
        event=event.id,
        kind=LineKind.SALE,
        base_cents=payment_source(item.rule.terms, item.portion).cents * times,
        numerator=amount.numerator * times,
        denominator=amount.denominator,
        amount_cents=amount.cents * times,
        share_bps=item.share_bps,
        rate_bps=rate_of(item),
    )
    return EventLine(item.provider, item.entry.order, line)


def _refund_lines(item: Item, month: date, since: date | None) -> Iterator[EventLine]:
    """One for each refund after `since` up to the end of `month`."""
    left = item.entry.event.value_cents
    for refund in taken_back(item.rule.terms, item.entry):
        before, left = left, left - refund.part_cents
        if refund.month <= month and (since is None or since < refund.month):
            was, now = amount_of(item, before), amount_of(item, left)
            exact = Amount(now.numerator - was.numerator, now.denominator)
            yield _refund_line(item, refund, exact, now.cents - was.cents)


def _refund_line(
    item: Item, refund: PaymentRefund, exact: Amount, cents: int, is_base: bool = True
) -> EventLine:
    terms, part = item.rule.terms, refund.part_cents
    base = base_of(terms, item.portion, part) if is_base else 0
    line = CommissionLine(
        rule=item.rule.id,
        event=refund.event.id,
        kind=LineKind.REFUND,
        base_cents=-rounded(base),
        numerator=exact.numerator,
        denominator=exact.denominator,
        amount_cents=cents,
        share_bps=item.share_bps,
        rate_bps=rate_of(item),
    )
    return EventLine(item.provider, refund.order, line)


# Rules that pay a lead once --------------------------------------------------


def _known_at_first(month: date) -> Known:
    """Before the refunds of the month's own payments: all those of earlier ones."""
    return lambda entry, refund: entry.month < month and refund.month <= month


def _once_lines(
    ledger: Ledger, first: FirstEvents, month: date, since: date
) -> Iterator[EventLine]:
    """What refunds change: a sum taken back may pass to the lead's next payment."""
    earlier = {entry.event.lead: None for entry in ledger.refunded_before(month, since)}
    own = {
        entry.event.lead: None
        for entry in ledger.by_month.get(month, ())
        if entry.refunds
    }
    for lead in earlier:
        entries = [each for each in first.of_lead(lead or "") if each.month < month]
        yield from _passed_on(ledger, first, entries, month, since)
    for lead in own:
        entries = [each for each in first.of_lead(lead or "") if each.month == month]
        yield from _passed_on(ledger, first, entries, month, None)
    for entry in (*ledger.refunded_before(month, since), *ledger.by_month[month]):
        if entry.event.lead is None:
            yield from _without_lead(ledger, entry, month, since)


def _without_lead(
    ledger: Ledger, entry: JournalEntry, month: date, since: date
) -> Iterator[EventLine]:
    """An event without a lead stands alone."""
    after = None if entry.month == month else since
    for item in ledger.single_items_of(entry):
        if pays_once(item.rule):
            yield from _refund_lines(item, month, after)


def _passed_on(
    ledger: Ledger,
    first: FirstEvents,
    entries: list[JournalEntry],
    month: date,
    since: date | None,
) -> Iterator[EventLine]:
    """Of one lead the difference that each refund of `entries` makes in their months,
    by rule and provider. With `since` these months are earlier ones."""
    items = [
        item
        for entry in entries
        for item in ledger.single_items_of(entry)
        if pays_once(item.rule)
    ]
    refunds = sorted(
        (refund.order, refund, entry)
        for entry in entries
        for refund in entry.refunds
        if refund.month <= month and (since is None or since < refund.month)
    )
    if not items:
        return
    at_first = _known_at_first(month) if since is None else _nothing
    for order, refund, entry in refunds:
        was = [item for item in items if _pays(first, item, at_first, order, False)]
        now = [item for item in items if _pays(first, item, at_first, order, True)]
        yield from _differences(was, now, refund, entry)


def _nothing(entry: JournalEntry, refund: PaymentRefund) -> bool:
    return False


def _pays(
    first: FirstEvents, item: Item, at_first: Known, order: Order, is_after: bool
) -> bool:
    """With the refunds known `at_first`, those before `order`, and itself after it."""

    def known(entry: JournalEntry, refund: PaymentRefund) -> bool:
        is_before = refund.order < order or (is_after and refund.order == order)
        return is_before or at_first(entry, refund)

    return first.pays(item.rule, item.entry, known)


def _differences(
    was: Iterable[Item], now: Iterable[Item], refund: PaymentRefund, entry: JournalEntry
) -> Iterator[EventLine]:
    """A line for whoever had one of the refunded payment, or gains or loses by it."""
    sums: dict[tuple[str, str], list[tuple[int, Item]]] = defaultdict(list)
    for sign, items in ((-1, was), (1, now)):
        for item in items:
            sums[item.rule.id, item.provider].append((sign, item))
    for signed in sums.values():
        amounts = [(sign, amount_of(item, 1)) for sign, item in signed]
        cents = sum(sign * amount.cents for sign, amount in amounts)
        top = sum(sign * amount.numerator for sign, amount in amounts)
        own = [
            item
            for sign, item in signed
            if sign < 0
            and item.entry is entry
            and refund in taken_back(item.rule.terms, entry)
        ]
        if own or cents or top:
            item = own[0] if own else signed[0][1]
            yield _refund_line(
                item, refund, Amount(top, BASE_SCALE), cents, is_base=bool(own)
            )
