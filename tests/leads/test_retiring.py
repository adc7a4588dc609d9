"""Retiring a stage: where its leads go, alone, against others, and killed half-way."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from kpis.models import KpiEvent
from leads import bulk
from leads.bulk import BulkOrder, actions, retiring, store_run
from leads.bulk.undo import undo_run
from leads.lists.archiving import AlreadyArchived
from leads.models import Activity, BulkAction, BulkRun, Lead, LeadStage, PipelineStage
from leads.move_refusals import MoveRefused, ReasonNeeded, StageIsRetired
from leads.services import pipeline
from leads.services.stage_order import SetUpRefused, set_entry
from medspa.audit.actors import acting
from medspa.jobs.progress import NullProgress
from medspa.models import User
from medspa.refusals import Refused
from tests.factories import LeadFactory, StageFactory
from tests.forked import forked
from tests.leads.board_rows import Pipeline
from tests.leads.stage_retirement import retire
from tests.leads.test_totals import kept_is_true

PATIENCE_SECONDS = 30


@pytest.fixture
def stages(db: None) -> Pipeline:
    return Pipeline()


def is_retired(stage: PipelineStage) -> bool:
    return PipelineStage.all_objects.deleted().filter(pk=stage.pk).exists()


def current(stage: PipelineStage) -> int:
    return LeadStage.objects.current().filter(stage=stage).count()


def test_its_leads_are_moved_and_no_consult_is_recorded(
    stages: Pipeline, manager: User
) -> None:
    booked = StageFactory(name="Epsilon", records_kpi="consult_booked")
    leads = [stages.lead(cents=100) for _ in range(3)]
    with acting(user=manager):
        run = retire(stages.first, booked.pk)
    assert run and (run.chosen, run.changed, run.left) == (3, 3, 0)
    assert run.sentence == "“Alpha” archived, 3 leads moved: Epsilon."
    assert is_retired(stages.first)
    assert current(booked) == 3
    assert not KpiEvent.objects.exists()
    notes = Activity.objects.filter(lead__in=leads, type="stage_change")
    assert {note.created_by for note in notes} == {manager}
    reasons = Activity.history.values_list("history_change_reason", flat=True)
    assert set(reasons) == {"“Alpha” archived, leads to “Epsilon”"}
    assert kept_is_true()


def test_undo_brings_back_the_stage_its_place_its_entry_and_its_leads(
    stages: Pipeline, manager: User
) -> None:
    set_entry(stages.first.pk)
    leads = [stages.lead() for _ in range(3)]
    before = list(LeadStage.objects.order_by("pk").values())
    with acting(user=manager):
        run = retire(stages.first, stages.second.pk)
    assert run and pipeline.first_stage() == stages.second
    pipeline.move(leads[0].pk, stages.won.pk)
    _, restored = undo_run(run.pk, manager)
    assert (restored, current(stages.first), current(stages.won)) == (2, 2, 1)
    assert pipeline.first_stage() == stages.first
    names = PipelineStage.objects.order_by("order").values_list("name", flat=True)
    assert list(names) == ["Alpha", "Beta", "Gamma", "Delta"]
    kept = LeadStage.objects.exclude(lead=leads[0]).order_by("pk")
    assert list(kept.values()) == [
        row for row in before if row["lead_id"] != leads[0].pk
    ]
    assert kept_is_true()


def test_who_may_not_set_up_stages_does_not_undo_it(
    stages: Pipeline, front_desk: User
) -> None:
    stages.lead()
    with acting(user=front_desk):
        run = retire(stages.first, stages.second.pk)
    assert run
    with pytest.raises(Refused, match="permission to change stages"):
        undo_run(run.pk, front_desk)


def test_an_empty_stage_needs_no_destination(stages: Pipeline) -> None:
    stages.lead().delete()
    assert retire(stages.first) is None
    assert is_retired(stages.first)


def test_without_a_destination_nothing_happens(stages: Pipeline) -> None:
    stages.lead()
    with pytest.raises(SetUpRefused, match="Choose where they should go first"):
        retire(stages.first)
    assert not is_retired(stages.first)


def test_the_leads_go_neither_to_the_stage_itself_nor_to_a_retired_one(
    stages: Pipeline,
) -> None:
    stages.lead()
    stages.second.delete()
    StageFactory()
    with pytest.raises(SetUpRefused, match="can't go to “Alpha” itself"):
        retire(stages.first, stages.first.pk)
    for nowhere in (stages.second.pk, "nobody"):
        with pytest.raises(StageIsRetired):
            retire(stages.first, nowhere)
    assert current(stages.first) == 1


def test_lost_leads_need_a_reason(stages: Pipeline) -> None:
    stages.lead()
    for reason in ("", "because"):
        with pytest.raises(ReasonNeeded, match="leads to Delta"):
            retire(stages.first, stages.lost.pk, lost_reason=reason)
    assert retire(stages.first, stages.lost.pk, lost_reason="price")
    assert LeadStage.objects.get(left_at=None).lost_reason == "price"


def test_the_last_open_stage_stays(stages: Pipeline) -> None:
    retire(stages.second)
    with pytest.raises(SetUpRefused, match="last open stage"):
        retire(stages.first, stages.won.pk)
    assert not is_retired(stages.first)


def test_a_run_whose_destination_is_gone_ends(stages: Pipeline) -> None:
    stages.lead()
    StageFactory()
    order = BulkOrder(
        BulkAction.MOVE, stages.second.pk, "Beta", retires=stages.first.pk
    )
    run = store_run(order, expected=1)
    stages.second.delete()
    with pytest.raises(SetUpRefused, match="Some leads couldn't be moved"):
        bulk.carry_out(run.pk, NullProgress())
    assert not is_retired(stages.first)


def test_only_leads_that_are_still_there_are_moved_and_counted(
    stages: Pipeline,
) -> None:
    """A run is stored without leads: each part takes some that are in the stage."""
    stays, leaves = stages.lead(), stages.lead()
    order = BulkOrder(
        BulkAction.MOVE, stages.second.pk, "Beta", retires=stages.first.pk
    )
    run = store_run(order, expected=2)
    assert (run.chosen, run.chunks.count()) == (2, 0)
    pipeline.move(leaves.pk, stages.won.pk)
    bulk.carry_out(run.pk, NullProgress())
    run.refresh_from_db()
    assert (run.chosen, run.changed, run.failed, run.left) == (1, 1, 0, 0)
    assert (current(stages.second), current(stages.won)) == (1, 1)
    assert stays.stage_periods.count() == 2
    assert is_retired(stages.first)


def test_a_part_whose_leads_all_went_elsewhere_does_not_end_the_run(
    stages: Pipeline,
) -> None:
    """As when two archive a stage, or somebody moves its newest leads meanwhile."""
    leaves, stays = stages.lead(), stages.lead(stages.second)
    order = BulkOrder(BulkAction.MOVE, stages.won.pk, "Won", retires=stages.first.pk)
    run = store_run(order, expected=1)
    chunk = retiring.chunk_in_stage(run)
    assert chunk and chunk.lead_ids == [leaves.pk]
    pipeline.move(leaves.pk, stages.second.pk)
    pipeline.move(stays.pk, stages.first.pk)
    bulk.carry_out(run.pk, NullProgress())
    run.refresh_from_db()
    assert (run.chosen, run.changed, run.left) == (2, 1, 0)
    assert is_retired(stages.first)
    assert current(stages.won) == 1


def test_who_comes_in_after_the_start_is_counted_as_well(stages: Pipeline) -> None:
    stages.lead()
    order = BulkOrder(
        BulkAction.MOVE, stages.second.pk, "Beta", retires=stages.first.pk
    )
    run = store_run(order, expected=1)
    stages.lead()
    bulk.carry_out(run.pk, NullProgress())
    run.refresh_from_db()
    assert (run.chosen, run.changed, run.left) == (2, 2, 0)


def test_who_comes_in_while_it_is_retired_is_moved_too(committed: None) -> None:
    stages = Pipeline()
    leads = [stages.lead() for _ in range(5)]
    comers = [stages.lead(stages.second) for _ in range(8)]

    def come_in() -> None:
        try:
            for lead in comers:
                pipeline.move(lead.pk, stages.first.pk)
        except StageIsRetired:
            return
        finally:
            connection.close()

    def close() -> None:
        try:
            retire(stages.first, stages.won.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(come_in), pool.submit(close)]:
            done.result()
    assert is_retired(stages.first)
    assert current(stages.first) == 0
    assert LeadStage.objects.current().count() == len(leads) + len(comers)
    assert kept_is_true()


def test_two_people_retire_the_last_two_open_stages(committed: None) -> None:
    """One of them is refused: new leads have somewhere to go."""
    stages = Pipeline()

    def close(stage: PipelineStage) -> bool:
        try:
            retire(stage)
            return is_retired(stage)
        except SetUpRefused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(close, [stages.first, stages.second]))
    assert sorted(done) == [False, True]
    assert pipeline.first_stage() in (stages.first, stages.second)


def test_two_people_archive_one_stage_with_leads(committed: None) -> None:
    """Each chose another stage for its leads: all are moved, none of them twice."""
    stages = Pipeline()
    third = StageFactory()
    leads = [stages.lead() for _ in range(8)]

    def close(destination: PipelineStage) -> str:
        try:
            retire(stages.first, destination.pk)
            return "archived"
        except (AlreadyArchived, SetUpRefused) as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(close, [stages.second, third]))
    assert set(told) <= {"archived", "Alpha is already archived."}
    assert "archived" in told
    assert is_retired(stages.first)
    assert current(stages.first) == 0
    assert current(stages.second) + current(third) == len(leads)
    assert Activity.objects.filter(lead__in=leads, type="stage_change").count() == 8
    assert kept_is_true()


def test_two_people_retire_two_stages_into_each_other(committed: None) -> None:
    stages = Pipeline()
    StageFactory()
    for stage in (stages.first, stages.second) * 4:
        stages.lead(stage)

    def close(stage: PipelineStage, destination: PipelineStage) -> bool:
        try:
            retire(stage, destination.pk)
            return is_retired(stage)
        except (MoveRefused, SetUpRefused):
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(
                close, [stages.first, stages.second], [stages.second, stages.first]
            )
        )
    assert sorted(done) == [False, True]
    kept = stages.second if done[0] else stages.first
    assert current(kept) == LeadStage.objects.current().count() == 8


def die_at_the_second_chunk(stages: Pipeline) -> None:
    calls = 0
    move = actions.ACTIONS[BulkAction.MOVE]

    def dying(*arguments: Any) -> None:
        nonlocal calls
        move(*arguments)
        calls += 1
        if calls == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    retiring.MOVE_CHUNK = 3
    actions.ACTIONS[BulkAction.MOVE] = dying
    retire(PipelineStage.objects.get(pk=stages.first.pk), stages.second.pk)


def test_what_a_killed_process_left_is_done_by_the_next_one(committed: None) -> None:
    stages = Pipeline()
    leads = [LeadFactory(stage=stages.first) for _ in range(10)]
    with forked(die_at_the_second_chunk, stages) as process:
        process.join(PATIENCE_SECONDS)
        assert process.exitcode == -signal.SIGKILL
    assert not is_retired(stages.first)
    assert (current(stages.first), current(stages.second)) == (7, 3)
    assert kept_is_true()
    run = BulkRun.objects.get()
    bulk.carry_out(run.pk, NullProgress())
    run.refresh_from_db()
    assert (run.changed, run.left) == (10, 0)
    assert is_retired(stages.first)
    assert {lead.stage_periods.count() for lead in Lead.objects.all()} == {2}
    assert Activity.objects.count() == len(leads)
    assert kept_is_true()
