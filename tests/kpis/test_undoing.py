"""Who may take back which event, and what comes back or goes with it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kpis.choices import Kind, VoidReason
from kpis.events import consults, undoing
from kpis.events.refusals import VoidRefused
from kpis.models import KpiEvent
from leads.models import Lead, PipelineStage
from leads.services.pipeline import move
from medspa.audit.actors import acting
from medspa.models import User
from tests.factories import KpiEventFactory, LeadFactory, StageFactory

pytestmark = pytest.mark.django_db
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def lead() -> Lead:
    return LeadFactory(admitted=True)


def recorded(by: User | None, ago: timedelta = timedelta(), **columns: Any) -> KpiEvent:
    with acting(user=by) if by else acting("import"):
        event = KpiEventFactory(**columns)
    event.recorded_at = timezone.now() - ago
    return event


# Who may --------------------------------------------------------------------


def test_managers_void_anything_but_clicks_on_ads(
    manager: User, front_desk: User
) -> None:
    old = recorded(front_desk, timedelta(days=400), paid=True)
    assert undoing.may_void(old, manager, front_desk.pk)
    assert undoing.may_void(old, manager, None)
    assert not undoing.may_void(old, None, front_desk.pk)
    click = KpiEvent(kind=Kind.AD_CLICK, recorded_at=timezone.now())
    assert not undoing.may_void(click, manager, manager.pk)


@pytest.mark.parametrize(
    ("ago", "is_fresh"),
    [
        (timedelta(), True),
        (TEN_MINUTES - timedelta(seconds=30), True),
        (TEN_MINUTES, False),
        (TEN_MINUTES + timedelta(seconds=1), False),
    ],
    ids=str,
)
def test_the_front_desk_takes_back_its_own_slip_within_ten_minutes(
    ago: timedelta, is_fresh: bool, front_desk: User, provider: User
) -> None:
    event = recorded(front_desk, ago)
    assert undoing.may_void(event, front_desk, front_desk.pk) == is_fresh
    assert undoing.is_own_recent(event, front_desk, front_desk.pk) == is_fresh
    assert not undoing.may_void(event, front_desk, provider.pk)
    assert not undoing.may_void(event, front_desk, None)
    assert not undoing.is_own_recent(event, None, None)


def test_ten_minutes_are_over_when_they_are_over(front_desk: User) -> None:
    event = recorded(front_desk)
    over = event.recorded_at + TEN_MINUTES
    just = over - timedelta(microseconds=1)
    assert undoing.is_own_recent(event, front_desk, front_desk.pk, just)
    assert not undoing.is_own_recent(event, front_desk, front_desk.pk, over)


def test_who_may_no_longer_record_takes_nothing_back(provider: User) -> None:
    event = recorded(provider)
    assert undoing.is_own_recent(event, provider, provider.pk)
    assert not undoing.may_void(event, provider, provider.pk)


def test_who_recorded_an_event_is_who_made_it(manager: User, front_desk: User) -> None:
    event, other = recorded(front_desk), recorded(None)
    with acting(user=manager):
        event.delete()
    found = undoing.recorders([event.pk, other.pk])
    assert found == {event.pk: front_desk.pk, other.pk: None}
    assert undoing.recorders([]) == {}


# Voiding --------------------------------------------------------------------


def test_one_s_own_slip_needs_no_reason_and_says_that_it_was_one(
    lead: Lead, front_desk: User
) -> None:
    event = recorded(front_desk, lead=lead, paid=True)
    done = undoing.void(lead, event.pk, front_desk)
    assert done.sentence.endswith("undone.")
    assert event.history.first().history_change_reason == "Entered by mistake"
    assert not KpiEvent.objects.exists()


def test_a_manager_says_why_unless_it_was_their_own_slip(
    lead: Lead, manager: User, front_desk: User
) -> None:
    theirs = recorded(front_desk, lead=lead)
    with pytest.raises(VoidRefused, match="Choose a reason for voiding this"):
        undoing.void(lead, theirs.pk, manager)
    undoing.void(lead, theirs.pk, manager, VoidReason.TEST)
    assert theirs.history.first().history_change_reason == str(VoidReason.TEST.label)


@pytest.mark.parametrize("reason", VoidReason)
def test_the_page_may_name_every_reason(
    reason: VoidReason, lead: Lead, manager: User
) -> None:
    event = recorded(None, lead=lead)
    assert (f"event_{reason.value}", str(reason.label)) in undoing.WHY_VOIDED
    undoing.VOIDERS[f"event_{reason.value}"](lead, event.pk, manager)
    assert event.history.first().history_change_reason == str(reason.label)


def test_what_is_gone_or_another_lead_s_is_not_voided(
    lead: Lead, manager: User
) -> None:
    event, other = recorded(None, lead=lead), recorded(None)
    event.delete()
    for row in (event, other):
        with pytest.raises(VoidRefused, match="already undone"):
            undoing.void(lead, row.pk, manager, VoidReason.TEST)
    assert KpiEvent.objects.get() == other


def test_what_rests_on_an_event_is_voided_before_it(lead: Lead, manager: User) -> None:
    sale = recorded(None, lead=lead, paid=True)
    back = KpiEventFactory(
        lead=lead, refunded=True, refund_of=sale, value_cents=sale.value_cents
    )
    with pytest.raises(VoidRefused, match="Void the refund first"):
        undoing.void(lead, sale.pk, manager, VoidReason.TEST)
    undoing.void(lead, back.pk, manager, VoidReason.TEST)
    undoing.void(lead, sale.pk, manager, VoidReason.TEST)
    assert not KpiEvent.objects.exists()


def test_a_consult_is_voided_after_that_it_was_shown(lead: Lead, manager: User) -> None:
    booked, other = recorded(None, lead=lead), recorded(None, lead=lead)
    shown = KpiEventFactory(
        lead=lead, kind="consult_show", metadata_json={"booking": booked.pk}
    )
    with pytest.raises(VoidRefused, match="Undo “Showed” first"):
        undoing.void(lead, booked.pk, manager, VoidReason.TEST)
    undoing.void(lead, other.pk, manager, VoidReason.TEST)
    undoing.void(lead, shown.pk, manager, VoidReason.TEST)
    undoing.void(lead, booked.pk, manager, VoidReason.TEST)
    assert not KpiEvent.objects.exists()


# What comes back ------------------------------------------------------------


def in_days(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def test_taking_back_another_date_brings_the_earlier_one_back(
    lead: Lead, manager: User
) -> None:
    first = consults.book(lead, in_days(3))
    second = consults.book(lead, in_days(5))
    done = undoing.void(lead, second.pk, manager, VoidReason.TEST)
    assert done.sentence == "The earlier consult date is back."
    assert KpiEvent.objects.get() == first


def test_a_voided_payment_brings_no_consult_back(lead: Lead, manager: User) -> None:
    booked = consults.book(lead, in_days(3))
    sale = KpiEventFactory(lead=lead, paid=True, occurred_at=booked.occurred_at)
    booked.delete()
    undoing.void(lead, sale.pk, manager, VoidReason.TEST)
    assert not KpiEvent.objects.exists()


@pytest.fixture
def booked_stage() -> PipelineStage:
    return StageFactory(order=30_000, records_kpi="consult_booked")


def test_a_booking_that_moved_the_lead_moves_it_back(
    lead: Lead, booked_stage: PipelineStage, manager: User
) -> None:
    came_from = lead.stage_periods.get().stage
    booked = consults.book(lead, in_days(3))
    assert lead.stage_periods.get(left_at=None).stage == booked_stage
    undoing.void(lead, booked.pk, manager, VoidReason.TEST)
    assert lead.stage_periods.get(left_at=None).stage == came_from


def test_an_undone_move_voids_what_it_recorded_and_says_so(
    lead: Lead, booked_stage: PipelineStage
) -> None:
    stage_period = move(lead.pk, booked_stage.pk)
    event = KpiEvent.objects.get()
    assert undoing.entries_with_records([stage_period]) == {stage_period.pk}
    undoing.void_stage_entry(stage_period)
    assert event.history.first().history_change_reason == "The move was undone"
    assert not KpiEvent.objects.exists()
    assert undoing.entries_with_records([stage_period]) == set()
    assert undoing.entries_with_records([]) == set()


def test_an_undone_move_leaves_what_others_recorded(
    lead: Lead, booked_stage: PipelineStage
) -> None:
    stage_period = move(lead.pk, booked_stage.pk)
    sale = KpiEventFactory(lead=lead, paid=True)
    other = LeadFactory(admitted=True)
    theirs = move(other.pk, booked_stage.pk)
    undoing.void_stage_entry(stage_period)
    assert set(KpiEvent.objects.values_list("pk", flat=True)) == {
        sale.pk,
        KpiEvent.objects.get(lead=other).pk,
    }
    assert undoing.entries_with_records([stage_period, theirs]) == {theirs.pk}


def test_an_undone_move_brings_back_the_date_from_before_it(
    lead: Lead, booked_stage: PipelineStage
) -> None:
    first = consults.book(lead, in_days(3))
    stage_period = lead.stage_periods.get(left_at=None)
    dated = consults.book(lead, in_days(6), stage_period_id=stage_period.pk)
    undoing.void_stage_entry(stage_period)
    assert KpiEvent.objects.get() == first
    assert KpiEvent.all_objects.get(pk=dated.pk).is_deleted


def test_an_undone_move_brings_back_no_date_of_its_own(
    lead: Lead, booked_stage: PipelineStage
) -> None:
    stage_period = move(lead.pk, booked_stage.pk)
    consults.book(lead, in_days(6), stage_period_id=stage_period.pk)
    consults.book(lead, in_days(7))
    undoing.void_stage_entry(stage_period)
    assert not KpiEvent.objects.exists()


def test_a_move_is_not_undone_when_its_consult_was_held(
    lead: Lead, booked_stage: PipelineStage
) -> None:
    stage_period = move(lead.pk, booked_stage.pk)
    booked = KpiEvent.objects.get()
    consults.show(lead, booked.pk)
    with pytest.raises(VoidRefused, match="Undo “Showed” first"):
        undoing.void_stage_entry(stage_period)
