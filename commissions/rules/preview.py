"""What a rule that is not saved yet would have paid for a month's real events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from commissions.engine import Inputs, RuleRow, compute
from commissions.models import CommissionRule, Provider
from commissions.statements.calculate import garbage_collection_off
from commissions.statements.loading import load


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
        inputs = load(month, one).inputs
        others = [row for row in inputs.rules if row.id != instead_of]
        tried = replace(rule, effective_from=month, effective_to=None)
        now = _totals_by_provider(inputs, month, one)
        then = _totals_by_provider(replace(inputs, rules=[*others, tried]), month, one)
    names = dict(Provider.all_objects.values_list("pk", "name"))
    rows = [
        PreviewRow(names[provider], now[provider], then[provider])
        for provider in now
        if now[provider] != then[provider]
    ]
    return Preview(month, sorted(rows, key=lambda row: row.name))


def _single_provider(rule: RuleRow, instead_of: str) -> str | None:
    """The one provider whom both rules are for: fewer events have to be read."""
    if not rule.provider:
        return None
    others = CommissionRule.objects.filter(pk=instead_of).exclude(
        provider=rule.provider
    )
    return None if others.exists() else rule.provider


def _totals_by_provider(inputs: Inputs, month: date, one: str | None) -> dict[str, int]:
    return {
        statement.provider: statement.earned_cents + statement.totals.draw_topup_cents
        for statement in compute(inputs, [month], only=one).statements
        if one is None or statement.provider == one
    }
