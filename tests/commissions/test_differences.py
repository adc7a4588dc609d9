"""Corrections: what is different, of what, by how much, in which order."""

from fractions import Fraction

from commissions.engine import (
    CommissionLine,
    LineKind,
    LineSource,
    cents_by_key,
    differences,
)


def sale(event: str, amount: int, *, rule: str = "R", base: int = 0) -> CommissionLine:
    return CommissionLine(rule, event, LineKind.SALE, base, 2 * amount, 2, amount)


def tier(number: int, amount: int) -> CommissionLine:
    return CommissionLine(
        "R", None, LineKind.BRACKET, 5, amount, 1, amount, detail=number
    )


def found(fresh: list[CommissionLine], posted: list[CommissionLine]) -> list[tuple]:
    return [
        (each.key, each.base_cents, each.exact, each.amount_cents)
        for each in differences(fresh, posted)
    ]


def test_something_new_is_all_of_it() -> None:
    new = CommissionLine("R", "e1", LineKind.SALE, 100, 5, 2, 3)
    (correction,) = differences([new], [])
    assert correction == (("R", "e1", "sale", 0), new, 100, Fraction(5, 2), 3, ())


def test_something_gone_is_taken_back_and_shown_as_posted() -> None:
    old = CommissionLine("R", "e1", LineKind.SALE, 100, 5, 2, 3)
    (correction,) = differences([], [old])
    assert correction == (("R", "e1", "sale", 0), old, -100, -Fraction(5, 2), -3, ())


def test_what_differs_is_shown_fresh_and_comes_to_the_difference() -> None:
    fresh, old = sale("e1", 70, base=700), sale("e1", 100, base=1_000)
    (correction,) = differences([fresh], [old])
    assert correction.line is fresh
    assert correction[2:5] == (-300, Fraction(-30), -30)


def test_what_was_posted_includes_the_corrections_before() -> None:
    posted = [sale("e1", 100, base=10), sale("e1", -30, base=-3)]
    assert found([sale("e1", 70)], posted) == []
    assert found([sale("e1", 75, base=9)], posted) == [
        (("R", "e1", "sale", 0), 2, Fraction(5), 5)
    ]
    assert found([], posted) == [(("R", "e1", "sale", 0), -7, Fraction(-70), -70)]


def test_several_fresh_lines_about_the_same_thing_count_together() -> None:
    fresh = [sale("e1", 40, base=4), sale("e1", 2, base=1)]
    assert found(fresh, []) == [(("R", "e1", "sale", 0), 5, Fraction(42), 42)]


def test_the_same_cents_are_no_difference_whatever_else_is() -> None:
    fresh = CommissionLine("R", "e1", LineKind.SALE, 90, 201, 2, 100, share_bps=5)
    assert differences([fresh], [sale("e1", 100, base=80)]) == []


def test_what_comes_to_nothing_is_as_if_it_were_not_there() -> None:
    assert cents_by_key([sale("e1", 0), sale("e2", 5), sale("e2", -5)]) == {}
    assert found([sale("e1", 0)], []) == []
    assert found([], [sale("e1", 0), sale("e2", 5), sale("e2", -5)]) == []
    assert cents_by_key([sale("e1", -1)]) == {("R", "e1", "sale", 0): -1}


def test_what_came_to_nothing_and_does_no_longer_is_the_whole_difference() -> None:
    posted = [sale("e1", 5, base=50), sale("e1", -5, base=-50)]
    assert found([sale("e1", 7, base=70)], posted) == [
        (("R", "e1", "sale", 0), 70, Fraction(7), 7)
    ]


def test_tiers_rules_events_and_kinds_are_told_apart() -> None:
    refund = sale("e1", 3)._replace(kind=LineKind.REFUND)
    fresh = [tier(2, 4), sale("e2", 2), tier(1, 3), sale("e1", 1), refund]
    fresh.append(sale("e1", 9, rule="A"))
    assert [each.key for each in differences(fresh, [])] == [
        ("A", "e1", "sale", 0),
        ("R", "", "bracket", 1),
        ("R", "", "bracket", 2),
        ("R", "e1", "refund", 0),
        ("R", "e1", "sale", 0),
        ("R", "e2", "sale", 0),
    ]


def test_only_what_differs_is_corrected() -> None:
    posted = [sale("e1", 1), sale("e2", 2)]
    assert [each[0][1] for each in found([sale("e1", 1), sale("e2", 3)], posted)] == [
        "e2"
    ]


def test_a_correction_names_the_payments_that_count_otherwise_now() -> None:
    posted = tier(1, 100)._replace(
        sources=(LineSource("e1", 10_000, 60), LineSource("e2", 5_000, 40))
    )
    fresh = tier(1, 80)._replace(
        sources=(
            LineSource("e1", 10_000, 60),
            LineSource("e2", 5_000, 40),
            LineSource("r", 1, -20),
        )
    )
    (correction,) = differences([fresh], [posted])
    assert correction.sources == (LineSource("r", 1, -20),)
    (gone,) = differences([], [posted])
    assert gone.sources == (LineSource("e1", 10_000, -60), LineSource("e2", 5_000, -40))
