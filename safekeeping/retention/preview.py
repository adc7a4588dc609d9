"""What would go tonight, and the policy in words: for the page and `--dry-run`."""

from dataclasses import dataclass
from datetime import date, datetime

from medspa.clinic_time import clinic_today
from safekeeping.erasure.holds import held_leads, holds_all_leads
from safekeeping.retention.policy import RULES, RetentionRule


@dataclass(frozen=True)
class DueRule:
    """A rule and how many rows it would remove or reduce tonight."""

    rule: RetentionRule
    before: datetime
    rows: int
    is_suspended: bool


def read_due(today: date | None = None) -> list[DueRule]:
    day = today or clinic_today()
    held, all_held = held_leads(), holds_all_leads()
    return [_due(rule, day, held, all_held) for rule in RULES]


def _due(rule: RetentionRule, day: date, held: list[str], all_held: bool) -> DueRule:
    cutoff = rule.cutoff(day)
    is_suspended = rule.is_of_leads and all_held
    if is_suspended:
        return DueRule(rule, cutoff, 0, is_suspended)
    rows = rule.due.count(cutoff, held if rule.is_of_leads else [])
    return DueRule(rule, cutoff, rows, is_suspended)
