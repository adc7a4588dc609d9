"""The rule language refuses what it does not know, and says where and what else."""

from typing import Any

import pytest

from commissions.engine.rule_language import RuleRefused, Tiered, parse_rule, upgrade

PERCENT = {"v": 2, "type": "percent", "event": "invoice_paid", "rate_bps": 1000}
TIERED = {
    "v": 2,
    "type": "tiered",
    "event": "invoice_paid",
    "brackets": [
        {"up_to_cents": 80_000, "rate_bps": 4000},
        {"up_to_cents": None, "rate_bps": 4500},
    ],
}


def refusals(**changes: Any) -> list[str]:
    with pytest.raises(RuleRefused) as refusal:
        parse_rule({**PERCENT, **changes})
    return refusal.value.sentences


def test_the_examples_of_the_language_are_in_it() -> None:
    for rule in (
        {
            **PERCENT,
            "base": "collected",
            "match": {
                "procedures": ["BTX"],
                "categories": ["service"],
                "min_value_cents": 0,
            },
            "group": "svc",
            "cap_cents": 50_000,
            "min_period_base_cents": 1_000_000,
            "refund": "take_back",
            "clawback_days": 60,
        },
        {
            "v": 2,
            "type": "flat",
            "event": "consult_show",
            "amount_cents": 2500,
            "once_per_lead": True,
        },
        TIERED,
        {
            "v": 2,
            "type": "bonus",
            "event": "invoice_paid",
            "threshold_cents": 5_000_000,
            "amount_cents": 50_000,
        },
        {
            "v": 2,
            "type": "pool",
            "event": "invoice_paid",
            "rate_bps": 500,
            "members": {"c1": 1},
        },
        {"v": 2, "type": "draw", "amount_cents": 300_000, "recoverable": True},
    ):
        assert parse_rule(rule).type == rule["type"]


@pytest.mark.parametrize("value", [True, 1.0, 10.5, "10", None, -1, 10_001, [1], 1e400])
def test_a_rate_is_a_whole_number_of_basis_points(value: Any) -> None:
    (sentence,) = refusals(rate_bps=value)
    assert sentence.startswith("rate_bps: ")


@pytest.mark.parametrize("value", [True, 1.0, "10", -1, 10**10 + 1])
def test_cents_are_whole_numbers_up_to_a_hundred_million_dollars(value: Any) -> None:
    (sentence,) = refusals(cap_cents=value)
    assert sentence.startswith("cap_cents: ")


def test_an_unknown_key_is_named_with_what_is_allowed() -> None:
    (sentence,) = refusals(bonus_rate=1)
    assert sentence.startswith("bonus_rate: not part of the language. Allowed: v, ")
    (sentence,) = refusals(match={"doctor": "x"})
    assert sentence == (
        "match.doctor: not part of the language. "
        "Allowed: procedures, categories, min_value_cents."
    )


def test_a_wrong_choice_is_named_with_what_is_allowed() -> None:
    (sentence,) = refusals(match={"categories": ["gifts"]})
    assert sentence.startswith("match.categories.0: Input should be 'service', ")
    (sentence,) = refusals(match={"procedures": ["Botox!"]})
    assert sentence.startswith("match.procedures.0: String should match pattern ")
    (sentence,) = refusals(event="consult_show")
    assert sentence == "event: Input should be 'invoice_paid'."


@pytest.mark.parametrize("rule", [None, [], 5, "percent", {}, {"type": "percent"}])
def test_what_is_no_rule_is_refused(rule: Any) -> None:
    with pytest.raises(RuleRefused):
        parse_rule(rule)


@pytest.mark.parametrize(
    "bounds",
    [
        [],
        [80_000],
        [None, None],
        [None, 80_000],
        [80_000, 80_000, None],
        [90_000, 80_000, None],
        [0, None],
        [*range(1, 13), None],
        [*range(1, 10_000), None],
    ],
    ids=lambda bounds: f"{len(bounds)} brackets",
)
def test_brackets_climb_and_only_the_last_is_open(bounds: list[int | None]) -> None:
    brackets = [{"up_to_cents": bound, "rate_bps": 1} for bound in bounds]
    with pytest.raises(RuleRefused):
        parse_rule({**TIERED, "brackets": brackets})


def test_twelve_brackets_are_allowed() -> None:
    brackets = [{"up_to_cents": up_to, "rate_bps": 1} for up_to in range(1, 12)]
    open_one = {"up_to_cents": None, "rate_bps": 1}
    rule = parse_rule({**TIERED, "brackets": [*brackets, open_one]})
    assert isinstance(rule, Tiered)


@pytest.mark.parametrize("weight", [0, -1, 1.0, True, "1"])
def test_pool_weights_are_at_least_one(weight: Any) -> None:
    rule = {
        "v": 2,
        "type": "pool",
        "event": "invoice_paid",
        "rate_bps": 500,
        "members": {"c1": weight},
    }
    with pytest.raises(RuleRefused, match="members"):
        parse_rule(rule)


def test_an_older_version_is_brought_up_step_by_step() -> None:
    upgrades = {
        1: lambda rule: rule | {"v": 2, "two": True},
        2: lambda rule: rule | {"v": 3, "three": True},
    }
    assert upgrade({"v": 1}, upgrades, 3) == {"v": 3, "two": True, "three": True}
    assert upgrade({"v": 3}, upgrades, 3) == {"v": 3}
    for unknown in ({"v": 7}, {"v": "1"}, {"v": True}, [], None):
        assert upgrade(unknown, upgrades, 3) == unknown


def test_a_version_from_the_future_is_refused() -> None:
    assert refusals(v=3) == ["v: Input should be 2."]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            {"type": "percent", "event": "invoice_paid", "rate_bps": 1},
            {"type": "percent", "event": "invoice_paid", "rate_bps": 1},
        ),
        (
            {**PERCENT, "refund": "original_rate"},
            {**PERCENT, "refund": "take_back"},
        ),
        ({**PERCENT, "refund": "none"}, {**PERCENT, "refund": "none"}),
        (
            {
                "type": "flat",
                "event": "consult_show",
                "amount_cents": 1,
                "clawback_days": 5,
            },
            {"type": "flat", "event": "consult_show", "amount_cents": 1},
        ),
    ],
    ids=str,
)
def test_a_rule_of_version_1_reads_as_version_2(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert parse_rule({**old, "v": 1}) == parse_rule({**new, "v": 2})


def test_the_refund_of_version_1_is_no_word_of_version_2() -> None:
    (sentence,) = refusals(refund="original_rate")
    assert sentence == "refund: Input should be 'take_back' or 'none'."


def test_consults_are_not_refunded() -> None:
    shown = {"v": 2, "type": "flat", "event": "consult_show", "amount_cents": 1}
    for key in ({"refund": "none"}, {"clawback_days": 5}):
        with pytest.raises(RuleRefused, match="are for payments"):
            parse_rule({**shown, **key})
