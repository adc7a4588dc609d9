"""A month of 100,000 payments, 200 providers and 500 rules through the engine.

python -m bench.commissions_bench [--payments 100000]
"""

import argparse
import json
import random
import resource
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from commissions.engine import CreditShare, Earner, Event, Inputs, RuleRow, compute
from commissions.engine.rule_language import parse_rule

MONTH = date(2026, 3, 1)
ROLES = ("injector", "laser", "aesthetician", "physician", "coordinator")
PROCEDURES = ("BTX", "FILLER", "LASER", "RHINO", "BREAST", "TUMMY", "FACE")


def make_rule(number: int, chance: random.Random, providers: list[str]) -> RuleRow:
    terms = _terms(number, chance, providers)
    is_role = number % 10 == 0
    return RuleRow(
        f"r{number:04}",
        parse_rule({"v": 2, **terms}),
        date(2026, 1, 1),
        provider=None if is_role else providers[number % len(providers)],
        role=ROLES[number % len(ROLES)] if is_role else None,
        priority=chance.randint(0, 3),
    )


def _terms(number: int, chance: random.Random, providers: list[str]) -> dict[str, Any]:
    match = {"procedures": chance.sample(PROCEDURES, 4), "categories": ["service"]}
    paid = {"event": "invoice_paid"}
    rate = {"rate_bps": chance.randint(100, 1500)}
    brackets = [
        {"up_to_cents": 1_000_000, "rate_bps": 800},
        {"up_to_cents": 5_000_000, "rate_bps": 1000},
        {"up_to_cents": None, "rate_bps": 1200},
    ]
    kinds: list[dict[str, Any]] = [
        {"type": "percent", **paid, **rate, "match": match, "group": "svc"},
        {"type": "percent", **paid, **rate, "base": "net_of_cost", "group": "svc"},
        {"type": "tiered", **paid, "brackets": brackets, "match": match},
        {"type": "flat", **paid, "amount_cents": 500, "once_per_lead": True},
        {"type": "percent", **paid, **rate, "cap_cents": 500_000, "group": "svc"},
    ]
    if number % 100 == 99:
        members = dict.fromkeys(chance.sample(providers, 8), 1)
        return {"type": "pool", **paid, "rate_bps": 50, "members": members}
    return kinds[number % len(kinds)]


def make_event(number: int, chance: random.Random, providers: list[str]) -> Event:
    first, second = chance.sample(providers, 2)
    shares: tuple[CreditShare, ...] = (CreditShare(first, 10_000),)
    if number % 10 == 0:
        shares = (CreditShare(first, 6000), CreditShare(second, 4000))
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(
        seconds=chance.randint(0, 30 * 86_400)
    )
    event = Event(
        id=f"e{number:06}",
        kind="invoice_paid",
        occurred_at=moment,
        value_cents=chance.randint(5_000, 400_000),
        lead=f"l{number // 2:06}",
        procedure=chance.choice(PROCEDURES),
        category="service",
        cost_cents=chance.randint(0, 50_000),
        credits=shares,
    )
    if number % 25 != 24:
        return event
    return event._replace(
        kind="invoice_refunded", refund_of=f"e{number - 1:06}", credits=()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=100_000)
    options = parser.parse_args()
    chance = random.Random(7)
    providers = [f"p{number:03}" for number in range(200)]
    inputs = Inputs(
        rules=[make_rule(number, chance, providers) for number in range(500)],
        events=[
            make_event(number, chance, providers) for number in range(options.payments)
        ],
        providers={
            key: Earner(key, ROLES[index % len(ROLES)])
            for index, key in enumerate(providers)
        },
        zone=ZoneInfo("America/New_York"),
    )
    start = time.process_time()
    result = compute(inputs, [MONTH])
    seconds = time.process_time() - start
    figures = {
        "events": len(inputs.events),
        "lines": sum(len(statement.lines) for statement in result.statements),
        "engine_seconds": round(seconds, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
