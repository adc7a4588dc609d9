"""Taking moves back on the board, and the list of recent moves."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kpis.models import KpiEvent
from leads.board.recent_moves import recent_moves
from leads.models import Lead, LeadStage
from leads.services import pipeline
from medspa.audit.actors import acting
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


def undo(client: Client, stage_period: LeadStage) -> HttpResponse:
    url = reverse("board_undo", args=[stage_period.pk])
    return client.post(url, headers={"Accept": "application/json"})


def test_undo_goes_back_and_voids_what_the_move_recorded(
    stages: Pipeline, desk: Client
) -> None:
    booked = StageFactory(name="Booked", records_kpi="consult_booked")
    lead = stages.lead()
    stage_period = pipeline.move(lead.id, booked.id)
    response = undo(desk, stage_period)
    assert response.json()["message"] == f"{lead} is back in Alpha."
    assert response.json()["stage"] == stages.first.id
    assert not KpiEvent.objects.filter(lead=lead).exists()
    pipeline.move(lead.id, booked.id)
    assert KpiEvent.objects.filter(lead=lead).count() == 1


def test_undo_refuses_where_a_later_move_exists_and_names_it(
    stages: Pipeline, desk: Client, manager: User
) -> None:
    lead = stages.lead(first_name="Wanda")
    stage_period = pipeline.move(lead.id, stages.second.id)
    with acting(user=manager):
        later = pipeline.move(lead.id, stages.won.id)
    response = undo(desk, stage_period)
    assert response.status_code == 409
    assert response.json()["message"] == (
        f"Wanda was moved to Gamma by {manager} just now. Nothing was undone."
    )
    assert lead.stage_periods.current().get() == later


def test_undo_refuses_while_a_shown_consult_rests_on_the_booking(
    stages: Pipeline, desk: Client
) -> None:
    booked = StageFactory(name="Booked", records_kpi="consult_booked")
    lead = stages.lead()
    stage_period = pipeline.move(lead.id, booked.id)
    booking = KpiEvent.objects.get(lead=lead)
    KpiEvent.objects.create(
        lead=lead,
        kind="consult_show",
        occurred_at=stage_period.changed_at,
        metadata_json={"booking": booking.pk},
    )
    assert "already happened" in undo(desk, stage_period).json()["message"]
    assert lead.stage_periods.current().get() == stage_period


def test_the_first_stay_has_no_way_back(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead()
    assert undo(desk, lead.stage_periods.get()).status_code == 409


def test_a_deleted_lead_is_not_moved_back(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead()
    stage_period = pipeline.move(lead.id, stages.second.id)
    lead.delete()
    assert "deleted" in undo(desk, stage_period).json()["message"]


def test_recent_moves_name_both_places_and_leave_out_who_only_came(
    stages: Pipeline, front_desk: User
) -> None:
    stages.lead(first_name="New")
    lead = stages.lead(first_name="Wanda")
    with acting(user=front_desk):
        pipeline.move(lead.id, stages.second.id)
        pipeline.move(lead.id, stages.won.id)
    moves = recent_moves(front_desk)
    found = [(move.name, move.origin, move.target) for move in moves]
    assert found == [("Wanda", "Beta", "Gamma"), ("Wanda", "Alpha", "Beta")]
    assert [move.is_last for move in moves] == [True, False]


def test_recent_moves_are_ones_own_last_20_whatever_else_happened(
    stages: Pipeline, front_desk: User, manager: User
) -> None:
    with acting(user=front_desk):
        for _ in range(21):
            pipeline.move(stages.lead().id, stages.second.id)
        new = LeadStage.objects.filter(lead__in=[stages.lead().id for _ in range(30)])
    with acting(user=manager):
        later = pipeline.move(stages.lead().id, stages.second.id)
    with CaptureQueriesContext(connection) as queries:
        moves = recent_moves(front_desk)
    assert len(queries) == 1
    assert len(moves) == 20
    assert not {move.period_id for move in moves} & {later.pk, *(one.pk for one in new)}


def test_undoing_a_move_that_gave_another_date_restores_the_old_one(
    stages: Pipeline, desk: Client
) -> None:
    booked = StageFactory(name="Booked", records_kpi="consult_booked")
    lead = stages.lead()
    first, second = (timezone.localtime() + timedelta(days=days) for days in (3, 5))
    for day, here in ((first, stages.first), (second, stages.second)):
        if here == stages.second:
            pipeline.move(lead.id, here.id)
        typed = day.strftime("%Y-%m-%dT10:00")
        url = reverse("board_move", args=[lead.id])
        fields = {"stage": booked.id, "expected": here.id, "scheduled_for": typed}
        assert desk.post(url, fields).status_code == 302
    assert _date(lead) == second.date()
    undo(desk, lead.stage_periods.current().get())
    assert _date(lead) == first.date()
    assert KpiEvent.objects.filter(lead=lead).count() == 1


def _date(lead: Lead) -> date:
    event = KpiEvent.objects.get(lead=lead)
    return timezone.localtime(event.metadata.scheduled_for).date()


def test_without_a_script_recent_moves_are_a_page_with_buttons(
    stages: Pipeline, desk: Client, front_desk: User
) -> None:
    lead = stages.lead()
    with acting(user=front_desk):
        stage_period = pipeline.move(lead.id, stages.second.id)
    url = reverse("board_undo", args=[stage_period.pk])
    assert url in desk.get(reverse("board_moves")).content.decode()
    assert desk.post(url).headers["Location"] == reverse("board")
    assert lead.stage_periods.current().get().stage == stages.first


def test_only_who_may_move_sees_and_undoes_moves(
    stages: Pipeline, client: Client, outsider: User
) -> None:
    stage_period = pipeline.move(stages.lead().id, stages.second.id)
    client.force_login(outsider)
    assert client.get(reverse("board_moves")).status_code == 403
    assert undo(client, stage_period).status_code == 403
