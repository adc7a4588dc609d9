"""What a month as a whole makes: tiers, bonuses, pools, caps."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from commissions.engine.earning import PARTS, Ledger, Place
from commissions.engine.schemas import (
    WHOLE_BPS,
    Line,
    LineKind,
    Provider,
    RuleRow,
    nearest,
)
from commissions.rule_language import Bonus, Percent, Pool, Tiered
from medspa.money import split_cents

Lines = dict[str, list[Line]]


def lines_of(ledger: Ledger, month: date, providers: Mapping[str, Provider]) -> Lines:
    """Everybody's lines of `month`, by rule, an event's before the month's own."""
    lines: Lines = {provider: [] for provider in providers}
    for earned in ledger.lines.get(month, ()):
        if earned.provider in lines and _is_open(ledger, earned.gate):
            lines[earned.provider].append(earned.line)
    for place, base in sorted(ledger.bases.items()):
        if place.month == month:
            _add_monthly(ledger.book.rules[place.rule], place, base, providers, lines)
    return {
        provider: _capped(sorted(mine, key=_by_rule), ledger)
        for provider, mine in lines.items()
    }


def _by_rule(line: Line) -> tuple[str, bool]:
    return line.rule, line.event is None


def _is_open(ledger: Ledger, gate: Place | None) -> bool:
    if gate is None:
        return True
    terms = ledger.book.rules[gate.rule].terms
    needed = (isinstance(terms, Percent) and terms.min_period_base_cents) or 0
    return ledger.bases[gate] >= needed * PARTS


def _add_monthly(
    rule: RuleRow,
    place: Place,
    base: int,
    providers: Mapping[str, Provider],
    lines: Lines,
) -> None:
    if isinstance(rule.terms, Pool):
        for provider, line in pool_lines(rule, rule.terms, base, place, providers):
            lines[provider].append(line)
    elif place.provider not in lines:
        return
    elif isinstance(rule.terms, Tiered):
        lines[place.provider] += tier_lines(rule, rule.terms, base)
    elif isinstance(rule.terms, Bonus):
        lines[place.provider] += bonus_lines(rule, rule.terms, base)


# Tiers ----------------------------------------------------------------------


def tier_lines(rule: RuleRow, terms: Tiered, base: int) -> list[Line]:
    """`base` in cents times `PARTS`; a bracket's upper bound belongs to it."""
    needed = terms.min_period_base_cents
    if not base or (needed is not None and base < needed * PARTS):
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
        if bracket.up_to_cents is None or base <= bracket.up_to_cents * PARTS:
            return number, bracket.rate_bps
    raise AssertionError("the last bracket is open")


def _parts(terms: Tiered, base: int) -> Iterator[tuple[int, int, int]]:
    """Each bracket that `base` reaches, its rate and the part within it."""
    if base < 0:
        yield 1, terms.brackets[0].rate_bps, base
        return
    lower = 0
    for number, bracket in enumerate(terms.brackets, start=1):
        upper = base
        if bracket.up_to_cents is not None:
            upper = min(base, bracket.up_to_cents * PARTS)
        if upper > lower:
            yield number, bracket.rate_bps, upper - lower
        lower = upper


def _tier_line(
    rule: RuleRow, kind: LineKind, number: int, rate_bps: int, base: int
) -> Line:
    numerator, denominator = base * rate_bps, PARTS * WHOLE_BPS
    return Line(
        rule=rule.id,
        event=None,
        kind=kind,
        base_cents=nearest(base, PARTS),
        numerator=numerator,
        denominator=denominator,
        amount_cents=nearest(numerator, denominator),
        rate_bps=rate_bps,
        detail=number,
    )


# Bonuses --------------------------------------------------------------------


def bonus_lines(rule: RuleRow, terms: Bonus, base: int) -> list[Line]:
    if base < terms.threshold_cents * PARTS:
        return []
    return [
        Line(
            rule=rule.id,
            event=None,
            kind=LineKind.BONUS,
            base_cents=nearest(base, PARTS),
            numerator=terms.amount_cents,
            denominator=1,
            amount_cents=terms.amount_cents,
        )
    ]


# Pools ----------------------------------------------------------------------


def pool_lines(
    rule: RuleRow,
    terms: Pool,
    base: int,
    place: Place,
    providers: Mapping[str, Provider],
) -> Iterator[tuple[str, Line]]:
    """Shared by the members who are still here; the parts sum to the pool."""
    members = sorted(
        member
        for member in terms.members
        if member in providers and providers[member].is_here(place.month)
    )
    if not members or not base:
        return
    pool = nearest(base * terms.rate_bps, PARTS * WHOLE_BPS)
    whole = sum(terms.members[member] for member in members)
    amounts = split_cents(pool, [terms.members[member] for member in members])
    for member, amount in zip(members, amounts, strict=True):
        yield (
            member,
            Line(
                rule=rule.id,
                event=None,
                kind=LineKind.POOL,
                base_cents=nearest(base, PARTS),
                numerator=pool * terms.members[member],
                denominator=whole,
                amount_cents=amount,
                rate_bps=terms.rate_bps,
                detail=pool,
            ),
        )


# Caps -----------------------------------------------------------------------


def _capped(lines: list[Line], ledger: Ledger) -> list[Line]:
    """With a line of its own for what a rule's cap takes away."""
    result = []
    for rule_id, group in groupby(lines, key=lambda line: line.rule):
        mine = list(group)
        result += mine
        result += cap_lines(ledger.book.rules[rule_id], mine)
    return result


def cap_lines(rule: RuleRow, lines: Iterable[Line]) -> list[Line]:
    cap = getattr(rule.terms, "cap_cents", None)
    total = sum(line.amount_cents for line in lines)
    if cap is None or total <= cap:
        return []
    excess = cap - total
    line = Line(rule.id, None, LineKind.CAP, 0, excess, 1, excess, detail=cap)
    return [line]
