"""What one event earns, in which month, and once or each time."""

from datetime import date
from fractions import Fraction

import pytest

from commissions.engine import CommissionLine, LineKind
from tests.commissions.small_month import (
    APRIL,
    FLAT,
    TENTH,
    cents,
    lines,
    paid,
    rule,
    run,
)

GATED = {**TENTH, "min_period_base_cents": 20_000}
ONCE = {**FLAT, "once_per_lead": True}
NET = {**TENTH, "base": "net_of_cost"}

# Earning --------------------------------------------------------------------


def test_a_percent_line_says_base_share_and_rate() -> None:
    (line,) = lines([rule("R", TENTH)], [paid("e1", 10_005, by={"P1": 3_333})])
    assert line == CommissionLine(
        rule="R",
        event="e1",
        kind=LineKind.SALE,
        base_cents=3_335,
        numerator=10_005 * 10_005 * 3_333 * 1_000,
        denominator=10**8 * 10_005,
        amount_cents=333,
        share_bps=3_333,
        rate_bps=1_000,
    )


def test_a_flat_line_says_the_share_of_the_amount() -> None:
    (line,) = lines([rule("R", FLAT)], [paid("e1", 1, by={"P1": 3_333})])
    assert (line.base_cents, line.amount_cents, line.rate_bps) == (0, 1_667, None)
    assert (line.exact, line.kind) == (Fraction(3_333, 2), LineKind.SALE)


@pytest.mark.parametrize(
    ("cost", "amount"), [(0, 1_000), (4_000, 600), (10_000, 0), (12_000, 0)]
)
def test_a_cost_lowers_the_base_to_nothing_at_the_least(cost: int, amount: int) -> None:
    sale = paid("e1", 10_000, cost_cents=cost)
    assert cents([rule("R", NET)], [sale]) == {"P1": [amount]}
    assert cents([rule("R", TENTH)], [sale]) == {"P1": [1_000]}


def test_a_base_is_never_below_nothing() -> None:
    (line,) = lines([rule("R", NET)], [paid("e1", 10_000, cost_cents=12_000)])
    assert (line.base_cents, line.exact) == (0, 0)


def test_ten_million_dollars_and_nothing_are_counted_exactly() -> None:
    events = [paid("e1", 10**9), paid("e2", 0)]
    assert cents([rule("R", TENTH)], events) == {"P1": [10**8, 0]}


def test_only_months_asked_for_have_lines() -> None:
    events = [paid(f"e{n}", 10_000, f"2026-0{n}-10") for n in (2, 3, 4, 5)]
    found = lines([rule("R", TENTH), rule("S", FLAT)], events, APRIL)
    assert [line.event for line in found] == ["e4", "e4"]


# Flat sums, once --------------------------------------------------------------


def test_a_lead_is_paid_for_once_by_one_rule() -> None:
    events = [
        paid("e1", 1, "2026-03-10"),
        paid("e2", 1, "2026-03-11"),
        paid("e3", 1, "2026-03-12", lead="L2"),
        paid("e4", 1, "2026-03-13", lead=None),
        paid("e5", 1, "2026-03-14", lead=None),
    ]
    found = lines([rule("R", ONCE)], events)
    assert [line.event for line in found] == ["e1", "e3", "e4", "e5"]
    assert len(lines([rule("R", FLAT)], events)) == 5


def test_two_who_share_the_first_event_are_both_paid_for_it() -> None:
    halves = {"P1": 5_000, "P2": 5_000}
    events = [paid("e1", 1, by=halves), paid("e2", 1, "2026-03-11", by=halves)]
    assert cents([rule("R", ONCE)], events) == {"P1": [2_500], "P2": [2_500]}


def test_two_rules_pay_once_each() -> None:
    events = [paid("e1", 1), paid("e2", 1, "2026-03-11")]
    assert cents([rule("R", ONCE), rule("S", ONCE)], events) == {"P1": [5_000] * 2}


def test_what_one_rule_paid_once_another_pays_later() -> None:
    narrow = {**ONCE, "match": {"procedures": ["BTX"]}}
    events = [paid("e1", 1), paid("e2", 1, "2026-03-11", procedure="BTX")]
    found = lines([rule("R", ONCE), rule("S", narrow)], events)
    assert [(line.rule, line.event) for line in found] == [("R", "e1"), ("S", "e2")]


def test_the_versions_of_a_rule_pay_once_together() -> None:
    first = rule("R1", ONCE, effective_to=date(2026, 3, 10))
    others = {"effective_from": date(2026, 3, 11), "chain": "R1"}
    events = [paid("e1", 1), paid("e2", 1, "2026-03-11")]
    assert [x.event for x in lines([first, rule("R2", ONCE, **others)], events)] == [
        "e1"
    ]


def test_once_is_remembered_from_months_before() -> None:
    events = [paid("e1", 1, "2026-02-10"), paid("e2", 1), paid("e3", 1, lead="L2")]
    assert [line.event for line in lines([rule("R", ONCE)], events)] == ["e3"]


def test_once_is_remembered_for_one_provider_alone_through_others() -> None:
    halves = {"P1": 5_000, "P2": 5_000}
    events = [
        paid("e1", 1, "2026-02-10", by="P2"),
        paid("e2", 1, by=halves),
        paid("e3", 1, by=halves),
    ]
    found = run([rule("R", ONCE)], events, only="P1").statements[0]
    assert found.lines == []
