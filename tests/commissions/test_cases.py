"""Every reference case in `cases/` is reproduced, line by line."""

from fractions import Fraction
from typing import Any

import pytest

from commissions.engine import ComputedStatement, compute
from tests.commissions.reference_case import (
    all_cases,
    as_expected,
    inputs_of,
    months_of,
)

CASES = all_cases()


def statements_of(case: dict[str, Any]) -> list[ComputedStatement]:
    return compute(inputs_of(case), months_of(case)).statements


def by_provider_and_period(
    case: dict[str, Any],
) -> dict[tuple[str, str], ComputedStatement]:
    return {
        (statement.provider, f"{statement.month:%Y-%m}"): statement
        for statement in statements_of(case)
    }


def each_case() -> Any:
    return pytest.mark.parametrize(
        "case", [case for _, case in CASES], ids=[name for name, _ in CASES]
    )


def test_there_are_cases() -> None:
    assert CASES


@each_case()
def test_every_statement_and_line_is_as_expected(case: dict[str, Any]) -> None:
    expected = case["expected"]["statements"]
    found = by_provider_and_period(case)
    assert len(found) == len(expected)
    for wanted in expected:
        statement = found[wanted["provider"], wanted["period"]]
        wanted = {key: wanted[key] for key in wanted if key != "rounding_check"}
        assert as_expected(statement, wanted) == wanted


@each_case()
def test_exact_sums_and_totals_are_as_expected(case: dict[str, Any]) -> None:
    found = by_provider_and_period(case)
    for wanted in case["expected"]["statements"]:
        statement = found[wanted["provider"], wanted["period"]]
        exact = sum((line.exact for line in statement.lines), Fraction())
        if "rounding_check" in wanted:
            assert str(exact) == wanted["rounding_check"]["exact_sum"]
    total = sum(statement.totals.payable_cents for statement in found.values())
    assert total == case["expected"].get("total_payable_cents", total)


@each_case()
def test_figures_worked_out_by_hand(case: dict[str, Any]) -> None:
    found = by_provider_and_period(case)
    for check in case.get("hand_check", ()):
        statement = found[check["provider"], check["period"]]
        field = check["field"]
        assert as_expected(statement, {field: 0}) == {field: check["cents"]}


@each_case()
def test_every_statement_balances(case: dict[str, Any]) -> None:
    for statement in statements_of(case):
        end = statement.totals
        assert (
            end.lines_cents + end.adjustments_cents + end.opening_cents
            == end.payable_cents + end.closing_cents
        )
