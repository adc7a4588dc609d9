"""Noting a call on the board."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from leads.models import Activity, Lead
from medspa.ids import new_id
from medspa.models import User
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def call(client: Client, lead: Lead, **fields: str) -> HttpResponse:
    url = reverse("board_call", args=[lead.pk]) + "?source=google"
    return client.post(url, fields, headers={"Accept": "application/json"})


def test_a_call_is_noted_and_its_card_waits_no_longer(
    stages: Pipeline, desk: Client, front_desk: User
) -> None:
    lead = stages.lead(first_name="Wanda", source="google", minutes_ago=3)
    answer = call(desk, lead, outcome="voicemail").json()
    assert answer["message"] == "Call logged: left a voicemail."
    assert "Wanda" in answer["card"]
    assert "waiting" not in answer["card"]
    noted = Activity.objects.get(lead=lead)
    assert (noted.type, noted.created_by) == ("call", front_desk)
    assert noted.payload_json == {"outcome": "voicemail"}


def test_undo_takes_the_note_back_and_the_lead_waits_again(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead(source="google", minutes_ago=3)
    undo = call(desk, lead, outcome="answered").json()["undo"]
    assert undo.endswith("?source=google")
    again = desk.post(undo).json()
    assert "waiting" in again["card"]
    assert not Activity.objects.filter(lead=lead).exists()
    assert desk.post(undo).status_code == 409


def test_a_retry_with_the_same_key_notes_one_call(
    stages: Pipeline, desk: Client
) -> None:
    lead, key = stages.lead(), new_id()
    for _ in range(2):
        assert call(desk, lead, outcome="busy", key=key).status_code == 200
    assert Activity.objects.filter(lead=lead).count() == 1
    assert call(desk, stages.lead(), outcome="busy", key=key).status_code == 409


@pytest.mark.parametrize("outcome", ["", "great", "\x00"])
def test_an_outcome_that_is_not_in_the_list_notes_nothing(
    stages: Pipeline, desk: Client, outcome: str
) -> None:
    lead = stages.lead()
    response = call(desk, lead, outcome=outcome)
    assert response.status_code == 409
    assert "Nothing was saved" in response.json()["message"]
    assert not Activity.objects.filter(lead=lead).exists()


def test_a_deleted_lead_is_not_called(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead()
    lead.delete()
    answer = call(desk, lead, outcome="busy")
    assert answer.status_code == 409
    assert (answer.json()["stage"], answer.json()["card"]) == (None, [])


def test_who_may_not_note_calls_does_not(
    stages: Pipeline, client: Client, provider: User, outsider: User
) -> None:
    lead = stages.lead()
    for user in (provider, outsider):
        client.force_login(user)
        assert call(client, lead, outcome="busy").status_code == 403
