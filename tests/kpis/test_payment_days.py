"""Payments and refunds of an earlier day, product costs, and corrections."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import Statement
from commissions.statements.calculate import run_month
from kpis.events import payments
from kpis.events.dates import moment_of
from kpis.events.refusals import PaymentRefused, VoidRefused
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.clinic_time import clinic_today, clinic_zone, local_date
from medspa.models import User
from medspa.months import months_earlier
from tests.commissions.clinic import (
    MARCH,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    statement_of,
)
from tests.factories import KpiEventFactory, LeadFactory
from tests.page_text import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Lead:
    return LeadFactory(first_name="Ana")


def send(client: Client, name: str, lead: Lead, **fields: Any) -> str:
    answer = client.post(reverse(name, args=[lead.pk]), fields, follow=True)
    return text_of(answer)


def yesterday() -> date:
    return clinic_today() - timedelta(days=1)


# The form -------------------------------------------------------------------


def test_a_payment_takes_its_cost_and_day(
    lead: Lead, front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    day = yesterday()
    send(client, "lead_pay", lead, amount="600", cost="216.01", day=f"{day:%Y-%m-%d}")
    event = KpiEvent.objects.get()
    assert event.metadata_json["cost_cents"] == 21_601
    local = event.occurred_at.astimezone(clinic_zone())
    assert (local.date(), local.hour) == (day, 12)


def test_a_payment_of_today_is_of_this_moment(
    lead: Lead, front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    send(client, "lead_pay", lead, amount="5", day=f"{clinic_today():%Y-%m-%d}")
    event = KpiEvent.objects.get()
    assert event.recorded_at - event.occurred_at < timedelta(minutes=1)
    assert event.metadata_json.get("cost_cents") is None


def test_a_refund_takes_a_day_from_that_of_its_payment_on(
    lead: Lead, manager: User, client: Client
) -> None:
    client.force_login(manager)
    day = yesterday()
    paid = payments.record_payment(lead, 500, paid_at=moment_of(day))
    before = day - timedelta(days=1)
    asked = {"payment": paid.pk, "amount": "1"}
    page = send(client, "lead_refund", lead, **asked, day=f"{before:%Y-%m-%d}")
    assert "A refund can&#x27;t be before its payment." in page
    send(client, "lead_refund", lead, **asked, day=f"{day:%Y-%m-%d}")
    refund = KpiEvent.objects.get(refund_of=paid)
    assert local_date(refund.occurred_at, clinic_zone()) == day
    assert refund.occurred_at >= paid.occurred_at


@pytest.mark.parametrize(
    ("cost", "sentence"),
    [
        ("x", "Enter the amount"),
        ("-1", "Enter a cost of zero or more, up to $10,000,000"),
    ],
)
def test_a_cost_that_can_t_be_is_refused(
    cost: str, sentence: str, lead: Lead, front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    assert sentence in send(client, "lead_pay", lead, amount="5", cost=cost)
    assert not KpiEvent.objects.exists()


# Days -----------------------------------------------------------------------


def test_days_to_come_and_of_long_ago_are_refused() -> None:
    today, one = clinic_today(), timedelta(days=1)
    with pytest.raises(PaymentRefused, match="in the future"):
        moment_of(today + one)
    with pytest.raises(PaymentRefused, match="24 months ago"):
        moment_of(months_earlier(today, 24) - one)


def test_the_front_desk_records_nothing_in_a_closed_month(
    lead: Lead, manager: User, front_desk: User, client: Client
) -> None:
    hire("Ana RN")
    close(MARCH, manager)
    asked = {"amount": "50", "day": "2026-03-10"}
    client.force_login(front_desk)
    page = send(client, "lead_pay", lead, **asked)
    assert "The commissions of March 2026 are locked. Ask a manager" in page
    assert not KpiEvent.objects.exists()
    client.force_login(manager)
    send(client, "lead_pay", lead, **asked)
    assert KpiEvent.objects.get().occurred_at.month == 3


def test_what_a_manager_records_in_a_closed_month_goes_to_the_next(
    manager: User, client: Client
) -> None:
    ana = hire("Ana RN")
    agree(ana, {**TEN_PERCENT, "base": "net_of_cost"})
    sale = pay(ana, 60_000)
    close(MARCH, manager)
    signed = Statement.objects.values().get()
    client.force_login(manager)
    fields = {"amount": "600", "cost": "100", "day": "2026-03-10", "payment": sale.pk}
    send(client, "lead_correct_payment", sale.lead, **fields)
    assert Statement.objects.values().get() == signed
    run_month(date(2026, 4, 1))
    lines = statement_of(ana, date(2026, 4, 1)).lines.corrections()
    assert sorted(lines.values_list("amount_cents", flat=True)) == [-6_000, 5_000]


# Correcting -----------------------------------------------------------------


def test_a_corrected_payment_is_voided_and_recorded_anew_with_its_credits(
    lead: Lead, manager: User, client: Client
) -> None:
    ana = hire("Ana RN")
    sale = pay(ana, 60_000, share=6_000, lead=lead)
    client.force_login(manager)
    address = reverse("lead_payment", args=[lead.pk, sale.pk])
    page = client.get(address).content.decode()
    assert 'value="600.00"' in page
    assert 'value="2026-03-10"' in page
    fields = {"amount": "610", "procedure": "FILLER", "category": "retail"}
    send(
        client,
        "lead_correct_payment",
        lead,
        **fields,
        payment=sale.pk,
        cost="12",
        day="2026-03-10",
    )
    sale.refresh_from_db()
    new = KpiEvent.objects.get()
    assert sale.is_deleted
    assert (new.value_cents, new.occurred_at) == (61_000, sale.occurred_at)
    assert new.metadata_json == {
        "procedure": "FILLER",
        "category": "retail",
        "cost_cents": 1_200,
    }
    credit = new.credits.get()
    assert (credit.provider, credit.share_bps) == (ana, 6_000)


def test_what_does_not_change_is_not_recorded_again(lead: Lead) -> None:
    sale = KpiEventFactory(paid=True, lead=lead)
    with pytest.raises(PaymentRefused, match="Nothing was changed"):
        payments.replace_payment(lead, sale.pk, payments.change_of(sale))
    assert KpiEvent.objects.get() == sale


def test_a_payment_with_a_refund_is_not_corrected(lead: Lead) -> None:
    sale = KpiEventFactory(paid=True, lead=lead, value_cents=5_000)
    payments.record_refund(lead, sale.pk, 10)
    new = payments.PaymentChange(1, "", "service", 0, clinic_today())
    with pytest.raises(VoidRefused, match="Void the refund first"):
        payments.replace_payment(lead, sale.pk, new)
    assert KpiEvent.objects.filter(pk=sale.pk).exists()


def test_only_a_payment_of_this_lead_is_corrected(lead: Lead) -> None:
    other = KpiEventFactory(paid=True, lead=LeadFactory())
    new = payments.PaymentChange(1, "", "service", 0, clinic_today())
    with pytest.raises(PaymentRefused, match="Choose the payment to correct"):
        payments.replace_payment(lead, other.pk, new)


def test_who_may_refund_does_so_in_a_closed_month(manager: User) -> None:
    ana = hire("Ana RN")
    sale = pay(ana, 60_000)
    close(MARCH, manager)
    day = date(2026, 3, 12)
    event = payments.record_refund(sale.lead, sale.pk, 100, refunded_on=day)
    assert local_date(event.occurred_at, clinic_zone()) == day
