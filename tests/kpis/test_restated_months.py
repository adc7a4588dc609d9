"""Ranges that are no calendar month name the months in them that became others."""

from datetime import timedelta

import pytest
from django.test import Client

from kpis.choices import Kind
from kpis.models import MonthSnapshot
from kpis.period import Period
from kpis.restatements.months import restated_months
from leads.models import Lead
from medspa.models import User
from tests.factories import KpiEventFactory
from tests.kpis.test_restatements import MONTH, START, kept, some, window

__all__ = ["kept", "some"]
MONTHS = "/kpis/restatements/months/?"
LONGER = Period(MONTH.first - timedelta(days=40), MONTH.last + timedelta(days=10))


@pytest.fixture
def browser(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def refunded(kept: MonthSnapshot, some: list[Lead]) -> None:
    payment = some[0].kpi_events.get(kind=Kind.INVOICE_PAID)
    KpiEventFactory(
        lead=some[0],
        kind=Kind.INVOICE_REFUNDED,
        value_cents=20_000,
        refund_of=payment,
        occurred_at=START + timedelta(days=20),
    )


@pytest.mark.parametrize(
    "period", [LONGER, Period(MONTH.last, MONTH.last + timedelta(days=3))]
)
def test_a_range_names_its_months_that_became_others(
    refunded: None, browser: Client, period: Period
) -> None:
    assert [one.month for one in restated_months(window(period))] == [MONTH.first]
    html = browser.get(f"{MONTHS}from={period.first}&to={period.last}").content.decode()
    assert f"{MONTH.first:%B %Y}" in html and "−$200" in html
    assert f"/kpis/restatements/?month={MONTH.first:%Y-%m}" in html


def test_a_range_beside_the_month_names_nothing(
    refunded: None, browser: Client
) -> None:
    after = MONTH.last + timedelta(days=1)
    assert restated_months(window(LONGER))
    assert not restated_months(window(Period(after, after)))
    assert not browser.get(f"{MONTHS}from={after}&to={after}").content.strip()


def test_unchanged_months_are_not_named(kept: MonthSnapshot) -> None:
    assert not restated_months(window(LONGER))


def test_the_page_asks_for_months_unless_it_is_one(
    kept: MonthSnapshot, browser: Client
) -> None:
    longer = browser.get(f"/kpis/?from={LONGER.first}&to={LONGER.last}")
    assert MONTHS in longer.content.decode()
    month = browser.get(f"/kpis/?from={MONTH.first}&to={MONTH.last}")
    assert MONTHS not in month.content.decode()


def test_only_who_sees_the_numbers_sees_changed_months(
    client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    assert client.get(f"{MONTHS}range=30d").status_code == 403
