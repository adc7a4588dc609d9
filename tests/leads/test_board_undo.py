"""Taking moves back on the board, and the list of recent moves."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.models import KpiEvent
from leads import pipeline
from leads.models import LeadStage
from leads.recent_moves import recent_moves
from medspa.actors import acting
from medspa.models import User
from tests.factories import StageFactory
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def undo(client: Client, stay: LeadStage) -> HttpResponse:
    url = reverse("board_undo", args=[stay.pk])
    return client.post(url, headers={"Accept": "application/json"})


def test_undo_goes_back_and_voids_what_the_move_recorded(
    stages: Pipeline, desk: Client
) -> None:
    booked = StageFactory(name="Booked", records_kpi="consult_booked")
    lead = stages.lead()
    stay = pipeline.move(lead.id, booked.id)
    response = undo(desk, stay)
    assert response.json()["message"] == f"{lead} is back in Alpha."
    assert response.json()["stage"] == stages.first.id
    assert not KpiEvent.objects.filter(lead=lead).exists()
    pipeline.move(lead.id, booked.id)
    assert KpiEvent.objects.filter(lead=lead).count() == 1


def test_undo_refuses_where_a_later_move_exists_and_names_it(
    stages: Pipeline, desk: Client, manager: User
) -> None:
    lead = stages.lead(first_name="Wanda")
    stay = pipeline.move(lead.id, stages.second.id)
    with acting(user=manager):
        later = pipeline.move(lead.id, stages.won.id)
    response = undo(desk, stay)
    assert response.status_code == 409
    assert response.json()["message"] == (
        f"Wanda was moved to Gamma by {manager} just now. Nothing was undone."
    )
    assert lead.stays.current().get() == later


def test_undo_refuses_while_a_shown_consult_rests_on_the_booking(
    stages: Pipeline, desk: Client
) -> None:
    booked = StageFactory(name="Booked", records_kpi="consult_booked")
    lead = stages.lead()
    stay = pipeline.move(lead.id, booked.id)
    booking = KpiEvent.objects.get(lead=lead)
    KpiEvent.objects.create(
        lead=lead,
        kind="consult_show",
        occurred_at=stay.changed_at,
        metadata_json={"booking": booking.pk},
    )
    assert "was held" in undo(desk, stay).json()["message"]
    assert lead.stays.current().get() == stay


def test_the_first_stay_has_no_way_back(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead()
    assert undo(desk, lead.stays.get()).status_code == 409


def test_a_deleted_lead_is_not_moved_back(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead()
    stay = pipeline.move(lead.id, stages.second.id)
    lead.delete()
    assert "deleted" in undo(desk, stay).json()["message"]


def test_recent_moves_name_both_places_and_leave_out_who_only_came(
    stages: Pipeline, front_desk: User
) -> None:
    stages.lead(first_name="New")
    lead = stages.lead(first_name="Wanda")
    with acting(user=front_desk):
        pipeline.move(lead.id, stages.second.id)
        pipeline.move(lead.id, stages.won.id)
    found = [(move.name, move.origin, move.target) for move in recent_moves()]
    assert found == [("Wanda", "Beta", "Gamma"), ("Wanda", "Alpha", "Beta")]
    assert [move.is_last for move in recent_moves()] == [True, False]
    assert recent_moves()[0].who == str(front_desk)


def test_recent_moves_are_the_last_20_by_one_query(stages: Pipeline) -> None:
    for _ in range(21):
        pipeline.move(stages.lead().id, stages.second.id)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(recent_moves()) == 20
    assert len(queries) == 1


def test_without_a_script_recent_moves_are_a_page_with_buttons(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead()
    stay = pipeline.move(lead.id, stages.second.id)
    url = reverse("board_undo", args=[stay.pk])
    assert url in desk.get(reverse("board_moves")).content.decode()
    assert desk.post(url).headers["Location"] == reverse("board")
    assert lead.stays.current().get().stage == stages.first


def test_only_who_may_move_sees_and_undoes_moves(
    stages: Pipeline, client: Client, outsider: User
) -> None:
    stay = pipeline.move(stages.lead().id, stages.second.id)
    client.force_login(outsider)
    assert client.get(reverse("board_moves")).status_code == 403
    assert undo(client, stay).status_code == 403
