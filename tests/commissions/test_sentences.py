"""Rules and lines in words."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from commissions.engine import CommissionLine, LineKind
from commissions.engine.rule_language import parse_rule
from commissions.sentences import arithmetic, exact_dollars, rule_sentence

MARCH = date(2026, 3, 1)
PERCENT = {"v": 2, "type": "percent", "event": "invoice_paid", "rate_bps": 1000}
FLAT = {"v": 2, "type": "flat", "event": "invoice_paid", "amount_cents": 5000}
POOL = {
    "v": 2,
    "type": "pool",
    "event": "invoice_paid",
    "rate_bps": 100,
    "members": {"a": 1, "b": 1, "c": 1},
}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            {**PERCENT, "cap_cents": 50_000, "match": {"procedures": ["BTX"]}},
            "10% of what was collected on Botox, at most $500 a month",
        ),
        (
            {
                **PERCENT,
                "base": "net_of_cost",
                "refund": "none",
                "min_period_base_cents": 1_000_000,
            },
            "10% of what was collected minus product cost, only in months that reach "
            "$10,000, not reduced by refunds",
        ),
        (
            {**PERCENT, "clawback_days": 60, "match": {"categories": ["retail"]}},
            "10% of what was collected for retail, "
            "clawed back for refunds within 60 days",
        ),
        (
            {**FLAT, "once_per_lead": True, "match": {"min_value_cents": 10_000}},
            "$50 for each payment of $100 or more, once per lead",
        ),
        (
            {"v": 2, "type": "draw", "amount_cents": 300_000, "recoverable": False},
            "at least $3,000 a month, not recoverable",
        ),
    ],
)
@pytest.mark.django_db
def test_a_rule_is_a_sentence(rule: dict[str, Any], sentence: str) -> None:
    found = rule_sentence(parse_rule(rule), MARCH, None)
    assert found == f"{sentence}, from Mar 1, 2026"


def test_a_rule_that_ends_says_when() -> None:
    found = rule_sentence(parse_rule(PERCENT), MARCH, date(2026, 5, 31))
    assert found.endswith("from Mar 1, 2026 to May 31, 2026")


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (Fraction(9001, 2), "$45.005"),
        (Fraction(4500), "$45.00"),
        (Fraction(-1, 50), "−$0.0002"),
        (Fraction(123_456_789), "$1,234,567.89"),
        (Fraction(61_730, 3), "$617.30/3"),
    ],
)
def test_exact_amounts_show_every_digit(cents: Fraction, text: str) -> None:
    assert exact_dollars(cents) == text


def line(kind: LineKind, **changes: Any) -> CommissionLine:
    fields = {
        "rule": "R1",
        "event": "e1",
        "kind": kind,
        "base_cents": 45_005,
        "numerator": 9001,
        "denominator": 2,
        "amount_cents": 4501,
        "rate_bps": 1000,
    }
    return CommissionLine(**{**fields, **changes})


@pytest.mark.parametrize(
    ("rule", "shown", "text"),
    [
        (
            PERCENT,
            line(LineKind.SALE),
            "$450.05 × 10% = $45.005, rounded to $45.01",
        ),
        (
            PERCENT,
            line(
                LineKind.SALE,
                share_bps=5000,
                numerator=9001,
                denominator=4,
                amount_cents=2250,
            ),
            "$450.05 × 50% share × 10% = $22.5025, rounded to $22.50",
        ),
        (
            {**PERCENT, "base": "net_of_cost"},
            line(
                LineKind.SALE, base_cents=40_000, numerator=4000, denominator=1
            )._replace(amount_cents=4000),
            "($450.05 − $50.05 cost) × 10% = $40",
        ),
        (
            FLAT,
            line(
                LineKind.REFUND,
                base_cents=-45_005,
                numerator=-5000,
                denominator=1,
                amount_cents=-5000,
                rate_bps=None,
            ),
            "−$450.05 changes it by −$50",
        ),
        (
            PERCENT,
            line(
                LineKind.CAP,
                base_cents=0,
                numerator=-10_000,
                denominator=1,
                amount_cents=-10_000,
                detail=50_000,
            ),
            "$500 − $600 = −$100",
        ),
        *(
            (
                POOL,
                line(
                    LineKind.POOL,
                    base_cents=107_200,
                    rate_bps=100,
                    detail=1_072,
                    numerator=1_072,
                    denominator=3,
                    amount_cents=cents,
                ),
                f"$1,072 × 1% → $10.72 × 1/3 = $10.72/3, rounded to {rounded}",
            )
            for cents, rounded in (
                (357, "$3.57"),
                (358, "$3.58 so that all shares add up to the pool"),
            )
        ),
    ],
)
def test_a_line_is_worked_out(
    rule: dict[str, Any], shown: CommissionLine, text: str
) -> None:
    assert arithmetic(shown, parse_rule(rule), (45_005, 5_005)) == text
