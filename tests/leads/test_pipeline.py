"""The one function that moves a lead, alone and against others at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from kpis.models import KpiEvent
from leads.models import Activity, LeadStage, PipelineStage, StageTotal
from leads.move_refusals import (
    LeadIsGone,
    MovedMeanwhile,
    MoveRefused,
    ReasonNeeded,
    StageIsRetired,
)
from leads.services import pipeline
from medspa.audit.actors import acting
from medspa.models import User
from tests.factories import StageFactory
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


def test_a_move_closes_the_old_stay_where_the_new_one_begins(stages: Pipeline) -> None:
    lead = stages.lead(minutes_ago=5)
    stage_period = pipeline.move(lead.id, stages.second.id)
    old = lead.stage_periods.get(stage=stages.first)
    assert old.left_at == stage_period.changed_at
    assert stage_period.left_at is None
    assert lead.stage_periods.current().get() == stage_period


def test_a_move_names_who_made_it_on_the_stay_and_in_the_timeline(
    stages: Pipeline, front_desk: User
) -> None:
    lead = stages.lead()
    with acting(user=front_desk):
        stage_period = pipeline.move(lead.id, stages.second.id)
    noted = Activity.objects.get(lead=lead, type="stage_change")
    assert (stage_period.changed_by, noted.created_by) == (front_desk, front_desk)
    assert noted.payload_json == {
        "from_stage": stages.first.id,
        "to_stage": stages.second.id,
    }


def test_the_kept_totals_follow_a_move(stages: Pipeline) -> None:
    lead = stages.lead(cents=50_000)
    pipeline.move(lead.id, stages.second.id)
    totals = StageTotal.objects.by_stage()
    assert totals[stages.first.id] == (0, 0)
    assert totals[stages.second.id] == (1, 50_000)


def test_moving_to_where_the_lead_is_changes_nothing(stages: Pipeline) -> None:
    lead = stages.lead()
    first = pipeline.move(lead.id, stages.second.id)
    again = pipeline.move(lead.id, stages.second.id, expected_stage_id=stages.first.id)
    assert again == first
    assert lead.stage_periods.count() == 2
    assert Activity.objects.filter(lead=lead).count() == 1


def test_who_saw_the_lead_elsewhere_is_told_who_moved_it(
    stages: Pipeline, manager: User
) -> None:
    lead = stages.lead()
    with acting(user=manager):
        pipeline.move(lead.id, stages.second.id)
    with pytest.raises(MovedMeanwhile) as refusal:
        pipeline.move(lead.id, stages.won.id, expected_stage_id=stages.first.id)
    assert str(refusal.value).startswith("manager moved this to Beta ")
    assert refusal.value.period.stage == stages.second
    assert lead.stage_periods.current().get().stage == stages.second


@pytest.mark.parametrize("reason", ["", "because", "\0"])
def test_a_lost_stage_asks_for_a_reason_of_the_list(
    stages: Pipeline, reason: str
) -> None:
    lead = stages.lead()
    with pytest.raises(
        ReasonNeeded, match="Choose a reason for moving the lead to Delta"
    ):
        pipeline.move(lead.id, stages.lost.id, lost_reason=reason)
    assert lead.stage_periods.current().get().stage == stages.first


def test_the_reason_stays_with_the_stay_and_not_with_an_open_stage(
    stages: Pipeline,
) -> None:
    lead = stages.lead()
    lost = pipeline.move(lead.id, stages.lost.id, lost_reason="price")
    back = pipeline.move(lead.id, stages.first.id, lost_reason="price")
    assert (lost.lost_reason, back.lost_reason) == ("price", "")


def test_a_deleted_lead_stays_where_it_was(stages: Pipeline) -> None:
    lead = stages.lead()
    lead.delete()
    with pytest.raises(LeadIsGone, match="deleted"):
        pipeline.move(lead.id, stages.second.id)
    assert lead.stage_periods.get(left_at=None).stage == stages.first


def test_a_retired_stage_takes_no_lead(stages: Pipeline) -> None:
    lead = stages.lead()
    stages.second.delete()
    with pytest.raises(StageIsRetired, match="no longer exists"):
        pipeline.move(lead.id, stages.second.id)


@pytest.mark.parametrize("unknown", ["nobody", ""])
def test_unknown_ids_are_refused_with_a_sentence(
    stages: Pipeline, unknown: str
) -> None:
    lead = stages.lead()
    with pytest.raises(MoveRefused):
        pipeline.move(unknown, stages.second.id)
    with pytest.raises(MoveRefused):
        pipeline.move(lead.id, unknown)


def test_away_and_back_never_counts_a_booking_twice(stages: Pipeline) -> None:
    booked = StageFactory(name="Epsilon", records_kpi="consult_booked")
    lead = stages.lead()
    for stage in (booked, stages.first, booked):
        pipeline.move(lead.id, stage.id)
    assert KpiEvent.objects.filter(lead=lead, kind="consult_booked").count() == 1


def test_a_slow_clock_never_ends_a_stay_before_it_began(stages: Pipeline) -> None:
    lead = stages.lead()
    early = timezone.now() - timedelta(hours=1)
    stage_period = pipeline.move(lead.id, stages.second.id, at=early)
    old = lead.stage_periods.get(stage=stages.first)
    assert old.changed_at == old.left_at == stage_period.changed_at


def test_new_leads_enter_the_leftmost_open_stage(stages: Pipeline) -> None:
    PipelineStage.objects.exclude(order__gte=100).delete()
    assert pipeline.first_stage() == stages.first


def at_the_same_moment(*acts: Callable[[], object]) -> list[object]:
    """Run each act on a connection of its own, all released together.

    Returns what each returned or the MoveRefused it raised.
    """
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=10)
            return act()
        except MoveRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_parallel_moves_leave_one_current_stay_and_a_chain_without_gaps() -> None:
    stages = Pipeline()
    lead = stages.lead(cents=70_000)
    targets = [stages.second, stages.won, stages.first, stages.second] * 2
    at_the_same_moment(
        *(lambda stage=stage: pipeline.move(lead.id, stage.id) for stage in targets)
    )
    stage_periods = list(
        LeadStage.objects.filter(lead=lead).order_by("changed_at", "id")
    )
    assert [stage_period.left_at is None for stage_period in stage_periods].count(
        True
    ) == 1
    ends = sorted(
        stage_period.left_at for stage_period in stage_periods if stage_period.left_at
    )
    assert ends == sorted(stage_period.changed_at for stage_period in stage_periods)[1:]
    current = LeadStage.objects.get(lead=lead, left_at=None)
    active = {
        stage: total
        for stage, total in StageTotal.objects.by_stage().items()
        if total != (0, 0)
    }
    assert active == {current.stage_id: (1, 70_000)}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_saw_the_same_stage_one_moves_and_one_is_told() -> None:
    stages = Pipeline()
    lead = stages.lead()
    seen = stages.first.id
    results = at_the_same_moment(
        lambda: pipeline.move(lead.id, stages.second.id, expected_stage_id=seen),
        lambda: pipeline.move(lead.id, stages.won.id, expected_stage_id=seen),
    )
    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["LeadStage", "MovedMeanwhile"]
    assert LeadStage.objects.filter(lead=lead).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_stay() -> None:
    stages = Pipeline()
    lead = stages.lead()

    def click() -> LeadStage:
        return pipeline.move(
            lead.id, stages.second.id, expected_stage_id=stages.first.id
        )

    first, second = at_the_same_moment(click, click)
    assert first == second
    assert LeadStage.objects.filter(lead=lead).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_move_against_a_deletion_leaves_totals_that_are_true() -> None:
    stages = Pipeline()
    lead = stages.lead(cents=10_000)
    at_the_same_moment(
        lambda: pipeline.move(lead.id, stages.second.id), lambda: lead.delete()
    )
    assert set(StageTotal.objects.by_stage().values()) <= {(0, 0)}
