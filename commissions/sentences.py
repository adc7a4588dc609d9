"""Rules and lines of statements in words, so that a provider can check them."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from commissions.engine import CommissionLine, LineKind
from commissions.engine.rule_language import (
    AnyRule,
    Bonus,
    Draw,
    Flat,
    Match,
    Percent,
    Pool,
    Tiered,
)
from commissions.engine.schemas import month_of_number
from kpis.choices import Category, Kind
from leads.models.procedure import procedure_name
from medspa.formats import (
    clinic_formats,
    format_cents,
    format_date,
    format_month,
    format_percent,
)
from medspa.money import round_half_away

EVENT_NAMES = {
    "invoice_paid": "payment",
    "consult_show": "showed consult",
    "consult_booked": "booked consult",
}
Names = Mapping[str, str]


def rule_sentence(
    terms: AnyRule, first: date, last: date | None, names: Names | None = None
) -> str:
    """`10% of what was collected on Botox, at most $500 a month, from Mar 1, 2026`.

    `names` are those of a pool's members by provider id.
    """
    parts = [
        *_terms(terms, names or {}),
        *_refunds(terms),
        f"from {format_date(first)}",
    ]
    if last:
        parts[-1] += f" to {format_date(last)}"
    return ", ".join(parts)


def _terms(terms: AnyRule, names: Names) -> list[str]:
    match terms:
        case Percent():
            return _percent(terms)
        case Flat():
            return _flat(terms)
        case Tiered():
            return _tiered(terms)
        case Bonus():
            threshold = format_cents(terms.threshold_cents)
            return [
                f"{format_cents(terms.amount_cents)} once the month's payments"
                f"{_about(terms.match)} reach {threshold}"
            ]
        case Pool():
            return [
                f"{format_percent(terms.rate_bps)} of all the clinic's payments"
                f"{_about(terms.match)}, shared by {_members(terms, names)}",
                *_limits(terms),
            ]
    return _draw(terms)


def _percent(terms: Percent) -> list[str]:
    base = "what was collected"
    if terms.base == "net_of_cost":
        base = "what was collected minus product cost"
    parts = [f"{format_percent(terms.rate_bps)} of {base}{_about(terms.match)}"]
    return [*parts, *_limits(terms)]


def _flat(terms: Flat) -> list[str]:
    what = f"{EVENT_NAMES[terms.event]}{_about(terms.match)}"
    parts = [f"{format_cents(terms.amount_cents)} for each {what}"]
    if terms.once_per_lead:
        parts.append("once per lead")
    return [*parts, *_limits(terms)]


def _tiered(terms: Tiered) -> list[str]:
    steps = []
    for bracket in terms.brackets:
        bound = "above that"
        if bracket.up_to_cents is not None:
            bound = f"up to {format_cents(bracket.up_to_cents)}"
        steps.append(f"{format_percent(bracket.rate_bps)} {bound}")
    how = "each tier at its own rate"
    if terms.mode == "whole":
        how = "the highest rate reached applies to the whole amount"
    about = f"of the month's payments{_about(terms.match)}"
    return [f"{_listed(steps)}, {about} ({how})", *_limits(terms)]


def _draw(terms: Draw) -> list[str]:
    amount = format_cents(terms.amount_cents)
    if terms.recoverable:
        return [f"at least {amount} a month", "recoverable from later months"]
    return [f"at least {amount} a month", "not recoverable"]


def _refunds(terms: AnyRule) -> list[str]:
    if isinstance(terms, Draw):
        return []
    if terms.refund == "none":
        return ["not reduced by refunds"]
    if terms.clawback_days is not None:
        return [f"clawed back for refunds within {terms.clawback_days} days"]
    return []


def _limits(terms: Percent | Flat | Tiered | Pool) -> list[str]:
    parts = []
    if terms.cap_cents is not None:
        parts.append(f"at most {format_cents(terms.cap_cents)} a month")
    needed = getattr(terms, "min_period_base_cents", None)
    if needed:
        parts.append(f"only in months that reach {format_cents(needed)}")
    return parts


def _about(match: Match) -> str:
    words = []
    if match.procedures:
        words.append(f" on {_listed([procedure_name(p) for p in match.procedures])}")
    if match.categories:
        labels = [str(Category(c).label).lower() for c in match.categories]
        words.append(f" for {_listed(labels)}")
    if match.min_value_cents:
        words.append(f" of {format_cents(match.min_value_cents)} or more")
    return "".join(words)


def _members(terms: Pool, names: Names) -> str:
    shares = [
        names.get(member, "unknown person") + (f" ({weight})" if weight > 1 else "")
        for member, weight in sorted(terms.members.items())
    ]
    return _listed(shares)


def _listed(words: Sequence[object]) -> str:
    *most, last = [str(word) for word in words]
    return f"{', '.join(most)} and {last}" if most else last


def line_title(line: CommissionLine, event_kind: str = "") -> str:
    """What a line is about, without its event's date."""
    match line.kind:
        case LineKind.REFUND | LineKind.REVERSAL:
            return "Refund clawback"
        case LineKind.REFUNDS:
            return f"Refund clawbacks for {format_month(month_of_number(line.detail))}"
        case LineKind.BELOW:
            return f"{_about_below(line, event_kind)}, below the minimum"
        case LineKind.BRACKET | LineKind.WHOLE:
            return f"Tier {line.detail} of the month"
        case LineKind.BONUS:
            return "Bonus of the month"
        case LineKind.POOL:
            return f"Share of the pool of {format_cents(line.detail)}"
        case LineKind.CAP:
            return f"Above the cap of {format_cents(line.detail)}"
    return str(Kind(event_kind).label) if event_kind else "Earned"


def _about_below(line: CommissionLine, event_kind: str) -> str:
    if event_kind:
        return str(Kind(event_kind).label)
    return f"Tier {line.detail} of the month" if line.detail else "The month"


def arithmetic(
    line: CommissionLine, terms: AnyRule, paid: tuple[int, int] | None = None
) -> str:
    """How the line was calculated: `$450.05 × 10% = $45.005, rounded to $45.01`.

    `paid` are the payment's value and product cost in cents, where they are known.
    """
    match line.kind:
        case LineKind.REFUNDS:
            return f"{format_cents(line.base_cents)} changes it by {_result(line)}"
        case LineKind.BELOW:
            base = format_cents(line.base_cents)
            return f"{base}, below the minimum of the month: {_result(line)}"
        case LineKind.CAP:
            total = format_cents(line.detail - line.amount_cents)
            return f"{format_cents(line.detail)} − {total} = {_result(line)}"
        case LineKind.POOL:
            return f"{_pool(line, terms)} = {_result(line)}"
        case LineKind.BONUS:
            return f"{format_cents(line.base_cents)} reached: {_result(line)}"
    factors = [_base(line, terms, paid)]
    if line.kind in (LineKind.REFUND, LineKind.REVERSAL):
        return _refund(line)
    if isinstance(terms, Flat):
        factors = [format_cents(terms.amount_cents)]
        if line.share_bps != 10_000:
            factors.append(f"{format_percent(line.share_bps)} share")
    if line.rate_bps is not None:
        factors.append(format_percent(line.rate_bps))
    result = _result(line)
    if factors == [result]:
        return result
    return f"{' × '.join(factors)} = {result}"


def _refund(line: CommissionLine) -> str:
    """A refund's line is the difference of two rounded amounts."""
    base = format_cents(line.base_cents)
    if line.rate_bps is not None:
        base += f" × {format_percent(line.rate_bps)}"
    exact = exact_dollars(line.exact)
    exactly = "" if line.exact == line.amount_cents else f" ({exact})"
    return f"{base}{exactly} changes it by {format_cents(line.amount_cents)}"


def _base(line: CommissionLine, terms: AnyRule, paid: tuple[int, int] | None) -> str:
    """The line's base; of a payment without refunds how it follows from its value."""
    if line.kind != LineKind.SALE or line.sources or not paid:
        return format_cents(line.base_cents)
    value, cost = (format_cents(cents) for cents in paid)
    if isinstance(terms, Percent) and terms.base == "net_of_cost":
        less = f", at least {format_cents(0)}" if paid[1] > paid[0] else ""
        value = f"({value} − {cost} cost{less})"
    share = (
        "" if line.share_bps == 10_000 else f" × {format_percent(line.share_bps)} share"
    )
    return value + share


def difference(line: CommissionLine, was_cents: int | None = None) -> str:
    """How a correction was calculated: the difference from the corrected line.

    It is the difference of rounded amounts, so the exact one may round to another cent.
    """
    was = "" if was_cents is None else f"was {format_cents(was_cents)}, "
    said = f"{was}difference of {format_cents(line.amount_cents)}"
    if line.exact == line.amount_cents:
        return said
    return f"{said} (exactly {exact_dollars(line.exact)})"


def _pool(line: CommissionLine, terms: AnyRule) -> str:
    share = Fraction(line.exact, line.detail) if line.detail else Fraction()
    pool = format_cents(line.detail)
    whole = (
        f"{format_cents(line.base_cents)} × {format_percent(line.rate_bps)} → {pool}"
    )
    return f"{whole} × {share.numerator}/{share.denominator}"


def _result(line: CommissionLine) -> str:
    amount = format_cents(line.amount_cents)
    if line.exact == line.amount_cents:
        return amount
    rounded = f"{exact_dollars(line.exact)}, rounded to {amount}"
    if line.amount_cents == round_half_away(line.exact):
        return rounded
    # A pool's left-over cents go to some of its shares.
    return f"{rounded} so that all shares add up to the pool"


def exact_dollars(cents: Fraction) -> str:
    """`$45.005`, with all digits; `$15.17/3` if the digits never end."""
    sign = "−" if cents < 0 else ""
    thousandths = abs(cents) * 10_000
    if thousandths.denominator != 1:
        whole = abs(cents)
        return f"{sign}{format_cents(whole.numerator)}/{whole.denominator:,}"
    digits = f"{int(thousandths):07}"
    dollars, rest = int(digits[:-6]), digits[-6:].rstrip("0")
    return f"{sign}{clinic_formats().currency_sign}{dollars:,}.{rest:0<2}"
