"""Today: what is worth doing first, and working through it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.models import Lead
from leads.today import TodayRow, read_today
from leads.today.sections import urgency
from medspa.clinic_time import clinic_zone
from medspa.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def noon() -> datetime:
    """Noon of the clinic's yesterday: every moment of that day has been."""
    local = timezone.now().astimezone(clinic_zone()) - timedelta(days=1)
    return local.replace(hour=12, minute=0, second=0, microsecond=0)


def waiting(now: datetime, cents: int | None = None, **ago: float) -> Lead:
    stage = factories.StageFactory(target_days=None)
    lead = factories.LeadFactory(stage=stage, created_at=now - timedelta(**ago))
    if cents:
        factories.OpportunityFactory(lead=lead, expected_value_cents=cents)
    return lead


def section(key: str, now: datetime, person: User) -> list[TodayRow]:
    return next(f.rows for f in read_today(now, person) if f.section.key == key)


def names(rows: list[TodayRow]) -> list[str]:
    return [row.lead_id for row in rows]


# Order ----------------------------------------------------------------------


def test_value_counts_less_the_longer_somebody_waits() -> None:
    assert urgency(100_000, timedelta()) == 100_000
    assert urgency(100_000, timedelta(hours=1)) == 50_000
    assert urgency(100_000, timedelta(hours=24)) == 4_000
    assert urgency(100_000, -timedelta(minutes=1)) == 100_000


def test_unanswered_leads_come_by_value_times_freshness(
    noon: datetime, front_desk: User
) -> None:
    old_and_large = waiting(noon, 800_000, hours=24)  # 32,000
    fresh_and_small = waiting(noon, 40_000, minutes=6)  # 36,000
    fresh_without_value = waiting(noon, minutes=30)  # an average 420,000: 280,000
    rows = section("unanswered", noon, front_desk)
    assert names(rows) == [
        fresh_without_value.pk,
        fresh_and_small.pk,
        old_and_large.pk,
    ]
    assert [row.tone for row in rows] == ["warn", "warn", "bad"]
    assert rows[2].why == "waiting 1\u00a0d"


def test_a_deleted_opportunity_is_worth_nothing(
    noon: datetime, front_desk: User
) -> None:
    lead = waiting(noon, 800_000, hours=1)
    assert section("unanswered", noon, front_desk)[0].value_cents == 800_000
    lead.opportunity.delete()
    assert section("unanswered", noon, front_desk)[0].value_cents is None


def test_an_automatic_text_is_no_answer_and_a_call_is(
    noon: datetime, front_desk: User
) -> None:
    texted, called, ended, gone = (waiting(noon, hours=1) for _ in range(4))
    factories.ActivityFactory(
        lead=texted, type="sms_sent", payload_json={"automated": True}, created_at=noon
    )
    factories.ActivityFactory(lead=called, created_at=noon)
    gone.delete()
    ended.stage_periods.update(stage=factories.StageFactory(outcome="lost"))
    assert names(section("unanswered", noon, front_desk)) == [texted.pk]


def test_steps_due_today_come_with_ones_own_first(
    noon: datetime, front_desk: User, manager: User
) -> None:
    def due(who: User | None, **later: float) -> Lead:
        lead = factories.LeadFactory(
            stage=factories.StageFactory(target_days=None),
            created_at=noon - timedelta(days=40),
        )
        moment = noon + timedelta(**later)
        factories.TaskFactory(lead=lead, due_at=moment, assigned_to=who)
        return lead

    theirs = due(manager, hours=-5)
    mine = due(front_desk, hours=2)
    anybodys = due(None, hours=-1)
    due(front_desk, hours=13)
    rows = section("due", noon, front_desk)
    assert names(rows) == [anybodys.pk, mine.pk, theirs.pk]
    assert "overdue since" in rows[0].why
    assert rows[0].tone == "bad"
    assert rows[1].tone == ""


def test_leads_past_their_target_come_with_the_latest_first(
    noon: datetime, front_desk: User
) -> None:
    def stage_period(days: float, target: int | None) -> Lead:
        lead = factories.LeadFactory(created_at=noon - timedelta(days=60))
        factories.LeadStageFactory(
            lead=lead,
            stage=factories.StageFactory(target_days=target),
            changed_at=noon - timedelta(days=days),
        )
        return lead

    long, short = stage_period(30, 5), stage_period(3, 2)
    stage_period(1, 2)
    stage_period(100, None)
    rows = section("stale", noon, front_desk)
    assert names(rows) == [short.pk, long.pk]
    assert rows[1].why.startswith("30\u00a0d in Stage")


def test_a_lead_is_listed_once(noon: datetime, front_desk: User) -> None:
    lead = waiting(noon, days=2)
    factories.TaskFactory(lead=lead, due_at=noon)
    listed = [
        row.lead_id for filled in read_today(noon, front_desk) for row in filled.rows
    ]
    assert listed == [lead.pk]


# The page -------------------------------------------------------------------


def test_the_front_desk_starts_here_and_managers_on_the_board(
    desk: Client, manager: User
) -> None:
    assert desk.get("/", follow=True).request["PATH_INFO"] == "/leads/today/"
    desk.force_login(manager)
    assert desk.get("/", follow=True).request["PATH_INFO"] == "/leads/board/"


def test_an_empty_day_says_so(desk: Client) -> None:
    page = desk.get("/leads/today/").content.decode()
    assert "All caught up." in page
    assert "Start call queue" not in page


def test_the_first_rows_are_shown_and_the_others_on_request(desk: Client) -> None:
    now = timezone.now()
    for _ in range(10):
        waiting(now, minutes=1)
    page = desk.get("/leads/today/").content.decode()
    assert page.count('class="lead-link"') == 8
    assert "Show 2 more" in page
    opened = desk.get("/leads/today/?all=unanswered").content.decode()
    assert opened.count('class="lead-link"') == 10
    assert desk.get("/leads/today/?all=nonsense").status_code == 200


def test_providers_have_no_today(client: Client, provider: User) -> None:
    client.force_login(provider)
    assert client.get("/leads/today/").status_code == 403
    assert client.get("/leads/today/next/").status_code == 403


def test_each_outcome_brings_the_next_lead(desk: Client) -> None:
    now = timezone.now()
    first, second = waiting(now, 500_000, minutes=1), waiting(now, 20_000, minutes=1)
    third = waiting(now, 10_000, minutes=1)
    start = desk.get("/leads/today/next/")
    assert start["Location"] == f"/leads/{first.pk}/?queue=1"

    noted = desk.post(
        f"/leads/{first.pk}/log/?queue=1", {"type": "call", "outcome": "voicemail"}
    )
    assert noted["Location"] == f"/leads/today/next/?after={first.pk}"
    page = desk.get(noted["Location"], follow=True)
    assert page.request["PATH_INFO"] == f"/leads/{second.pk}/"
    # What was just done can be taken back from the next lead's page.
    assert f'action="/leads/{first.pk}/undo/?queue=1"' in page.content.decode()

    skipped = desk.get(f"/leads/today/next/?skip={second.pk}", follow=True)
    assert skipped.request["PATH_INFO"] == f"/leads/{third.pk}/"
    end = desk.get(f"/leads/today/next/?skip={third.pk}", follow=True)
    assert end.request["PATH_INFO"] == "/leads/today/"
    assert "You&#x27;re all caught up." in end.content.decode()
    again = desk.get("/leads/today/next/")
    assert again["Location"] == f"/leads/{second.pk}/?queue=1"


def test_a_lead_who_wants_a_date_stays_until_it_has_one(desk: Client) -> None:
    lead = waiting(timezone.now(), minutes=1)
    answer = desk.post(
        f"/leads/{lead.pk}/log/?queue=1", {"type": "call", "outcome": "booked"}
    )
    assert answer["Location"] == f"/leads/{lead.pk}/?queue=1&then=b"


def test_what_is_no_outcome_stays_with_the_lead(desk: Client) -> None:
    lead = waiting(timezone.now(), minutes=1)
    tag = factories.TagFactory()
    answer = desk.post(f"/leads/{lead.pk}/tag/?queue=1", {"tag": tag.pk})
    assert answer["Location"] == f"/leads/{lead.pk}/?queue=1"


QUERIES = [
    "the session",
    "the person, their permissions and the clinic's lists",
    "unanswered leads",
    "consults ahead, and the past ones that tell who may not come",
    "past consults that nobody marked",
    "next steps",
    "leads past their stage's target",
    "who works which lead just now",
    "phone and email of the leads that are shown",
]


@pytest.mark.slow
def test_the_page_costs_as_many_queries_for_thirty_as_for_two(desk: Client) -> None:
    now = timezone.now()
    stage = factories.StageFactory(target_days=1)

    def add(count: int) -> None:
        for _ in range(count):
            waiting(now, 1_000, minutes=1)
            late = factories.LeadFactory(created_at=now - timedelta(days=60))
            factories.LeadStageFactory(
                lead=late, stage=stage, changed_at=now - timedelta(days=50)
            )
            factories.TaskFactory(due_at=now - timedelta(minutes=5))
            consult = factories.LeadFactory(created_at=now - timedelta(days=60))
            for days in (0.01, -9):
                due = (now + timedelta(days=days)).isoformat()
                factories.KpiEventFactory(
                    lead=consult,
                    occurred_at=now - timedelta(days=20),
                    metadata_json={"scheduled_for": due},
                )

    def count() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/leads/today/").status_code == 200
        return [query["sql"] for query in captured]

    add(2)
    few = count()
    add(28)
    many = count()
    assert len(few) == len(many) == len(QUERIES), many
