"""Stages: retired only when empty, whoever tries."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from leads.models import Lead, PipelineStage
from leads.move_refusals import MoveRefused
from leads.services.pipeline import create_lead, first_stage, move, restore_lead
from tests.factories import LeadFactory, LeadStageFactory, StageFactory
from tests.rules import constraint_of

pytestmark = pytest.mark.django_db


def retire_by_sql(stage: PipelineStage) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE leads_pipelinestage SET deleted_at = now() WHERE id = %s",
            [stage.pk],
        )


def test_a_stage_with_leads_is_not_deleted_and_says_why() -> None:
    lead = LeadFactory(admitted=True)
    stage = lead.stage_periods.get().stage
    with pytest.raises(ValidationError) as refusal:
        stage.delete()
    assert refusal.value.messages == [
        f"“{stage}” has leads. Choose where they should go first."
    ]
    assert not PipelineStage.objects.get(pk=stage.pk).is_deleted


def test_raw_sql_cannot_retire_a_stage_with_leads() -> None:
    stage = LeadFactory(admitted=True).stage_periods.get().stage
    with pytest.raises(IntegrityError) as refusal:
        retire_by_sql(stage)
    assert constraint_of(refusal.value) == "leads_pipelinestage_retires_empty"


@pytest.mark.parametrize("empty", ["moved away", "deleted", "never there"])
def test_a_stage_without_current_leads_can_be_retired(empty: str) -> None:
    lead = LeadFactory(admitted=True)
    stage = lead.stage_periods.get().stage
    if empty == "moved away":
        move(lead.pk, StageFactory().pk)
    elif empty == "deleted":
        lead.delete()
    else:
        stage = StageFactory()
    assert PipelineStage.objects.filter(pk=stage.pk).exists()
    stage.delete()
    assert not PipelineStage.objects.filter(pk=stage.pk).exists()
    assert PipelineStage.all_objects.get(pk=stage.pk).is_deleted


def test_nobody_can_be_moved_to_a_retired_stage() -> None:
    retired = StageFactory()
    retired.delete()
    with pytest.raises(MoveRefused, match="no longer exists"):
        move(LeadFactory(admitted=True).pk, retired.pk)


def test_raw_sql_cannot_put_a_lead_into_a_retired_stage() -> None:
    retired = StageFactory()
    retired.delete()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        LeadStageFactory(stage=retired)
    assert constraint_of(refusal.value) == "leads_leadstage_stage_is_living"


def test_nobody_is_admitted_to_a_retired_stage_or_lost_without_a_reason() -> None:
    retired = StageFactory()
    retired.delete()
    for stage in (retired, StageFactory(outcome="lost")):
        with pytest.raises(MoveRefused):
            create_lead(LeadFactory.build(), stage)
    assert not Lead.all_objects.exists()


def test_a_restored_lead_whose_stage_is_gone_starts_again() -> None:
    first = StageFactory(order=1)
    lead = LeadFactory(admitted=True)
    stage = lead.stage_periods.get().stage
    lead.delete()
    stage.delete()
    restore_lead(lead)
    assert lead.stage_periods.get(left_at=None).stage == first


def test_new_leads_go_to_the_leftmost_open_stage() -> None:
    StageFactory(order=1, outcome="lost")
    second = StageFactory(order=3)
    first = StageFactory(order=2)
    assert first_stage() == first
    first.delete()
    assert first_stage() == second


def test_without_an_open_stage_there_is_a_sentence() -> None:
    with pytest.raises(MoveRefused, match="There is no open stage"):
        first_stage()
