"""Adding and changing rules. A used rule is not changed: its next version follows."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from commissions.engine.rule_language import parse_rule
from commissions.models import CommissionRule
from commissions.refusals import RuleChangeRefused
from medspa.ids import new_id


@dataclass(frozen=True)
class RuleChange:
    """The values that a rule should have. For a used rule they begin with its next
    version, on `effective_from`."""

    provider_id: str | None
    role: str
    rule_json: dict[str, Any]
    priority: int
    effective_from: date
    effective_to: date | None
    acknowledged_name: str = ""

    def is_only_an_end(self, rule: CommissionRule) -> bool:
        """Whether nothing changes but the last day."""
        columns = self.provider_id, self.role, self.priority
        return (
            columns == (rule.provider_id, rule.role, rule.priority)
            and parse_rule(self.rule_json) == rule.rule
        )


def add_rule(change: RuleChange, key: str = "") -> CommissionRule:
    """`key` is the id of its row."""
    return _saved(CommissionRule(pk=key or new_id()), change)


@transaction.atomic
def change_rule(rule: CommissionRule, change: RuleChange) -> CommissionRule:
    """Save `change`; returns the row that has the new values.

    A used rule keeps its own: it ends the day before its next version, or is deleted
    if that begins no later than it did. Raises RuleChangeRefused if the rule has ended
    before the change begins, ValidationError for values that no rule can have.
    """
    rule = CommissionRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if not rule.is_used:
        return _saved(rule, change)
    if change.is_only_an_end(rule):
        rule.effective_to = change.effective_to
        rule.acknowledged_name = change.acknowledged_name
        rule.full_clean()
        rule.save()
        return rule
    if rule.effective_to and change.effective_from > rule.effective_to:
        raise RuleChangeRefused(
            "This version ends before then. Add a new rule.", "version_has_ended"
        )
    if change.effective_from > rule.effective_from:
        rule.effective_to = change.effective_from - timedelta(days=1)
    else:
        rule.deleted_at = timezone.now()
    rule.save(update_fields=["effective_to", "deleted_at"])
    following = CommissionRule(replaces=rule, version=rule.version + 1)
    return _saved(following, change)


def _saved(rule: CommissionRule, change: RuleChange) -> CommissionRule:
    rule.provider_id = change.provider_id
    rule.role = change.role
    rule.rule_json = change.rule_json
    rule.priority = change.priority
    rule.effective_from = change.effective_from
    rule.effective_to = change.effective_to
    rule.acknowledged_name = change.acknowledged_name
    rule.full_clean()
    rule.save()
    return rule
