"""What a refund takes back: how much, by which rule, until when, from which month."""

from datetime import date

import pytest

from commissions.engine import CommissionLine, Earner, LineKind, LineSource, RoleChange
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
    assert cents([rule("R", FLAT)], events) == {"P1": [5_000, 0]}
    rest = back("r2", "e1", 1, "2026-04-12")
    *_, line = lines([rule("R", FLAT)], [*events, rest], MARCH, APRIL)
    assert (line.event, line.kind, line.base_cents) == ("r2", LineKind.REFUND, -1)
    assert (line.amount_cents, line.exact) == (-5_000, -5_000)
    later = back("r3", "e1", 500, "2026-04-13")
    assert cents([rule("R", FLAT)], [*events, rest, later], APRIL) == {"P1": [-5_000]}


def test_refunds_of_other_months_have_no_lines() -> None:
    events = [paid("e1", 10), back("r1", "e1", 10, "2026-04-10")]
    assert cents([rule("R", TENTH), rule("S", FLAT)], events) == {"P1": [1, 5_000]}


def test_halves_of_an_odd_sale_take_back_what_was_paid_to_the_cent() -> None:
    events = [
        paid("e1", 45_005),
        back("r1", "e1", 22_503),
        back("r2", "e1", 22_502, "2026-04-10"),
    ]
    assert cents([rule("R", TENTH)], events, MARCH, APRIL) == {
        "P1": [4_501, -2_251, -2_250]
    }


def test_a_role_that_changed_takes_back_by_the_role_of_the_payment_s_month() -> None:
    roles = (RoleChange(date(2026, 1, 1), "nurse"), RoleChange(APRIL, "injector"))
    who = {"P1": Earner("P1", "injector", roles=roles)}
    events = [paid("e1", 10_000), back("r1", "e1", 10_000, "2026-04-10")]
    nurses = rule("R", TENTH, role="nurse")
    assert cents([nurses], events, MARCH, APRIL, who=who) == {"P1": [1_000, -1_000]}


# Once per lead ---------------------------------------------------------


def test_a_sum_paid_once_passes_to_the_next_payment_of_the_lead() -> None:
    """In a month that is over it is one line of 0; a later payment gets its own."""
    events = [
        paid("e1", 10, "2026-03-10"),
        paid("e2", 10, "2026-03-11"),
        back("r1", "e1", 10, "2026-04-12"),
    ]
    found = lines([rule("R", ONCE)], events, MARCH, APRIL)
    assert [(line.event, line.amount_cents) for line in found] == [
        ("e1", 5_000),
        ("r1", 0),
    ]
    late = [events[0], paid("e2", 10, "2026-04-11"), events[2]]
    found = lines([rule("R", ONCE)], late, MARCH, APRIL)
    assert [(line.event, line.amount_cents) for line in found] == [
        ("e1", 5_000),
        ("e2", 5_000),
        ("r1", -5_000),
    ]


def test_a_sum_passed_on_to_somebody_else_is_theirs() -> None:
    events = [
        paid("e1", 10, "2026-03-10"),
        paid("e2", 10, "2026-03-11", by="P2"),
        back("r1", "e1", 10, "2026-04-12"),
    ]
    assert cents([rule("R", ONCE)], events, APRIL) == {"P1": [-5_000], "P2": [5_000]}


def test_a_sum_not_paid_for_a_payment_is_not_taken_back_with_it() -> None:
    events = [paid("e1", 10), paid("e2", 10, "2026-03-11"), back("r2", "e2", 10)]
    assert cents([rule("R", ONCE)], events) == {"P1": [5_000]}


def test_with_a_cap_a_sum_passes_on_too() -> None:
    capped = rule("R", {**ONCE, "cap_cents": 9_000})
    events = [
        paid("e1", 10, "2026-03-10"),
        paid("e2", 10, "2026-03-11", by="P2"),
        back("r1", "e1", 10, "2026-04-12"),
    ]
    found = run([capped], events, APRIL).statements
    assert [each.earned_cents for each in found] == [-5_000, 5_000, 0]


@pytest.mark.parametrize("more", [{}, {"cap_cents": 9_000}], ids=["", "capped"])
def test_a_sum_passes_on_from_a_payment_before_the_rule(more: dict[str, int]) -> None:
    """The lead's first payment earned nothing, but kept the next one from earning."""
    later = rule("R", ONCE | more, effective_from=APRIL)
    events = [
        paid("e1", 10, "2026-03-10"),
        paid("e2", 10, "2026-04-11"),
        back("r1", "e1", 10, "2026-05-12"),
    ]
    assert cents([later], events[:2], MARCH, APRIL, MAY) == {}
    assert cents([later], events, MARCH, APRIL, MAY) == {"P1": [5_000]}


def test_a_new_version_does_not_pay_the_same_lead_again() -> None:
    """Also where its first event would be another one: it asks for a larger amount."""
    first = rule("R1", ONCE, effective_to=date(2026, 3, 31))
    larger = {**ONCE, "match": {"min_value_cents": 500}}
    second = rule("R2", larger, effective_from=APRIL, chain="R1")
    events = [paid("e1", 100), paid("e2", 900, "2026-04-10")]
    assert cents([first, second], events, MARCH, APRIL) == {"P1": [5_000]}
    alone = rule("R2", larger, effective_from=APRIL)
    assert cents([first, alone], events, MARCH, APRIL) == {"P1": [5_000, 5_000]}


def test_without_a_lead_every_payment_stands_alone() -> None:
    events = [
        paid("e1", 10, lead=None),
        paid("e2", 10, lead=None),
        back("r1", "e1", 10, "2026-04-12"),
    ]
    assert cents([rule("R", ONCE)], events, MARCH, APRIL) == {
        "P1": [5_000, 5_000, -5_000]
    }


# Whole months ---------------------------------------------------------------


def test_a_refund_counts_against_the_minimum_of_its_payment_s_month() -> None:
    """Law: reached or not, each payment has its line."""
    found = lines([rule("R", GATED)], [paid("e1", 20_000), back("r1", "e1", 1)])
    assert [(line.base_cents, line.note) for line in found] == [
        (19_999, "below minimum")
    ]
    assert cents([rule("R", GATED)], [paid("e1", 20_001), back("r1", "e1", 1)]) == {
        "P1": [2_000]
    }


def test_a_minimum_lost_by_a_later_refund_takes_back_all_of_it() -> None:
    events = [
        paid("e1", 15_000),
        paid("e2", 5_000),
        back("r1", "e2", 1, "2026-04-10"),
        back("r2", "e2", 4_999, "2026-05-10"),
    ]
    found = lines([rule("R", GATED)], events, APRIL, MAY)
    assert [(line.base_cents, line.amount_cents, line.note) for line in found] == [
        (-1, -2_000, "refunds of March 2026"),
        (-4_999, 0, "refunds of March 2026"),
    ]


def test_a_refund_s_part_of_the_minimum_follows_cost_and_share() -> None:
    row = rule("R", {**NET, "min_period_base_cents": 3_000})
    sale = paid("e1", 10_000, cost_cents=4_000, by={"P1": 5_000})
    assert cents([row], [sale]) == {"P1": [300]}
    assert cents([row], [sale, back("r1", "e1", 1)]) == {"P1": [0]}


@pytest.mark.parametrize(
    ("terms", "amounts"),
    [
        ({**TENTH, "cap_cents": 500}, [1_000, 2_000, -2_500, 0, -500]),
        (TIERS, [1_000, 4_000, -2_000, -3_000]),
        ({**BONUS, "threshold_cents": 15_000}, [700, 0, -700]),
    ],
    ids=["cap", "tiers", "bonus"],
)
def test_what_refunds_change_in_a_month_is_one_line_for_each_later_month(
    terms: dict, amounts: list[int]
) -> None:
    events = [
        paid("e1", 10_000),
        paid("e2", 20_000),
        back("r1", "e1", 10_000, "2026-04-10"),
        back("r2", "e2", 20_000, "2026-05-10"),
    ]
    assert cents([rule("R", terms)], events, MARCH, APRIL, MAY) == {"P1": amounts}


def test_such_a_line_names_its_refunds() -> None:
    events = [
        paid("e1", 10_000, by={"P1": 5_000, "P2": 5_000}),
        back("r2", "e1", 4_000, "2026-04-11"),
        back("r1", "e1", 1_000, "2026-04-10"),
    ]
    line, _ = lines([rule("R", TIERS)], events, APRIL)
    assert (line.kind, line.detail, line.base_cents) == (
        LineKind.REFUNDS,
        202603,
        -2_500,
    )
    assert line.sources == (
        LineSource("r1", 5_000, -500),
        LineSource("r2", 5_000, -2_000),
    )


def test_a_tier_names_its_payments_and_what_was_paid_back_of_them() -> None:
    events = [paid("e1", 9_000), paid("e2", 5_000), back("r1", "e1", 1_000)]
    first, second = lines([rule("R", TIERS)], events)
    assert first.sources == second.sources
    assert first.sources == (
        LineSource("e1", 10_000, 9_000),
        LineSource("r1", 10_000, -1_000),
        LineSource("e2", 10_000, 5_000),
    )


def test_months_without_statements_lose_no_refund() -> None:
    """February had statements, March none: April takes back the refunds of both."""
    events = [
        paid("e1", 10_000, "2026-02-10"),
        back("r1", "e1", 2_000, "2026-02-12"),
        back("r2", "e1", 3_000, "2026-03-12"),
        back("r3", "e1", 5_000, "2026-04-12"),
    ]
    february = date(2026, 2, 1)
    rules = [rule("R", TENTH), rule("S", TIERS)]
    assert cents(rules, events, APRIL) == {"P1": [-500, -500]}
    assert cents(rules, events, APRIL, since=february) == {"P1": [-300, -500, -800]}


def test_a_fully_refunded_payment_leaves_its_month_as_if_it_had_never_been_made() -> (
    None
):
    rules = [
        rule("R1", {**TENTH, "cap_cents": 500}),
        rule("R2", TIERS),
        rule("R3", BONUS),
        rule("R4", POOL),
        rule("R5", TENTH),
    ]
    sale = paid("e1", 30_000)
    kept = [sale, paid("e2", 7_777)]
    gone = [*kept, *(back(f"r{n}", "e1", 300, "2026-04-02") for n in range(100))]
    found = run(rules, gone, MARCH, APRIL).statements
    alone = run(rules, kept[1:], MARCH).statements
    for index in range(3):
        both = found[index].earned_cents + found[3 + index].earned_cents
        assert both == alone[index].earned_cents


def test_rules_of_groups_are_lowered_beside_each_other() -> None:
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


@pytest.mark.parametrize("terms", [TENTH, TIERS, POOL, BONUS], ids=lambda t: t["type"])
def test_any_rule_may_keep_what_it_paid_or_only_for_some_days(terms: dict) -> None:
    events = [paid("e1", 20_000), back("r1", "e1", 20_000, "2026-04-10")]
    kept = rule("R", {**terms, "refund": "none"})
    assert cents([kept], events, APRIL) == {}
    assert cents([rule("R", {**terms, "clawback_days": 30})], events, APRIL) == {}
    assert cents([rule("R", {**terms, "clawback_days": 31})], events, APRIL) != {}
