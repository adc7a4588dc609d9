"""Rules and snapshots of statements that were stored before an update are read."""

from datetime import date
from typing import Any

import pytest

from commissions.engine import CommissionLine, LineKind
from commissions.engine.rule_language import parse_rule
from commissions.statements.snapshot import earned_lines
from medspa.models import User
from tests.commissions.clinic import TEN_PERCENT, agree, close, hire, pay, statement_of

ID = "c0mhyx2w1abcdefghijklmnop"


@pytest.mark.parametrize(
    "data",
    [
        TEN_PERCENT,
        {
            "v": 1,
            "type": "percent",
            "event": "invoice_paid",
            "rate_bps": 750,
            "base": "net_of_cost",
            "refund": "none",
        },
        {"v": 1, "type": "flat", "event": "consult_show", "amount_cents": 2_500},
        {
            "v": 1,
            "type": "tiered",
            "event": "invoice_paid",
            "mode": "whole",
            "brackets": [
                {"up_to_cents": 1_000_000, "rate_bps": 500},
                {"up_to_cents": None, "rate_bps": 800},
            ],
        },
        {
            "v": 1,
            "type": "bonus",
            "event": "invoice_paid",
            "threshold_cents": 5_000_000,
            "amount_cents": 50_000,
        },
        {
            "v": 1,
            "type": "pool",
            "event": "invoice_paid",
            "rate_bps": 200,
            "members": {ID: 1, "fixture2": 3},
        },
        {"v": 1, "type": "draw", "amount_cents": 300_000, "recoverable": True},
    ],
    ids=lambda data: str(data["type"]),
)
def test_a_stored_rule_is_read(data: dict[str, Any]) -> None:
    read = parse_rule(data).model_dump(mode="json", exclude_unset=True)
    assert read == {**data, "v": 2}


SNAPSHOT_LINE = {
    "id": "cline",
    "rule_id": "crule",
    "event_id": "cevent",
    "kind": "sale",
    "base_cents": 10_050,
    "exact": "1005/2",
    "amount_cents": 503,
    "share_bps": 5_000,
    "rate_bps": 1_000,
    "detail": 0,
    "corrects_statement_id": None,
    "corrects_id": None,
}


def test_the_lines_of_a_stored_snapshot_are_read_without_corrections() -> None:
    correction = SNAPSHOT_LINE | {"id": "cother", "corrects_statement_id": "cold"}
    assert earned_lines({"v": 1, "lines": [SNAPSHOT_LINE, correction]}) == [
        CommissionLine(
            rule="crule",
            event="cevent",
            kind=LineKind.SALE,
            base_cents=10_050,
            numerator=1_005,
            denominator=2,
            amount_cents=503,
            share_bps=5_000,
            rate_bps=1_000,
            detail=0,
        )
    ]
    assert earned_lines({"v": 1}) == []


def test_the_kinds_of_stored_lines_are_known() -> None:
    assert {kind.value for kind in LineKind} == {
        *("sale", "refund", "reversal", "bracket", "whole", "bonus", "pool", "cap"),
        *("below", "refunds"),
    }


@pytest.mark.django_db
def test_a_lock_writes_a_snapshot_of_this_form(manager: User) -> None:
    ana = hire("Ana RN")
    rule = agree(ana, TEN_PERCENT)
    payment = pay(ana, 10_050, share=5_000)
    close(date(2026, 3, 1), manager)
    statement = statement_of(ana)
    line = statement.lines.get()
    assert statement.snapshot_json == {
        "v": 1,
        "provider": {"id": ana.pk, "name": "Ana RN"},
        "month": "2026-03",
        "revision": 1,
        "totals": {
            "lines_cents": 503,
            "adjustments_cents": 0,
            "opening_cents": 0,
            "payable_cents": 503,
            "closing_cents": 0,
            "draw_opening_cents": 0,
            "draw_topup_cents": 0,
            "draw_recovered_cents": 0,
            "draw_balance_cents": 0,
        },
        "rules": {
            rule.pk: {
                "version": 1,
                "rule_json": TEN_PERCENT,
                "provider": ana.pk,
                "role": "",
                "effective_from": "2026-01-01",
                "effective_to": None,
            }
        },
        "inputs_digest": statement.inputs_digest,
        "lines": [
            SNAPSHOT_LINE
            | {"id": line.pk, "rule_id": rule.pk, "event_id": payment.pk}
            | {"base_cents": 5_025, "sources": []}
        ],
    }
    assert len(statement.inputs_digest) == 64
