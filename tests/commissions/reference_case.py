"""Reference cases: JSON of the shared shape, turned into the engine's input."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from commissions.engine import (
    ComputedStatement,
    CreditShare,
    Earner,
    Event,
    Inputs,
    RuleRow,
)
from commissions.engine.rule_language import parse_rule

CASES = Path(__file__).parent / "cases"


def all_cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{file.stem}:{case['id']}", case)
        for file in sorted(CASES.glob("*.json"))
        for case in json.loads(file.read_text())["cases"]
    ]


def inputs_of(case: dict[str, Any]) -> Inputs:
    return Inputs(
        rules=[rule_of(row) for row in case["rules"]],
        events=[event_of(row) for row in case["events"]],
        providers={
            key: Earner(key, row["role"]) for key, row in case["providers"].items()
        },
        zone=ZoneInfo(case["timezone"]),
    )


def rule_of(row: dict[str, Any]) -> RuleRow:
    until = row["effective_to"]
    return RuleRow(
        id=row["id"],
        terms=parse_rule(row["rule_json"]),
        effective_from=date.fromisoformat(row["effective_from"]),
        effective_to=date.fromisoformat(until) if until else None,
        provider=row["provider"],
        role=row["role"],
        priority=row["priority"],
    )


def event_of(row: dict[str, Any]) -> Event:
    shares = [
        CreditShare(item["provider"], item["share_bps"]) for item in row["credits"]
    ]
    return Event(
        id=row["id"],
        kind=row["kind"],
        occurred_at=datetime.fromisoformat(row["occurred_at"]),
        value_cents=row["value_cents"],
        lead=row["lead"],
        procedure=row["procedure"],
        category=row["category"],
        cost_cents=row["cost_cents"],
        credits=tuple(shares),
        refund_of=row.get("refund_of"),
    )


def months_of(case: dict[str, Any]) -> list[date]:
    return [date.fromisoformat(f"{period}-01") for period in case["periods"]]


def as_expected(statement: ComputedStatement, wanted: dict[str, Any]) -> dict[str, Any]:
    """The statement with the keys that `wanted` has; checks of ours are added."""
    settled = statement.totals
    shown = {
        "provider": statement.provider,
        "period": f"{statement.month:%Y-%m}",
        "lines": [
            {
                "rule": line.rule,
                "event": line.event,
                "base_cents": line.base_cents,
                "exact": str(line.exact),
                "amount_cents": line.amount_cents,
                "note": line.note,
            }
            for line in statement.lines
        ],
        "earned_cents": statement.earned_cents,
        "opening_balance_cents": settled.opening_cents,
        "draw_topup_cents": settled.draw_topup_cents,
        "draw_recovered_cents": settled.draw_recovered_cents,
        "payable_cents": settled.payable_cents,
        "draw_balance_cents": settled.draw_balance_cents,
        "closing_balance_cents": settled.closing_cents,
    }
    return {key: value for key, value in shown.items() if key in wanted}
