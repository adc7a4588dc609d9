"""The law once more, as plainly as it can be said: what one rule pays one provider for
a month, knowing the refunds up to the end of another. It shares no code with the engine
but the types of its input, looks at every event for every question, and is slow.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from commissions.engine import Event, Inputs, RuleRow


class Law:
    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        known: dict[str, Event] = {}
        for event in inputs.events:
            known.setdefault(event.id, event)
        self.events = known

    def paid(self, rule: RuleRow, provider: str, month: date, as_of: date) -> int:
        """Cents of `rule` for `provider` in `month`, as of the end of `as_of`."""
        terms: Any = rule.terms
        if terms.type == "draw":
            return 0
        counted = list(self.counted(rule, provider, month))
        base = sum(
            (self.base(rule, event, as_of) * share for event, share in counted),
            Fraction(),
        )
        if base < (getattr(terms, "min_period_base_cents", None) or 0):
            return 0
        cents = self._cents(rule, provider, month, as_of, counted, base)
        cap = getattr(terms, "cap_cents", None)
        return cents if cap is None else min(cents, cap)

    def _cents(
        self,
        rule: RuleRow,
        provider: str,
        month: date,
        as_of: date,
        counted: list[tuple[Event, Fraction]],
        base: Fraction,
    ) -> int:
        terms: Any = rule.terms
        match terms.type:
            case "percent":
                rate = Fraction(terms.rate_bps, 10_000)
                return sum(
                    half_up(self.base(rule, event, as_of) * share * rate)
                    for event, share in counted
                )
            case "flat":
                return sum(
                    half_up(terms.amount_cents * share)
                    for event, share in counted
                    if self.pays_flat(rule, event, as_of)
                )
            case "bonus":
                reached = base > 0 and base >= terms.threshold_cents
                return terms.amount_cents if reached else 0
            case "tiered":
                return self._tiers(terms, base)
        return self._pool_part(terms, provider, month, base)

    def _tiers(self, terms: Any, base: Fraction) -> int:
        lower, parts = Fraction(), []
        for bracket in terms.brackets:
            rate = Fraction(bracket.rate_bps, 10_000)
            bound = bracket.up_to_cents
            upper = base if bound is None else min(base, Fraction(bound))
            if bound is None or base <= bound:
                if terms.mode == "whole":
                    return half_up(base * rate)
                parts.append(half_up((upper - lower) * rate))
                break
            parts.append(half_up((upper - lower) * rate))
            lower = upper
        return sum(parts)

    def _pool_part(self, terms: Any, provider: str, month: date, base: Fraction) -> int:
        here = [
            key
            for key in sorted(terms.members)
            if key in self.inputs.providers
            and self.inputs.providers[key].is_here(month)
        ]
        if provider not in here:
            return 0
        pool = half_up(base * terms.rate_bps / 10_000)
        whole = sum(terms.members[key] for key in here)
        exact = {key: Fraction(pool * terms.members[key], whole) for key in here}
        cents = {key: int(part) for key, part in exact.items()}
        by_remainder = sorted(here, key=lambda key: (cents[key] - exact[key], key))
        for key in by_remainder[: pool - sum(cents.values())]:
            cents[key] += 1
        return cents[provider]

    def counted(
        self, rule: RuleRow, provider: str, month: date
    ) -> Iterator[tuple[Event, Fraction]]:
        """The events of `month` that the rule wins for the provider, with the share."""
        for event in self.events.values():
            if event.kind == "invoice_refunded" or self.month(event) != month:
                continue
            if rule.terms.type == "pool":
                if self.pool_wins(rule, event):
                    yield event, Fraction(1)
                continue
            for share in event.credits:
                if share.provider == provider and self.wins(rule, provider, event):
                    yield event, Fraction(share.share_bps, 10_000)

    def fits(self, rule: RuleRow, event: Event) -> bool:
        terms: Any = rule.terms
        if terms.type == "draw" or terms.event != event.kind:
            return False
        match = terms.match
        return (
            (match.procedures is None or event.procedure in match.procedures)
            and (match.categories is None or event.category in match.categories)
            and event.value_cents >= (match.min_value_cents or 0)
        )

    def applies(self, rule: RuleRow, event: Event) -> bool:
        day = self.day(event)
        if rule.terms.type in ("tiered", "bonus", "pool"):
            day = day.replace(day=1)
        ends = rule.effective_to or date.max
        return self.fits(rule, event) and rule.effective_from <= day <= ends

    def covers(self, rule: RuleRow, provider: str) -> bool:
        row = self.inputs.providers.get(provider)
        if row is None:
            return False
        return rule.provider == provider or (
            not rule.provider and rule.role in (None, "", row.role)
        )

    def rivals(self, rule: RuleRow, event: Event) -> list[RuleRow]:
        terms: Any = rule.terms
        return [
            other
            for other in self.inputs.rules
            if other.id != rule.id
            and terms.group
            and getattr(other.terms, "group", None) == terms.group
            and self.applies(other, event)
        ]

    def pool_wins(self, rule: RuleRow, event: Event) -> bool:
        if not self.applies(rule, event):
            return False
        return not any(
            rank(other) < rank(rule)
            and (
                other.terms.type == "pool"
                or any(self.covers(other, each.provider) for each in event.credits)
            )
            for other in self.rivals(rule, event)
        )

    def wins(self, rule: RuleRow, provider: str, event: Event) -> bool:
        if not (self.applies(rule, event) and self.covers(rule, provider)):
            return False
        for other in self.rivals(rule, event):
            if other.terms.type == "pool":
                if self.pool_wins(other, event):
                    return False
            elif self.covers(other, provider) and rank(other) < rank(rule):
                return False
        return True

    def day(self, event: Event) -> date:
        return event.occurred_at.astimezone(self.inputs.zone).date()

    def month(self, event: Event) -> date:
        return self.day(event).replace(day=1)

    def left(self, rule: RuleRow, event: Event, as_of: date) -> int:
        terms: Any = rule.terms
        taken = 0
        for refund in self.events.values():
            if refund.refund_of != event.id or terms.refund == "none":
                continue
            later = max(self.day(refund), self.day(event))
            days = (later - self.day(event)).days
            is_in_time = terms.clawback_days is None or days <= terms.clawback_days
            if is_in_time and later.replace(day=1) <= as_of:
                taken += refund.value_cents
        return max(0, event.value_cents - taken)

    def base(self, rule: RuleRow, event: Event, as_of: date) -> Fraction:
        """base x remaining / value."""
        if not event.value_cents:
            return Fraction()
        base = event.value_cents
        if getattr(rule.terms, "base", "") == "net_of_cost":
            base = max(0, base - event.cost_cents)
        return Fraction(base * self.left(rule, event, as_of), event.value_cents)

    def is_left(self, rule: RuleRow, event: Event, as_of: date) -> bool:
        is_payment = event.kind == "invoice_paid"
        return not is_payment or self.left(rule, event, as_of) > 0

    def pays_flat(self, rule: RuleRow, event: Event, as_of: date) -> bool:
        terms: Any = rule.terms
        if not self.is_left(rule, event, as_of):
            return False
        if not terms.once_per_lead or event.lead is None:
            return True
        fitting = [
            other
            for other in self.events.values()
            if other.lead == event.lead
            and self.fits(rule, other)
            and any(self.covers(rule, share.provider) for share in other.credits)
            and self.is_left(rule, other, as_of)
        ]
        return min(fitting, key=lambda each: (each.occurred_at, each.id)) is event


def rank(rule: RuleRow) -> tuple[int, int, str]:
    match: Any = rule.terms.match  # type: ignore[union-attr]
    keys = [match.procedures, match.categories, match.min_value_cents]
    return -rule.priority, -sum(key is not None for key in keys), rule.id


def half_up(value: Fraction) -> int:
    """Halves away from zero; nothing here is negative."""
    assert value >= 0
    return int(value + Fraction(1, 2))
