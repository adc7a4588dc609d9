"""After an answered call a new lead moves on, or that is offered."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Activity, Lead, LeadStage
from leads.services.stage_order import set_entry
from medspa.models import User
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages() -> Pipeline:
    stages = Pipeline()
    stages.first = set_entry(stages.first.pk)
    return stages


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def call(desk: Client, lead: Lead, outcome: str = "answered") -> str:
    address = reverse("lead_log", args=[lead.pk])
    return desk.post(address, {"type": "call", "outcome": outcome})["Location"]


def stage_of(lead: Lead) -> str:
    return lead.stage_periods.get(left_at=None).stage.name


def test_an_answered_call_offers_the_next_stage(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead(first_name="Wanda")
    page = desk.get(call(desk, lead)).content.decode()
    assert "Wanda answered. Move to Beta?" in page
    assert stage_of(lead) == "Alpha"


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail", "busy"])
def test_other_calls_offer_nothing(
    outcome: str, stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead()
    assert "then=" not in call(desk, lead, outcome)


def test_a_lead_that_has_moved_on_is_offered_nothing(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead(stages.second)
    assert "then=" not in call(desk, lead)


def test_the_board_offers_it_too(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead()
    address = reverse("board_call", args=[lead.pk])
    answer = desk.post(address, {"outcome": "answered"}).json()
    assert answer["offer"] == {"stage": stages.second.pk, "label": "Move to Beta"}
    assert "offer" not in desk.post(address, {"outcome": "busy"}).json()


def test_by_setting_the_call_moves_the_lead_and_undo_takes_both_back(
    stages: Pipeline, desk: Client
) -> None:
    stages.first.moves_on_when_answered = True
    stages.first.save()
    lead = stages.lead()
    page = desk.get(call(desk, lead)).content.decode()
    assert "moved to Beta." in page
    assert stage_of(lead) == "Beta"
    noted = Activity.objects.get(type="call")
    undo = {"source": "activity", "row": noted.pk}
    desk.post(reverse("lead_undo", args=[lead.pk]), undo)
    assert stage_of(lead) == "Alpha"
    assert LeadStage.objects.filter(lead=lead).count() == 1
    assert not Activity.objects.filter(lead=lead).exists()
