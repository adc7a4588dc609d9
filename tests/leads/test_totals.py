"""The kept totals: proved, repaired, folded, true while others write."""

import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from leads.models import Lead, LeadStage, Opportunity, PipelineStage, StageTotal
from leads.models.stage_total import MANY_DELTAS, TOTALS_LOCK, compact_stage_totals
from leads.services import pipeline
from leads.services.totals import (
    check_stage_totals,
    rebuild_stage_totals,
)
from tests.committed import database_url
from tests.factories import LeadFactory, OpportunityFactory, StageFactory
from tests.leads.stage_totals import count_stage_totals

ROUNDS = 30


def make_pipeline() -> tuple[list[PipelineStage], list[Lead]]:
    stages = [StageFactory(), StageFactory()]
    leads = [LeadFactory(stage=stages[0]) for _ in range(3)]
    for lead in leads:
        OpportunityFactory(lead=lead, expected_value_cents=10_000)
    return stages, leads


@pytest.fixture
def stages(db: None) -> list[PipelineStage]:
    return make_pipeline()[0]


def spoil(stage: PipelineStage) -> None:
    StageTotal.objects.create(stage=stage, lead_count=5, expected_value_cents=777)


def kept_is_true() -> bool:
    return all(check.agrees for check in check_stage_totals())


def verify(*options: str) -> tuple[str, str]:
    out, error = io.StringIO(), io.StringIO()
    call_command("verify_totals", *options, stdout=out, stderr=error)
    return out.getvalue(), error.getvalue()


def test_the_truth_counts_living_leads_and_values(stages: list[PipelineStage]) -> None:
    LeadFactory(stage=stages[1]).delete()
    without_value = LeadFactory(stage=stages[1])
    OpportunityFactory(lead=without_value, expected_value_cents=900).delete()
    assert count_stage_totals() == {
        stages[0].id: (3, 30_000),
        stages[1].id: (1, 0),
    }


def test_a_rebuild_replaces_wrong_totals(stages: list[PipelineStage]) -> None:
    spoil(stages[0])
    spoil(stages[1])
    assert not kept_is_true()
    rebuild_stage_totals()
    assert kept_is_true()
    assert StageTotal.objects.by_stage() == count_stage_totals()


def test_a_rebuild_forgets_stages_without_leads(stages: list[PipelineStage]) -> None:
    spoil(stages[1])
    rebuild_stage_totals()
    assert set(StageTotal.objects.by_stage()) == {stages[0].id}


def test_folding_leaves_one_row_a_stage_and_the_same_sums(
    stages: list[PipelineStage],
) -> None:
    pipeline.move(Lead.objects.first().pk, stages[1].pk)  # type: ignore[union-attr]
    before = StageTotal.objects.by_stage()
    assert StageTotal.objects.count() > 2
    assert compact_stage_totals()
    assert StageTotal.objects.by_stage() == before
    assert StageTotal.objects.count() == 2


def test_folding_drops_what_sums_to_nothing(stages: list[PipelineStage]) -> None:
    for lead in Lead.objects.all():
        pipeline.move(lead.pk, stages[1].pk)
    compact_stage_totals()
    assert set(StageTotal.objects.by_stage()) == {stages[1].id}


def test_folding_gives_way_to_another_folding(stages: list[PipelineStage]) -> None:
    with psycopg.connect(database_url()) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({TOTALS_LOCK})")
        rows = StageTotal.objects.count()
        assert not compact_stage_totals()
    assert StageTotal.objects.count() == rows


ALL_SUMMARIES = "The summaries of all leads are correct.\n"


def test_the_command_says_that_all_is_true(stages: list[PipelineStage]) -> None:
    assert verify() == (ALL_SUMMARIES + "The totals of all 2 stages are correct.\n", "")


def test_the_command_fails_and_names_the_stage(stages: list[PipelineStage]) -> None:
    spoil(stages[0])
    with pytest.raises(CommandError, match="of 1 stage are wrong"):
        verify()
    assert not kept_is_true()


def test_the_command_repairs_what_it_names(stages: list[PipelineStage]) -> None:
    spoil(stages[0])
    out, error = verify("--fix")
    assert out == ALL_SUMMARIES + "Repaired the totals of 1 stage.\n"
    assert error == (
        f"{stages[0]}: kept 8 leads worth $307.77, true 3 leads worth $300.00.\n"
    )
    assert kept_is_true()


@pytest.fixture
def clinic(committed: None) -> tuple[list[PipelineStage], list[Lead]]:
    return make_pipeline()


def at_once(*acts: Callable[[], None]) -> None:
    """Run each act in a thread with a connection of its own; raises what one raises."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        start.wait()
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(run, act) for act in acts]:
            done.result()


def test_the_totals_stay_true_while_two_people_write_and_others_fold_and_rebuild(
    clinic: tuple[list[PipelineStage], list[Lead]],
) -> None:
    stages, leads = clinic

    def move_leads() -> None:
        for number, lead in enumerate(islice(cycle(leads), ROUNDS)):
            pipeline.move(lead.pk, stages[(number // len(leads) + 1) % 2].pk)

    def change_values() -> None:
        for number, lead in enumerate(islice(cycle(leads), ROUNDS), 1):
            opportunity = Opportunity.objects.get(lead=lead)
            opportunity.expected_value_cents = number * 1_000
            opportunity.save()

    def fold() -> None:
        for _ in range(ROUNDS):
            compact_stage_totals()

    def rebuild() -> None:
        for _ in range(ROUNDS):
            rebuild_stage_totals()

    at_once(move_leads, change_values, fold, rebuild)
    assert LeadStage.objects.count() == len(leads) + ROUNDS
    assert kept_is_true()


def test_nobody_who_looks_meanwhile_sees_wrong_totals(
    clinic: tuple[list[PipelineStage], list[Lead]],
) -> None:
    stages, leads = clinic
    seen: list[bool] = []

    def move_leads() -> None:
        for number in range(ROUNDS):
            pipeline.move(leads[0].pk, stages[(number + 1) % 2].pk)
            rebuild_stage_totals()

    def look() -> None:
        seen.extend(kept_is_true() for _ in range(ROUNDS))

    at_once(move_leads, look)
    assert seen == [True] * ROUNDS


def test_reading_folds_many_deltas(stages: list[PipelineStage]) -> None:
    before = StageTotal.objects.by_stage()
    StageTotal.objects.bulk_create(
        StageTotal(stage=stages[0], lead_count=sign, expected_value_cents=7 * sign)
        for sign in islice(cycle((1, -1)), MANY_DELTAS)
    )
    assert StageTotal.objects.by_stage() == before
    assert StageTotal.objects.count() <= len(stages)
    assert StageTotal.objects.by_stage()[stages[0].pk] == before[stages[0].pk]
