"""What a night leaves alone though it is old: what is held, and what others rest on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kpis.models import ConsultDetails, KpiEvent
from leads.models import Activity, Lead, Task
from medspa.models import User
from safekeeping.erasure.holds import place_hold
from safekeeping.models import SuppressedContact
from safekeeping.retention.nightly import run_night
from tests.factories import (
    ActivityFactory,
    ConsultDetailsFactory,
    ContactPointFactory,
    CreditFactory,
    KpiEventFactory,
    LeadFactory,
    LeadMergeFactory,
    LeadStageFactory,
    OpportunityFactory,
    TaskFactory,
)
from tests.safekeeping.test_nights import LONG_AGO, is_erased, old_lead

pytestmark = pytest.mark.django_db
CALL = {"outcome": "answered"}


def with_old_rows() -> Lead:
    """Somebody of today with rows that are over."""
    lead = LeadFactory(created_at=LONG_AGO)
    for minutes in (1, 2):
        at = LONG_AGO + timedelta(minutes=minutes)
        ActivityFactory(lead=lead, type="call", payload_json=CALL, created_at=at)
    click = {"kind": "ad_click", "metadata_json": {"click_id": "abc"}}
    KpiEventFactory(lead=lead, occurred_at=LONG_AGO, **click)
    voided(KpiEventFactory(lead=lead, occurred_at=LONG_AGO))
    TaskFactory(lead=lead, created_at=LONG_AGO, done_at=LONG_AGO)
    return lead


def voided(event: KpiEvent) -> KpiEvent:
    KpiEvent.all_objects.filter(pk=event.pk).update(deleted_at=LONG_AGO)
    return event


def rows_of(lead: Lead) -> dict[str, list[Any]]:
    return {
        model.__name__: list(
            model._base_manager.filter(lead=lead).order_by("pk").values()
        )
        for model in (Activity, KpiEvent, Task)
    }


def test_all_rows_of_a_held_lead_stay_as_they_are(administrator: User) -> None:
    kept, other = with_old_rows(), with_old_rows()
    place_hold(administrator, "lawsuit", kept.pk)
    before = rows_of(kept)
    trails = [model.history.filter(lead=kept).count() for model in (Activity, KpiEvent)]
    run_night()
    assert rows_of(kept) == before
    assert trails == [
        model.history.filter(lead=kept).count() for model in (Activity, KpiEvent)
    ]
    assert {name: len(rows) for name, rows in rows_of(other).items()} == {
        "Activity": 1,
        "KpiEvent": 1,
        "Task": 0,
    }
    assert not Task.history.filter(lead=other).exists()


def test_a_voided_event_stays_while_a_refund_or_a_credit_rests_on_it() -> None:
    lead = LeadFactory()
    refunded, credited, alone = (
        KpiEventFactory(paid=True, lead=lead, occurred_at=LONG_AGO) for _ in range(3)
    )
    KpiEventFactory(
        lead=lead, kind="invoice_refunded", value_cents=5, refund_of=refunded
    ).delete()
    CreditFactory(kpi_event=credited)
    for event in (refunded, credited, alone):
        voided(event)
    run_night()
    old = KpiEvent.all_objects.filter(occurred_at=LONG_AGO)
    assert set(old) == {refunded, credited}
    assert not KpiEvent.all_objects.filter(pk=alone.pk).exists()


def test_a_voided_consult_goes_with_its_details_and_their_history() -> None:
    consult = KpiEventFactory(kind="consult_booked", occurred_at=LONG_AGO)
    ConsultDetailsFactory(booking=consult)
    stands = KpiEventFactory(kind="consult_booked", occurred_at=LONG_AGO)
    kept = ConsultDetailsFactory(booking=stands)
    voided(consult)
    run_night()
    assert list(ConsultDetails.objects.all()) == [kept]
    assert not ConsultDetails.history.exists()
    assert set(KpiEvent.all_objects.all()) == {stands}


def test_who_was_removed_by_their_time_may_come_in_again() -> None:
    lead = old_lead()
    run_night()
    assert is_erased(lead)
    assert not SuppressedContact.objects.exists()


def test_an_event_that_was_voided_lately_stays() -> None:
    event = KpiEventFactory(occurred_at=LONG_AGO)
    event.delete()
    run_night()
    assert KpiEvent.all_objects.filter(pk=event.pk).exists()


def test_a_lead_that_left_a_stage_lately_stays() -> None:
    lead = old_lead()
    lately = timezone.now() - timedelta(days=300)
    LeadStageFactory(lead=lead, changed_at=LONG_AGO, left_at=lately)
    run_night()
    assert not is_erased(lead)


LATELY = timezone.now() - timedelta(days=400)
LATE_ACTS: dict[str, Callable[[Lead], object]] = {
    "step done": lambda lead: step(lead, done_at=LATELY),
    "step planned": lambda lead: step(lead, due_at=LONG_AGO, created_at=LATELY),
    "step to come": lambda lead: step(lead, due_at=timezone.now()),
    "value changed": lambda lead: OpportunityFactory(lead=lead),
    "contact added": lambda lead: ContactPointFactory(lead=lead),
}


def step(lead: Lead, **changes: datetime) -> None:
    task = TaskFactory(lead=lead)
    times = {"created_at": LONG_AGO, "due_at": LONG_AGO} | changes
    Task.objects.filter(pk=task.pk).update(**times)


@pytest.mark.parametrize("act", LATE_ACTS.values(), ids=LATE_ACTS.keys())
def test_a_lead_that_somebody_worked_on_lately_stays(
    act: Callable[[Lead], object],
) -> None:
    lead = old_lead()
    act(lead)
    run_night()
    assert not is_erased(lead)


@pytest.mark.parametrize("what", ["overdue", "done", "deleted"])
def test_a_step_that_nobody_plans_any_more_keeps_no_lead(what: str) -> None:
    lead = old_lead()
    if what == "overdue":
        TaskFactory(lead=lead, created_at=LONG_AGO, due_at=LONG_AGO)
    else:
        task = TaskFactory(lead=lead, created_at=LONG_AGO)
        column = "done_at" if what == "done" else "deleted_at"
        Task.all_objects.filter(pk=task.pk).update(**{column: LONG_AGO})
    run_night()
    assert is_erased(lead)
    assert not Task.all_objects.filter(lead=lead).exists()


def test_a_merge_that_was_undone_keeps_no_lead() -> None:
    merged = old_lead()
    at = timezone.now() - timedelta(days=40)
    LeadMergeFactory(merged=merged, merged_at=at, undone_at=at)
    run_night()
    assert is_erased(merged)


@pytest.mark.parametrize("automated", [True, False])
def test_a_first_touch_keeps_whether_a_person_made_it(automated: bool) -> None:
    lead = LeadFactory(created_at=LONG_AGO)
    mark = {"automated": True} if automated else {}
    touch = ActivityFactory(
        lead=lead,
        type="sms_sent",
        payload_json={"outcome": "sent", **mark},
        created_at=LONG_AGO + timedelta(minutes=1),
    )
    run_night()
    touch.refresh_from_db()
    assert touch.payload_json == mark
    assert touch.created_by is None
