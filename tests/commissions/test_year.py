"""The year: each month's sum under the people who were paid."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.overview import year_rows, year_totals
from commissions.views.year import read_year
from medspa.clinic_time import clinic_today
from medspa.models import User
from medspa.months import FIRST_YEAR, LAST_YEAR, month_of
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
# Who earned less is paid 90 dollars.
GIVEN_DRAW = {"type": "draw", "amount_cents": 9_000, "recoverable": False}


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


def test_a_month_that_pays_nothing_is_told_from_one_without_statements() -> None:
    hire("Ana RN")
    run_month(MARCH)
    assert year_totals(year_rows(2026)).months[1:4] == [None, 0, None]


def test_what_is_payable_is_told_from_what_was_earned(
    manager: User, client: Client
) -> None:
    for name in ("Ana RN", "Bea RN"):
        person = hire(name)
        agree(person, TEN_PERCENT)
        pay(person, 10_000)
    agree(None, GIVEN_DRAW)
    run_month(MARCH)
    client.force_login(manager)
    page = client.get(reverse("commissions_year"), {"year": "2026"}).text
    rows = re.findall(r'<td data-label="(Year|Earned)">\W*(?:strong>)?(\$[\d.]+)', page)
    assert rows == [
        *[("Year", "$90.00"), ("Earned", "$10.00")] * 2,
        *[("Year", "$180.00"), ("Earned", "$20.00")],
    ]


def test_one_provider_alone_has_no_row_of_all(manager: User, client: Client) -> None:
    hire("Ana RN")
    run_month(MARCH)
    client.force_login(manager)
    page = client.get(reverse("commissions_year"), {"year": "2026"}).text
    assert "Ana RN" in page
    assert "<tfoot>" not in page


def test_years_lead_to_each_other_up_to_this_one(manager: User, client: Client) -> None:
    this = clinic_today().year
    client.force_login(manager)

    def linked(year: int) -> list[str]:
        page = client.get(reverse("commissions_year"), {"year": str(year)}).text
        return re.findall(r'href="\?year=(\d+)"', page)

    assert linked(this) == [f"{this - 1}"]
    assert linked(this - 1) == [f"{this - 2}", f"{this}"]


def test_providers_see_what_they_alone_earned_and_are_paid(
    provider: User, client: Client
) -> None:
    month = month_of(clinic_today())
    ana, _bea = hire("Ana RN", user=provider), hire("Bea RN")
    agree(ana, GIVEN_DRAW)
    run_month(month)
    client.force_login(provider)
    page = client.get(reverse("my_commissions")).text
    assert re.findall(r"<dd>([^<]*)</dd>", page) == ["$0.00", "$90.00", "$90.00"]
    assert re.findall(r'<strong class="number">([^<]*)<', page) == ["$90.00"]


@pytest.mark.parametrize("year", [FIRST_YEAR, LAST_YEAR])
def test_the_first_and_the_last_year_can_be_asked_for(year: int) -> None:
    assert read_year(str(year)) == year


@pytest.mark.parametrize("text", ["", str(FIRST_YEAR - 1), str(LAST_YEAR + 1), "two"])
def test_any_other_text_asks_for_this_year(text: str) -> None:
    assert read_year(text) == clinic_today().year


def test_a_provider_reads_how_far_each_statement_is(
    provider: User, manager: User, client: Client
) -> None:
    hire("Ana RN", user=provider)
    close(MARCH, manager)
    run_month(APRIL)
    client.force_login(provider)
    page = client.get(reverse("my_commissions")).text
    assert re.findall(r'<span class="pay-status \w+">(\w+)<', page) == [
        "Draft",
        "Locked",
    ]
