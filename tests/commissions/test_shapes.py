"""Who a rule is for and when, what a line is about, how a cent is rounded."""

from datetime import date
from fractions import Fraction

import pytest

from commissions.engine import (
    CommissionLine,
    Earner,
    Event,
    LineKind,
    MonthTotals,
    OpeningBalance,
)
from commissions.engine.schemas import nearest
from tests.commissions.small_month import ALL, MARCH, TENTH, moment, rule

LAST_OF_FEBRUARY = date(2026, 2, 28)


@pytest.mark.parametrize(
    ("left_on", "is_here"),
    [
        (None, True),
        (LAST_OF_FEBRUARY, False),
        (MARCH, True),
        (date(2026, 3, 2), True),
        (date(2027, 1, 1), True),
    ],
)
def test_who_left_in_a_month_was_here_in_it(
    left_on: date | None, is_here: bool
) -> None:
    assert Earner("P1", "injector", left_on).is_here(MARCH) == is_here


@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (date(2028, 2, 28), False),
        (date(2028, 2, 29), True),
        (date(2028, 3, 15), True),
        (date(2028, 3, 16), False),
        (date(2100, 12, 31), False),
    ],
)
def test_a_rule_covers_its_first_and_its_last_day(day: date, covered: bool) -> None:
    row = rule(
        "R",
        TENTH,
        effective_from=date(2028, 2, 29),
        effective_to=date(2028, 3, 15),
    )
    assert row.covers(day) == covered


def test_a_rule_without_an_end_covers_every_later_day() -> None:
    row = rule("R", TENTH, effective_from=date(2000, 1, 1))
    assert row.covers(date(2000, 1, 1))
    assert row.covers(date(2100, 12, 31))
    assert not row.covers(date(1999, 12, 31))


@pytest.mark.parametrize(
    ("columns", "concerned"),
    [
        ({}, ["P1", "P2"]),
        ({"provider": "P1"}, ["P1"]),
        ({"role": "injector"}, ["P1"]),
        ({"role": "laser"}, ["P2"]),
        ({"role": "front"}, []),
        ({"provider": "P9", "role": "injector"}, []),
    ],
    ids=str,
)
def test_a_rule_is_one_s_own_a_role_s_or_everyone_s(
    columns: dict, concerned: list[str]
) -> None:
    people = Earner("P1", "injector"), Earner("P2", "laser")
    row = rule("R", TENTH, **columns)
    assert [who.id for who in people if row.concerns(who)] == concerned


def line(kind: LineKind, event: str | None = None, detail: int = 3) -> CommissionLine:
    return CommissionLine("R1", event, kind, 0, 1, 1, 1, detail=detail)


@pytest.mark.parametrize(
    ("kind", "note", "bracket"),
    [
        (LineKind.SALE, "", 0),
        (LineKind.REFUND, "refund", 0),
        (LineKind.REVERSAL, "reversal", 0),
        (LineKind.BRACKET, "bracket 3", 3),
        (LineKind.WHOLE, "bracket 3 on whole base", 3),
        (LineKind.BONUS, "bonus", 0),
        (LineKind.POOL, "pool 3", 0),
        (LineKind.CAP, "cap", 0),
    ],
)
def test_a_line_is_about_its_rule_event_kind_and_tier(
    kind: LineKind, note: str, bracket: int
) -> None:
    assert line(kind).note == note
    assert line(kind).key == ("R1", "", kind.value, bracket)
    assert line(kind, "e1").key == ("R1", "e1", kind.value, bracket)


def test_a_line_is_exact_before_it_is_rounded() -> None:
    assert CommissionLine("R1", None, LineKind.SALE, 0, 10, 4, 3).exact == Fraction(
        5, 2
    )


@pytest.mark.parametrize(
    ("top", "bottom", "rounded"),
    [
        (0, 3, 0),
        (1, 2, 1),
        (-1, 2, -1),
        (1, 3, 0),
        (2, 3, 1),
        (-2, 3, -1),
        (-1, 3, 0),
        (149, 100, 1),
        (150, 100, 2),
        (-150, 100, -2),
        (10**9 * 3_333, 10_000, 333_300_000),
        (10**9 * 3_333 + 5_000, 10_000, 333_300_001),
        (7, 1, 7),
        (-7, 1, -7),
    ],
)
def test_a_half_cent_goes_away_from_zero(top: int, bottom: int, rounded: int) -> None:
    assert nearest(top, bottom) == rounded


def test_what_is_left_out_is_nothing_or_everyone_s() -> None:
    event = Event("e1", "invoice_paid", moment("2026-03-10"))
    assert event[3:] == (0, None, None, None, 0, (), None)
    row = rule("R", TENTH)
    assert (row.effective_to, row.provider, row.role) == (None, None, None)
    assert (row.priority, row.chain) == (0, "")
    sale = CommissionLine("R1", None, LineKind.SALE, 0, 0, 1, 0)
    assert (sale.share_bps, sale.rate_bps, sale.detail) == (ALL, None, 0)
    assert OpeningBalance() == OpeningBalance(balance_cents=0, draw_cents=0)
    assert MonthTotals(1, 2, 3, 4, 5) == MonthTotals(1, 2, 3, 4, 5, 0, 0, 0, 0)
