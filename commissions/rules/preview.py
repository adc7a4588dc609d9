"""What a rule would have paid for a month's real events, before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from commissions.engine import Inputs, RuleRow, compute
from commissions.models import CommissionRule, Provider
from commissions.statements.calculate import without_collecting
from commissions.statements.loading import load


@dataclass(frozen=True)
class PreviewRow:
    """What a provider's month comes to now and would come to, in cents: what was
    earned, and what a draw adds to it."""

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

    Only those for whom something would change.
    """
    one = _only_one(rule, instead_of)
    with without_collecting():
        inputs = load(month, one).inputs
        others = [row for row in inputs.rules if row.id != instead_of]
        tried = replace(rule, effective_from=month, effective_to=None)
        now = _comes_to(inputs, month, one)
        then = _comes_to(replace(inputs, rules=[*others, tried]), month, one)
    names = dict(Provider.all_objects.values_list("pk", "name"))
    rows = [
        PreviewRow(names[provider], now[provider], then[provider])
        for provider in now
        if now[provider] != then[provider]
    ]
    return Preview(month, sorted(rows, key=lambda row: row.name))


def _only_one(rule: RuleRow, instead_of: str) -> str | None:
    """The provider that it is all about: reading one takes much less."""
    if not rule.provider:
        return None
    others = CommissionRule.objects.filter(pk=instead_of).exclude(
        provider=rule.provider
    )
    return None if others.exists() else rule.provider


def _comes_to(inputs: Inputs, month: date, one: str | None) -> dict[str, int]:
    return {
        statement.provider: statement.earned_cents
        + statement.settlement.draw_topup_cents
        for statement in compute(inputs, [month], only=one).statements
        if one is None or statement.provider == one
    }
