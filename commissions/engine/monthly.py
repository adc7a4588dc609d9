"""Lines of rules that look at a month as a whole: tiers, bonuses, pools, and percent
and flat with a cap or a minimum. Refunds are netted in their bases; what refunds change
in an earlier month is one line.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from commissions.engine.items import (
    BASE_SCALE,
    Base,
    Item,
    Known,
    Ledger,
    Portion,
    base_of,
    base_of_all,
    left_of,
    refund_sources,
    rounded,
    sources_of,
    up_to,
)
from commissions.engine.once import FirstEvents
from commissions.engine.rule_language import Bonus, Pool, Tiered
from commissions.engine.rulebook import pays_once
from commissions.engine.schemas import (
    PAYMENT_KIND,
    WHOLE_BPS,
    CommissionLine,
    Earner,
    LineKind,
    LineSource,
    RuleRow,
    nearest,
    number_of_month,
)
from commissions.engine.single import amount_of, rate_of
from medspa.money import split_cents

LinesByProvider = dict[str, list[CommissionLine]]


class MonthLines(NamedTuple):
    """Lines by provider, and the exact base that they are calculated from."""

    lines: LinesByProvider
    base: Base


def month_lines(
    rule: RuleRow,
    portions: Sequence[Portion],
    month: date,
    known: Known,
    first: FirstEvents,
    providers: Mapping[str, Earner],
) -> MonthLines:
    """What one rule pays for `portions` (of one provider, or of a pool)."""
    terms, provider = rule.terms, portions[0].provider
    base = base_of_all(terms, portions, known)
    is_below = base < (getattr(terms, "min_period_base_cents", 0) or 0) * BASE_SCALE
    if isinstance(terms, Pool):
        found = pool_lines(rule, terms, int(base), month, providers)
        lines = {who: [line] for who, line in found}
    elif isinstance(terms, Tiered):
        lines = {provider: tier_lines(rule, terms, int(base))}
    elif isinstance(terms, Bonus):
        lines = {provider: bonus_lines(rule, terms, int(base))}
    else:
        items = (Item(rule, portion) for portion in portions)
        lines = {provider: list(_event_lines(items, known, first))}
    if is_below:
        lines = {who: [_below(line) for line in each] for who, each in lines.items()}
    lines = {who: each + cap_lines(rule, each) for who, each in lines.items()}
    if any(line.event is None for each in lines.values() for line in each):
        sources = sources_of(terms, portions, known)
        lines = {who: _with_sources(each, sources) for who, each in lines.items()}
    return MonthLines(lines, base)


def _with_sources(
    lines: Iterable[CommissionLine], sources: tuple[LineSource, ...]
) -> list[CommissionLine]:
    return [line if line.event else line._replace(sources=sources) for line in lines]


def _below(line: CommissionLine) -> CommissionLine:
    """The same line where the month's base did not reach the rule's minimum."""
    number = line.detail if line.kind in (LineKind.BRACKET, LineKind.WHOLE) else 0
    return line._replace(
        kind=LineKind.BELOW, numerator=0, denominator=1, amount_cents=0, detail=number
    )


def _event_lines(
    items: Iterable[Item], known: Known, first: FirstEvents
) -> Iterator[CommissionLine]:
    """Percent and flat: a line for each event, netted of its refunds."""
    for item in items:
        event, times = item.entry.event, item.entry.times
        left = left_of(item.rule.terms, item.entry, known)
        if item.rule.terms.type != "percent":
            is_gone = event.kind == PAYMENT_KIND and left <= 0
            if is_gone or (
                pays_once(item.rule) and not first.pays(item.rule, item.entry, known)
            ):
                continue
        amount = amount_of(item, left)
        is_netted = left != event.value_cents
        yield CommissionLine(
            rule=item.rule.id,
            event=event.id,
            kind=LineKind.SALE,
            base_cents=rounded(base_of(item.rule.terms, item.portion, left)) * times,
            numerator=amount.numerator * times,
            denominator=amount.denominator,
            amount_cents=amount.cents * times,
            share_bps=item.share_bps,
            rate_bps=rate_of(item),
            sources=sources_of(item.rule.terms, [item.portion], known)
            if is_netted
            else (),
        )


# Refunds of earlier months ---------------------------------------------------


def refund_lines(
    ledger: Ledger,
    first: FirstEvents,
    providers: Mapping[str, Earner],
    month: date,
    since: date,
) -> Iterator[tuple[str, CommissionLine]]:
    """What refunds after `since` up to the end of `month` change in earlier months,
    one line for each provider, rule and month of payments."""
    touched = _touched(ledger, first, month, since)
    for paid_in, rules in sorted(touched.items()):
        for rule, portions in ledger.monthly_rules(paid_in):
            if rule.id in rules:
                was, now = (
                    month_lines(rule, portions, paid_in, up_to(last), first, providers)
                    for last in (since, month)
                )
                new = refund_sources(
                    rule.terms, portions, lambda _, each: since < each.month <= month
                )
                yield from _changes(rule, paid_in, was, now, new)


def _touched(
    ledger: Ledger, first: FirstEvents, month: date, since: date
) -> dict[date, set[str]]:
    """By month of payments the rules that such refunds are about."""
    touched: dict[date, set[str]] = defaultdict(set)
    for entry in ledger.refunded_before(month, since):
        touched[entry.month] |= {rule.id for rule in ledger.monthly_rules_of(entry)}
        # What a lead is paid for once may pass to an event of another month, also from
        # one that no rule paid: it was the lead's first.
        for other in first.of_lead(entry.event.lead or ""):
            if other.month < month:
                touched[other.month] |= {
                    rule.id
                    for rule in ledger.monthly_rules_of(other)
                    if pays_once(rule)
                }
    return touched


def _changes(
    rule: RuleRow,
    paid_in: date,
    was: MonthLines,
    now: MonthLines,
    sources: tuple[LineSource, ...],
) -> Iterator[tuple[str, CommissionLine]]:
    for provider in sorted(was.lines.keys() | now.lines.keys()):
        before, after = was.lines.get(provider, []), now.lines.get(provider, [])
        cents = _cents(after) - _cents(before)
        exact = _exact(after) - _exact(before)
        if cents or exact or (before and sources):
            yield (
                provider,
                CommissionLine(
                    rule=rule.id,
                    event=None,
                    kind=LineKind.REFUNDS,
                    base_cents=rounded(now.base - was.base),
                    numerator=exact.numerator,
                    denominator=exact.denominator,
                    amount_cents=cents,
                    detail=number_of_month(paid_in),
                    sources=sources,
                ),
            )


def _cents(lines: Iterable[CommissionLine]) -> int:
    return sum(line.amount_cents for line in lines)


def _exact(lines: Iterable[CommissionLine]) -> Fraction:
    return sum((line.exact for line in lines), Fraction())


# Kinds of rules --------------------------------------------------------------


def tier_lines(rule: RuleRow, terms: Tiered, base: int) -> list[CommissionLine]:
    """`base` is in cents times `BASE_SCALE`; an upper bound is part of its bracket."""
    if base <= 0:
        return []
    if terms.mode == "whole":
        number, rate = _bracket_of(terms, base)
        return [_tier_line(rule, LineKind.WHOLE, number, rate, base)]
    return [
        _tier_line(rule, LineKind.BRACKET, number, rate, part)
        for number, rate, part in _parts(terms, base)
    ]


def _bracket_of(terms: Tiered, base: int) -> tuple[int, int]:
    for number, bracket in enumerate(terms.brackets, start=1):
        if bracket.up_to_cents is None or base <= bracket.up_to_cents * BASE_SCALE:
            return number, bracket.rate_bps
    raise AssertionError("the last bracket is open")


def _parts(terms: Tiered, base: int) -> Iterator[tuple[int, int, int]]:
    """The number, rate and part of `base` of each bracket that it reaches."""
    lower = 0
    for number, bracket in enumerate(terms.brackets, start=1):
        upper = base
        if bracket.up_to_cents is not None:
            upper = min(base, bracket.up_to_cents * BASE_SCALE)
        if upper > lower:
            yield number, bracket.rate_bps, upper - lower
        lower = upper


def _tier_line(
    rule: RuleRow, kind: LineKind, number: int, rate_bps: int, base: int
) -> CommissionLine:
    numerator, denominator = base * rate_bps, BASE_SCALE * WHOLE_BPS
    return CommissionLine(
        rule=rule.id,
        event=None,
        kind=kind,
        base_cents=nearest(base, BASE_SCALE),
        numerator=numerator,
        denominator=denominator,
        amount_cents=nearest(numerator, denominator),
        rate_bps=rate_bps,
        detail=number,
    )


def bonus_lines(rule: RuleRow, terms: Bonus, base: int) -> list[CommissionLine]:
    if base <= 0 or base < terms.threshold_cents * BASE_SCALE:
        return []
    return [
        CommissionLine(
            rule=rule.id,
            event=None,
            kind=LineKind.BONUS,
            base_cents=nearest(base, BASE_SCALE),
            numerator=terms.amount_cents,
            denominator=1,
            amount_cents=terms.amount_cents,
        )
    ]


def pool_lines(
    rule: RuleRow,
    terms: Pool,
    base: int,
    month: date,
    providers: Mapping[str, Earner],
) -> Iterator[tuple[str, CommissionLine]]:
    """The pool split among the members who have not left; the parts sum to it."""
    members = sorted(
        member
        for member in terms.members
        if member in providers and providers[member].is_here(month)
    )
    if not members or base <= 0:
        return
    pool = nearest(base * terms.rate_bps, BASE_SCALE * WHOLE_BPS)
    whole = sum(terms.members[member] for member in members)
    amounts = split_cents(pool, [terms.members[member] for member in members])
    for member, amount in zip(members, amounts, strict=True):
        yield (
            member,
            CommissionLine(
                rule=rule.id,
                event=None,
                kind=LineKind.POOL,
                base_cents=nearest(base, BASE_SCALE),
                numerator=pool * terms.members[member],
                denominator=whole,
                amount_cents=amount,
                rate_bps=terms.rate_bps,
                detail=pool,
            ),
        )


def cap_lines(rule: RuleRow, lines: Iterable[CommissionLine]) -> list[CommissionLine]:
    cap = getattr(rule.terms, "cap_cents", None)
    total = sum(line.amount_cents for line in lines)
    if cap is None or total <= cap:
        return []
    excess = cap - total
    line = CommissionLine(rule.id, None, LineKind.CAP, 0, excess, 1, excess, detail=cap)
    return [line]
