"""The year: each month's sum under the people who were paid."""

import pytest
from django.test import Client
from django.urls import reverse

from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.overview import year_rows, year_totals
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    statement_of,
)

pytestmark = pytest.mark.django_db


def test_the_year_sums_everybody_s_months(manager: User, client: Client) -> None:
    ana, bea = hire("Ana RN"), hire("Bea RN")
    agree(None, TEN_PERCENT)
    for provider, cents, month in ((ana, 10_000, MARCH), (bea, 25_000, APRIL)):
        pay(provider, cents, month)
        run_month(month)
    pay(ana, 5_000, APRIL)
    run_month(APRIL)
    everybody = year_totals(year_rows(2026))
    assert everybody.months == [None, None, 1_000, 3_000, *[None] * 8]
    assert everybody.totals["payable_cents"] == 4_000
    client.force_login(manager)
    page = client.get(reverse("commissions_year"), {"year": "2026"}).content.decode()
    assert "All 2" in page


def test_a_replaced_revision_is_not_summed(manager: User) -> None:
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    close(MARCH, manager)
    pay(ana, 5_000)
    closing.unlock(statement_of(ana), manager)
    (row,) = year_rows(2026)
    assert (row.months[2], row.totals["payable_cents"]) == (1_500, 1_500)


def test_a_provider_finds_no_replaced_revision_among_their_own(
    manager: User, provider: User, client: Client
) -> None:
    ana = hire("Ana RN", user=provider)
    close(MARCH, manager)
    old = statement_of(ana)
    closing.unlock(old, manager)
    client.force_login(provider)
    page = client.get(reverse("my_commissions")).text
    assert reverse("statement", args=[statement_of(ana).pk]) in page
    assert reverse("statement", args=[old.pk]) not in page


def test_a_year_without_months_has_no_sums() -> None:
    assert year_totals([]).totals["payable_cents"] == 0
