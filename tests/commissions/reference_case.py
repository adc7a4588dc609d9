"""Reference cases: JSON of the shared shape, turned into the engine's input.

Every block that a file has is read by a test; one that is not known here fails.
"""

import json
from collections.abc import Mapping
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
FILE_KEYS = {"version", "policy", "cases"}
# What a case says in words only.
WORDS = {"title", "why"}
CASE_KEYS = {
    *("id", "timezone", "periods", "providers", "rules", "events"),
    *("expected", "hand_check"),
    *WORDS,
}
EXPECTED_KEYS = {"statements", "total_payable_cents"}
RULE_KEYS = {
    *("id", "provider", "role", "effective_from", "effective_to", "priority"),
    "rule_json",
}
EVENT_KEYS = {
    *("id", "kind", "occurred_at", "value_cents", "lead", "procedure", "category"),
    *("cost_cents", "credits", "refund_of"),
}


class UnknownBlock(Exception):
    """A case file says something that no test reads."""


def only(keys: set[str], data: Mapping[str, Any], where: str) -> None:
    if unknown := set(data) - keys:
        raise UnknownBlock(f"{where}: {', '.join(sorted(unknown))}")


def cases_of(file: Path) -> list[dict[str, Any]]:
    data = json.loads(file.read_text())
    only(FILE_KEYS, data, file.name)
    for case in data["cases"]:
        check_case(case)
    return data["cases"]


def check_case(case: Mapping[str, Any]) -> None:
    """Raises UnknownBlock for anything in it that no test reads."""
    where = case["id"]
    only(CASE_KEYS, case, where)
    only(EXPECTED_KEYS, case["expected"], where)
    for row in case["rules"]:
        only(RULE_KEYS, row, where)
    for row in case["events"]:
        only(EVENT_KEYS, row, where)
        for share in row["credits"]:
            only({"provider", "share_bps"}, share, where)
    for row in case["providers"].values():
        only({"name", "role"}, row, where)
    for check in case.get("hand_check", ()):
        only({"provider", "period", "field", "cents"}, check, where)


def all_cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{file.stem}:{case['id']}", case)
        for file in sorted(CASES.glob("*.json"))
        for case in cases_of(file)
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


def as_expected(statement: ComputedStatement) -> dict[str, Any]:
    """The statement with all keys that an expected one may have."""
    totals = statement.totals
    return {
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
        "opening_balance_cents": totals.opening_cents,
        "draw_topup_cents": totals.draw_topup_cents,
        "draw_recovered_cents": totals.draw_recovered_cents,
        "payable_cents": totals.payable_cents,
        "draw_balance_cents": totals.draw_balance_cents,
        "closing_balance_cents": totals.closing_cents,
    }
