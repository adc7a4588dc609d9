"""What a rule that is not saved yet would have paid for a month's real events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from commissions.engine import RuleRow, compute
from commissions.models import CommissionRule, Provider
from commissions.rules.month_totals import load_totals
from commissions.statements.calculate import garbage_collection_off
from commissions.statements.loading import LoadedMonth


@dataclass(frozen=True)
class PreviewRow:
    """A provider's earned cents, and a draw's top-up, without and with the rule."""

    name: str
    now_cents: int
    then_cents: int

    @property
    def difference_cents(self) -> int:
        return self.then_cents - self.now_cents


@dataclass(frozen=True)
class Preview:
    month: date
    rows: Sequence[PreviewRow]

    @property
    def difference_cents(self) -> int:
        return sum(row.difference_cents for row in self.rows)


def preview(rule: RuleRow, month: date, *, instead_of: str = "") -> Preview:
    """The month with `rule` in force throughout, in place of the rule `instead_of`.

    Its rows are the providers for whom something would change.
    """
    one = _single_provider(rule, instead_of)
    with garbage_collection_off():
        loaded = load_totals(month, rule)
        inputs = loaded.inputs
        others = [row for row in inputs.rules if row.id != instead_of]
        old = next((row for row in inputs.rules if row.id == instead_of), None)
        chain = rule.chain
        if old:
            chain = old.chain or old.id
            others += _before(old, month)
        tried = replace(rule, effective_from=month, effective_to=None, chain=chain)
        now = _totals_by_provider(loaded, one)
        changed = replace(inputs, rules=[*others, tried])
        then = _totals_by_provider(replace(loaded, inputs=changed), one)
    names = dict(Provider.all_objects.values_list("pk", "name"))
    rows = [
        PreviewRow(names[provider], now[provider], then[provider])
        for provider in now
        if now[provider] != then[provider]
    ]
    return Preview(month, sorted(rows, key=lambda row: row.name))


def _before(old: RuleRow, month: date) -> list[RuleRow]:
    """The replaced rule in the months before: their refunds are its own."""
    if old.effective_from >= month:
        return []
    last = month - timedelta(days=1)
    return [replace(old, effective_to=min(old.effective_to or last, last))]


def _single_provider(rule: RuleRow, instead_of: str) -> str | None:
    """The one provider whom both rules are for: nobody else has to be calculated."""
    if not rule.provider:
        return None
    others = CommissionRule.objects.filter(pk=instead_of).exclude(
        provider=rule.provider
    )
    return None if others.exists() else rule.provider


def _totals_by_provider(loaded: LoadedMonth, one: str | None) -> dict[str, int]:
    result = compute(loaded.inputs, [loaded.month], since=loaded.since, only=one)
    return {
        statement.provider: statement.earned_cents + statement.totals.draw_topup_cents
        for statement in result.statements
        if one is None or statement.provider == one
    }
