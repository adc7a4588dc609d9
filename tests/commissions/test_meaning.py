"""Meanings of the law that the reference cases leave to be read."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commissions.engine import (
    CommissionLine,
    CreditShare,
    Earner,
    Event,
    InputRefused,
    Inputs,
    Result,
    RuleRow,
    compute,
)
from commissions.engine.rule_language import parse_rule

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
ANA = (CreditShare("P1", 10_000),)
PERCENT: dict[str, Any] = {
    "type": "percent",
    "event": "invoice_paid",
    "rate_bps": 1000,
}
FLAT: dict[str, Any] = {"type": "flat", "event": "invoice_paid", "amount_cents": 5000}
RETAIL = {"match": {"categories": ["retail"]}}


def rule(key: str = "R1", **terms: Any) -> RuleRow:
    return RuleRow(key, parse_rule({"v": 2, **terms}), date(2026, 1, 1))


def paid(key: str, cents: int, moment: str = "03-10", **details: Any) -> Event:
    at = datetime.fromisoformat(f"2026-{moment}T17:00:00").replace(tzinfo=UTC)
    details = {"lead": "L1", "category": "service", "credits": ANA, **details}
    return Event(key, "invoice_paid", at, cents, **details)


def back(key: str, of: str, cents: int, moment: str = "04-10") -> Event:
    at = datetime.fromisoformat(f"2026-{moment}T17:00:00").replace(tzinfo=UTC)
    return Event(key, "invoice_refunded", at, cents, lead="L1", refund_of=of)


def run(rules: list[RuleRow], events: list[Event], *months: date) -> Result:
    people = {key: Earner(key, "injector") for key in ("P1", "P2")}
    inputs = Inputs(rules, events, people, ZoneInfo("America/New_York"))
    return compute(inputs, months or (MARCH,))


def lines(
    rules: list[RuleRow], events: list[Event], *months: date
) -> list[CommissionLine]:
    statements = run(rules, events, *months).statements
    return [line for statement in statements for line in statement.lines]


def cents(rules: list[RuleRow], events: list[Event], *months: date) -> list[int]:
    return [line.amount_cents for line in lines(rules, events, *months)]


def test_in_a_group_priority_wins_then_the_narrower_match_then_the_lower_id() -> None:
    wide = rule("R1", **PERCENT, group="svc")
    narrow = rule("R2", **PERCENT | {"rate_bps": 2000}, group="svc", **RETAIL)
    twin = rule("R0", **PERCENT | {"rate_bps": 3000}, group="svc")
    sale, retail = paid("e1", 10_000), paid("e2", 10_000, category="retail")
    assert cents([wide, narrow], [sale, retail]) == [1000, 2000]
    assert cents([replace(wide, priority=1), narrow], [retail]) == [1000]
    assert cents([wide, twin], [sale]) == [3000]


def test_rules_without_a_group_stack() -> None:
    assert cents([rule("R1", **PERCENT), rule("R2", **FLAT)], [paid("e1", 10_000)]) == [
        1000,
        5000,
    ]


def test_what_another_rule_of_the_group_won_is_no_part_of_a_tier() -> None:
    tiered = rule(
        "R1",
        type="tiered",
        event="invoice_paid",
        group="svc",
        brackets=[{"up_to_cents": None, "rate_bps": 500}],
    )
    retail = rule("R2", **PERCENT, group="svc", **RETAIL)
    events = [
        paid("e1", 10_000),
        paid("e2", 4_000, category="retail"),
        back("r2", "e2", 4_000),
    ]
    assert cents([tiered, retail], events, MARCH, APRIL) == [500, 400, -400]


def test_a_cap_shows_as_its_own_negative_line() -> None:
    capped = rule(**PERCENT, cap_cents=1_500)
    first, second, cap = lines([capped], [paid("e1", 10_000), paid("e2", 10_000)])
    assert [first.amount_cents, second.amount_cents, cap.amount_cents] == [
        1000,
        1000,
        -500,
    ]
    assert (cap.event, cap.note) == (None, "cap")


@pytest.mark.parametrize(
    ("second", "earned"), [(9_999, [0, 0]), (10_000, [1000, 1000])]
)
def test_a_minimum_is_all_or_nothing(second: int, earned: list[int]) -> None:
    gated = rule(**PERCENT, min_period_base_cents=20_000)
    assert cents([gated], [paid("e1", 10_000), paid("e2", second)]) == earned


def test_what_a_minimum_kept_from_being_paid_is_not_taken_back() -> None:
    gated = rule(**PERCENT, min_period_base_cents=20_000)
    events = [paid("e1", 10_000), back("r1", "e1", 10_000)]
    found = lines([gated], events, MARCH, APRIL)
    assert [(line.amount_cents, line.note) for line in found] == [
        (0, "below minimum"),
        (0, "refunds of March 2026"),
    ]


def test_a_bonus_is_reached_by_what_was_not_refunded() -> None:
    bonus = rule(
        type="bonus", event="invoice_paid", threshold_cents=20_000, amount_cents=700
    )
    sales = [paid("e1", 10_000), paid("e2", 10_000)]
    assert cents([bonus], sales) == [700]
    assert cents([bonus], [*sales, back("r1", "e1", 1, "03-20")]) == []


def test_a_split_pays_each_their_share() -> None:
    halves = (CreditShare("P1", 3_333), CreditShare("P2", 6_667))
    assert cents([rule(**PERCENT)], [paid("e1", 10_000, credits=halves)]) == [333, 667]


def test_refunds_take_back_no_more_than_was_paid() -> None:
    events = [
        paid("e1", 10_000),
        back("r1", "e1", 7_000, "03-11"),
        back("r2", "e1", 7_000, "03-12"),
    ]
    assert cents([rule(**PERCENT)], events) == [1000, -700, -300]


def test_a_refund_before_its_payment_counts_with_the_payment() -> None:
    events = [paid("e1", 10_000, "04-10"), back("r1", "e1", 10_000, "03-10")]
    assert cents([rule(**PERCENT)], events, MARCH) == []
    assert cents([rule(**PERCENT)], events, APRIL) == [1000, -1000]


def test_a_refund_of_a_voided_payment_is_reported_and_takes_nothing() -> None:
    result = run([rule(**PERCENT)], [back("r1", "gone", 10_000, "03-10")])
    assert result.orphans == ["r1"]
    assert all(not statement.lines for statement in result.statements)


def test_payments_that_nobody_or_somebody_unknown_earned_are_reported() -> None:
    events = [
        paid("e1", 10_000, credits=()),
        paid("e2", 10_000, credits=(CreditShare("P1", 9_999),)),
        paid("e3", 10_000, credits=(CreditShare("P9", 10_000),)),
        paid("e4", 10_000),
    ]
    assert run([rule(**PERCENT)], events).uncredited == ["e1", "e2", "e3"]


def test_shares_beyond_the_whole_are_refused() -> None:
    shares = (CreditShare("P1", 6_000), CreditShare("P2", 4_001))
    with pytest.raises(InputRefused, match="e1"):
        run([rule(**PERCENT)], [paid("e1", 10_000, credits=shares)])


def test_a_rule_of_next_year_pays_nothing_yet() -> None:
    future = replace(rule(**PERCENT), effective_from=date(2027, 1, 1))
    assert cents([future], [paid("e1", 10_000)]) == []
    assert cents([rule(**PERCENT)], [paid("e1", 10_000)]) == [1_000]


def test_an_event_belongs_to_its_local_day() -> None:
    at_night = paid("e1", 10_000)._replace(
        occurred_at=datetime(2026, 4, 1, 3, 59, tzinfo=UTC)
    )
    assert cents([rule(**PERCENT)], [at_night], MARCH) == [1000]
    assert cents([rule(**PERCENT)], [at_night], APRIL) == []


def test_monthly_rules_are_those_of_the_first_day() -> None:
    bonus = rule(type="bonus", event="invoice_paid", threshold_cents=0, amount_cents=5)
    late = replace(bonus, effective_from=date(2026, 3, 2))
    sale = paid("e1", 100)
    assert cents([late], [sale]) == []
    ended = replace(bonus, effective_to=MARCH)
    assert cents([ended], [sale]) == [5]


def test_a_new_version_pays_no_lead_a_second_time() -> None:
    first = replace(
        rule("R1", **FLAT, once_per_lead=True), effective_to=date(2026, 3, 15)
    )
    second = replace(
        rule("R2", **FLAT, once_per_lead=True),
        effective_from=date(2026, 3, 16),
        chain="R1",
    )
    events = [paid("e1", 10_000, "03-10"), paid("e2", 10_000, "03-20")]
    assert cents([first, second], events) == [5000]


def test_a_deleted_member_s_part_of_a_pool_goes_to_the_others() -> None:
    pool = rule(
        type="pool", event="invoice_paid", rate_bps=1000, members={"P1": 1, "P9": 1}
    )
    assert cents([pool], [paid("e1", 10_001)]) == [1000]
