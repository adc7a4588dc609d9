"""Every reference case in `cases/` is reproduced, line by line and block by block."""

import copy
from typing import Any

import pytest

from commissions.engine import ComputedStatement, compute
from tests.commissions.reference_case import (
    UnknownBlock,
    all_cases,
    as_expected,
    check_case,
    inputs_of,
    months_of,
)

CASES = all_cases()


def statements_of(case: dict[str, Any]) -> list[ComputedStatement]:
    return compute(inputs_of(case), months_of(case)).statements


def each_case() -> Any:
    return pytest.mark.parametrize(
        "case", [case for _, case in CASES], ids=[name for name, _ in CASES]
    )


def test_there_are_cases_of_both_files() -> None:
    assert len(CASES) > 15
    assert {name.partition(":")[0] for name, _ in CASES} == {
        "commission_cases",
        "clock_change",
    }


@each_case()
def test_every_statement_and_line_is_as_expected(case: dict[str, Any]) -> None:
    """Each key of an expected statement is compared; an unknown one is a KeyError."""
    expected = case["expected"]["statements"]
    found = [as_expected(statement) for statement in statements_of(case)]
    assert len(found) == len(expected)
    for statement, wanted in zip(found, expected, strict=True):
        assert {key: statement[key] for key in wanted} == wanted


@each_case()
def test_the_total_is_as_expected(case: dict[str, Any]) -> None:
    total = sum(statement.totals.payable_cents for statement in statements_of(case))
    assert total == case["expected"]["total_payable_cents"]


@each_case()
def test_figures_worked_out_by_hand(case: dict[str, Any]) -> None:
    found = {
        (statement["provider"], statement["period"]): statement
        for statement in map(as_expected, statements_of(case))
    }
    for check in case["hand_check"]:
        statement = found[check["provider"], check["period"]]
        assert statement[check["field"]] == check["cents"]


@each_case()
def test_every_statement_balances(case: dict[str, Any]) -> None:
    for statement in statements_of(case):
        end = statement.totals
        assert (
            end.lines_cents + end.adjustments_cents + end.opening_cents
            == end.payable_cents + end.closing_cents
        )


@pytest.mark.parametrize(
    "place",
    [
        lambda case: case,
        lambda case: case["expected"],
        lambda case: case["rules"][0],
        lambda case: case["events"][0],
        lambda case: case["events"][0]["credits"][0],
        lambda case: case["providers"]["P1"],
        lambda case: case["hand_check"][0],
    ],
    ids=["case", "expected", "rule", "event", "credit", "provider", "check"],
)
def test_a_block_that_no_test_reads_is_refused(place: Any) -> None:
    case = copy.deepcopy(dict(CASES)["commission_cases:C01"])
    check_case(case)
    place(case)["forecast"] = 1
    with pytest.raises(UnknownBlock, match="forecast"):
        check_case(case)
