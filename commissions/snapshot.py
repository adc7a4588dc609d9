"""What a statement and the rules behind it said when it was locked."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from commissions.drafts import TOTALS
from commissions.engine import Line, LineKind
from commissions.models import CommissionRule, Statement, StatementLine

VERSION = 1
LINE_KEYS = (
    "id",
    "rule_id",
    "event_id",
    "kind",
    "base_cents",
    "exact",
    "amount_cents",
    "share_bps",
    "rate_bps",
    "detail",
    "corrects_statement_id",
    "corrects_id",
)


def snapshots_of(rows: Iterable[Statement]) -> dict[str, dict[str, Any]]:
    """By statement: totals, lines and rules, complete without any other table."""
    rows = list(rows)
    lines = StatementLine.objects.filter(statement__in=rows).order_by("position")
    by_statement: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines.values("statement_id", *LINE_KEYS).iterator(5000):
        by_statement[line.pop("statement_id")].append(line)
    rules = _rules(rows)
    return {row.pk: _snapshot(row, by_statement[row.pk], rules) for row in rows}


def earned_lines(snapshot: dict[str, Any]) -> list[Line]:
    """The snapshot's lines of its own month, as the engine wrote them."""
    return [
        _line(line)
        for line in snapshot.get("lines", ())
        if line["corrects_statement_id"] is None
    ]


def _snapshot(
    row: Statement, lines: list[dict[str, Any]], rules: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    used = {line["rule_id"] for line in lines}
    if row.draw_rule_id:
        used.add(row.draw_rule_id)
    return {
        "v": VERSION,
        "provider": {"id": row.provider_id, "name": row.provider.name},
        "month": f"{row.month:%Y-%m}",
        "revision": row.revision,
        "totals": {name: getattr(row, name) for name in TOTALS},
        "lines": lines,
        "rules": {key: rules[key] for key in sorted(used)},
        "inputs_digest": row.inputs_digest,
    }


def _rules(rows: list[Statement]) -> dict[str, dict[str, Any]]:
    used = StatementLine.objects.filter(statement__in=rows).values("rule")
    drawn = [row.draw_rule_id for row in rows if row.draw_rule_id]
    found = CommissionRule.all_objects.filter(id__in=used)
    found |= CommissionRule.all_objects.filter(id__in=drawn)
    return {
        rule.pk: {
            "version": rule.version,
            "rule_json": rule.rule_json,
            "provider": rule.provider_id,
            "role": rule.role,
            "effective_from": rule.effective_from.isoformat(),
            "effective_to": rule.effective_to and rule.effective_to.isoformat(),
        }
        for rule in found
    }


def _line(data: dict[str, Any]) -> Line:
    exact = Fraction(data["exact"])
    return Line(
        rule=data["rule_id"],
        event=data["event_id"],
        kind=LineKind(data["kind"]),
        base_cents=data["base_cents"],
        numerator=exact.numerator,
        denominator=exact.denominator,
        amount_cents=data["amount_cents"],
        share_bps=data["share_bps"],
        rate_bps=data["rate_bps"],
        detail=data["detail"],
    )
