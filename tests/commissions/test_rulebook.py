"""Which rule pays: dates, scope, conditions, groups, the order among rules."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from commissions.engine.rulebook import (
    RuleBook,
    boundaries_of,
    in_force,
    matches,
    minimum_value,
    one_per_group,
    precedence,
)
from tests.commissions.small_month import (
    APRIL,
    BONUS,
    DRAW,
    FLAT,
    MARCH,
    POOL,
    TENTH,
    TIERS,
    cents,
    lines,
    paid,
    people,
    rule,
)


def winners(rules: list[Any], event: Any, day: date = MARCH, who: str = "P1") -> list:
    return [won.rule.id for won in RuleBook(rules, people()).winners(who, event, day)]


# In the middle of a month ---------------------------------------------------


@pytest.mark.parametrize("terms", [TENTH, FLAT], ids=["percent", "flat"])
def test_a_rule_that_ends_in_mid_month_pays_its_last_day_and_not_the_next(
    terms: dict,
) -> None:
    ended = rule("R", terms, effective_to=date(2026, 3, 15))
    days = [paid(f"e{day}", 50_000, f"2026-03-{day}") for day in (14, 15, 16, 17)]
    assert cents([ended], days) == {"P1": [5_000, 5_000]}


@pytest.mark.parametrize("terms", [TENTH, FLAT], ids=["percent", "flat"])
def test_a_rule_that_begins_in_mid_month_pays_from_its_first_day(terms: dict) -> None:
    begun = rule("R", terms, effective_from=date(2026, 3, 16))
    days = [paid(f"e{day}", 50_000, f"2026-03-{day}") for day in (15, 16)]
    assert cents([begun], days) == {"P1": [5_000]}


def test_versions_that_change_in_mid_month_pay_each_day_once() -> None:
    first = rule("R1", TENTH, effective_to=date(2026, 3, 15))
    second = rule("R2", TENTH | {"rate_bps": 2000}, effective_from=date(2026, 3, 16))
    days = [paid(f"e{day}", 10_000, f"2026-03-{day}") for day in (15, 16)]
    assert cents([second, first], days) == {"P1": [1_000, 2_000]}


def test_a_leap_day_is_a_rule_s_last_and_another_s_first() -> None:
    leap = date(2028, 2, 29)
    ended, begun = rule("R1", TENTH, effective_to=leap), rule("R2", FLAT)
    begun = replace(begun, effective_from=leap)
    sales = [paid(f"e{on}", 10_000, f"2028-{on}") for on in ("02-28", "02-29", "03-01")]
    february, march = date(2028, 2, 1), date(2028, 3, 1)
    assert cents([ended, begun], sales, february, march) == {
        "P1": [1_000, 1_000, 5_000, 5_000]
    }


@pytest.mark.parametrize("terms", [TIERS, BONUS, POOL], ids=["tiers", "bonus", "pool"])
def test_monthly_rules_hold_for_the_whole_month_that_they_begin_with(
    terms: dict,
) -> None:
    row = rule("R", terms, effective_from=MARCH, effective_to=MARCH)
    assert in_force(row, date(2026, 3, 31))
    assert not in_force(row, APRIL)
    late = replace(row, effective_from=date(2026, 3, 2), effective_to=None)
    assert not in_force(late, date(2026, 3, 31))
    assert in_force(late, APRIL)


def test_the_day_decides_for_rules_that_pay_each_event() -> None:
    row = rule("R", TENTH, effective_from=date(2026, 3, 2))
    assert not in_force(row, MARCH)
    assert in_force(row, date(2026, 3, 2))


@pytest.mark.parametrize(
    ("last", "days"),
    [
        (None, [MARCH]),
        (date(2028, 2, 29), [MARCH, date(2028, 3, 1)]),
        (date(2099, 12, 31), [MARCH, date(2100, 1, 1)]),
        (date.max, [MARCH]),
    ],
)
def test_a_rule_changes_on_its_first_day_and_the_day_after_its_last(
    last: date | None, days: list[date]
) -> None:
    row = rule("R", TENTH, effective_from=MARCH, effective_to=last)
    assert list(boundaries_of(row)) == days


# What a rule is about -------------------------------------------------------


@pytest.mark.parametrize(
    ("match", "about"),
    [
        ({}, True),
        ({"procedures": ["BTX", "FILLER"]}, True),
        ({"procedures": ["FILLER"]}, False),
        ({"categories": ["service"]}, True),
        ({"categories": ["retail"]}, False),
        ({"procedures": ["BTX"], "categories": ["service"]}, True),
        ({"procedures": ["BTX"], "categories": ["retail"]}, False),
        ({"procedures": ["FILLER"], "categories": ["service"]}, False),
    ],
    ids=str,
)
def test_procedure_and_category_must_both_match(match: dict, about: bool) -> None:
    sale = paid("e1", 1, procedure="BTX")
    assert matches(rule("R", {**TENTH, "match": match}), sale) == about


def test_a_rule_is_about_one_kind_of_event() -> None:
    shown = paid("e1", 0, kind="consult_show")
    for_shows = rule("R", {**FLAT, "event": "consult_show"})
    assert matches(for_shows, shown) is True
    assert matches(rule("R", FLAT), shown) is False
    assert matches(for_shows, paid("e2", 1)) is False
    assert matches(rule("R", DRAW), paid("e2", 1)) is False


def test_the_least_amount_itself_is_enough() -> None:
    row = rule("R", {**TENTH, "match": {"min_value_cents": 10_000}})
    assert winners([row], paid("e1", 9_999)) == []
    assert winners([row], paid("e1", 10_000)) == ["R"]
    assert minimum_value(row) == 10_000
    assert [minimum_value(rule("R", terms)) for terms in (TENTH, DRAW)] == [0, 0]


def test_what_is_too_small_for_one_of_a_group_is_the_next_one_s() -> None:
    large = rule("R1", {**TENTH, "group": "a", "match": {"min_value_cents": 500}})
    any_size = rule("R2", {**FLAT, "group": "a"})
    assert winners([large, any_size], paid("e1", 499)) == ["R2"]
    assert winners([large, any_size], paid("e1", 500)) == ["R1"]


def test_a_rule_without_any_amount_pays_events_of_nothing() -> None:
    assert winners([rule("R", FLAT)], paid("e1", 0)) == ["R"]


# Whom it pays ---------------------------------------------------------------


def test_only_whom_a_rule_concerns_is_paid_by_it() -> None:
    own = rule("R1", TENTH, provider="P2")
    roles = rule("R2", TENTH, role="injector")
    others = rule("R3", TENTH, role="laser")
    sale = paid("e1", 1)
    assert winners([own, roles, others], sale, who="P1") == ["R2"]
    assert winners([own, roles, others], sale, who="P2") == ["R1", "R2"]
    assert winners([own, roles, others], sale, who="P9") == []


def test_a_draw_never_wins_an_event_and_a_pool_wins_it_for_nobody() -> None:
    rules = [rule("R1", DRAW), rule("R2", POOL), rule("R3", {**POOL, "group": "a"})]
    book = RuleBook(rules, people())
    assert book.winners("P3", paid("e1", 1), MARCH) == []
    assert [pool.rule.id for pool in book.pools_of(paid("e1", 1), MARCH)] == [
        "R2",
        "R3",
    ]
    assert [row.id for row in book.draws] == ["R1"]


@pytest.mark.parametrize(
    ("columns", "by", "wins"),
    [
        ({}, "P1", True),
        ({"priority": 1}, "P1", False),
        ({"priority": 1, "provider": "P2"}, "P1", True),
        ({"priority": 1, "provider": "P2"}, {"P1": 5_000, "P2": 1}, False),
        ({"priority": 1}, {}, True),
    ],
    ids=str,
)
def test_a_pool_in_a_group_wins_only_before_all_rules_of_those_credited(
    columns: dict[str, Any], by: Any, wins: bool
) -> None:
    pool = rule("R1", {**POOL, "group": "a"})
    other = rule("R2", {**TENTH, "group": "a"}, **columns)
    book = RuleBook([pool, other], people())
    found = book.pools_of(paid("e1", 1, by=by), MARCH)
    assert [each.rule.id for each in found] == (["R1"] if wins else [])


def test_of_two_pools_in_a_group_the_first_takes_the_payment() -> None:
    pools = [rule(key, {**POOL, "group": "a"}) for key in ("R2", "R1")]
    found = RuleBook(pools, people()).pools_of(paid("e1", 1, by={}), MARCH)
    assert [each.rule.id for each in found] == ["R1"]


def test_what_a_pool_won_is_nobody_s_in_its_group() -> None:
    pool = rule("R1", {**POOL, "group": "a"})
    rules = [pool, rule("R2", {**TENTH, "group": "a"}), rule("R3", TENTH)]
    found = [(line.rule, line.event) for line in lines(rules, [paid("e1", 100)])]
    assert found == [("R1", None), ("R3", "e1"), ("R1", None)]


# The order ------------------------------------------------------------------


def test_priority_then_narrower_match_then_lower_id_come_first() -> None:
    match = {"procedures": ["BTX"], "categories": ["service"]}
    narrow = rule("R4", {**TENTH, "match": match})
    narrower = rule("R5", {**TENTH, "match": {**match, "min_value_cents": 0}})
    wide, twin = rule("R3", TENTH), rule("R2", TENTH)
    first = rule("R9", TENTH, priority=1)
    last = rule("R0", TENTH, priority=-1)
    ordered = sorted([wide, twin, first, last, narrow, narrower], key=precedence)
    assert [row.id for row in ordered] == ["R9", "R5", "R4", "R2", "R3", "R0"]
    assert precedence(rule("D", DRAW, priority=2)) == (-2, 0, "D")


def test_one_of_a_group_pays_and_all_without_a_group() -> None:
    group = [rule(f"R{number}", {**TENTH, "group": "a"}) for number in (1, 2)]
    other = [rule("R3", {**TENTH, "group": "b"}), rule("R4", FLAT), rule("R5", FLAT)]
    assert winners([*group, *other], paid("e1", 1)) == ["R1", "R3", "R4", "R5"]
    assert one_per_group([], 5) == []


def test_of_a_group_the_one_in_force_that_day_pays() -> None:
    first = rule("R1", {**TENTH, "group": "a"}, effective_to=date(2026, 3, 15))
    second = rule("R2", {**TENTH, "group": "a"})
    book = RuleBook([first, second], people())
    sale = paid("e1", 1)
    found = [
        book.winners("P1", sale, day)[0].rule.id
        for day in (date(2026, 3, 16), date(2026, 3, 15), date(2026, 3, 14))
    ]
    assert found == ["R2", "R1", "R1"]


def test_what_was_looked_up_for_one_kind_of_event_is_not_used_for_another() -> None:
    by_procedure = rule("R1", {**TENTH, "match": {"procedures": ["BTX"]}})
    by_category = rule("R2", {**TENTH, "match": {"categories": ["retail"]}})
    shows = rule("R3", {**FLAT, "event": "consult_show"})
    own = rule("R4", TENTH, provider="P2")
    book = RuleBook([by_procedure, by_category, shows, own], people())

    def found(who: str, **details: Any) -> list[str]:
        event = paid("e1", 1, **details)
        return [won.rule.id for won in book.winners(who, event, MARCH)]

    assert found("P1", procedure="BTX") == ["R1"]
    assert found("P1", procedure="FILLER") == []
    assert found("P1", category="retail") == ["R2"]
    assert found("P1") == []
    assert found("P1", kind="consult_show") == ["R3"]
    assert found("P2") == ["R4"]


def test_what_was_looked_up_for_one_month_is_not_used_for_another() -> None:
    begun = RuleBook([rule("R", BONUS, effective_from=date(2026, 3, 2))], people())
    for day, ids in [
        (date(2026, 3, 15), []),
        (date(2026, 4, 15), ["R"]),
        (date(2027, 3, 15), ["R"]),
    ]:
        found = begun.winners("P1", paid("e1", 1), day)
        assert [each.rule.id for each in found] == ids
