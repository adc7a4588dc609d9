"""Retiring a stage: where its leads go, alone, against others, and killed half-way."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from kpis.models import KpiEvent
from leads.models import Activity, Lead, LeadStage, PipelineStage
from leads.services import pipeline, retiring
from leads.services.retiring import retire
from leads.services.stage_order import SetUpRefused
from medspa.audit.actors import acting
from medspa.models import User
from tests.factories import LeadFactory, StageFactory
from tests.forked import forked
from tests.leads.board_rows import Pipeline
from tests.leads.test_totals import kept_is_true

PATIENCE_SECONDS = 30


@pytest.fixture
def stages(db: None) -> Pipeline:
    return Pipeline()


def is_retired(stage: PipelineStage) -> bool:
    return PipelineStage.all_objects.deleted().filter(pk=stage.pk).exists()


def current(stage: PipelineStage) -> int:
    return LeadStage.objects.current().filter(stage=stage).count()


def test_its_leads_are_moved_as_by_hand(stages: Pipeline, manager: User) -> None:
    booked = StageFactory(name="Epsilon", records_kpi="consult_booked")
    leads = [stages.lead(cents=100) for _ in range(3)]
    with acting(user=manager):
        result = retire(stages.first, booked.pk)
    assert (result.moved, result.left, result.is_done) == (3, 0, True)
    assert is_retired(stages.first)
    assert current(booked) == 3
    assert KpiEvent.objects.filter(kind="consult_booked").count() == 3
    notes = Activity.objects.filter(lead__in=leads, type="stage_change")
    assert {note.created_by for note in notes} == {manager}
    reasons = Activity.history.values_list("history_change_reason", flat=True)
    assert set(reasons) == {"“Alpha” retired, leads to “Epsilon”"}
    assert kept_is_true()


def test_an_empty_stage_needs_no_destination(stages: Pipeline) -> None:
    stages.lead().delete()
    assert retire(stages.first).is_done
    assert is_retired(stages.first)


def test_retiring_twice_is_retiring_once(stages: Pipeline) -> None:
    retire(stages.first)
    rows = stages.first.history.count()
    assert retire(stages.first).is_done
    assert stages.first.history.count() == rows


def test_without_a_destination_nothing_happens(stages: Pipeline) -> None:
    stages.lead()
    with pytest.raises(SetUpRefused, match="Say where they go first"):
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
        with pytest.raises(pipeline.StageIsRetired):
            retire(stages.first, nowhere)
    assert current(stages.first) == 1


def test_lost_leads_need_a_reason(stages: Pipeline) -> None:
    stages.lead()
    for reason in ("", "because"):
        with pytest.raises(pipeline.ReasonNeeded, match="Delta: choose a reason"):
            retire(stages.first, stages.lost.pk, lost_reason=reason)
    assert retire(stages.first, stages.lost.pk, lost_reason="price").moved == 1
    assert LeadStage.objects.get(left_at=None).lost_reason == "price"


def test_the_last_open_stage_stays(stages: Pipeline) -> None:
    retire(stages.second)
    with pytest.raises(SetUpRefused, match="last open stage"):
        retire(stages.first, stages.won.pk)
    assert not is_retired(stages.first)


def test_a_long_retirement_goes_on_where_it_stopped(
    stages: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.services.retiring.MOVE_CHUNK", 2)
    for _ in range(5):
        stages.lead()
    first = retire(stages.first, stages.second.pk, seconds=-1)
    assert (first.moved, first.left, first.is_done) == (2, 3, False)
    assert not is_retired(stages.first)
    second = retire(stages.first, stages.second.pk)
    assert (second.moved, second.is_done) == (3, True)


def test_who_comes_in_while_it_is_retired_is_moved_too(committed: None) -> None:
    stages = Pipeline()
    leads = [stages.lead() for _ in range(5)]
    comers = [stages.lead(stages.second) for _ in range(8)]

    def come_in() -> None:
        try:
            for lead in comers:
                pipeline.move(lead.pk, stages.first.pk)
        except pipeline.StageIsRetired:
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
            return retire(stage).is_done
        except SetUpRefused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(close, [stages.first, stages.second]))
    assert sorted(done) == [False, True]
    assert pipeline.first_stage() in (stages.first, stages.second)


def test_two_people_retire_two_stages_into_each_other(committed: None) -> None:
    stages = Pipeline()
    StageFactory()
    for stage in (stages.first, stages.second) * 4:
        stages.lead(stage)

    def close(stage: PipelineStage, destination: PipelineStage) -> bool:
        try:
            return retire(stage, destination.pk).is_done
        except pipeline.StageIsRetired:
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
    def dying(*arguments: Any, **options: Any) -> object:
        moves = pipeline.move_many(*arguments, **options)
        dying.calls += 1  # type: ignore[attr-defined]
        if dying.calls == 2:  # type: ignore[attr-defined]
            os.kill(os.getpid(), signal.SIGKILL)
        return moves

    dying.calls = 0  # type: ignore[attr-defined]
    retiring.MOVE_CHUNK = 3
    retiring.move_many = dying
    retire(PipelineStage.objects.get(pk=stages.first.pk), stages.second.pk)


def test_what_a_killed_process_left_is_done_by_the_next_one(committed: None) -> None:
    stages = Pipeline()
    leads = [LeadFactory(stage=stages.first) for _ in range(10)]
    with forked(die_at_the_second_chunk, stages) as process:
        process.join(PATIENCE_SECONDS)
        assert process.exitcode == -signal.SIGKILL
    assert not is_retired(stages.first)
    assert (current(stages.first), current(stages.second)) == (4, 6)
    assert kept_is_true()
    assert retire(stages.first, stages.second.pk).moved == 4
    assert is_retired(stages.first)
    assert {lead.stage_periods.count() for lead in Lead.objects.all()} == {2}
    assert Activity.objects.count() == len(leads)
    assert kept_is_true()
