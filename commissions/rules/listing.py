"""All rules in words, with findings and legal risks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from commissions.engine import Earner
from commissions.models import CommissionRule
from commissions.rules.checks import findings
from commissions.rules.legal import legal_risks
from commissions.sentences import rule_sentence
from commissions.statements.lines import member_names
from commissions.statements.loading import load_providers, rule_row
from medspa.clinic.current import current_clinic
from medspa.clinic_time import clinic_today, clinic_zone


@dataclass(frozen=True)
class ListedRule:
    """A rule in words, with its findings and unacknowledged legal risks."""

    rule: CommissionRule
    sentence: str
    findings: Sequence[str]
    legal_risks: Sequence[str]
    has_ended: bool

    @property
    def whom(self) -> str:
        """Who earns by it; a pool's members are in its sentence."""
        is_pool = self.rule.rule_json["type"] == "pool"
        return "team" if is_pool else self.rule.whom


def rule_list() -> list[ListedRule]:
    rows = list(
        CommissionRule.objects.select_related("provider").order_by(
            "provider__name", "role", "-effective_from", "-id"
        )
    )
    earners = current_earners()
    names, today = member_names(rows), clinic_today()
    sentences = {
        row.pk: rule_sentence(row.rule, row.effective_from, row.effective_to, names)
        for row in rows
    }
    found: dict[str, list[str]] = {}
    for finding in findings([rule_row(row, row.rule) for row in rows], earners):
        sentence = finding.sentence
        if finding.other:
            sentence += f" Other rule: {sentences[finding.other]}."
        found.setdefault(finding.rule, []).append(sentence)
    return [
        ListedRule(
            row,
            sentences[row.pk],
            found.get(row.pk, []),
            [] if row.acknowledged_name else _risks(row, earners),
            row.effective_to is not None and row.effective_to < today,
        )
        for row in rows
    ]


def current_earners() -> dict[str, Earner]:
    """All providers as they are now, by id."""
    return load_providers(datetime.now(UTC), clinic_zone())


def _risks(row: CommissionRule, earners: dict[str, Earner]) -> list[str]:
    role = earners[row.provider_id].role if row.provider_id else row.role or None
    return legal_risks(row.rule, role, current_clinic().country)
