"""A rule tried on last month: everything it would change, and nothing else read."""

from datetime import date
from typing import Any

import pytest

from commissions.models import CommissionRule, Provider
from commissions.rules.preview import preview
from commissions.statements.loading import rule_row, terms_of
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    hire,
    pay,
    refund,
)
from tests.factories import LeadFactory

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
