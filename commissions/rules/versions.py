"""Changing a rule: a used one ends, and its next version begins."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from commissions.models import CommissionRule
from commissions.rule_language import parse_rule


@dataclass(frozen=True)
class RuleChange:
    """What a rule should be. A used rule's next version starts on `effective_from`."""

    provider_id: str | None
    role: str
    rule_json: dict[str, Any]
    priority: int
    effective_from: date
    effective_to: date | None
    acknowledged_name: str = ""

    def is_only_an_end(self, rule: CommissionRule) -> bool:
        """Whether the rule stays what it is, but for its last day."""
        columns = self.provider_id, self.role, self.priority
        return (
            columns == (rule.provider_id, rule.role, rule.priority)
            and parse_rule(self.rule_json) == rule.rule
        )


def add_rule(change: RuleChange) -> CommissionRule:
    return _saved(CommissionRule(), change)


@transaction.atomic
def change_rule(rule: CommissionRule, change: RuleChange) -> CommissionRule:
    """Save `change`; returns the row that says it now. Raises ValidationError.

    What a statement used stays as it was: it ends the day before its next version,
    or is set aside when that begins no later than itself.
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
        raise ValidationError(
            {"effective_from": "This version has ended by then. Add a new rule."}
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
