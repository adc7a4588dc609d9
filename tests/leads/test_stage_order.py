"""The order of the stages: alone, and by several people at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from leads.bulk.retiring import plan_retirement, retire_empty
from leads.models import PipelineStage
from leads.services.pipeline import first_stage, move
from leads.services.stage_order import (
    LAST_PLACE,
    SetUpRefused,
    free_place,
    place,
    place_by_outcome,
    restore_stage,
    set_entry,
)
from tests.factories import LeadFactory, StageFactory
from tests.locks import wait_until_somebody_waits


def names() -> list[str]:
    return [stage.name for stage in PipelineStage.objects.order_by("order")]


def orders() -> list[int]:
    return list(PipelineStage.objects.order_by("order").values_list("order", flat=True))


@pytest.fixture
def abcd(db: None) -> list[PipelineStage]:
    return [StageFactory(name=name) for name in "ABCD"]


@pytest.mark.parametrize(
    ("moved", "before", "order"),
    [
        (0, 2, "BACD"),
        (3, 0, "DABC"),
        (1, None, "ACDB"),
        (2, 1, "ACBD"),
        (2, 3, "ABCD"),
        (2, 2, "ABCD"),
        (3, None, "ABCD"),
    ],
)
def test_a_stage_goes_in_front_of_another_or_last(
    abcd: list[PipelineStage], moved: int, before: int | None, order: str
) -> None:
    ordered = place(abcd[moved].pk, "" if before is None else abcd[before].pk)
    assert [stage.name for stage in ordered] == names() == list(order)


def test_history_says_the_new_place_and_nothing_of_the_way_there(
    abcd: list[PipelineStage],
) -> None:
    place(abcd[0].pk)
    place(abcd[3].pk, abcd[2].pk)
    assert orders() == [1, 2, 3, 4]
    trails = {
        stage.name: [row.order for row in stage.history.order_by("history_id")][1:]
        for stage in abcd
    }
    assert trails == {"A": [4], "B": [1], "C": [2, 3], "D": [3, 2]}


def test_the_places_of_retired_stages_are_free(abcd: list[PipelineStage]) -> None:
    abcd[0].delete()
    place(abcd[3].pk, abcd[1].pk)
    assert names() == ["D", "B", "C"]
    assert orders() == [1, 2, 3]


def test_what_was_retired_meanwhile_is_not_placed(abcd: list[PipelineStage]) -> None:
    abcd[0].delete()
    for stage, before in ((abcd[0].pk, ""), (abcd[1].pk, abcd[0].pk), ("nobody", "")):
        with pytest.raises(SetUpRefused, match="was archived"):
            place(stage, before)
    assert names() == ["B", "C", "D"]


def test_a_new_stage_stands_behind_those_that_mean_the_same(
    abcd: list[PipelineStage],
) -> None:
    PipelineStage.objects.filter(name="C").update(outcome="won")
    PipelineStage.objects.filter(name="D").update(outcome="lost")
    for name, outcome in (("open", "open"), ("won", "won"), ("lost", "lost")):
        place_by_outcome(StageFactory(name=name, outcome=outcome, order=free_place()))
    assert names() == ["A", "B", "open", "C", "won", "D", "lost"]


def test_there_is_a_free_place_even_behind_the_last_possible_one(
    abcd: list[PipelineStage],
) -> None:
    PipelineStage.objects.filter(name="D").update(order=LAST_PLACE)
    StageFactory(name="E", order=free_place())
    assert names() == list("ABCDE")


@pytest.mark.parametrize("number", range(4))
def test_a_stage_comes_back_where_it_was(
    number: int, abcd: list[PipelineStage]
) -> None:
    abcd[number].delete()
    restore_stage(abcd[number])
    assert names() == list("ABCD")


def test_a_stage_comes_back_before_the_one_that_has_its_number_now(
    abcd: list[PipelineStage],
) -> None:
    abcd[0].delete()
    StageFactory(name="New", order=abcd[0].order)
    restore_stage(abcd[0])
    assert names() == ["A", "New", "B", "C", "D"]


def test_the_entry_stage_comes_back_as_the_entry_stage(
    abcd: list[PipelineStage],
) -> None:
    set_entry(abcd[1].pk)
    retire_empty(
        plan_retirement(PipelineStage.objects.get(name="B"), entry_id=abcd[2].pk)
    )
    assert first_stage().name == "C"
    restore_stage(PipelineStage.all_objects.get(name="B"))
    assert first_stage().name == "B"
    assert PipelineStage.objects.filter(is_entry=True).count() == 1


def test_new_leads_start_only_in_an_open_active_stage(
    abcd: list[PipelineStage],
) -> None:
    PipelineStage.objects.filter(name="D").update(outcome="won")
    with pytest.raises(SetUpRefused, match="only start in an open stage"):
        set_entry(abcd[3].pk)
    abcd[0].delete()
    with pytest.raises(SetUpRefused, match="was archived"):
        set_entry(abcd[0].pk)


def test_the_entry_stage_is_retired_only_when_another_is_named(
    abcd: list[PipelineStage],
) -> None:
    for entry_id in ("", abcd[0].pk, "nobody"):
        with pytest.raises(SetUpRefused, match="New leads start in “A”"):
            plan_retirement(abcd[0], entry_id=entry_id)
    assert plan_retirement(abcd[1]).entry is None


def test_a_stage_whose_name_is_taken_stays_retired(abcd: list[PipelineStage]) -> None:
    abcd[0].delete()
    StageFactory(name="a")
    with pytest.raises(ValidationError, match="already a stage with this name"):
        restore_stage(abcd[0])
    abcd[0].refresh_from_db()
    assert abcd[0].is_deleted


def test_people_who_change_the_order_at_once_all_succeed(committed: None) -> None:
    """Nobody gets an IntegrityError, no stage is lost, no place is taken twice."""
    stages = [StageFactory(name=name) for name in "ABCDEF"]
    retired = StageFactory(name="R")
    retired.delete()
    acts: list[Callable[[], object]] = [
        lambda: place(stages[0].pk),
        lambda: place(stages[5].pk, stages[0].pk),
        lambda: place(stages[3].pk, stages[1].pk),
        lambda: restore_stage(retired),
        lambda: stages[4].delete(),
    ]
    barrier = Barrier(len(acts) * 2)

    def run(act: Callable[[], object]) -> None:
        barrier.wait(timeout=10)
        try:
            act()
        except SetUpRefused:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts) * 2) as pool:
        for done in [pool.submit(run, act) for act in acts * 2]:
            done.result()
    assert sorted(names()) == ["A", "B", "C", "D", "F", "R"]
    assert len(set(orders())) == 6


def test_a_new_order_and_moves_into_several_stages_do_not_wait_in_a_circle(
    committed: None,
) -> None:
    """Undoing a bulk move enters several stages in one transaction."""
    home, second, third = [StageFactory(name=name) for name in "ABC"]
    leads = [LeadFactory(stage=home) for _ in range(2)]
    has_begun = Event()

    def move_both() -> None:
        try:
            with transaction.atomic():
                move(leads[0].pk, third.pk)
                has_begun.set()
                wait_until_somebody_waits()
                move(leads[1].pk, second.pk)
        finally:
            connection.close()

    def reorder() -> None:
        try:
            has_begun.wait(timeout=10)
            place(home.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(move_both), pool.submit(reorder)]:
            done.result()
    assert names() == ["B", "C", "A"]
    assert (
        third.stage_periods.current().count()
        == second.stage_periods.current().count()
        == 1
    )
