"""Lines for a month as a whole: tiers, bonuses, pools, caps."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from commissions.engine.earning import BASE_SCALE, BaseKey, Ledger
from commissions.engine.rule_language import Bonus, Percent, Pool, Tiered
from commissions.engine.schemas import (
    WHOLE_BPS,
    CommissionLine,
    Earner,
    LineKind,
    RuleRow,
    nearest,
)
from medspa.money import split_cents

Lines = dict[str, list[CommissionLine]]


def lines_of(ledger: Ledger, month: date, providers: Mapping[str, Earner]) -> Lines:
    """All lines of `month` by provider, ordered by rule, those of events first."""
    lines: Lines = {provider: [] for provider in providers}
    for earned in ledger.lines.get(month, ()):
        if earned.provider in lines and _reaches_minimum(ledger, earned.minimum):
            lines[earned.provider].append(earned.line)
    for key, base in sorted(ledger.bases.items()):
        if key.month == month:
            _add_monthly(ledger.book.rules[key.rule], key, base, providers, lines)
    return {
        provider: _capped(sorted(mine, key=_by_rule), ledger)
        for provider, mine in lines.items()
    }


def _by_rule(line: CommissionLine) -> tuple[str, bool]:
    return line.rule, line.event is None


def _reaches_minimum(ledger: Ledger, minimum: BaseKey | None) -> bool:
    if minimum is None:
        return True
    terms = ledger.book.rules[minimum.rule].terms
    needed = (isinstance(terms, Percent) and terms.min_period_base_cents) or 0
    return ledger.bases[minimum] >= needed * BASE_SCALE


def _add_monthly(
    rule: RuleRow,
    key: BaseKey,
    base: int,
    providers: Mapping[str, Earner],
    lines: Lines,
) -> None:
    if isinstance(rule.terms, Pool):
        for provider, line in pool_lines(rule, rule.terms, base, key, providers):
            lines[provider].append(line)
    elif key.provider not in lines:
        return
    elif isinstance(rule.terms, Tiered):
        lines[key.provider] += tier_lines(rule, rule.terms, base)
    elif isinstance(rule.terms, Bonus):
        lines[key.provider] += bonus_lines(rule, rule.terms, base)


def tier_lines(rule: RuleRow, terms: Tiered, base: int) -> list[CommissionLine]:
    """`base` is in cents times `BASE_SCALE`; an upper bound is part of its bracket."""
    needed = terms.min_period_base_cents
    if not base or (needed is not None and base < needed * BASE_SCALE):
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
    if base < 0:
        yield 1, terms.brackets[0].rate_bps, base
        return
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
    if base < terms.threshold_cents * BASE_SCALE:
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
    key: BaseKey,
    providers: Mapping[str, Earner],
) -> Iterator[tuple[str, CommissionLine]]:
    """The pool split among the members who have not left; the parts sum to it."""
    members = sorted(
        member
        for member in terms.members
        if member in providers and providers[member].is_here(key.month)
    )
    if not members or not base:
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


def _capped(lines: list[CommissionLine], ledger: Ledger) -> list[CommissionLine]:
    """With a (negative) line for what exceeds each rule's cap."""
    result = []
    for rule_id, group in groupby(lines, key=lambda line: line.rule):
        mine = list(group)
        result += mine
        result += cap_lines(ledger.book.rules[rule_id], mine)
    return result


def cap_lines(rule: RuleRow, lines: Iterable[CommissionLine]) -> list[CommissionLine]:
    cap = getattr(rule.terms, "cap_cents", None)
    total = sum(line.amount_cents for line in lines)
    if cap is None or total <= cap:
        return []
    excess = cap - total
    line = CommissionLine(rule.id, None, LineKind.CAP, 0, excess, 1, excess, detail=cap)
    return [line]
