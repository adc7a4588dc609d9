"""What is pointed out about rules that stand beside each other, without a database."""

from datetime import date
from typing import Any

import pytest

from commissions.engine import Earner, RuleRow
from commissions.rules.checks import RuleFinding, findings
from tests.commissions.small_month import (
    BONUS,
    DRAW,
    FLAT,
    MARCH,
    POOL,
    TENTH,
    TIERS,
    people,
    rule,
)

NEVER_WINS = "It never applies: another rule always takes priority."
BOTH_PAY = "Both pay for the same events. To pay only one, use an exclusive group."
ANOTHER_DRAW = "Another draw takes priority."
NEVER_PAYS = "It never pays: it doesn't cover the first day of a month."
HAS_LEFT = "Its provider has left."
GROUPED = {**TENTH, "group": "a"}
BTX, FILLER = {"procedures": ["BTX"]}, {"procedures": ["FILLER"]}
BOTH = {"procedures": ["BTX", "FILLER"]}
RETAIL = {"categories": ["retail"]}


def found(*rules: RuleRow, who: dict | None = None) -> list[RuleFinding]:
    return findings(rules, people() if who is None else who)


def about(*rules: RuleRow, who: dict | None = None) -> list[str]:
    return [finding.sentence for finding in found(*rules, who=who)]


# Alone ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "pays"),
    [
        (MARCH, MARCH, True),
        (date(2026, 3, 2), date(2026, 3, 31), False),
        (date(2026, 3, 2), date(2026, 4, 1), True),
        (date(2026, 3, 2), None, True),
        (date(2028, 2, 29), date(2028, 2, 29), False),
    ],
)
def test_a_monthly_rule_needs_a_first_day(
    first: date, last: date | None, pays: bool
) -> None:
    dates: Any = {"effective_from": first, "effective_to": last}
    assert about(rule("R", BONUS, **dates)) == ([] if pays else [NEVER_PAYS])
    assert about(rule("R", TENTH, **dates)) == []


def test_a_rule_of_somebody_who_left_is_pointed_out() -> None:
    who = people(P1=MARCH)
    assert found(rule("R", TENTH, provider="P1"), who=who) == [
        RuleFinding("R", HAS_LEFT)
    ]
    assert about(rule("R", TENTH, provider="P2"), who=who) == []
    assert about(rule("R", TENTH, provider="P9"), who=who) == []
    assert about(rule("R", TENTH), who=who) == []


def test_members_of_a_pool_who_left_are_counted() -> None:
    members = {"P1": 1, "P2": 1, "P9": 1}
    pool = rule("R", {**POOL, "members": members})
    sentence = "{} of its members have left; the others share their part."
    assert about(pool) == [sentence.format(1)]
    assert about(pool, who=people(P1=MARCH)) == [sentence.format(2)]
    assert about(rule("R", POOL)) == []


# Two that pay for the same --------------------------------------------------


def test_two_of_a_kind_without_a_group_both_pay() -> None:
    assert found(rule("R2", TENTH), rule("R1", TENTH)) == [
        RuleFinding("R2", BOTH_PAY, "R1")
    ]
    assert found(rule("R1", TENTH), rule("R2", TENTH, priority=1)) == [
        RuleFinding("R1", BOTH_PAY, "R2")
    ]


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ({}, BTX, True),
        (BTX, {}, True),
        (BTX, BOTH, True),
        (BTX, FILLER, False),
        (BTX, RETAIL, True),
        (RETAIL, {"categories": ["service"]}, False),
        ({**BTX, **RETAIL}, {**FILLER, **RETAIL}, False),
    ],
    ids=str,
)
def test_only_what_both_are_about_is_paid_twice(
    first: dict, second: dict, both: bool
) -> None:
    rules = [
        rule("R1", {**TENTH, "match": first}),
        rule("R2", {**TENTH, "match": second}),
    ]
    assert about(*rules) == ([BOTH_PAY] if both else [])


@pytest.mark.parametrize("other", [FLAT, TIERS, BONUS, POOL], ids=lambda t: t["type"])
def test_rules_of_different_kinds_stand_beside_each_other(other: dict) -> None:
    assert about(rule("R1", TENTH), rule("R2", other)) == []


def test_rules_about_different_events_do_not_meet() -> None:
    shown = {**FLAT, "event": "consult_show"}
    assert about(rule("R1", FLAT), rule("R2", shown)) == []
    grouped = rule("R1", {**FLAT, "group": "a"}), rule("R2", {**shown, "group": "a"})
    assert about(*grouped) == []


def test_rules_of_different_groups_both_pay() -> None:
    assert about(rule("R1", GROUPED), rule("R2", {**TENTH, "group": "b"})) == [BOTH_PAY]


def test_pools_both_pay_whom_they_have_in_common() -> None:
    apart = {**POOL, "members": {"P3": 1}}
    assert about(rule("R1", POOL), rule("R2", POOL)) == [BOTH_PAY]
    assert about(rule("R1", POOL), rule("R2", apart)) == []
    retail = {**POOL, "match": RETAIL}
    service = {**POOL, "match": {"categories": ["service"]}}
    assert about(rule("R1", retail), rule("R2", service)) == []


@pytest.mark.parametrize(
    ("columns", "meet"),
    [
        ({"effective_from": date(2026, 3, 15)}, True),
        ({"effective_from": date(2026, 3, 16)}, False),
        ({"effective_from": date(2026, 3, 1)}, True),
    ],
    ids=str,
)
def test_rules_meet_on_a_day_on_which_both_are_in_force(
    columns: dict, meet: bool
) -> None:
    first = rule("R1", TENTH, effective_to=date(2026, 3, 15))
    assert (BOTH_PAY in about(first, rule("R2", TENTH, **columns))) == meet


def test_rules_meet_only_over_somebody_whom_both_concern_and_who_is_here() -> None:
    first, second = rule("R1", TENTH, provider="P1"), rule("R2", TENTH, provider="P2")
    assert about(first, second) == []
    everyone = rule("R3", TENTH)
    assert about(first, everyone) == [BOTH_PAY]
    assert about(first, everyone, who=people(P1=MARCH)) == [HAS_LEFT]


# One that never wins --------------------------------------------------------


def loses(winner: RuleRow, loser: RuleRow) -> bool:
    sentences = found(winner, loser)
    assert sentences in ([], [RuleFinding(loser.id, NEVER_WINS, winner.id)])
    return bool(sentences)


def test_in_a_group_the_later_of_two_alike_never_wins() -> None:
    assert loses(rule("R1", GROUPED), rule("R2", GROUPED))
    assert loses(rule("R2", GROUPED, priority=1), rule("R1", GROUPED))


@pytest.mark.parametrize(
    ("wide", "narrow", "never"),
    [
        ({}, BTX, True),
        (BOTH, BTX, True),
        (BTX, BOTH, False),
        (BTX, {}, False),
        (BTX, FILLER, False),
        (RETAIL, {}, False),
        ({}, RETAIL, True),
        ({"min_value_cents": 500}, {"min_value_cents": 500}, True),
        ({"min_value_cents": 501}, {"min_value_cents": 500}, False),
        ({"min_value_cents": 499}, {"min_value_cents": 500}, True),
        ({"min_value_cents": 1}, {}, False),
        ({"min_value_cents": 0}, {}, True),
        ({}, {"min_value_cents": 500}, True),
    ],
    ids=str,
)
def test_only_who_is_there_for_everything_always_comes_first(
    wide: dict, narrow: dict, never: bool
) -> None:
    winner = rule("R1", {**GROUPED, "match": wide}, priority=1)
    assert loses(winner, rule("R2", {**GROUPED, "match": narrow})) == never


@pytest.mark.parametrize(
    ("wide", "narrow", "never"),
    [
        ({}, {"provider": "P1"}, True),
        ({}, {"role": "injector"}, True),
        ({"provider": "P1"}, {}, False),
        ({"role": "injector"}, {}, False),
        ({"provider": "P1"}, {"provider": "P1"}, True),
        ({"role": "injector"}, {"role": "injector"}, True),
        ({"role": "injector"}, {"provider": "P1"}, False),
        ({"provider": "P1"}, {"role": "injector"}, False),
    ],
    ids=str,
)
def test_only_who_is_there_for_everybody_always_comes_first(
    wide: dict, narrow: dict, never: bool
) -> None:
    winner = rule("R1", GROUPED, priority=1, **wide)
    assert loses(winner, rule("R2", GROUPED, **narrow)) == never


MAY_FIRST, MAY_LAST = date(2026, 5, 1), date(2026, 5, 31)


@pytest.mark.parametrize(
    ("first", "last", "never"),
    [
        (MAY_FIRST, MAY_LAST, True),
        (date(2026, 4, 30), date(2026, 6, 1), True),
        (date(2026, 4, 30), None, True),
        (date(2026, 5, 2), None, False),
        (date(2026, 4, 1), date(2026, 5, 30), False),
    ],
)
def test_only_who_is_there_all_the_time_always_comes_first(
    first: date, last: date | None, never: bool
) -> None:
    winner = rule("R1", GROUPED, priority=1, effective_from=first, effective_to=last)
    loser = rule("R2", GROUPED, effective_from=MAY_FIRST, effective_to=MAY_LAST)
    assert loses(winner, loser) == never


def test_a_rule_that_ends_does_not_always_come_before_one_that_does_not() -> None:
    winner = rule("R1", GROUPED, priority=1, effective_to=MAY_LAST)
    assert not loses(winner, rule("R2", GROUPED))


# Draws and gaps -------------------------------------------------------------


def test_of_two_draws_one_comes_first() -> None:
    assert found(rule("R2", DRAW), rule("R1", DRAW)) == [
        RuleFinding("R2", ANOTHER_DRAW, "R1")
    ]
    assert about(rule("R1", DRAW), rule("R2", TENTH), rule("R3", GROUPED)) == [BOTH_PAY]
    own = rule("R1", DRAW, provider="P1"), rule("R2", DRAW, provider="P2")
    assert about(*own) == []


def ended(key: str, last: date | None, terms: dict = TENTH, **columns: Any) -> RuleRow:
    return rule(key, terms, effective_to=last, **columns)


def begun(key: str, first: date, terms: dict = TENTH, **columns: Any) -> RuleRow:
    return rule(key, terms, effective_from=first, **columns)


@pytest.mark.parametrize(
    ("first", "sentences"),
    [
        (date(2026, 3, 1), []),
        (
            date(2026, 3, 2),
            ["No such rule applies from Mar 1, 2026 to Mar 1, 2026."],
        ),
        (
            date(2026, 3, 15),
            ["No such rule applies from Mar 1, 2026 to Mar 14, 2026."],
        ),
    ],
)
def test_days_between_two_of_a_kind_are_a_gap(
    first: date, sentences: list[str]
) -> None:
    last = date(2026, 2, 28)
    rules = begun("R2", first), ended("R1", last)
    assert found(*rules) == [RuleFinding("R2", each, "R1") for each in sentences]


@pytest.mark.parametrize(
    "other",
    [
        {"terms": FLAT},
        {"terms": GROUPED},
        {"provider": "P1"},
        {"role": "injector"},
    ],
    ids=str,
)
def test_no_gap_lies_between_rules_of_different_kinds(other: dict) -> None:
    last = date(2026, 2, 28)
    assert about(ended("R1", last), begun("R2", date(2026, 4, 1), **other)) == []


def test_everybody_s_role_decides_whom_a_rule_concerns() -> None:
    who = {"P1": Earner("P1", "injector"), "P2": Earner("P2", "laser")}
    first = rule("R1", TENTH, role="injector")
    assert about(first, rule("R2", TENTH, role="laser"), who=who) == []
    assert about(first, rule("R2", TENTH, provider="P1"), who=who) == [BOTH_PAY]
