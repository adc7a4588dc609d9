"""Moves at their edges: coming back, other clocks, who was first, in which order."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from leads.models import Activity, Lead, LeadStage, PipelineStage
from leads.move_refusals import (
    InTheFuture,
    MovedMeanwhile,
    MoveRefused,
    ReasonNeeded,
    StageIsRetired,
)
from leads.services import pipeline
from leads.services.pipeline import move, move_many
from medspa import clock
from medspa.audit.actors import acting
from medspa.models import User
from tests import factories
from tests.leads.board_rows import Pipeline
from tests.locks import at_statement

NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)


@pytest.fixture
def stages(db: None) -> Pipeline:
    return Pipeline()


# Coming and coming back ---------------------------------------------------------


def test_a_lead_that_comes_back_stands_where_it_stood(stages: Pipeline) -> None:
    lead = stages.lead(stages.second)
    stage_period = lead.stage_periods.get()
    lead.delete()
    pipeline.restore_lead(Lead.all_objects.get(pk=lead.pk))
    assert not Lead.all_objects.get(pk=lead.pk).is_deleted
    assert [row.pk for row in lead.stage_periods.all()] == [stage_period.pk]
    assert lead.stage_periods.get().left_at is None


def test_a_lead_whose_stage_is_gone_comes_back_to_the_first(stages: Pipeline) -> None:
    lead = stages.lead(stages.second)
    lead.delete()
    stages.second.delete()
    pipeline.restore_lead(Lead.all_objects.get(pk=lead.pk))
    assert Lead.objects.get() == lead
    assert lead.stage_periods.get(left_at=None).stage == stages.first


def test_a_past_stay_in_a_stage_that_is_gone_moves_nobody(stages: Pipeline) -> None:
    lead = stages.lead(stages.first)
    move(lead.pk, stages.second.pk)
    stages.first.delete()
    factories.StageFactory(name="Zeta", order=1)
    lead = Lead.objects.get()
    lead.delete()
    pipeline.restore_lead(Lead.all_objects.get())
    assert lead.stage_periods.get(left_at=None).stage == stages.second


def test_a_new_lead_begins_when_it_came_or_when_is_said(stages: Pipeline) -> None:
    came, said = NOW - timedelta(days=2), NOW - timedelta(days=1)
    one, two = (factories.LeadFactory.build(created_at=came) for _ in range(2))
    assert pipeline.create_lead(one, stages.first).changed_at == came
    assert pipeline.create_lead(two, stages.first, at=said).changed_at == said


def test_a_new_lead_that_is_lost_needs_a_reason_to_come_in(stages: Pipeline) -> None:
    with pytest.raises(ReasonNeeded, match=f"the lead to {stages.lost}"):
        pipeline.create_lead(factories.LeadFactory.build(), stages.lost)
    assert not Lead.objects.exists()
    lead = factories.LeadFactory.build()
    assert (
        pipeline.create_lead(lead, stages.lost, lost_reason="price").lost_reason
        == "price"
    )


def test_without_an_open_stage_nobody_comes_in(db: None) -> None:
    factories.StageFactory(outcome="won")
    with pytest.raises(MoveRefused, match="There is no open stage"):
        pipeline.create_lead(factories.LeadFactory.build())


# Moments -------------------------------------------------------------------------


def test_a_clock_may_be_a_minute_fast_and_no_more(stages: Pipeline) -> None:
    lead = stages.lead()
    soon = timezone.now() + timedelta(seconds=50)
    assert move(lead.pk, stages.second.pk, at=soon).changed_at == soon
    with pytest.raises(InTheFuture):
        move(lead.pk, stages.won.pk, at=timezone.now() + timedelta(seconds=70))


@pytest.mark.parametrize(
    ("seconds", "ago"),
    [(-30, "0 s"), (0, "0 s"), (119, "119 s"), (120, "2 min"), (239, "3 min")],
)
def test_who_was_first_is_named_with_how_long_ago(
    monkeypatch: pytest.MonkeyPatch, seconds: int, ago: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    at = NOW - timedelta(seconds=seconds)
    stage_period = LeadStage(stage=PipelineStage(name="Booked"), changed_at=at)
    refusal = MovedMeanwhile(stage_period)
    assert str(refusal) == f"Someone moved this to Booked {ago} ago."
    assert refusal.period is stage_period
    stage_period.changed_by = User(first_name="Ana", username="ana")
    assert str(MovedMeanwhile(stage_period)).startswith(
        f"{stage_period.changed_by} moved this"
    )


def test_a_move_is_noted_with_all_that_it_was(
    stages: Pipeline, front_desk: User
) -> None:
    lead = stages.lead(minutes_ago=60)
    at = timezone.now() - timedelta(minutes=30)
    with acting(user=front_desk):
        stage_period = move(lead.pk, stages.lost.pk, lost_reason="price", at=at)
    note = Activity.objects.get()
    assert (note.lead, note.type) == (lead, "stage_change")
    assert (note.created_by, note.created_at) == (front_desk, at)
    assert note.payload_json == {
        "from_stage": stages.first.pk,
        "to_stage": stages.lost.pk,
        "lost_reason": "price",
    }
    assert (
        stage_period.changed_by,
        stage_period.changed_at,
        stage_period.lost_reason,
    ) == (
        front_desk,
        at,
        "price",
    )
    assert note.history.count() == 1


# Who is faster -------------------------------------------------------------------


def test_a_stage_that_is_retired_at_the_last_moment_takes_nobody(
    stages: Pipeline,
) -> None:
    lead = stages.lead()
    goal = PipelineStage.objects.filter(pk=stages.second.pk)

    def retire() -> int:
        return goal.update(deleted_at=timezone.now())

    with (
        at_statement('INSERT INTO "leads_leadstage"', retire),
        pytest.raises(StageIsRetired, match="no longer exists"),
    ):
        move(lead.pk, stages.second.pk)
    assert lead.stage_periods.get(left_at=None).stage == stages.first


def test_another_broken_rule_is_not_told_as_a_retired_stage(stages: Pipeline) -> None:
    lead = stages.lead()
    lead.stage_periods.update(left_at=timezone.now())

    others = [LeadStage(lead=lead, stage=stages.won)]

    def be_faster() -> None:
        while others:
            others.pop().save()

    with (
        at_statement('INSERT INTO "leads_leadstage"', be_faster),
        pytest.raises(IntegrityError, match="leads_leadstage_one_current_stage"),
    ):
        move(lead.pk, stages.second.pk)


# Many ----------------------------------------------------------------------------


@pytest.fixture
def shuffled(stages: Pipeline) -> list[str]:
    """Leads that neither their table nor the call has in the order of their ids."""
    ids = sorted(stages.lead().pk for _ in range(6))
    Lead.objects.filter(pk__in=ids[:3]).update(source="google")
    return [*reversed(ids[3:]), *ids[:3]]


@pytest.mark.parametrize("chunk", [2, 500])
def test_leads_are_locked_in_the_order_of_their_ids(
    stages: Pipeline,
    shuffled: list[str],
    chunk: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "MOVE_CHUNK", chunk)
    moves = move_many([*shuffled, shuffled[0]], stages.second.pk)
    assert list(moves.changed) == sorted(shuffled)
    again = move_many(shuffled, stages.second.pk)
    assert set(again.skipped) == set(shuffled)
    assert not again.changed
    assert not again.failed
    assert Activity.objects.count() == len(shuffled)


def test_a_chunk_that_is_refused_is_told_beside_those_that_are_not(
    stages: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "MOVE_CHUNK", 1)
    there, here, gone = (
        stages.lead(stage) for stage in (stages.lost, stages.first, stages.first)
    )
    gone.delete()
    moves = move_many([here.pk, there.pk, gone.pk], stages.lost.pk)
    assert set(moves.skipped) == {there.pk}
    assert set(moves.failed) == {here.pk, gone.pk}
    assert isinstance(moves.failed[here.pk], ReasonNeeded)
    assert not moves.changed


def test_who_is_there_already_is_not_told_that_somebody_was_faster(
    stages: Pipeline,
) -> None:
    there, elsewhere = stages.lead(stages.second), stages.lead(stages.won)
    moves = move_many(
        [there.pk, elsewhere.pk], stages.second.pk, expected_stage_id=stages.first.pk
    )
    assert list(moves.skipped) == [there.pk]
    assert list(moves.failed) == [elsewhere.pk]
    assert isinstance(moves.failed[elsewhere.pk], MovedMeanwhile)
