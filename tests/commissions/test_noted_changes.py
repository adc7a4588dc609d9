"""What is noted of a change under closed months, and which months it is about."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils import timezone

from commissions.credits.crediting import split
from commissions.models import (
    CommissionRule,
    Credit,
    InputChange,
    OpenPayment,
    Provider,
)
from commissions.statements.calculate import run_month
from commissions.statements.freshness import reconciled_months
from kpis.models import KpiEvent
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    at,
    close,
    hire,
    pay,
    refund,
    statement_of,
)
from tests.factories import KpiEventFactory, LeadFactory
from tests.rules import let_history_change


def void(sale: KpiEvent) -> None:
    sale.delete()


def delete_lead(sale: KpiEvent) -> None:
    sale.lead.delete()


def credit_less(sale: KpiEvent) -> None:
    split(sale, {credit.provider_id: 5_000 for credit in sale.credits.all()})


def pay_late(sale: KpiEvent) -> None:
    pay(sale.credits.get().provider, 50_000)


def pay_back_in_march(sale: KpiEvent) -> None:
    refund(sale, 20_000, MARCH)


def raise_the_rate(sale: KpiEvent) -> None:
    agree(sale.credits.get().provider, {**TEN_PERCENT, "rate_bps": 100})


def end_the_rule(sale: KpiEvent) -> None:
    rule = CommissionRule.objects.get()
    rule.effective_to = MARCH
    rule.save()


def remove_the_rule_in_sql(sale: KpiEvent) -> None:
    CommissionRule.objects.update(deleted_at=timezone.now())


def change_in_sql(sale: KpiEvent) -> None:
    KpiEvent.objects.filter(pk=sale.pk).update(value_cents=90_000)


def credit_in_sql(sale: KpiEvent) -> None:
    Credit.objects.filter(kpi_event=sale).update(share_bps=1_000)


CHANGES = [
    void,
    delete_lead,
    credit_less,
    pay_late,
    pay_back_in_march,
    raise_the_rate,
    end_the_rule,
    remove_the_rule_in_sql,
    change_in_sql,
    credit_in_sql,
]


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_of_a_closed_month_is_found(
    sale: KpiEvent, change: Callable[[KpiEvent], None]
) -> None:
    provider = sale.credits.get().provider
    assert reconciled_months() == {MARCH}
    change(sale)
    assert reconciled_months() == set()
    run_month(APRIL)
    assert statement_of(provider, APRIL).adjustments_cents != 0
    assert reconciled_months() == set()  # the correction stands on a draft


def test_a_change_of_a_payment_s_details_is_noted(sale: KpiEvent) -> None:
    """Rules can be of some categories or procedures only."""
    details = {**sale.metadata_json, "category": "retail"}
    KpiEvent.objects.filter(pk=sale.pk).update(metadata_json=details)
    assert reconciled_months() == set()


def test_a_lead_that_comes_back_is_noted(sale: KpiEvent, manager: User) -> None:
    sale.lead.delete()
    close(APRIL, manager)
    run_month(MAY)
    assert reconciled_months() == {MARCH, APRIL}
    sale.lead.restore()
    assert reconciled_months() == {APRIL}


@pytest.mark.parametrize(("day", "settled"), [(30, set()), (31, {MARCH})])
def test_the_days_after_a_rule_s_new_end_are_calculated_again(
    day: int, settled: set[date], sale: KpiEvent
) -> None:
    rule = CommissionRule.objects.get()
    rule.effective_to = MARCH.replace(day=day)
    rule.save()
    assert reconciled_months() == settled


def test_a_rule_that_ends_earlier_than_it_did_is_noted_from_the_earlier_day(
    sale: KpiEvent, manager: User
) -> None:
    rule = CommissionRule.objects.get()
    rule.effective_to = date(2026, 4, 30)
    rule.save()
    close(APRIL, manager)
    run_month(MAY)
    assert reconciled_months() == {MARCH, APRIL}
    rule.effective_to = date(2026, 3, 31)
    rule.save()
    assert reconciled_months() == {MARCH}


def test_of_several_lasting_changes_the_earliest_counts(
    sale: KpiEvent, ana: Provider, manager: User
) -> None:
    close(APRIL, manager)
    run_month(MAY)
    assert reconciled_months() == {MARCH, APRIL}
    for begins in (MARCH, APRIL):
        agree(ana, {**TEN_PERCENT, "rate_bps": 100}, effective_from=begins)
    assert reconciled_months() == set()


def test_a_rule_that_begins_later_is_noted_from_when_it_began(
    sale: KpiEvent,
) -> None:
    """It may have won events of its group and paid nothing for them."""
    rule = agree(hire("Bea RN"), TEN_PERCENT)
    run_month(APRIL)
    assert reconciled_months() == {MARCH}
    rule.effective_from = APRIL
    rule.save()
    assert reconciled_months() == set()


def test_when_somebody_left_is_noted(sale: KpiEvent, ana: Provider) -> None:
    """By SQL, as no day but today is written by a page."""
    Provider.objects.filter(pk=ana.pk).update(deleted_at=at(APRIL, 15))
    assert reconciled_months() == {MARCH}
    Provider.all_objects.filter(pk=ana.pk).update(deleted_at=at(MARCH, 15))
    assert reconciled_months() == set()


def test_when_somebody_who_is_back_had_left_is_noted(
    sale: KpiEvent, ana: Provider
) -> None:
    Provider.objects.filter(pk=ana.pk).update(deleted_at=at(MARCH, 15))
    run_month(APRIL)
    assert reconciled_months() == {MARCH}
    ana.refresh_from_db()
    Provider.all_objects.filter(pk=ana.pk).update(deleted_at=None)
    assert reconciled_months() == set()


def test_a_role_s_row_that_is_moved_later_is_noted_from_where_it_was(
    sale: KpiEvent, ana: Provider
) -> None:
    let_history_change(Provider)
    row = ana.history.latest()
    row.history_date = at(MARCH, 15)
    row.save()
    run_month(APRIL)
    assert reconciled_months() == {MARCH}
    row.history_date = at(APRIL, 15)
    row.save()
    assert reconciled_months() == set()


def test_a_booking_that_is_erased_is_noted(sale: KpiEvent) -> None:
    booked = KpiEventFactory(kind="consult_booked", occurred_at=at(MARCH, 12))
    run_month(APRIL)
    assert reconciled_months() == {MARCH}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kpis_kpievent WHERE id = %s", [booked.pk])
    assert reconciled_months() == set()


def test_a_payment_that_moves_to_another_month_is_noted_in_both(
    sale: KpiEvent, manager: User
) -> None:
    close(APRIL, manager)
    run_month(MAY)
    assert reconciled_months() == {MARCH, APRIL}
    KpiEvent.objects.filter(pk=sale.pk).update(occurred_at=at(APRIL, 12))
    assert reconciled_months() == set()


@pytest.mark.django_db
def test_a_voided_payment_lacks_no_credit() -> None:
    payment = pay(None, 30_000)
    assert OpenPayment.objects.get().event == payment
    payment.delete()
    assert not OpenPayment.objects.exists()


def test_a_role_of_a_month_s_last_evening_is_noted_in_that_month(
    sale: KpiEvent, ana: Provider
) -> None:
    """By UTC it is the next month's."""
    row = ana.history.latest()
    row.pk, row.role = None, "surgeon"
    row.history_date = datetime(2026, 4, 1, 1, tzinfo=UTC)
    row.save()
    assert reconciled_months() == set()


def test_a_credit_moved_to_another_payment_is_noted_for_both(
    sale: KpiEvent,
) -> None:
    other = pay(None, 30_000, APRIL)
    Credit.objects.filter(kpi_event=sale).update(kpi_event=other)
    assert reconciled_months() == set()
    assert OpenPayment.objects.get().event == sale


@pytest.mark.parametrize(
    "first",
    [at(MARCH, 10), datetime(2026, 4, 1, 1, tzinfo=UTC)],
    ids=["midmonth", "last_evening"],
)
def test_of_many_payments_changed_at_once_the_first_month_is_noted(
    first: datetime, sale: KpiEvent
) -> None:
    """More than a hundred are one note. By UTC the last evening is the next month's."""
    KpiEvent.objects.filter(pk=sale.pk).update(occurred_at=first)
    leads = LeadFactory.create_batch(2)
    for number in range(60):
        pay(None, 30_000, APRIL, lead=leads[number % 2])
    run_month(APRIL)
    assert reconciled_months() == {MARCH}
    KpiEvent.objects.update(value_cents=40_000)
    assert InputChange.objects.get().day
    assert reconciled_months() == set()


def test_what_touches_no_closed_month_leaves_it_settled(
    sale: KpiEvent, ana: Provider
) -> None:
    pay(ana, 30_000, APRIL)
    agree(ana, TEN_PERCENT, effective_from=APRIL)
    ana.name = "Ana Maria RN"
    ana.save()
    sale.lead.first_name = "Somebody"
    sale.lead.save()
    assert reconciled_months() == {MARCH}


def test_another_role_is_noted_for_all_months(sale: KpiEvent, ana: Provider) -> None:
    """Before the first row of the history the present role counts, so March's does."""
    ana.role = "surgeon"
    ana.save()
    assert reconciled_months() == set()


@pytest.mark.django_db
def test_a_note_says_what_it_is_about() -> None:
    lasting = InputChange(day=MARCH)
    of_an_event = InputChange(moment=at(MARCH, 10), lead="l1", event="e1")
    assert str(lasting).startswith("2026-03-01:")
    assert str(of_an_event) == "2026-03-10 17:00:00+00:00: l1 e1"
