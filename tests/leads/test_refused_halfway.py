"""Acts that a listener, a date or a later write refuses halfway leave all as it was."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kpis.models import KpiEvent
from leads import bulk
from leads.board.move_form import MoveForm
from leads.bulk.undo import undo_run
from leads.extension_points import after_move_undone
from leads.models import Activity, BulkAction, LeadStage, LeadTag, PipelineStage
from leads.move_refusals import MoveRefused
from leads.services import pipeline, tagging
from leads.services.actions import ActionRefused
from medspa.models import User
from tests import factories
from tests.leads.test_all_or_nothing import Clinic
from tests.locks import everything, proves, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(manager: User) -> Clinic:
    return Clinic(manager)


@pytest.fixture
def desk(manager: User, client: Client) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def who_refuses() -> Iterator[None]:
    """A listener that lets nobody take a move back."""

    def refuse(stage_period: LeadStage) -> None:
        raise ActionRefused("Not this one.")

    with after_move_undone.extended(refuse):
        yield


@pytest.fixture
def booked(clinic: Clinic) -> PipelineStage:
    """A stage that records a booking."""
    return factories.StageFactory(records_kpi="consult_booked")


@proves("leads.board.move_form.MoveForm.move atomic")
def test_a_move_with_a_date_that_cannot_be_moves_nothing(
    clinic: Clinic, booked: PipelineStage
) -> None:
    before = everything()
    form = MoveForm({"stage": booked.pk, "scheduled_for": "2020-01-01T09:00"})
    with pytest.raises(MoveRefused, match="Nothing was moved"):
        form.move(clinic.one.pk)
    assert everything() == before


@proves("leads.bulk.actions._move_with_date atomic")
def test_a_bulk_move_with_a_date_that_cannot_be_moves_none(
    clinic: Clinic, booked: PipelineStage
) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    order = bulk.BulkOrder(
        BulkAction.MOVE, booked.pk, str(booked), scheduled_for=long_ago
    )
    run = bulk.run_now(order, clinic.ids)
    assert (run.changed, run.failed) == (0, 2)
    assert not KpiEvent.objects.exists()
    assert {stage_period.stage for stage_period in LeadStage.objects.all()} == {
        clinic.stage
    }
    assert not Activity.objects.exists()


@proves("leads.bulk.undo._is_free atomic")
def test_a_bulk_move_whose_record_must_stay_is_not_taken_back(
    clinic: Clinic, booked: PipelineStage, who_refuses: object
) -> None:
    order = bulk.BulkOrder(BulkAction.MOVE, booked.pk, str(booked))
    run = bulk.run_now(order, [clinic.one.pk])
    assert KpiEvent.objects.count() == 1
    assert undo_run(run.pk, clinic.person)[1] == 0
    assert KpiEvent.objects.count() == 1
    assert clinic.one.stage_periods.get(left_at=None).stage == booked


@proves(
    "leads.views.lead_action.lead_action_view.decorate.view atomic",
    "leads.views.board.undo_move atomic",
)
@pytest.mark.parametrize("door", ["page", "board"])
def test_a_move_that_a_listener_will_not_undo_stays(
    clinic: Clinic, desk: Client, who_refuses: object, door: str
) -> None:
    stage_period = pipeline.move(clinic.one.pk, clinic.other.pk)
    before = everything()
    if door == "page":
        data = {"source": "stage_period", "row": stage_period.pk}
        desk.post(reverse("lead_undo", args=[clinic.one.pk]), data)
    else:
        desk.post(reverse("board_undo", args=[stage_period.pk]))
    told = desk.get(reverse("board")).content.decode()
    assert "Not this one." in told
    assert everything() == before


@proves("leads.views.board_calls._answer atomic")
def test_undoing_on_the_board_is_done_as_a_whole(clinic: Clinic, desk: Client) -> None:
    tagging.add_tag(clinic.one, clinic.tag)
    note = Activity.objects.get()
    with refused("leads_activity", "UPDATE"):
        desk.post(reverse("board_undo_call", args=[clinic.one.pk, note.pk]))
    assert LeadTag.objects.count() == 1
