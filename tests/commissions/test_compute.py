"""A run: statements in order, what nobody earns, progress, one provider alone."""

import pytest

from commissions.engine import Earner, OpeningBalance
from commissions.engine.run import EVENTS_PER_REPORT
from tests.commissions.small_month import (
    APRIL,
    FLAT,
    MARCH,
    TENTH,
    back,
    paid,
    people,
    rule,
    run,
)


def test_everybody_has_a_statement_of_each_month_in_order_of_their_ids() -> None:
    who = dict(reversed(people().items()))
    found = run([], [], MARCH, APRIL, who=who).statements
    assert [(each.month, each.provider) for each in found] == [
        (month, key) for month in (MARCH, APRIL) for key in ("P1", "P2", "P3")
    ]
    assert {(each.draw, each.draw_rule, each.earned_cents) for each in found} == {
        (None, None, 0)
    }


def test_what_is_earned_is_the_sum_of_rounded_lines() -> None:
    events = [paid(f"e{n}", 5) for n in range(3)]
    first = run([rule("R", TENTH)], events).statements[0]
    assert [line.amount_cents for line in first.lines] == [1, 1, 1]
    assert (first.earned_cents, first.totals.payable_cents) == (3, 3)


def test_openings_belong_to_their_provider() -> None:
    openings = {"P2": OpeningBalance(-5, 7)}
    found = run([], [], openings=openings).statements
    assert [each.totals.opening_cents for each in found] == [0, -5, 0]
    assert [each.totals.draw_opening_cents for each in found] == [0, 7, 0]


def test_a_payment_that_is_not_wholly_credited_to_known_people_is_named() -> None:
    events = [
        paid("e1", 1, by={}),
        paid("e2", 1, by={"P1": 9_999}),
        paid("e3", 1, by={"P1": 5_000, "P9": 5_000}),
        paid("e4", 1, by={"P1": 5_000, "P2": 5_000}),
        paid("e5", 1, by={}, kind="consult_show"),
        paid("e6", 1, "2026-04-10", by={}),
        back("r1", "e1", 1),
    ]
    assert run([], events).uncredited == ["e1", "e2", "e3"]
    assert run([], events, APRIL).uncredited == ["e6"]


def test_refunds_without_a_payment_are_named() -> None:
    events = [back("r2", "gone", 1), back("r1", "gone", 1), paid("e1", 1)]
    assert run([], events).orphans == ["r1", "r2"]


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, [0]),
        (1, [1]),
        (EVENTS_PER_REPORT - 1, [EVENTS_PER_REPORT - 1]),
        (EVENTS_PER_REPORT, [EVENTS_PER_REPORT, 0]),
        (EVENTS_PER_REPORT + 1, [EVENTS_PER_REPORT, 1]),
        (2 * EVENTS_PER_REPORT + 5, [EVENTS_PER_REPORT, EVENTS_PER_REPORT, 5]),
    ],
)
def test_progress_tells_of_every_event_once(count: int, told: list[int]) -> None:
    sale = paid("", 1, by={})
    heard: list[int] = []
    events = [sale._replace(id=f"e{number}") for number in range(count)]
    run([], events, on_progress=heard.append)
    assert heard == told


def test_progress_may_stop_a_run() -> None:
    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([], [], on_progress=stop)


def test_one_provider_alone_gets_what_they_get_among_all() -> None:
    rules = [
        rule("R", TENTH),
        rule("S", {**FLAT, "once_per_lead": True}),
        rule("T", {**TENTH, "min_period_base_cents": 30_000}),
    ]
    events = [
        paid("e0", 10_000, "2026-02-10", by="P2", lead="L1"),
        paid("e1", 20_000, by={"P1": 5_000, "P2": 5_000}, lead="L1"),
        paid("e2", 30_000, by="P1", lead=None),
        paid("e3", 30_000, by="P2", lead="L3"),
        back("r1", "e1", 5_000),
        back("r3", "e3", 5_000),
    ]
    everybody = run(rules, events).statements
    assert everybody[0].earned_cents
    for index, key in enumerate(("P1", "P2", "P3")):
        assert run(rules, events, only=key).statements[index] == everybody[index]


def test_others_events_are_left_out_for_one_provider_alone() -> None:
    events = [paid("e1", 10_000, by="P2", lead="L2"), paid("e2", 10_000, lead="L1")]
    found = run([rule("R", TENTH)], events, only="P1").statements
    assert [each.earned_cents for each in found] == [1_000, 0, 0]


def test_a_role_is_what_its_rules_pay() -> None:
    who = {"P1": Earner("P1", "laser"), "P2": Earner("P2", "injector")}
    events = [paid("e1", 10_000, by={"P1": 5_000, "P2": 5_000})]
    found = run([rule("R", TENTH, role="laser")], events, who=who).statements
    assert [each.earned_cents for each in found] == [500, 0]
