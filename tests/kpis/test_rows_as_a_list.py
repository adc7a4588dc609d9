"""The rows behind a number open as the lead list, to act on them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from leads.models import Lead
from medspa.models import User
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def boss(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def clinic() -> dict[str, Lead]:
    """One who booked twice, one who paid, and one of last year."""
    stage = factories.StageFactory()
    booked, paid, old = (
        factories.LeadFactory(
            first_name=name, stage=stage, created_at=NOW - timedelta(days=days)
        )
        for name, days in (("Ana", 3), ("Bea", 2), ("Cleo", 400))
    )
    for days in (1, 2):
        at = NOW - timedelta(days=days)
        factories.KpiEventFactory(lead=booked, occurred_at=at)
    factories.KpiEventFactory(lead=paid, paid=True)
    return {"booked": booked, "paid": paid, "old": old}


def listed(client: Client, rows: str) -> list[str]:
    """The names in the list that the page of the rows links to."""
    page = client.get(f"/kpis/rows/?range=30d&rows={rows}").text
    link = re.search(r'href="(/leads/\?kpi=[^"]+)"', page)
    assert link
    answer = client.get(unescape(link[1]))
    assert not answer.context["notices"]
    return [row.first_name for row in answer.context["listing"].rows]


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ("leads", ["Bea", "Ana"]),
        ("booked_events", ["Ana"]),
        ("new_customers", ["Bea"]),
        ("leads&basis=cohort", ["Bea", "Ana"]),
    ],
)
def test_the_rows_behind_a_number_open_as_a_list(
    rows: str, names: list[str], boss: Client, clinic: dict[str, Lead]
) -> None:
    assert listed(boss, rows) == names


def test_only_so_many_rows_are_listed_and_that_is_told(
    boss: Client, clinic: dict[str, Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpis.list_filters.MOST_LISTED", 1)
    answer = boss.get("/leads/", {"kpi": "range=30d&rows=leads"})
    assert [row.first_name for row in answer.context["listing"].rows] == ["Bea"]
    assert answer.context["notices"]
    # An export or a bulk action goes on: it does what the list shows.
    assert boss.get("/leads/export/", {"kpi": "range=30d&rows=leads"}).streaming


@pytest.mark.parametrize("kpi", ["rows=moon", "range=30d", "spend", "rows=cpl_cents"])
def test_a_number_that_opens_no_leads_is_told(
    kpi: str, boss: Client, clinic: dict[str, Lead]
) -> None:
    answer = boss.get("/leads/", {"kpi": kpi})
    assert len(answer.context["notices"]) == 1
    assert len(answer.context["listing"].rows) == 3


def test_numbers_are_closed_to_who_may_not_see_them(
    client: Client, front_desk: User, clinic: dict[str, Lead]
) -> None:
    client.force_login(front_desk)
    answer = client.get("/leads/", {"kpi": "range=30d&rows=new_customers"})
    assert len(answer.context["notices"]) == 1
    assert len(answer.context["listing"].rows) == 3
