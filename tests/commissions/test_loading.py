"""What is read of earlier months: only what can still matter."""

import pytest

from commissions.models import Provider
from commissions.statements.calculate import run_month
from commissions.statements.loading import load
from kpis.models import KpiEvent
from leads.models import Lead
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    agree,
    amounts,
    at,
    hire,
    pay,
    statement_of,
)
from tests.commissions.test_stays_as_signed import check_at_once
from tests.factories import LeadFactory
from tests.rules import let_history_change

pytestmark = pytest.mark.django_db
ONCE = {
    "type": "flat",
    "event": "invoice_paid",
    "amount_cents": 2_500,
    "once_per_lead": True,
}


def read(payment: KpiEvent) -> bool:
    return payment.pk in {event.id for event in load(APRIL).inputs.events}


@pytest.fixture
def lead() -> Lead:
    return LeadFactory()


def test_what_a_rule_paid_once_is_remembered(lead: Lead) -> None:
    ana = hire()
    agree(ana, ONCE)
    earlier = pay(ana, 10_000, MARCH, lead=lead)
    pay(ana, 10_000, APRIL, lead=lead)
    run_month(APRIL)
    assert read(earlier)
    assert amounts(statement_of(ana, APRIL)) == []


def test_earlier_payments_of_people_it_does_not_concern_are_not_read(
    lead: Lead,
) -> None:
    ana, bea = hire(), hire()
    agree(ana, ONCE)
    earlier = pay(bea, 10_000, MARCH, lead=lead)
    pay(ana, 10_000, APRIL, lead=lead)
    run_month(APRIL)
    assert not read(earlier)
    assert amounts(statement_of(ana, APRIL)) == [2_500]


def test_a_lead_who_paid_before_such_a_rule_began_is_no_new_one(lead: Lead) -> None:
    ana = hire()
    agree(ana, ONCE, effective_from=APRIL)
    earlier = pay(ana, 10_000, MARCH, lead=lead)
    pay(ana, 10_000, APRIL, lead=lead)
    run_month(APRIL)
    assert read(earlier)
    assert amounts(statement_of(ana, APRIL)) == []


def test_what_somebody_earned_in_a_former_role_is_remembered(lead: Lead) -> None:
    ana, bea = hire(role="nurse"), hire(role="nurse")
    agree(None, ONCE, role="nurse")
    earlier = pay(ana, 10_000, MARCH, lead=lead)
    ana.role = "surgeon"
    ana.save()
    let_history_change(Provider)
    for row, moment in zip(
        ana.history.order_by("history_id"), (at(MARCH, 1), at(APRIL, 2)), strict=True
    ):
        row.history_date = moment
        row.save()
    check_at_once()
    pay(bea, 10_000, APRIL, lead=lead)
    run_month(APRIL)
    assert read(earlier)
    assert amounts(statement_of(bea, APRIL)) == []


def test_everyones_rule_looks_at_everybody(lead: Lead) -> None:
    ana, bea = hire(), hire()
    agree(None, ONCE)
    earlier = pay(bea, 10_000, MARCH, lead=lead)
    pay(ana, 10_000, APRIL, lead=lead)
    run_month(APRIL)
    assert read(earlier)
    assert amounts(statement_of(ana, APRIL)) == []
