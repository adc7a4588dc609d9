"""The shortest way to rules, events and people for tests of the pure engine."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from commissions.engine import (
    CommissionLine,
    CreditShare,
    Earner,
    Event,
    Inputs,
    OpeningBalance,
    Result,
    RuleRow,
    compute,
)
from commissions.engine.rule_language import parse_rule

ZONE = ZoneInfo("America/New_York")
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
NEW_YEAR = date(2026, 1, 1)
ALL, HALF = 10_000, 5_000
PAID: dict[str, Any] = {"event": "invoice_paid"}
TENTH: dict[str, Any] = {"type": "percent", **PAID, "rate_bps": 1000}
FLAT: dict[str, Any] = {"type": "flat", **PAID, "amount_cents": 5_000}
BONUS: dict[str, Any] = {
    "type": "bonus",
    **PAID,
    "threshold_cents": 20_000,
    "amount_cents": 700,
}
POOL: dict[str, Any] = {
    "type": "pool",
    **PAID,
    "rate_bps": 1000,
    "members": {"P1": 1, "P2": 1},
}
DRAW: dict[str, Any] = {"type": "draw", "amount_cents": 3_000, "recoverable": True}
TIERS: dict[str, Any] = {
    "type": "tiered",
    **PAID,
    "brackets": [
        {"up_to_cents": 10_000, "rate_bps": 1000},
        {"up_to_cents": 30_000, "rate_bps": 2000},
        {"up_to_cents": None, "rate_bps": 5000},
    ],
}


def rule(key: str, terms: dict[str, Any], **columns: Any) -> RuleRow:
    columns.setdefault("effective_from", NEW_YEAR)
    return RuleRow(key, parse_rule({"v": 2, **terms}), **columns)


def moment(text: str) -> datetime:
    """Noon in New York, more or less, of a day like `2026-03-10`."""
    return datetime.fromisoformat(f"{text}T17:00:00").replace(tzinfo=UTC)


def paid(
    key: str, cents: int, on: str = "2026-03-10", *, by: Any = "P1", **details: Any
) -> Event:
    """A payment; `by` is whoever earned it, or basis points by provider."""
    shares = {by: ALL} if isinstance(by, str) else by
    credits = tuple(CreditShare(who, bps) for who, bps in shares.items())
    details = {"lead": "L1", "category": "service", "credits": credits, **details}
    return Event(key, details.pop("kind", "invoice_paid"), moment(on), cents, **details)


def back(key: str, of: str, cents: int, on: str = "2026-03-12") -> Event:
    return Event(key, "invoice_refunded", moment(on), cents, lead="L1", refund_of=of)


def people(**left_on: date) -> dict[str, Earner]:
    """Three injectors; `P2=date(…)` has left on that day."""
    return {
        key: Earner(key, "injector", left_on.get(key)) for key in ("P1", "P2", "P3")
    }


def run(
    rules: list[RuleRow],
    events: list[Event],
    *months: date,
    who: dict[str, Earner] | None = None,
    openings: dict[str, OpeningBalance] | None = None,
    **asked: Any,
) -> Result:
    inputs = Inputs(rules, events, people() if who is None else who, ZONE)
    return compute(inputs, months or (MARCH,), openings, **asked)


def lines(
    rules: list[RuleRow], events: list[Event], *months: date, **asked: Any
) -> list[CommissionLine]:
    found = run(rules, events, *months, **asked).statements
    return [line for statement in found for line in statement.lines]


def cents(
    rules: list[RuleRow], events: list[Event], *months: date, **asked: Any
) -> dict[str, list[int]]:
    """The amounts of every provider who has any, month after month."""
    amounts: dict[str, list[int]] = {}
    for statement in run(rules, events, *months, **asked).statements:
        for line in statement.lines:
            amounts.setdefault(statement.provider, []).append(line.amount_cents)
    return amounts
