"""An undone move leaves no stage period, and the one before it goes on."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kpis.period import Period, Window
from kpis.queries.durations import ended_stage_periods
from leads.bulk import BulkOrder, run_now
from leads.bulk.undo import undo_run
from leads.models import Activity, BulkAction, LeadStage
from leads.services import pipeline
from leads.services.actions import ActionRefused
from leads.services.undoing import undo
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.models import User
from tests.factories import LeadFactory
from tests.leads.board_rows import Pipeline
from tests.leads.test_totals import kept_is_true

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


def test_the_old_period_goes_on_and_the_false_one_is_gone(
    stages: Pipeline, manager: User
) -> None:
    lead = stages.lead(minutes_ago=90)
    first = lead.stage_periods.get()
    moved = pipeline.move(lead.pk, stages.second.pk)
    undo(lead, "stage_period", moved.pk, manager)
    assert list(lead.stage_periods.all()) == [first]
    again = LeadStage.objects.get(pk=first.pk)
    assert (again.left_at, again.changed_at) == (None, first.changed_at)
    assert kept_is_true()


def window() -> Window:
    return Window(Period(clinic_today(), clinic_today()), clinic_zone(), timezone.now())


def test_it_counts_in_no_time_in_stage(stages: Pipeline, manager: User) -> None:
    lead = stages.lead()
    moved = pipeline.move(lead.pk, stages.second.pk)
    assert ended_stage_periods(window())
    undo(lead, "stage_period", moved.pk, manager)
    assert ended_stage_periods(window()) == []


def test_the_history_tells_of_the_move_and_of_the_undo(
    stages: Pipeline, manager: User
) -> None:
    lead = stages.lead()
    moved = pipeline.move(lead.pk, stages.second.pk)
    undo(lead, "stage_period", moved.pk, manager)
    assert not Activity.objects.filter(type="stage_change").exists()
    trail = Activity.history.filter(type="stage_change").order_by("history_id")
    reasons = trail.values_list("history_type", "history_change_reason")
    assert list(reasons) == [("+", None), ("~", "The move was undone")]


def test_a_lost_lead_is_lost_for_the_same_reason_again(
    stages: Pipeline, manager: User
) -> None:
    lead = LeadFactory(stage=stages.first)
    pipeline.move(lead.pk, stages.lost.pk, lost_reason="timing")
    moved = pipeline.move(lead.pk, stages.second.pk)
    undo(lead, "stage_period", moved.pk, manager)
    assert lead.stage_periods.get(left_at=None).lost_reason == "timing"


def test_there_is_no_way_back_into_a_retired_stage(
    stages: Pipeline, manager: User
) -> None:
    lead = stages.lead()
    moved = pipeline.move(lead.pk, stages.second.pk)
    stages.first.delete()
    with pytest.raises(ActionRefused, match="be moved back"):
        undo(lead, "stage_period", moved.pk, manager)
    assert lead.stage_periods.get(left_at=None) == moved


def test_many_moves_are_undone_the_same_way(stages: Pipeline, manager: User) -> None:
    leads = [stages.lead() for _ in range(3)]
    before = set(LeadStage.objects.values_list("pk", flat=True))
    order = BulkOrder(BulkAction.MOVE, stages.second.pk, "Beta")
    run = run_now(order, sorted(lead.pk for lead in leads))
    pipeline.move(leads[2].pk, stages.won.pk)
    undone, _ = undo_run(run.pk, manager)
    assert undone.restored == 2
    current = LeadStage.objects.filter(left_at=None, lead__in=leads[:2])
    assert {period.pk for period in current} < before
    assert LeadStage.objects.count() == 5
    assert kept_is_true()


def test_undoing_twice_is_told(
    stages: Pipeline, client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    moved = pipeline.move(stages.lead().pk, stages.second.pk)
    address = reverse("board_undo", args=[moved.pk])
    json = {"Accept": "application/json"}
    assert client.post(address, headers=json).status_code == 200
    again = client.post(address, headers=json)
    assert again.status_code == 409
    assert again.json()["message"] == "This was already undone."
