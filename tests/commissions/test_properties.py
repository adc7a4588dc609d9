"""What holds for every rule, payment and month."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissions.engine import (
    ComputedStatement,
    CreditShare,
    Earner,
    Event,
    Inputs,
    OpeningBalance,
    RuleRow,
    calculate_totals,
    compute,
    differences,
)
from commissions.engine.monthly import tier_lines
from commissions.engine.rule_language import parse_rule
from commissions.engine.rulebook import pays_once
from commissions.engine.schemas import LineKind, nearest
from medspa.money import round_half_away
from tests.commissions.law import Law

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("America/New_York")
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
PROVIDERS = {key: Earner(key, "injector") for key in ("P1", "P2", "P3")}
CENTS = st.integers(1, 2_000_000)
RATES = st.integers(0, 10_000)
BRACKETS = [
    {"up_to_cents": 500_000, "rate_bps": 333},
    {"up_to_cents": 1_500_000, "rate_bps": 777},
    {"up_to_cents": None, "rate_bps": 1111},
]
MATCHES = st.sampled_from(
    [{}, {}, {"procedures": ["BTX"]}, {"min_value_cents": 900_000}]
)
MONTHLY_TERMS: list[dict[str, object]] = [
    {"type": "tiered", "brackets": BRACKETS},
    {"type": "tiered", "brackets": BRACKETS, "mode": "whole"},
    {
        "type": "tiered",
        "mode": "whole",
        "brackets": [
            {"up_to_cents": 900_000, "rate_bps": 1000},
            {"up_to_cents": None, "rate_bps": 100},
        ],
    },
    {"type": "bonus", "threshold_cents": 700_000, "amount_cents": 12_345},
    {"type": "pool", "rate_bps": 505, "members": {"P1": 1, "P2": 2, "P3": 4}},
]


def with_options(
    terms: dict[str, object],
    match: dict[str, object],
    refund: dict[str, object],
    limits: dict[str, object],
    group: str | None,
) -> dict[str, object]:
    if terms["type"] == "bonus":
        limits = {}
    options = {"event": "invoice_paid", "match": match, **refund, **limits}
    return {**terms, **options, **({"group": group} if group else {})}


TERMS = st.builds(
    with_options,
    st.one_of(
        st.builds(
            lambda rate, base: {"type": "percent", "rate_bps": rate, "base": base},
            RATES,
            st.sampled_from(["collected", "net_of_cost"]),
        ),
        st.builds(
            lambda cents, once: {
                "type": "flat",
                "amount_cents": cents,
                "once_per_lead": once,
            },
            st.integers(0, 50_000),
            st.booleans(),
        ),
        st.sampled_from(MONTHLY_TERMS),
    ),
    MATCHES,
    st.sampled_from([{}, {}, {"clawback_days": 20}, {"refund": "none"}]),
    st.sampled_from(
        [{}, {}, {"cap_cents": 40_000}, {"min_period_base_cents": 900_000}]
    ),
    st.sampled_from([None, None, "a"]),
)


def rule(key: str, terms: dict[str, object], **columns: object) -> RuleRow:
    parsed = parse_rule({"v": 2, **terms})
    return RuleRow(key, parsed, date(2026, 1, 1), **columns)


def payment(number: int, cents: int, day: int, shares: Sequence[CreditShare]) -> Event:
    return Event(
        id=f"e{number:03}",
        kind="invoice_paid",
        occurred_at=datetime(2026, 3, 1, 17, tzinfo=UTC) + timedelta(days=day),
        value_cents=cents,
        lead=f"L{number % 5}",
        category="service",
        procedure="BTX" if number % 2 else "LASER",
        cost_cents=cents // 3,
        credits=tuple(shares),
    )


def refund(number: int, of: Event, cents: int, later: int) -> Event:
    return Event(
        id=f"r{number:03}",
        kind="invoice_refunded",
        occurred_at=of.occurred_at + timedelta(days=later),
        value_cents=cents,
        lead=of.lead,
        refund_of=of.id,
    )


SHARES = st.sampled_from(
    [
        (CreditShare("P1", 10_000),),
        (CreditShare("P1", 3_333), CreditShare("P2", 6_667)),
        (CreditShare("P1", 5_000), CreditShare("P2", 2_500), CreditShare("P3", 2_500)),
        (CreditShare("P3", 1_234),),
        (),
    ]
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Payments in March and April, some of them refunded in part or in full."""
    events: list[Event] = []
    for number in range(draw(st.integers(1, 8))):
        paid = payment(number, draw(CENTS), draw(st.integers(0, 50)), draw(SHARES))
        events.append(paid)
        left = paid.value_cents
        for part_number in range(draw(st.integers(0, 2))):
            part = draw(st.one_of(st.just(left), st.integers(1, left)))
            later = draw(st.integers(-10, 40))
            events.append(refund(number * 2 + part_number, paid, part, later))
            left -= part
            if not left:
                break
    return events


def rules_of(terms: Sequence[dict[str, object]]) -> list[RuleRow]:
    return [rule(f"R{number}", each) for number, each in enumerate(terms)]


RULES = st.lists(TERMS, min_size=1, max_size=4).map(rules_of)


def run(
    rules: Sequence[RuleRow], events: Sequence[Event], *months: date
) -> list[ComputedStatement]:
    return compute(Inputs(rules, events, PROVIDERS, ZONE), months).statements


def _exact(statement: ComputedStatement) -> Fraction:
    return sum((line.exact for line in statement.lines), Fraction())


def earned(statements: Sequence[ComputedStatement]) -> int:
    return sum(statement.earned_cents for statement in statements)


@given(st.integers(), st.integers(1, 10**9))
def test_rounding_by_integers_is_the_one_rounding(top: int, bottom: int) -> None:
    assert nearest(top, bottom) == round_half_away(Fraction(top, bottom))


@given(RULES, histories(), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(rules, events, chance) -> None:
    shuffled = [*events, events[0]]
    chance.shuffle(shuffled)
    assert run(rules, events, MARCH, APRIL) == run(rules, shuffled, MARCH, APRIL)


@given(RULES, histories())
def test_every_statement_balances(rules, events) -> None:
    rules = [
        *rules,
        rule("RX", {"type": "draw", "amount_cents": 1, "recoverable": True}),
    ]
    for statement in run(rules, events, MARCH, APRIL, MAY):
        end = statement.totals
        assert end.lines_cents == sum(line.amount_cents for line in statement.lines)
        assert (
            end.lines_cents + end.adjustments_cents + end.opening_cents
            == end.payable_cents + end.closing_cents
        )
        assert end.payable_cents >= 0 >= end.closing_cents
        assert end.draw_balance_cents >= 0


@settings(max_examples=150)
@given(RULES, histories())
def test_all_lines_up_to_a_month_are_the_months_as_known_at_its_end(
    rules, events
) -> None:
    """Law 10, against the law written once more; and no sum is below zero."""
    law = Law(Inputs(rules, events, PROVIDERS, ZONE))
    months = [date(2026, 2, 1), MARCH, APRIL, MAY]
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for statement in run(rules, events, *months):
        for line in statement.lines:
            sums[line.rule, statement.provider] += line.amount_cents
        for row in rules:
            expected = sum(
                law.paid(row, statement.provider, month, statement.month)
                for month in months
                if month <= statement.month
            )
            assert sums[row.id, statement.provider] == expected
            assert expected >= 0


@given(RULES, histories())
def test_the_payments_under_lines_sum_to_their_base(rules, events) -> None:
    """Brackets share theirs; to the rounding of each payment."""
    for statement in run(rules, events, MARCH, APRIL, MAY):
        bases: dict[tuple[object, ...], int] = defaultdict(int)
        parts = {}
        for line in statement.lines:
            if line.event is None and line.kind != LineKind.CAP:
                month = line.detail if line.kind == LineKind.REFUNDS else 0
                key = line.rule, line.kind, month
                bases[key] += line.base_cents
                parts[key] = [source.cents for source in line.sources]
        for key, cents in parts.items():
            assert abs(bases[key] - sum(cents)) <= len(cents) + 3


@given(CENTS, RATES, SHARES, st.sampled_from(["collected", "net_of_cost"]))
def test_a_full_refund_mirrors_its_sale(cents, rate, shares, base) -> None:
    terms = {"type": "percent", "event": "invoice_paid", "rate_bps": rate, "base": base}
    paid = payment(1, cents, 2, shares)
    statements = run(
        [rule("R1", terms)], [paid, refund(1, paid, cents, 40)], MARCH, APRIL
    )
    for march, april in zip(statements[:3], statements[3:], strict=True):
        sales = [
            (line.base_cents, line.exact, line.amount_cents) for line in march.lines
        ]
        backs = [
            (-line.base_cents, -line.exact, -line.amount_cents) for line in april.lines
        ]
        assert sales == backs


@given(st.integers(1, 10**9), RATES, st.integers(1, 9), st.integers(1, 9))
def test_a_pool_s_parts_sum_to_the_whole(cents, rate, first, second) -> None:
    members = {"P1": first, "P2": second, "P3": 1}
    terms = {
        "type": "pool",
        "event": "invoice_paid",
        "rate_bps": rate,
        "members": members,
    }
    statements = run([rule("R1", terms)], [payment(1, cents, 2, ())], MARCH)
    assert earned(statements) == nearest(cents * rate, 10_000)


@given(CENTS, RATES, st.integers(1, 9_999))
def test_a_split_sums_to_the_whole_before_rounding(cents, rate, share) -> None:
    terms = {"type": "percent", "event": "invoice_paid", "rate_bps": rate}
    shares = (CreditShare("P1", share), CreditShare("P2", 10_000 - share))
    statements = run([rule("R1", terms)], [payment(1, cents, 2, shares)], MARCH)
    lines = [line for statement in statements for line in statement.lines]
    assert sum(line.exact for line in lines) == Fraction(cents * rate, 10_000)
    assert abs(earned(statements) - Fraction(cents * rate, 10_000)) <= 1


@given(st.lists(st.integers(0, 2_000_000), min_size=2, max_size=20))
def test_marginal_tiers_are_continuous_and_climb(bases: list[int]) -> None:
    terms = parse_rule(
        {"v": 2, "type": "tiered", "event": "invoice_paid", "brackets": BRACKETS}
    )
    row = RuleRow("R1", terms, MARCH)

    def exact(cents: int) -> Fraction:
        lines = tier_lines(row, terms, cents * 10_000)
        assert sum(line.base_cents for line in lines) == cents
        return sum((line.exact for line in lines), Fraction())

    for lower, upper in pairwise(sorted(bases)):
        steepest = Fraction((upper - lower) * 1111, 10_000)
        assert 0 <= exact(upper) - exact(lower) <= steepest


@given(RULES, histories())
def test_one_run_of_two_months_is_two_runs_of_one(rules, events) -> None:
    together = run(rules, events, MARCH, APRIL)
    inputs = Inputs(rules, events, PROVIDERS, ZONE)
    march = compute(inputs, [MARCH]).statements
    openings = {each.provider: each.totals.closing for each in march}
    april = compute(inputs, [APRIL], openings).statements
    assert [*march, *april] == together


@given(RULES, histories(), st.data())
def test_an_event_that_stands_for_alike_ones_earns_what_they_do(
    rules, events, data
) -> None:
    """Where none was refunded, and no rule pays a lead once."""
    rules = [row for row in rules if not pays_once(row)]
    refunded = {event.refund_of for event in events}
    times = {
        event.id: data.draw(st.integers(2, 5))
        for event in events
        if not event.refund_of and event.id not in refunded
    }
    singly = [
        event._replace(id=f"{event.id} {number}") if event.id in times else event
        for event in events
        for number in range(times.get(event.id, 1))
    ]
    counted = compute(
        Inputs(rules, events, PROVIDERS, ZONE, times), [MARCH, APRIL, MAY]
    ).statements
    wanted = run(rules, singly, MARCH, APRIL, MAY)
    for found, of_each in zip(counted, wanted, strict=True):
        assert found.totals == of_each.totals
        assert _exact(found) == _exact(of_each)


@settings(max_examples=200)
@given(RULES, RULES, histories(), st.data())
def test_lock_and_late_change_and_next_month_is_running_it_all_at_once(
    rules, later_rules, events, data
) -> None:
    """March is locked knowing some events and rules; April learns of the rest."""
    payments = {event.id: event for event in events}
    early = [event for event in events if data.draw(st.booleans())]
    early = [
        event
        for event in early
        if not event.refund_of or payments[event.refund_of] in early
    ]
    locked = run(rules, early, MARCH)
    fresh = run(later_rules, events, MARCH)
    april = run(later_rules, events, APRIL)
    at_once = run(later_rules, events, MARCH, APRIL)
    for index, provider in enumerate(PROVIDERS):
        corrections = differences(fresh[index].lines, locked[index].lines)
        first = locked[index].totals
        second = calculate_totals(
            april[index].earned_cents,
            sum(correction.amount_cents for correction in corrections),
            first.closing,
            None,
        )
        paid = first.payable_cents + second.payable_cents + second.closing_cents
        mine = [each for each in at_once if each.provider == provider]
        assert paid == earned(mine)


@given(RULES, histories())
def test_nothing_late_makes_no_correction(rules, events) -> None:
    for statement in run(rules, events, MARCH, APRIL):
        assert differences(statement.lines, reversed(statement.lines)) == []


@given(
    st.integers(-(10**6), 10**6),
    st.integers(-(10**6), 10**6),
    st.integers(-(10**6), 0),
    st.integers(0, 10**6),
    st.booleans(),
)
def test_a_draw_pays_at_least_its_amount(
    lines, corrections, balance, amount, recoverable
) -> None:
    draw = parse_rule(
        {"v": 2, "type": "draw", "amount_cents": amount, "recoverable": recoverable}
    )
    end = calculate_totals(lines, corrections, OpeningBalance(balance, 700), draw)
    assert end.payable_cents >= amount
    owed = end.draw_balance_cents - 700
    moved = lines + corrections + balance - end.closing_cents
    if recoverable:
        assert end.payable_cents - owed == moved
    else:
        assert owed == 0
        assert end.payable_cents == moved or lines + corrections < amount
    assert balance <= end.closing_cents <= 0
