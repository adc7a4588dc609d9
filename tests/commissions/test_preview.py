"""A rule tried on last month: everything it would change, and nothing else read."""

from datetime import date
from typing import Any

import pytest

from commissions.models import CommissionRule, Provider
from commissions.rules.preview import preview
from commissions.statements.loading import rule_row, terms_of
from kpis.models import KpiEvent
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    at,
    hire,
    pay,
    refund,
)
from tests.factories import CreditFactory, KpiEventFactory, LeadFactory

pytestmark = pytest.mark.django_db


def tried(
    terms: dict[str, Any], whose: Provider | None, **options: Any
) -> list[tuple[str, int, int]]:
    row = CommissionRule(
        rule_json={"v": 2, **terms}, provider=whose, effective_from=date(2026, 6, 1)
    )
    found = preview(rule_row(row, terms_of(row)), MARCH, **options)
    return [(row.name, row.now_cents, row.then_cents) for row in found.rows]


@pytest.fixture
def ana() -> Provider:
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    pay(ana, 100_000)
    return ana


@pytest.mark.parametrize("recoverable", [False, True])
def test_a_draw_shows_what_it_adds(ana: Provider, recoverable: bool) -> None:
    draw = {"type": "draw", "amount_cents": 30_000, "recoverable": recoverable}
    assert tried(draw, ana) == [("Ana RN", 10_000, 30_000)]
    assert tried({**draw, "amount_cents": 9_000}, ana) == []


def test_one_provider_s_rule_changes_nobody_else(ana: Provider) -> None:
    bea = hire("Bea RN")
    pay(bea, 100_000)
    assert tried(TEN_PERCENT, bea) == [("Bea RN", 0, 10_000)]


def test_a_member_of_a_pool_sees_the_whole_pool(ana: Provider) -> None:
    bea = hire("Bea RN")
    pool = {"type": "pool", "event": "invoice_paid", "rate_bps": 1000}
    agree(None, {**pool, "members": {bea.pk: 1, ana.pk: 1}})
    pay(bea, 50_000)
    assert tried(TEN_PERCENT, bea) == [("Bea RN", 7_500, 12_500)]


def test_a_rule_that_goes_to_somebody_else_shows_both(ana: Provider) -> None:
    bea = hire("Bea RN")
    pay(bea, 50_000)
    rule = CommissionRule.objects.get(provider=ana)
    assert tried(TEN_PERCENT, bea, instead_of=rule.pk) == [
        ("Ana RN", 10_000, 0),
        ("Bea RN", 0, 5_000),
    ]


def test_a_rule_that_pays_a_lead_once_knows_what_was_before() -> None:
    """Though no saved rule pays once, so nothing else asks for it."""
    ana, lead = hire("Ana RN"), LeadFactory()
    pay(ana, 10_000, date(2026, 2, 1), lead=lead)
    pay(ana, 10_000, MARCH, lead=lead)
    once = {"type": "flat", "event": "invoice_paid", "amount_cents": 2_500}
    assert tried(once, None) == [("Ana RN", 0, 2_500)]
    assert tried({**once, "once_per_lead": True}, None) == []


def test_equal_payments_count_as_often_as_they_were_made(ana: Provider) -> None:
    for day in (2, 20):
        pay(ana, 33_333, day=day)
    assert tried({**TEN_PERCENT, "rate_bps": 500}, ana) == [
        ("Ana RN", 16_666, 16_666 + 5_000 + 2 * 1_667)
    ]


@pytest.mark.parametrize(
    ("details", "cents"),
    [
        ({"share": 5_000}, 15_000),
        ({"procedure": "FILLER"}, 10_000),
        ({"category": "retail"}, 10_000),
        ({"cost_cents": 5_000}, 19_500),
    ],
)
def test_payments_that_differ_in_one_thing_are_not_alike(
    ana: Provider, details: dict[str, Any], cents: int
) -> None:
    match = {"procedures": ["BTX"], "categories": ["service"]}
    pay(ana, 100_000, **details)
    ((_, now, then),) = tried(
        {**TEN_PERCENT, "base": "net_of_cost", "match": match}, ana
    )
    assert then - now == cents


def test_a_payment_without_category_is_for_a_service(ana: Provider) -> None:
    event = pay(ana, 100_000)
    KpiEvent.objects.filter(pk=event.pk).update(metadata_json={"procedure": "BTX"})
    of_services = {**TEN_PERCENT, "match": {"categories": ["service"]}}
    assert tried(of_services, ana) == [("Ana RN", 20_000, 40_000)]


def test_equal_payments_reach_a_minimum_together(ana: Provider) -> None:
    pay(ana, 100_000)
    least = {"base": "net_of_cost", "min_period_base_cents": 200_000}
    assert tried({**TEN_PERCENT, **least}, ana) == [("Ana RN", 20_000, 40_000)]


def test_a_rule_that_begins_within_the_month_pays_only_from_then_on(
    ana: Provider,
) -> None:
    pay(ana, 100_000, day=20)
    agree(ana, TEN_PERCENT, effective_from=date(2026, 3, 20))
    assert tried(TEN_PERCENT, ana) == [("Ana RN", 30_000, 50_000)]


def test_of_equal_payments_only_the_refunded_one_is_taken_back(ana: Provider) -> None:
    gone = pay(ana, 100_000)
    refund(gone, 100_000, MARCH)
    assert tried(TEN_PERCENT, ana) == [("Ana RN", 10_000, 20_000)]
    assert tried(TEN_PERCENT | {"refund": "none"}, ana) == [("Ana RN", 10_000, 30_000)]


def test_payments_of_deleted_leads_and_voided_ones_count_nothing(
    ana: Provider,
) -> None:
    pay(ana, 100_000).lead.delete()
    pay(ana, 100_000).delete()
    assert tried(TEN_PERCENT, ana) == [("Ana RN", 10_000, 20_000)]


def test_alike_consults_count_each(ana: Provider) -> None:
    for _ in range(3):
        consult = KpiEventFactory(kind="consult_show", occurred_at=at(MARCH, 5))
        CreditFactory(kpi_event=consult, provider=ana)
    flat = {"type": "flat", "event": "consult_show", "amount_cents": 1_000}
    assert tried(flat, ana) == [("Ana RN", 10_000, 13_000)]


def test_the_replaced_rule_still_takes_back_refunds_of_earlier_months() -> None:
    ana = hire("Ana RN")
    old = agree(ana, TEN_PERCENT)
    sale = pay(ana, 100_000, MARCH)
    refund(sale, 100_000, APRIL)
    row = CommissionRule(
        rule_json={**TEN_PERCENT, "rate_bps": 2000},
        provider=ana,
        effective_from=APRIL,
    )
    assert preview(rule_row(row, terms_of(row)), APRIL, instead_of=old.pk).rows == []
