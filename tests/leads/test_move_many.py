"""Moving many leads at once: what `move` does, for each of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kpis.models import KpiEvent
from leads.models import Activity, Lead, LeadStage
from leads.move_refusals import (
    InTheFuture,
    LeadIsGone,
    MovedMeanwhile,
    ReasonNeeded,
    StageIsRetired,
)
from leads.services import pipeline
from leads.services.pipeline import move_many
from medspa.audit.inserting import FEW_ROWS
from tests.factories import StageFactory
from tests.leads.board_rows import Pipeline
from tests.leads.test_pipeline import at_the_same_moment
from tests.leads.test_totals import kept_is_true

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


def ids(leads: list[Lead]) -> list[str]:
    return [lead.pk for lead in leads]


def test_every_lead_is_in_exactly_one_of_the_results(stages: Pipeline) -> None:
    going, there, elsewhere = (
        stages.lead(),
        stages.lead(stages.second),
        stages.lead(stages.won),
    )
    gone = stages.lead()
    gone.delete()
    moves = move_many(
        [*ids([going, there, elsewhere, gone]), "nobody", going.pk],
        stages.second.pk,
        expected_stage_id=stages.first.pk,
    )
    assert {pk: stage_period.stage for pk, stage_period in moves.changed.items()} == {
        going.pk: stages.second
    }
    assert list(moves.skipped) == [there.pk]
    assert {pk: type(refusal) for pk, refusal in moves.failed.items()} == {
        elsewhere.pk: MovedMeanwhile,
        gone.pk: LeadIsGone,
        "nobody": LeadIsGone,
    }
    assert str(moves.failed[elsewhere.pk]).startswith("Someone moved this to Gamma")


def test_what_is_wrong_with_the_whole_move_is_said_of_every_lead(
    stages: Pipeline,
) -> None:
    lead, retired = stages.lead(), StageFactory()
    retired.delete()
    tomorrow = timezone.now() + timedelta(days=1)
    for moves, refusal in (
        (move_many([lead.pk], retired.pk), StageIsRetired),
        (move_many([lead.pk], stages.lost.pk), ReasonNeeded),
        (move_many([lead.pk], stages.won.pk, at=tomorrow), InTheFuture),
    ):
        assert {pk: type(why) for pk, why in moves.failed.items()} == {lead.pk: refusal}
    assert lead.stage_periods.get().stage == stages.first


def test_no_lead_asks_for_no_reason_where_all_are_there_already(
    stages: Pipeline,
) -> None:
    lead = stages.lead(stages.lost)
    assert list(move_many([lead.pk], stages.lost.pk).skipped) == [lead.pk]


def test_a_lead_in_no_stage_enters_one(stages: Pipeline) -> None:
    lead = stages.lead()
    LeadStage.objects.filter(lead=lead).delete()
    assert list(move_many([lead.pk], stages.won.pk).changed) == [lead.pk]
    assert Activity.objects.get(lead=lead).payload_json == {"to_stage": stages.won.pk}


def test_each_stay_begins_where_its_own_last_one_ended(stages: Pipeline) -> None:
    early, late = stages.lead(minutes_ago=60), stages.lead(minutes_ago=1)
    move_many(
        ids([early, late]),
        stages.second.pk,
        at=timezone.now() - timedelta(minutes=30),
    )
    for lead in (early, late):
        old, new = lead.stage_periods.order_by("recorded_at")
        assert old.left_at == new.changed_at
        assert old.changed_at <= old.left_at
    assert (
        late.stage_periods.get(left_at=None).changed_at
        > early.stage_periods.get(left_at=None).changed_at
    )


def test_chunks_are_committed_one_by_one(
    stages: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "MOVE_CHUNK", 2)
    leads = [stages.lead(cents=1_000) for _ in range(5)]
    assert len(move_many(ids(leads), stages.won.pk).changed) == 5
    assert LeadStage.objects.current().filter(stage=stages.won).count() == 5
    assert kept_is_true()


def test_a_booking_is_recorded_once_in_a_leads_life(stages: Pipeline) -> None:
    booked = StageFactory(name="Epsilon", records_kpi="consult_booked")
    leads = [stages.lead() for _ in range(3)]
    pipeline.move(leads[0].pk, booked.pk)
    pipeline.move(leads[0].pk, stages.first.pk)
    for stage in (booked, stages.first, booked):
        move_many(ids(leads), stage.pk)
    events = KpiEvent.objects.filter(kind="consult_booked")
    assert sorted(events.values_list("lead", flat=True)) == sorted(ids(leads))
    assert {event.metadata_json["stay"] for event in events} <= set(
        LeadStage.objects.filter(stage=booked).values_list("pk", flat=True)
    )


@pytest.mark.parametrize("count", [2, 30, 60])
def test_a_chunk_takes_a_fixed_number_of_queries(stages: Pipeline, count: int) -> None:
    booked = StageFactory(name="Epsilon", records_kpi="consult_booked")
    leads = [stages.lead() for _ in range(count)]
    with CaptureQueriesContext(connection) as asked:
        move_many(ids(leads), booked.pk)
    statements = [
        query["sql"].split()[0] for query in asked if "SAVEPOINT" not in query["sql"]
    ]
    new = "INSERT" if count < FEW_ROWS else "COPY"
    # COPY tells nothing of what the database makes.
    made = [] if count < FEW_ROWS else ["SELECT"]
    assert statements == [
        *["SELECT"] * 3,  # leads locked; stage; current stage periods
        *["UPDATE", new],  # old periods end, new ones begin
        *["SELECT", new, "INSERT", *made],  # events recorded before; new ones, history
        *["SELECT"] * 2,  # bookings that are replaced; who treats the leads
        *[new, "INSERT"],  # activities and their history
    ]


@pytest.mark.django_db(transaction=True)
def test_two_who_move_the_same_many_leads_leave_one_current_stay_each() -> None:
    stages = Pipeline()
    leads = [stages.lead(cents=1_000) for _ in range(20)]
    chosen = ids(leads)
    at_the_same_moment(
        lambda: move_many(chosen, stages.second.pk),
        lambda: move_many(chosen[::-1], stages.won.pk),
        lambda: [pipeline.move(pk, stages.first.pk) for pk in chosen[::3]],
    )
    for lead in leads:
        assert lead.stage_periods.filter(left_at=None).count() == 1
        ends = sorted(
            stage_period.left_at
            for stage_period in lead.stage_periods.exclude(left_at=None)
        )
        begins = sorted(
            stage_period.changed_at for stage_period in lead.stage_periods.all()
        )
        assert ends == begins[1:]
    assert kept_is_true()
