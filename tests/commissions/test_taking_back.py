"""What a refund takes back: how much, by which rule, until when, from which month."""

from dataclasses import replace
from datetime import date

import pytest

from commissions.engine import CommissionLine, LineKind
from tests.commissions.small_month import (
    APRIL,
    BONUS,
    FLAT,
    MARCH,
    MAY,
    POOL,
    TENTH,
    TIERS,
    back,
    cents,
    lines,
    paid,
    rule,
    run,
)

GATED = {**TENTH, "min_period_base_cents": 20_000}
ONCE = {**FLAT, "once_per_lead": True}
NET = {**TENTH, "base": "net_of_cost"}

# Taking back ----------------------------------------------------------------


def test_a_refund_takes_back_at_the_rate_of_the_day_it_was_paid() -> None:
    old = rule("R1", TENTH, effective_to=date(2026, 3, 31))
    new = rule("R2", {**TENTH, "rate_bps": 5_000}, effective_from=APRIL)
    events = [paid("e1", 10_000), back("r1", "e1", 3_333, "2026-04-10")]
    *_, line = lines([old, new], events, MARCH, APRIL)
    assert line == CommissionLine(
        rule="R1",
        event="r1",
        kind=LineKind.REFUND,
        base_cents=-3_333,
        numerator=-10_000 * 3_333 * 10_000 * 1_000,
        denominator=10**8 * 10_000,
        amount_cents=-333,
        share_bps=10_000,
        rate_bps=1_000,
    )


def test_a_refund_of_what_had_a_cost_takes_back_its_part_of_the_base() -> None:
    sale = paid("e1", 10_000, cost_cents=4_000)
    found = lines([rule("R", NET)], [sale, back("r1", "e1", 5_001)])
    assert [(line.base_cents, line.amount_cents) for line in found] == [
        (6_000, 600),
        (-3_001, -300),
    ]


@pytest.mark.parametrize(("part", "base"), [(5_001, -3_001), (5_002, -3_001)])
def test_the_base_of_a_refund_is_the_nearest_cent(part: int, base: int) -> None:
    sale = paid("e1", 10_000, cost_cents=4_000)
    *_, line = lines([rule("R", NET)], [sale, back("r1", "e1", part)])
    assert line.base_cents == base


def test_after_the_last_cent_a_refund_has_no_line() -> None:
    events = [
        paid("e1", 10_000),
        back("r1", "e1", 10_000),
        back("r2", "e1", 5, "2026-03-13"),
    ]
    found = lines([rule("R", TENTH)], events)
    assert [line.event for line in found] == ["e1", "r1"]


def test_a_refund_is_shared_as_its_payment() -> None:
    shares = {"P1": 2_500, "P2": 7_500}
    events = [paid("e1", 10_000, by=shares), back("r1", "e1", 5_000)]
    assert cents([rule("R", TENTH)], events) == {"P1": [250, -125], "P2": [750, -375]}


def test_a_rule_without_refunds_keeps_what_it_paid() -> None:
    kept = rule("R", {**TENTH, "refund": "none"})
    events = [paid("e1", 10_000), back("r1", "e1", 10_000)]
    assert cents([kept], events) == {"P1": [1_000]}


@pytest.mark.parametrize(
    ("terms", "amounts"),
    [(TENTH, [1_000, -1_000]), (FLAT, [5_000, -5_000])],
    ids=["percent", "flat"],
)
@pytest.mark.parametrize(
    ("days", "on", "is_taken"),
    [
        (30, "2026-04-09", True),
        (30, "2026-04-10", False),
        (0, "2026-03-10", True),
        (0, "2026-03-11", False),
        (None, "2026-05-30", True),
    ],
)
def test_up_to_the_last_day_of_its_time_a_refund_takes_back(
    terms: dict, amounts: list[int], days: int | None, on: str, is_taken: bool
) -> None:
    row = rule("R", {**terms, "clawback_days": days})
    events = [paid("e1", 10_000), back("r1", "e1", 10_000, on)]
    found = cents([row], events, MARCH, APRIL, MAY)["P1"]
    assert found == (amounts if is_taken else amounts[:1])


def test_a_flat_sum_goes_back_with_the_last_cent_and_only_then() -> None:
    events = [paid("e1", 10_000), back("r1", "e1", 9_999)]
    assert cents([rule("R", FLAT)], events) == {"P1": [5_000]}
    rest = back("r2", "e1", 1, "2026-04-12")
    *_, line = lines([rule("R", FLAT)], [*events, rest], MARCH, APRIL)
    assert (line.event, line.kind, line.base_cents) == ("r2", LineKind.REVERSAL, 0)
    assert (line.amount_cents, line.exact) == (-5_000, -5_000)
    later = back("r3", "e1", 500, "2026-04-13")
    assert cents([rule("R", FLAT)], [*events, rest, later], APRIL) == {"P1": [-5_000]}


def test_a_flat_sum_that_was_not_paid_is_not_taken_back() -> None:
    events = [
        paid("e1", 10, "2026-03-10"),
        paid("e2", 10, "2026-03-11"),
        back("r2", "e2", 10),
        back("r1", "e1", 10, "2026-03-13"),
    ]
    found = lines([rule("R", ONCE)], events)
    assert [(line.event, line.amount_cents) for line in found] == [
        ("e1", 5_000),
        ("r1", -5_000),
    ]


def test_a_flat_sum_of_an_earlier_month_is_taken_back_in_this_one() -> None:
    events = [paid("e1", 10, "2026-02-10"), back("r1", "e1", 10)]
    assert cents([rule("R", FLAT)], events) == {"P1": [-5_000]}


def test_refunds_of_other_months_have_no_lines() -> None:
    events = [paid("e1", 10), back("r1", "e1", 10, "2026-04-10")]
    assert cents([rule("R", TENTH), rule("S", FLAT)], events) == {"P1": [1, 5_000]}


# Minimums -------------------------------------------------------------------


def test_a_refund_counts_against_the_minimum_of_its_own_month() -> None:
    events = [paid("e1", 20_000), back("r1", "e1", 1)]
    assert cents([rule("R", GATED)], events) == {}
    events = [paid("e1", 20_001), back("r1", "e1", 1)]
    assert cents([rule("R", GATED)], events) == {"P1": [2_000, 0]}


def test_a_refund_takes_back_where_the_month_of_its_payment_had_reached_it() -> None:
    late = back("r1", "e1", 20_000, "2026-04-10")
    assert cents([rule("R", GATED)], [paid("e1", 20_000), late], APRIL) == {
        "P1": [-2_000]
    }
    assert cents([rule("R", GATED)], [paid("e1", 19_999), late], APRIL) == {}


def test_a_refund_s_part_of_the_minimum_follows_cost_and_share() -> None:
    row = rule("R", {**NET, "min_period_base_cents": 3_000})
    sale = paid("e1", 10_000, cost_cents=4_000, by={"P1": 5_000})
    assert cents([row], [sale]) == {"P1": [300]}
    assert cents([row], [sale, back("r1", "e1", 1)]) == {}
    other = paid("e2", 1, by={"P1": 6_000})
    assert cents([row], [sale, other, back("r1", "e1", 1)]) == {"P1": [300, 0, 0]}


def test_a_minimum_is_lowered_once_also_beside_rules_of_the_month() -> None:
    events = [paid("e1", 20_001), back("r1", "e1", 1)]
    found = lines([rule("R", GATED), rule("S", BONUS)], events)
    assert [(line.rule, line.event) for line in found] == [
        ("R", "e1"),
        ("R", "r1"),
        ("S", None),
    ]


def test_a_refund_s_part_of_the_minimum_is_the_nearest_part() -> None:
    """Of 3 cents that cost 1, 2 go back: 13,333 and a third of a part of 20,000."""
    row = rule("R", {**NET, "min_period_base_cents": 1})
    events = [
        paid("e1", 3, cost_cents=1),
        paid("e2", 1, by={"P1": 3_333}),
        back("r1", "e1", 2),
    ]
    assert len(lines([row], events)) == 3


# A month's rules ------------------------------------------------------------


def test_refunds_lower_the_base_of_the_month_they_fall_in() -> None:
    events = [
        paid("e1", 20_000),
        paid("e2", 40_000, "2026-04-10"),
        back("r1", "e1", 20_000, "2026-04-12"),
    ]
    bonus = rule("R", {**BONUS, "threshold_cents": 20_001})
    assert cents([bonus], events, MARCH) == {}
    assert cents([bonus], events, APRIL) == {}
    assert cents([replace(bonus, terms=rule("R", BONUS).terms)], events, APRIL) == {
        "P1": [700]
    }


def test_refunds_beyond_the_payment_lower_no_base() -> None:
    events = [
        paid("e1", 20_000),
        paid("e2", 20_000),
        back("r1", "e1", 20_000),
        back("r2", "e1", 20_000, "2026-03-13"),
    ]
    assert cents([rule("R", BONUS)], events) == {"P1": [700]}


def test_shares_fill_a_base_and_refunds_empty_it_by_them() -> None:
    halves = {"P1": 5_000, "P2": 5_000}
    events = [paid("e1", 40_000, by=halves)]
    assert cents([rule("R", BONUS)], events) == {"P1": [700], "P2": [700]}
    events = [*events, back("r1", "e1", 1)]
    assert cents([rule("R", BONUS)], events) == {}


def test_what_another_rule_of_the_group_paid_is_refunded_there_alone() -> None:
    tiers = rule("R", {**TIERS, "group": "a"})
    flat = rule("S", {**FLAT, "group": "a", "match": {"procedures": ["BTX"]}})
    events = [
        paid("e1", 5_000, procedure="BTX"),
        paid("e2", 9_000),
        back("r1", "e1", 5_000),
        back("r2", "e2", 1_000),
    ]
    found = lines([tiers, flat], events)
    assert [(line.rule, line.event, line.amount_cents) for line in found] == [
        ("R", None, 800),
        ("S", "e1", 5_000),
        ("S", "r1", -5_000),
    ]


def test_rules_of_other_groups_are_lowered_beside_it() -> None:
    tenth = rule("P", {**TENTH, "group": "a"})
    tiers = rule("R", {**TIERS, "group": "b"})
    loose = rule("S", TIERS)
    events = [paid("e1", 5_000), back("r1", "e1", 1_000)]
    assert cents([tenth, tiers, loose], events) == {"P1": [500, -100, 400, 400]}


def test_a_loose_percent_settles_no_group() -> None:
    events = [paid("e1", 5_000), back("r1", "e1", 1_000)]
    assert cents([rule("P", TENTH), rule("S", TIERS)], events) == {
        "P1": [500, -100, 400]
    }


def test_a_pool_in_a_group_is_refilled_and_emptied_as_nobody_s_own() -> None:
    pool = rule("R", {**POOL, "group": "a"})
    events = [
        paid("e1", 10_000, by={"P1": 5_000, "P3": 5_000}),
        back("r1", "e1", 4_000),
    ]
    (first, second) = run([pool], events).statements[:2]
    assert [first.earned_cents, second.earned_cents] == [300, 300]
    assert first.lines[0].base_cents == 6_000


def test_what_a_group_paid_by_event_lowers_no_later_tier_of_the_group() -> None:
    tenth = rule("P", {**TENTH, "group": "a"}, effective_to=date(2026, 3, 31))
    tiers = rule("R", {**TIERS, "group": "a"}, effective_from=APRIL)
    other = rule("S", {**TIERS, "group": "b"}, effective_from=APRIL)
    events = [paid("e1", 5_000), back("r1", "e1", 5_000, "2026-04-10")]
    found = lines([tenth, tiers, other], events, APRIL)
    assert [(line.rule, line.amount_cents) for line in found] == [
        ("P", -500),
        ("S", -500),
    ]
