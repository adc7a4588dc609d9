"""What a book of rules knows about each type of them."""

from typing import Any

import pytest

from commissions.engine.rulebook import (
    RuleBook,
    group_of,
    is_monthly,
    needs_history,
    pays_per_event,
)
from tests.commissions.small_month import (
    BONUS,
    DRAW,
    FLAT,
    POOL,
    TENTH,
    TIERS,
    people,
    rule,
)

EVERY = {
    "percent": TENTH,
    "flat": FLAT,
    "tiered": TIERS,
    "bonus": BONUS,
    "pool": POOL,
    "draw": DRAW,
}


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        (is_monthly, {"tiered", "bonus", "pool"}),
        (pays_per_event, {"percent", "flat"}),
        (needs_history, {"flat"}),
    ],
    ids=["monthly", "each event", "looks back"],
)
def test_each_type_is_of_its_kind(question: Any, yes: set[str]) -> None:
    assert {kind for kind in EVERY if question(rule("R", EVERY[kind]))} == yes


def test_a_minimum_looks_back_also_one_of_nothing() -> None:
    assert needs_history(rule("R", {**TENTH, "min_period_base_cents": 0}))
    assert not needs_history(rule("R", {**TIERS, "min_period_base_cents": 5}))


def test_a_group_is_a_rule_s_own_and_a_draw_has_none() -> None:
    assert group_of(rule("R", {**TENTH, "group": "a"})) == "a"
    assert group_of(rule("R", TENTH)) is None
    assert group_of(rule("R", DRAW)) is None


@pytest.mark.parametrize(
    ("terms", "known"),
    [
        (TENTH, (False, False, False)),
        (FLAT, (False, False, True)),
        (BONUS, (False, True, False)),
        (POOL, (False, True, False)),
        ({**POOL, "group": "a"}, (True, True, False)),
        ({**TENTH, "group": "a"}, (False, False, False)),
        (DRAW, (False, False, False)),
    ],
    ids=str,
)
def test_a_book_knows_what_its_rules_need(terms: dict, known: tuple) -> None:
    book = RuleBook([rule("R", terms)], people())
    assert (book.has_pools_in_groups, book.has_monthly, book.needs_history) == known
