"""All rules in force or to come, in sentences, with what to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from commissions.engine import Provider
from commissions.models import CommissionRule
from commissions.rules.checks import findings
from commissions.rules.legal import risks
from commissions.sentences import rule_sentence
from commissions.statements.lines import member_names
from commissions.statements.loading import load_providers, rule_row
from medspa.clinic_time import clinic_today, clinic_zone


@dataclass(frozen=True)
class ListedRule:
    """A rule with its sentence, findings and risks that nobody acknowledged."""

    rule: CommissionRule
    sentence: str
    findings: Sequence[str]
    risks: Sequence[str]
    has_ended: bool

    @property
    def whom(self) -> str:
        """Whose it is; a pool's members are in its sentence."""
        is_pool = self.rule.rule_json["type"] == "pool"
        return "a team" if is_pool else self.rule.whom


def rule_list() -> list[ListedRule]:
    rows = list(
        CommissionRule.objects.select_related("provider").order_by(
            "provider__name", "role", "-effective_from", "-id"
        )
    )
    here = people()
    names, today = member_names(rows), clinic_today()
    sentences = {
        row.pk: rule_sentence(row.rule, row.effective_from, row.effective_to, names)
        for row in rows
    }
    found: dict[str, list[str]] = {}
    for finding in findings([rule_row(row, row.rule) for row in rows], here):
        sentence = finding.sentence
        if finding.other:
            sentence += f" Beside it: {sentences[finding.other]}."
        found.setdefault(finding.rule, []).append(sentence)
    return [
        ListedRule(
            row,
            sentences[row.pk],
            found.get(row.pk, []),
            [] if row.acknowledged_name else _risks(row, here),
            row.effective_to is not None and row.effective_to < today,
        )
        for row in rows
    ]


def people() -> dict[str, Provider]:
    """Everybody as of now."""
    return load_providers(datetime.now(UTC), clinic_zone())


def _risks(row: CommissionRule, here: dict[str, Provider]) -> list[str]:
    role = here[row.provider_id].role if row.provider_id else row.role or None
    return risks(row.rule, role)
