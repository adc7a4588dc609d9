"""The bar under a header: in time, due, overdue by the stage's target days."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leads import board
from leads.board.ages import Ages, read_ages
from leads.models import Lead
from leads.models.lead_queries import LeadQuerySet
from leads.today import sections as today_sections
from medspa.models import User
from tests.factories import ActivityFactory
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


def ages_of(leads: LeadQuerySet | None = None) -> dict[str, Ages]:
    columns = board.read_columns(leads).columns
    counts = {column.stage.id: column.figures.count for column in columns}
    stages = [column.stage for column in columns]
    found = read_ages(stages, counts, leads, timezone.now())
    return {stage.name: found[stage.id] for stage in stages if stage.id in found}


def answered(lead: Lead, **fields: object) -> None:
    """The lead was called an hour after it came, unless `fields` say more."""
    fields.setdefault("created_at", lead.created_at + timedelta(hours=1))
    ActivityFactory(lead=lead, **fields)


def test_without_an_answer_the_clock_runs_for_the_target_days(stages: Pipeline) -> None:
    for hours in (1, 11, 13, 25, 50):
        stages.lead(minutes_ago=hours * 60)
    assert ages_of() == {"Alpha": Ages(in_time=2, due=1, overdue=2, target_days=1)}


def test_whoever_was_answered_is_in_time_for_twice_as_long(stages: Pipeline) -> None:
    for hours in (1, 13, 25, 50):
        answered(stages.lead(minutes_ago=hours * 60))
    assert ages_of() == {"Alpha": Ages(in_time=3, due=0, overdue=1, target_days=1)}


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "sms_sent", "payload_json": {"automated": True}},
        {"type": "form_submit", "payload_json": {}},
        {"created_at": timezone.now() - timedelta(days=3)},
        {"deleted_at": timezone.now()},
    ],
    ids=["automatic", "their own", "before this stage", "clawed back"],
)
def test_only_a_person_who_answered_in_this_stage_counts(
    stages: Pipeline, fields: dict[str, object]
) -> None:
    answered(stages.lead(minutes_ago=13 * 60), **fields)
    assert ages_of()["Alpha"].due == 1


def test_the_three_sum_to_the_count_also_under_a_filter(stages: Pipeline) -> None:
    for hours in (1, 13, 25, 50, 90):
        stages.lead(minutes_ago=hours * 60, source="google")
        stages.lead(minutes_ago=hours * 60, source="walk_in")
    stages.lead(minutes_ago=60 * 60).delete()
    assert ages_of()["Alpha"] == Ages(2, 2, 6, 1)
    assert ages_of(Lead.objects.filter(source="google"))["Alpha"] == Ages(1, 1, 3, 1)


def test_a_stage_without_a_target_or_without_leads_has_no_bar(
    stages: Pipeline,
) -> None:
    stages.lead(stages.second)
    stages.lead(stages.won)
    assert ages_of() == {}


def test_the_board_asks_for_its_bars_after_the_cards(
    stages: Pipeline, client: Client, front_desk: User
) -> None:
    stages.lead(minutes_ago=13 * 60)
    client.force_login(front_desk)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse("board_ages")).json()
    assert 'aria-label="0 in time, 1 due, 0 overdue"' in answer["ages"][stages.first.id]
    assert len(queries) <= 7
    filtered = client.get(reverse("board_ages") + "?q=nobody").json()
    assert filtered["ages"] == {}
    assert ">0<" in filtered["figures"][stages.first.id]


def test_who_may_not_see_the_board_sees_no_bar(
    stages: Pipeline, client: Client, outsider: User
) -> None:
    client.force_login(outsider)
    assert client.get(reverse("board_ages")).status_code == 403


def test_whoever_is_overdue_stays_too_long_by_todays_list_too(
    stages: Pipeline, front_desk: User
) -> None:
    for hours in (1, 13):
        stages.lead(minutes_ago=hours * 60)
    late = [stages.lead(minutes_ago=hours * 60) for hours in (25, 50)]
    talked_to = stages.lead(minutes_ago=26 * 60)
    answered(talked_to)
    assert ages_of()["Alpha"].overdue == len(late)
    too_long = next(one for one in today_sections.TODAY_SECTIONS if one.key == "stale")
    listed = {row.lead_id for row in too_long.read(timezone.now(), front_desk, ())}
    assert listed == {lead.pk for lead in [*late, talked_to]}
