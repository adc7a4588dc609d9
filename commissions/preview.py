"""What a rule would have paid for a month's real events, before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from commissions.engine import Inputs, RuleRow, compute
from commissions.loading import load
from commissions.models import Provider


@dataclass(frozen=True)
class PreviewRow:
    """A provider's month as it is and as it would be, in cents."""

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

    Only those whose earnings would change.
    """
    inputs = load(month).inputs
    others = [row for row in inputs.rules if row.id != instead_of]
    tried = replace(rule, effective_from=month, effective_to=None)
    now, then = (
        _earned(inputs, month),
        _earned(replace(inputs, rules=[*others, tried]), month),
    )
    names = dict(Provider.all_objects.values_list("pk", "name"))
    rows = [
        PreviewRow(names[provider], now[provider], then[provider])
        for provider in now
        if now[provider] != then[provider]
    ]
    return Preview(month, sorted(rows, key=lambda row: row.name))


def _earned(inputs: Inputs, month: date) -> dict[str, int]:
    return {
        statement.provider: statement.earned_cents
        for statement in compute(inputs, [month]).statements
    }
