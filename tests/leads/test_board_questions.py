"""What a move may be asked: the consult's date, the value won; and hidden cards."""

from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kpis.models import KpiEvent
from leads.models import PipelineStage
from medspa.models import User
from tests.factories import StageFactory
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


@pytest.fixture
def booked(stages: Pipeline) -> PipelineStage:
    return StageFactory(name="Booked", records_kpi="consult_booked")


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def ask(client: Client, lead_id: str, query: str = "", **fields: str) -> HttpResponse:
    url = reverse("board_move", args=[lead_id]) + query
    return client.post(url, fields, headers={"Accept": "application/json"})


def in_days(days: int) -> str:
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT10:00")


def typed(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def test_the_consults_date_is_booked_once_with_the_move(
    stages: Pipeline, booked: PipelineStage, desk: Client
) -> None:
    lead = stages.lead()
    for _ in range(2):
        ask(desk, lead.id, stage=booked.id, scheduled_for=in_days(3))
    event = KpiEvent.objects.get(lead=lead)
    assert timezone.localtime(event.metadata.scheduled_for) == typed(in_days(3))
    assert event.metadata_json["stay"] == lead.stage_periods.current().get().pk
    assert KpiEvent.all_objects.filter(lead=lead).count() == 2


def test_without_a_date_the_booking_has_none(
    stages: Pipeline, booked: PipelineStage, desk: Client
) -> None:
    lead = stages.lead()
    ask(desk, lead.id, stage=booked.id)
    assert "scheduled_for" not in KpiEvent.objects.get(lead=lead).metadata_json


def test_undo_voids_the_booking_with_its_date(
    stages: Pipeline, booked: PipelineStage, desk: Client
) -> None:
    lead = stages.lead()
    fields = {"expected": stages.first.id, "scheduled_for": in_days(3)}
    response = ask(desk, lead.id, stage=booked.id, **fields)
    desk.post(response.json()["undo"])
    assert not KpiEvent.objects.filter(lead=lead).exists()
    assert lead.stage_periods.current().get().stage == stages.first


@pytest.mark.parametrize("text", ["soon", "2026-13-40T10:00", in_days(-2)])
def test_a_bad_date_moves_nothing_and_says_so(
    text: str, stages: Pipeline, booked: PipelineStage, desk: Client
) -> None:
    lead = stages.lead()
    response = ask(desk, lead.id, stage=booked.id, scheduled_for=text)
    assert response.status_code == 409
    assert "consult" in response.json()["message"]
    assert lead.stage_periods.current().get().stage == stages.first


def test_the_plain_form_asks_for_the_date_and_shows_the_value(
    stages: Pipeline, booked: PipelineStage, desk: Client
) -> None:
    lead = stages.lead(cents=48_000)
    page = desk.get(reverse("board_move", args=[lead.id])).content.decode()
    assert 'name="scheduled_for"' in page
    assert "$480" in page
    desk.post(
        reverse("board_move", args=[lead.id]),
        {"stage": booked.id, "scheduled_for": in_days(3)},
    )
    assert KpiEvent.objects.get(lead=lead).metadata_json["scheduled_for"]


def test_the_answer_says_when_the_filter_hides_the_lead(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead(source="google")
    seen = ask(desk, lead.id, "?source=google", stage=stages.second.id).json()
    assert seen["is_hidden"] is False
    hidden = ask(desk, lead.id, "?source=walk_in", stage=stages.first.id).json()
    assert hidden["is_hidden"] is True
    assert ask(desk, lead.id, stage=stages.second.id).json()["is_hidden"] is False
