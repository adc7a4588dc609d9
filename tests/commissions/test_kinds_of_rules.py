"""What a book of rules knows about each type of them."""

from typing import Any

import pytest

from commissions.engine.rulebook import (
    group_of,
    is_monthly,
    pays_once,
    pays_single_events,
)
from tests.commissions.small_month import (
    BONUS,
    DRAW,
    FLAT,
    POOL,
    TENTH,
    TIERS,
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
        (pays_single_events, {"percent", "flat"}),
        (pays_once, set()),
    ],
    ids=["monthly", "each event", "once"],
)
def test_each_type_is_of_its_kind(question: Any, yes: set[str]) -> None:
    assert {kind for kind in EVERY if question(rule("R", EVERY[kind]))} == yes


@pytest.mark.parametrize(
    ("limit", "is_single"),
    [
        ({}, True),
        ({"min_period_base_cents": 0}, True),
        ({"min_period_base_cents": 1}, False),
        ({"cap_cents": 0}, False),
        ({"clawback_days": 0}, True),
    ],
    ids=str,
)
def test_a_cap_or_minimum_looks_at_the_whole_month(
    limit: dict[str, Any], is_single: bool
) -> None:
    for terms in (TENTH, FLAT):
        assert pays_single_events(rule("R", {**terms, **limit})) == is_single
    assert pays_once(rule("R", {**FLAT, "once_per_lead": True}))


def test_a_group_is_a_rule_s_own_and_a_draw_has_none() -> None:
    assert group_of(rule("R", {**TENTH, "group": "a"})) == "a"
    assert group_of(rule("R", TENTH)) is None
    assert group_of(rule("R", DRAW)) is None
