"""Coming in and moving exactly at a limit, and what is asked first."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kpis.models import KpiEvent
from leads.answered import BACKFILLED_AFTER
from leads.models import Lead, PipelineStage
from leads.move_refusals import InTheFuture, LeadIsGone, StageIsRetired
from leads.services import pipeline
from medspa import clock
from medspa.audit.actors import acting
from medspa.clock import CLOCK_SKEW
from tests import factories
from tests.leads.board_rows import Pipeline

NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def stages(db: None) -> Pipeline:
    return Pipeline()


def test_nobody_needs_no_stage_to_come_in(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert pipeline.create_leads([]) == []
    assert not any("leads_" in query["sql"] for query in asked)


def test_a_lead_of_exactly_a_day_ago_is_not_of_long_ago(
    stages: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    leads = [
        Lead(first_name="Ana", created_at=NOW - BACKFILLED_AFTER - earlier)
        for earlier in (timedelta(), MOMENT)
    ]
    pipeline.create_leads(leads, stages.first, is_import=True)
    assert [lead.is_backfilled for lead in leads] == [False, True]


@pytest.mark.parametrize("lost_reason", ["", "price"])
def test_an_import_leaves_the_stage_periods_that_are_left_otherwise(
    stages: Pipeline, lost_reason: str
) -> None:
    stage = stages.lost if lost_reason else stages.first
    person = factories.UserFactory()
    ana, bea = (Lead(first_name=name, created_at=NOW) for name in ("Ana", "Bea"))
    with acting(user=person):
        pipeline.create_leads([ana], stage, lost_reason=lost_reason)
        options = {"lost_reason": lost_reason, "is_import": True}
        assert pipeline.create_leads([bea], stage, **options) == []
    names = ("stage_id", "lost_reason", "changed_by_id", "changed_at", "left_at")
    periods = [lead.stage_periods.values_list(*names).get() for lead in (ana, bea)]
    assert periods == [(stage.pk, lost_reason, person.pk, NOW, None)] * 2


def test_an_import_is_told_when_its_stage_was_retired_meanwhile(
    stages: Pipeline,
) -> None:
    gone = PipelineStage.objects.get(pk=stages.second.pk)
    stages.second.delete()
    with pytest.raises(StageIsRetired):
        pipeline.create_leads([Lead(first_name="Ana")], gone, is_import=True)


def test_a_clock_may_be_fast_by_exactly_what_is_allowed(
    stages: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    lead, latest = stages.lead(), now + CLOCK_SKEW
    with pytest.raises(InTheFuture):
        pipeline.move(lead.pk, stages.second.pk, at=latest + MOMENT)
    assert pipeline.move(lead.pk, stages.second.pk, at=latest).changed_at == latest


def test_of_a_deleted_lead_and_a_retired_stage_the_lead_is_named(
    stages: Pipeline,
) -> None:
    gone, here = stages.lead(), stages.lead()
    gone.delete()
    stages.second.delete()
    with pytest.raises(LeadIsGone):
        pipeline.move(gone.pk, stages.second.pk)
    with pytest.raises(StageIsRetired):
        pipeline.move(here.pk, stages.second.pk)


def test_a_lead_that_comes_back_to_the_first_stage_has_booked_nothing(
    stages: Pipeline,
) -> None:
    lead = stages.lead(stages.second)
    lead.delete()
    stages.second.delete()
    first = factories.StageFactory(is_entry=True, records_kpi="consult_booked")
    pipeline.restore_lead(Lead.all_objects.get(pk=lead.pk))
    assert lead.stage_periods.get(left_at=None).stage == first
    assert not KpiEvent.objects.exists()


def test_only_one_s_own_stays_end(stages: Pipeline) -> None:
    lead, other = stages.lead(), stages.lead()
    pipeline.move(lead.pk, stages.second.pk)
    pipeline.move(lead.pk, stages.won.pk)
    first, second, _ = lead.stage_periods.order_by("changed_at")
    assert first.left_at == second.changed_at < second.left_at
    assert other.stage_periods.get().left_at is None
