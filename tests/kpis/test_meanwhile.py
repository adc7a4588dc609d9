"""What happens to numbers while somebody reads them, and odd questions at odd hours."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from kpis.drill import MetricRef, find
from kpis.metrics.definitions import Basis
from kpis.metrics.figures import Counts
from kpis.page.parts import PAGE_PARTS
from kpis.period import Period, Window
from kpis.queries.numbers import KpiData
from leads.models import Lead
from medspa.clinic_time import clinic_zone
from medspa.models import User
from tests.clinics import ChangeClinic
from tests.factories import (
    CampaignFactory,
    KpiEventFactory,
    LeadFactory,
    OpportunityFactory,
    StageFactory,
    TagFactory,
)


@pytest.fixture
def browser(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def leads(db: None) -> list[Lead]:
    campaign = CampaignFactory(monthly_spend_cents=0)
    now = datetime.now(UTC)
    made = [
        LeadFactory(campaign=campaign, created_at=now - timedelta(hours=age))
        for age in range(1, 6)
    ]
    for lead in made:
        KpiEventFactory(lead=lead, paid=True)
    return made


def numbers() -> KpiData:
    now = datetime.now(UTC)
    today = now.astimezone(clinic_zone()).date()
    period = Period(today - timedelta(days=2), today)
    return KpiData(Window(period, clinic_zone(), now))


def test_a_lead_deleted_while_the_report_is_made_leaves_table_and_card_alike(
    leads: list[Lead],
) -> None:
    report = numbers()
    before = report.figures
    leads[0].delete()
    rows = report.by("campaign").rows
    assert sum(row.figures["paying_leads"] for row in rows) == before["paying_leads"]
    assert numbers().figures["paying_leads"] == 4
    leads[0].restore()
    assert numbers().figures == before


def test_a_lead_deleted_between_two_pages_of_rows_hides_nobody_else(
    leads: list[Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpis.drill.rows.PAGE_SIZE", 2)
    window, asked = numbers().window, MetricRef("leads")
    first = find(asked, window, Basis.PERIOD)
    leads[0].delete()
    second = find(asked, window, Basis.PERIOD, first.following)
    third = find(asked, window, Basis.PERIOD, second.following)
    seen = [row.lead_id for row in (*first.rows, *second.rows, *third.rows)]
    assert sorted(seen) == sorted(lead.pk for lead in leads)


def test_spend_of_nothing_has_cost_zero_and_no_return(leads: list[Lead]) -> None:
    figures = numbers().figures
    assert figures["cpl_cents"] == 0
    assert figures["roas_attributed"] is None


@pytest.mark.slow
@pytest.mark.parametrize("part", ["", *PAGE_PARTS])
@pytest.mark.parametrize(
    "query",
    [
        "from=0001-01-01&to=0001-01-02",
        "from=2026-03-31&to=2026-03-01",
        "from=2090-01-01&to=2099-12-31",
        "from=2000-01-01&to=2009-12-31",
        "range=today&compare=maybe&basis=lunar",
    ],
)
def test_every_part_answers_any_range(
    browser: Client, leads: list[Lead], part: str, query: str
) -> None:
    assert browser.get(f"/kpis/?{query}&part={part}").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "rows=n&by=stages&key=gone",
        "rows=open_count&by=forecast&key=9999-99",
        "rows=leads&by=arrivals&key=8-99",
        "rows=lost&by=leaks&key=nowhere",
        "rows=leads&by=tag&key=gone",
        "rows=spend_cents&by=campaign&key=gone",
        "rows=spend_cents&from=0001-01-01&to=9999-12-31",
        "rows=booked_leads&by=trend&since=tomorrow",
        "rows=booked_leads&by=trend&since=2999-01-01",
        "rows=roas&by=platform&key=fax",
        "rows=revenue_7_cents&by=cohorts&basis=cohort",
    ],
)
def test_rows_of_what_is_not_there_are_none(
    browser: Client, leads: list[Lead], query: str
) -> None:
    response = browser.get(f"/kpis/rows/?range=30d&{query}")
    assert response.status_code == 200


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns"])
def test_the_repeated_and_the_half_hour_stand_in_the_clinics_hours(
    browser: Client, db: None, clinic_is: ChangeClinic, zone: str
) -> None:
    """In St John's 1:30 came twice on 1 November 2026: 04:00 and 05:00 UTC."""
    clinic_is(time_zone=zone)
    for hour in (4, 5):
        LeadFactory(created_at=datetime(2026, 11, 1, hour, 0, tzinfo=UTC))
    html = browser.get("/kpis/?from=2026-11-01&to=2026-11-01&part=arrivals")
    links = re.findall(r'href="([^"]+rows=leads)"[^>]*>(\d+)<', html.content.decode())
    hours = {"Asia/Kolkata": {"7-09": 1, "7-10": 1}, "America/St_Johns": {"7-01": 2}}
    said = {re.search("key=([^&]+)", unescape(link))[1]: int(n) for link, n in links}
    assert said == hours[zone]


def test_a_lead_with_two_tags_counts_in_both_rows_and_once_in_the_total(
    browser: Client, leads: list[Lead]
) -> None:
    tags = [TagFactory(), TagFactory()]
    for tag in tags:
        leads[0].lead_tags.create(tag=tag)
    table = browser.get("/kpis/?range=7d&export=tag&format=json").json()
    counts = {row["id"]: row["leads"] for row in table["rows"]}
    assert (counts[tags[0].pk], counts[tags[1].pk]) == (1, 1)
    named = {row["name"]: row["leads"] for row in table["rows"]}
    assert (named["Without a tag"], named["All"]) == (4, 5)
    assert "both rows" in table["note"]


def test_a_retired_tag_marks_nobody_and_comes_back_with_its_leads(
    leads: list[Lead],
) -> None:
    tag = TagFactory()
    leads[0].lead_tags.create(tag=tag)
    assert numbers().tagged[tag.pk].leads == 1
    tag.delete()
    assert tag.pk not in numbers().tagged
    assert numbers().tagged[None].leads == 5
    tag.restore()
    assert numbers().tagged[tag.pk].leads == 1


def test_whoever_has_not_paid_is_lost_at_exactly_one_step(leads: list[Lead]) -> None:
    lost = StageFactory(outcome="lost")
    booked = LeadFactory(stage=lost)
    OpportunityFactory(lead=booked, expected_value_cents=90_000)
    KpiEventFactory(lead=booked)
    found = {leak.step: leak for leak in numbers().drop_off_steps}
    assert sum(leak.lost for leak in found.values()) == 1
    assert (found["booked"].lost, found["booked"].given_up) == (1, 1)
    assert found["booked"].lost_cents == 90_000


def test_nothing_added_up_is_nothing() -> None:
    assert Counts.sum([Counts(), Counts()]) == Counts()
